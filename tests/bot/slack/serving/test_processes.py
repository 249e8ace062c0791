"""The process that starts others: what it does when they die."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

from tests.support.helpers import ROOT
from tests.support.patience import PATIENCE

# A process that says whether it gets ready, and dies; what one cannot do, it does in the others' place, too.
DYING = """
import logging, os, sys
from bot.slack.serving.processes import fork_processes
logging.basicConfig(format="%(message)s", level=logging.INFO)
child = fork_processes(2, lambda: print("let go", flush=True))
if {ready}:
    child.say_ready()
os._exit(3)
"""


def start(*, ready: bool) -> subprocess.Popen[str]:
    """Start a process whose children die."""
    command = [sys.executable, "-c", DYING.format(ready=ready)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_what_keeps_dying_is_started_again_later_each_time() -> None:
    with start(ready=True) as parent:
        assert parent.stderr is not None
        pauses: list[float] = []
        while pauses.count(0.4) < 2:
            line = parent.stderr.readline()
            pause = re.fullmatch(r"a process ended: another one starts in ([0-9.]+) s\n", line)
            assert pause, line
            pauses.append(float(pause[1]))
        parent.send_signal(signal.SIGTERM)
        out, _ = parent.communicate(timeout=PATIENCE)
    # Two of them, each on its own, so that one can be further than the other.
    assert sorted(pauses)[:6] == [0.1, 0.1, 0.2, 0.2, 0.4, 0.4]
    assert (parent.returncode, out) == (0, "let go\n")


def test_what_does_not_get_ready_even_once_ends_all_with_its_exit_code() -> None:
    with start(ready=False) as parent:
        out, err = parent.communicate(timeout=PATIENCE)
    assert (parent.returncode, out, err) == (3, "let go\n", "")
