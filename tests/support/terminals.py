"""A command on a terminal, and somebody who types."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys

from tests.support.helpers import environment


def on_a_terminal(arguments: list[str], typed: list[tuple[str, str]], cwd, **settings: str) -> str:
    """Run a command on a terminal and return what it showed; each text is typed when its prompt is there."""
    ours, theirs = pty.openpty()
    settings = {"TERM": "xterm-256color", "COLUMNS": "100", **settings}
    kept = {name: value for name, value in environment(**settings).items() if name not in ("NO_COLOR", "CI")}
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=cwd, env=kept, stdin=theirs, stdout=theirs, stderr=theirs
    ) as run:
        os.close(theirs)
        shown, seen, left = b"", 0, list(typed)
        try:
            while data := read_some(ours):
                shown += data
                if left and left[0][0].encode() in shown[seen:]:
                    os.write(ours, left.pop(0)[1].encode())
                    seen = len(shown)
            assert run.wait(60) == 0
        finally:
            run.kill()
            os.close(ours)
    return shown.decode()


def read_some(terminal: int) -> bytes:
    """Return what a command writes next, and nothing when it has ended."""
    assert select.select([terminal], [], [], 60)[0], "nothing was written for a minute"
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the other side has closed
        return b""
