"""The index with the real model, built once by the real command."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from helpers import ARTICLES, python

from bot.answer import Answerer, open_answerer
from bot.settings import BotSettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def real_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the project's articles with the bundled model in a process of its own, which alone loads torch."""
    folder = tmp_path_factory.mktemp("real")
    ran = python("-m", "index", "build", "--articles", ARTICLES, "--index", "index", "--json", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    (folder / "report.json").write_text(json.dumps(json.loads(ran.stdout)))
    return folder / "index"


@pytest.fixture
def own_index(real_index: Path, tmp_path: Path) -> Path:
    """Return a copy of the real index that a test may damage or rebuild."""
    return shutil.copytree(real_index, tmp_path / "own-index")


@pytest.fixture(scope="session")
def answerer(real_index: Path) -> Answerer:
    """Answer from the real index with the settings that everybody starts with."""
    return open_answerer(BotSettings(index=real_index, _env_file=None))
