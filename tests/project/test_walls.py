"""The rooms of the house: who may import whom, as pyproject.toml says, and how large a room and a file may be."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LINES = 300
FILES = 11

# What tests replace something with, by its name.
REPLACING = {"setattr", "delattr", "patch", "object"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(
        [*command, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages, to break walls in."""
    for package in ("bot", "index"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("data", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_walls_stand() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "wall"),
    [
        ("bot/texts/kinds.py", "from index.searching import search", "The bot knows the reports"),
        ("bot/conversation/gibberish.py", "import slack_sdk", "Only bot/slack knows"),
        ("bot/conversation/gibberish.py", "from bot.answers import answerer", "In the bot, imports run down"),
        ("index/reading/sentences.py", "from index.models import encoder", "Reading, language and models"),
        ("index/storage/tables.py", "from index.language import lexicon", "Storage knows no language"),
        ("index/searching/legs.py", "from index.building import build", "In the index, imports run down"),
        ("index/errors.py", "from bot import texts", "The index knows no bot"),
        ("index/storage/dense.py", "from index.storage import store", "No circles"),
    ],
)
def test_a_hole_in_a_wall_is_found(house: Path, module: str, line: str, wall: str) -> None:
    with (house / module).open("a") as file:
        file.write(f"\n{line}\n")
    found = lint(house)
    assert found.returncode == 1
    broken = re.search(rf"{wall}[^\0]*?(KEPT|BROKEN)", found.stdout)
    assert broken is not None
    assert broken[1] == "BROKEN"


def test_rooms_and_files_can_be_overlooked() -> None:
    modules = [path for package in ("bot", "index") for path in (ROOT / package).rglob("*.py")]
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules}
    assert {path: count for path, count in lines.items() if count > LINES} == {}
    files = Counter(str(path.parent.relative_to(ROOT)) for path in modules if path.name != "__init__.py")
    assert {room: count for room, count in files.items() if count > FILES} == {}


def private_names(source: str) -> list[str]:
    """Return the private names that a test imports or replaces; those that it only reads are found by ruff."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in REPLACING:
            given = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
            names += [one.rpartition(".")[2] for one in given if isinstance(one, str)]
    return [name for name in names if re.match("_[^_]", name)]


@pytest.mark.parametrize(
    "source",
    [
        "from index.language.dictionary import _read",
        "monkeypatch.setattr('index.storage.folder._flush', None)",
        "patch.setattr(folder, '_flush', None)",
        "mock.patch.object(folder, '_flush')",
    ],
)
def test_a_private_name_in_a_test_is_found(source: str) -> None:
    assert len(private_names(source)) == 1


def test_tests_leave_private_members_alone() -> None:
    tests = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "tests").rglob("*.py")}
    assert {path: names for path, text in tests.items() if (names := private_names(text))} == {}
