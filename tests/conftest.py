"""What the end-to-end tests share: one index of the project's own reports, made once with the real model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent


def build_index(articles: Path, index: Path) -> None:
    """Build in a process of its own, as organisers do."""
    command = [sys.executable, "-m", "index", "build", "--articles", str(articles), "--index", str(index)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=articles, env=environment, check=True, capture_output=True, timeout=300)


@pytest.fixture(scope="session")
def report_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the project's articles."""
    index = tmp_path_factory.mktemp("reports") / "index"
    build_index(ROOT / "articles", index)
    return index


@pytest.fixture
def own_index(report_index: Path, tmp_path: Path) -> Callable[[], Path]:
    """Make a copy of the index to change."""

    def copy() -> Path:
        return Path(shutil.copytree(report_index, tmp_path / "own-index"))

    return copy
