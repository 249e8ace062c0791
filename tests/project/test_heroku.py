"""What Heroku reads agrees with what there is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import BotSettings
from tests.support.helpers import ROOT, WHALES, environment, write

HOOK = ROOT / "bin" / "post_compile"


def test_the_version_of_python_is_one_that_is_supported() -> None:
    version = tuple(map(int, (ROOT / ".python-version").read_text().split(".")))
    assert (3, 11) <= version < (3, 14)


def test_settings_and_commands_exist() -> None:
    app = json.loads((ROOT / "app.json").read_text())
    assert {name.lower() for name in app["env"]} <= set(BotSettings.model_fields)
    commands = dict(re.findall(r"^(\w+):.* exec python -m bot (\w+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))
    assert set(app["formation"]) <= set(commands) == {"web", "worker"}
    assert set(commands.values()) <= set(main.commands)


@pytest.mark.slow
def test_the_index_is_built_with_the_app(tmp_path: Path) -> None:
    write(tmp_path / "articles", whales=WHALES, broken="---\ntitle: [\n---\n")
    here = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run([HOOK], cwd=tmp_path, env=environment(**here), capture_output=True, text=True, check=False)
    # An article that cannot be read does not keep the others from being published.
    assert (ran.returncode, ran.stdout.split(" in ")[0]) == (0, "1 articles"), ran.stderr
