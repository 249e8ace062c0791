"""The wheel has all that the commands need: it is built, installed alone, and used where no checkout is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

import bot.cli
import index.cli
from tests.support.helpers import ROOT, WHALES, environment, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PACKAGES = ("bot", "index")
COMMANDS = {"bot": bot.cli.main.commands, "index": index.cli.main.commands}
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def ran(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, away from our sources; return what it printed."""
    own = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    process = subprocess.run(command, cwd=cwd, env=own, capture_output=True, text=True, timeout=300, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, since building leaves files beside them."""
    folder = tmp_path_factory.mktemp("wheel")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / "source" / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, folder / "source")
    ran(*PIP, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder, "./source", cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment that finds only the dependencies here; return its Python."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    ran(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # What is editable is found by files like this one in there, and they do not count from here.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    there = {path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
    expected = {str(path.relative_to(ROOT)) for path in there if "__pycache__" not in path.parts}
    assert "bot/manifest.json" in expected
    assert {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name} == expected


def test_the_packages_are_those_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    found = ran(installed, "-c", "import bot, index; print(bot.__file__, index.__file__)", cwd=tmp_path).split()
    assert [os.path.commonpath([path, installed.parents[1]]) for path in found] == [str(installed.parents[1])] * 2


@pytest.mark.parametrize(("package", "name"), [(one, name) for one in PACKAGES for name in ("", *COMMANDS[one])])
def test_help(installed: Path, tmp_path: Path, package: str, name: str) -> None:
    assert "Example: " in ran(installed, "-m", package, *filter(None, [name]), "--help", cwd=tmp_path)


def test_build_and_ask(installed: Path, tmp_path: Path) -> None:
    write(tmp_path / "articles", whales=WHALES)
    assert ran(installed, "-m", "index", "build", cwd=tmp_path).startswith("1 articles in .index: ")
    answer = json.loads(ran(installed, "-m", "bot", "ask", "受付は何時から？", "--json", cwd=tmp_path))
    assert "受付は18時に始まり" in answer["quotes"][0]["text"]


def test_manifest(installed: Path, tmp_path: Path) -> None:
    made = json.loads(ran(installed, "-m", "bot", "manifest", "--url", "https://bot.example.com", cwd=tmp_path))
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]
    code = "from bot.slack.serving.manifest import bot_scopes; print(*bot_scopes())"
    assert ran(installed, "-c", code, cwd=tmp_path).split() == made["oauth_config"]["scopes"]["bot"]
