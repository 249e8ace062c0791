"""What a process does with settings that are missing or cancel each other: one sentence, at once, and exit code 2."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import python

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = pytest.mark.slow

APPS = "https://api.slack.com/apps"
BOT = {"SLACK_BOT_TOKEN": "xoxb-1"}
APP = {"SLACK_APP_TOKEN": "xapp-1"}
SIGNING = {"SLACK_SIGNING_SECRET": "s3cret"}
CLIENT = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s3cret"}
NOBODY = {"SLACK_API_URL": "http://127.0.0.1:9/api/"}


def sentence(ran: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence of a command that refused to run."""
    assert (ran.returncode, ran.stdout) == (2, "")
    [line] = ran.stderr.splitlines()
    assert line.startswith("Error: ")
    assert [secret for secret in ("xoxb-1", "xapp-1", "s3cret") if secret in line] == []
    return line


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (BOT, ["SLACK_APP_TOKEN is not set"]),
        (APP, ["SLACK_BOT_TOKEN is not set"]),
        (SIGNING, ["SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set", "python -m bot http"]),
        ({**BOT, **SIGNING}, ["SLACK_APP_TOKEN is not set", "python -m bot http"]),
        ({**CLIENT, **SIGNING}, ["SLACK_CLIENT_ID", "python -m bot http"]),
        ({"SLACK_CLIENT_SECRET": "s3cret"}, ["SLACK_CLIENT_SECRET", "python -m bot http"]),
        ({**BOT, **APP, **CLIENT}, ["SLACK_CLIENT_ID", "python -m bot http"]),
    ],
)
def test_half_of_what_slack_needs_never_opens_the_chat(
    tmp_path: Path, settings: dict[str, str], named: list[str]
) -> None:
    ran = python("-m", "bot", "start", cwd=tmp_path, given="what is OLAP?\n", **NOBODY, **settings)
    line = sentence(ran)
    assert [part for part in named if part not in line] == []


def test_with_nothing_for_slack_it_is_the_chat(real_index: Path, tmp_path: Path) -> None:
    ran = python(
        "-m", "bot", "start", "--index", real_index, cwd=tmp_path, given="what is OLAP?\n", SLACK_BOT_TOKEN=" "
    )
    assert ran.returncode == 0
    assert ran.stdout.startswith("# what is OLAP?\n")


def test_installed_workspaces_and_socket_mode_exclude_each_other(tmp_path: Path) -> None:
    line = sentence(python("-m", "bot", "socket", cwd=tmp_path, **NOBODY, **APP, **CLIENT))
    assert "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for `python -m bot http`" in line
    both = sentence(python("-m", "bot", "http", cwd=tmp_path, **NOBODY, **BOT, **SIGNING, **CLIENT))
    assert "SLACK_BOT_TOKEN is for one workspace" in both


def test_a_port_that_is_taken_is_one_sentence_before_anything_is_opened(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = python("-m", "bot", "http", cwd=tmp_path, PORT=str(port), INDEX="none", **NOBODY, **BOT, **SIGNING)
        assert f"PORT: another program listens on {port} already" in sentence(ran)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("sqlite:///x?mode=memory&uri=true", "name a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "name a file"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "name a file"),
        ("sqlite:///file:x?mode=ro&uri=true", "name a file"),
        ("sqlite:///file:x", "name a file"),
        ("sqlite:///x.sqlite?immutable=1", "name a file"),
        ("sqlite:///x.sqlite?vfs=memdb", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:///", "name a file"),
        ("sqlite://", "name a file"),
        (" sqlite:///   ", "name a file"),
        ("sqlite://x.sqlite", "name a file"),
        ("sqlite:///none/x.sqlite", "no folder none"),
        ("sqlite:///~/x.sqlite", "no folder ~"),
        ("sqlite:////dev/null", "/dev/null is not a file"),
        ("sqlite:///.", "is not a file"),
        ("sqlite+aiosqlite:///x.sqlite", "must begin with sqlite:///"),
        ("postgresql://bot:s3cret@localhost:x/db", "is not a URL"),
        ("postgresql://bot:s3c@ret@localhost/db", "@ in its password as %40"),
        ("postgresql://bot:s3c@re/t@localhost/db", "@ in its password as %40"),
        ("records.sqlite", "is not a URL"),
    ],
)
def test_a_database_that_would_keep_nothing_is_refused(tmp_path: Path, url: str, named: str) -> None:
    ran = python("-m", "bot", "feedback", cwd=tmp_path, DATABASE_URL=url)
    line = sentence(ran)
    assert line.startswith("Error: DATABASE_URL")
    assert named in line
    assert "s3c" not in line
    assert list(tmp_path.iterdir()) == []
