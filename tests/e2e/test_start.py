"""A bot that is told to end while it starts ends at once, without a word, and as having succeeded."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.patience import PATIENCE, wait_until
from tests.support.slack_bot import environment
from tests.support.slack_server import SlackServer, free_port
from tests.support.terminals import read_some

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = ("socket", "http", "start")
AS_FIRST_PROCESS = ("unshare", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")
# Far more than it takes, far less than what the process waits for in these tests.
AT_ONCE = 4.0


@contextmanager
def starting(
    slack: SlackServer, index: Path, folder: Path, command: str, within: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[str]]:
    """Begin to start the bot."""
    given = {**os.environ, **slack.env(), **environment(index, folder), "PORT": str(free_port())}
    process = subprocess.Popen(
        [*within, sys.executable, "-m", "bot", command],
        env=given, cwd=folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_prepared(pid: int) -> bool:
    """Return whether a process has our handlers; that for SIGQUIT comes last, and Python itself has none."""
    caught = Path(f"/proc/{pid}/status").read_text().partition("SigCgt:")[2].split()[0]
    return bool(int(caught, 16) >> signal.SIGQUIT - 1 & 1)


def assert_ends(process: subprocess.Popen[str], number: int, pid: int | None = None) -> None:
    os.kill(pid or process.pid, number)
    output, _ = process.communicate(timeout=AT_ONCE)
    assert process.returncode == 0, output
    for word in ("Traceback", "Error", "Abort", "Interrupt", '"error"'):
        assert word not in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", COMMANDS)
def test_from_its_first_moments_on(real_index: Path, tmp_path: Path, command: str, number: int) -> None:
    with SlackServer() as slack:
        for milliseconds in (0, 20, 80, 200, 400, 700):
            with starting(slack, real_index, tmp_path, command) as process:
                wait_until(lambda process=process: is_prepared(process.pid))
                time.sleep(milliseconds / 1000)
                assert_ends(process, number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", COMMANDS)
def test_while_slack_does_not_answer(real_index: Path, tmp_path: Path, command: str, number: int) -> None:
    with SlackServer() as slack:
        slack.faults.slow("*", 30, times=9)
        with starting(slack, real_index, tmp_path, command) as process:
            slack.wait_for(lambda: slack.calls)
            assert_ends(process, number)


@pytest.mark.parametrize("command", COMMANDS)
def test_while_the_database_is_locked(real_index: Path, tmp_path: Path, command: str) -> None:
    with SlackServer() as slack, closing(sqlite3.connect(tmp_path / "records.sqlite")) as database:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        with starting(slack, real_index, tmp_path, command) as process:
            slack.wait_for_call("auth.test")
            time.sleep(0.5)
            assert_ends(process, signal.SIGTERM)


@pytest.mark.parametrize("command", COMMANDS)
def test_as_the_first_process_of_a_container(real_index: Path, tmp_path: Path, command: str) -> None:
    with SlackServer() as slack:
        slack.faults.slow("auth.test", 30, times=9)
        for moment in ("first", "waiting for Slack"):
            with starting(slack, real_index, tmp_path, command, AS_FIRST_PROCESS) as process:
                wait_until(lambda process=process: children(process.pid))
                [first] = children(process.pid)
                wait_until(lambda first=first: is_prepared(first))
                if moment != "first":
                    slack.wait_for(lambda: slack.calls_to("auth.test"))
                assert_ends(process, signal.SIGTERM, first)


def is_asleep(process: int) -> bool:
    """Tell whether the main thread of a process waits for something."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "S"


def test_a_chat_is_left_with_ctrl_c_as_ever(real_index: Path, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    given = {**os.environ, **environment(real_index, tmp_path)}
    chat = subprocess.Popen(
        [sys.executable, "-m", "bot", "start"],
        env=given, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    output = ""
    while texts("en").chat_prompt not in output:
        output += read_some(ours).decode()
    # Nobody is so fast that the key is pressed before the prompt waits for one.
    wait_until(lambda: is_asleep(chat.pid))
    chat.send_signal(signal.SIGINT)
    while more := read_some(ours):
        output += more.decode()
    os.close(ours)
    assert chat.wait(PATIENCE) == 0
    assert texts("en").chat_goodbye in output
