"""What runs the model tells nobody of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.helpers import python

if TYPE_CHECKING:
    from pathlib import Path

# A process of its own, in which nothing is imported yet and nothing of this is set.
ASKING = """
import os, runpy, sys
os.environ.pop("ORT_DISABLE_TELEMETRY", None)
sys.argv = ["bot", "ask", "what is OLAP?"]
runpy.run_module("bot", run_name="__main__")
"""


def test_nothing_is_kept_for_telemetry(real_index: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    folders = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    ran = python("-c", ASKING, cwd=tmp_path, INDEX=str(real_index), **folders)
    assert ran.returncode == 0, ran.stderr
    assert "OLAP" in ran.stdout
    # An id of the machine and what is to be sent would stand there.
    assert [path for path in home.rglob("*") if "onnxruntime" in path.name] == []
