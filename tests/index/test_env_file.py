"""A ``.env`` that cannot be read is named in one sentence by every command that reads settings."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import bot.cli
import index.cli
from bot.settings import BotSettings
from tests.support.helpers import one_sentence, python

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

COMMANDS = [
    (index.cli.main, "build"),
    (index.cli.main, "search", "x"),
    (index.cli.main, "verify"),
    (index.cli.main, "stats"),
    (index.cli.main, "eval", os.devnull),
    (bot.cli.main, "ask", "x"),
    *((bot.cli.main, name) for name in ("chat", "socket", "http", "start", "unanswered", "feedback")),
]


def listen(path: Path) -> None:
    """Leave the socket of a server that has gone."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "latin-1": (lambda path: path.write_text("INDEX=caf\xe9\n", "latin-1"), "not UTF-8 text"),
    "utf-16": (lambda path: path.write_text("INDEX=x\n", "utf-16"), "not UTF-8 text"),
    "utf-16 without a mark": (lambda path: path.write_text("INDEX=x\n", "utf-16-le"), "not UTF-8 text"),
    "folder": (lambda path: path.mkdir(), "not a file"),
    "socket": (listen, "not a file"),
    "link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), "cannot be read"),
}


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".env"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[1])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_it_is_named(env_file: Path, command: tuple, kind: str) -> None:
    make, expected = UNREADABLE[kind]
    make(env_file)
    main, *arguments = command
    ran = CliRunner().invoke(main, arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    message = one_sentence(ran.stderr.strip())
    assert message.startswith("Error: ")
    assert ".env" in message
    assert expected in message


@pytest.mark.parametrize("command", [("index", "stats"), ("bot", "ask", "x")], ids=" ".join)
def test_a_pipe_is_not_waited_for(env_file: Path, command: tuple[str, ...]) -> None:
    os.mkfifo(env_file)
    ran = python("-m", *command, cwd=env_file.parent)
    assert ran.returncode == 2
    assert ".env is not a file" in one_sentence(ran.stderr.strip())


def test_what_is_read(env_file: Path) -> None:
    assert BotSettings.load().port == 3000
    env_file.write_text("PORT=4000\n", "utf-8-sig")
    assert BotSettings.load().port == 4000
    env_file.unlink()
    env_file.symlink_to(os.devnull)
    assert BotSettings.load().port == 3000
