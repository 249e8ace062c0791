"""Builds to be killed: forks one build for every line of standard input, the modules already loaded.

None is made in this process itself: the threads of FAISS do not survive a fork.

A line is JSON: the articles folder, the index, how many seconds each passage takes to encode, and before which of its
operations on files the build sends itself which signal (0: before none). The answer is the number of the process.
After another line, an empty one, it waits for the process to end and answers its exit code or minus its signal;
before, the number cannot become that of another process.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from pathlib import Path

import faiss  # noqa: F401  loaded for all builds, like the next
import filelock  # noqa: F401

from index.errors import IndexUnwritable
from index.language import lexicon, related
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh

INTERRUPTED, REFUSED = 130, 2
WRITING = os.O_WRONLY | os.O_RDWR
NO_FOLDER = -1
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"}


class SlowEncoder(FakeEncoder):
    """Takes its time for every passage, as a real model does."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def encode_passages(self, inputs):
        for encoded in super().encode_passages(inputs):
            time.sleep(self.seconds)
            yield encoded


class Signal:
    """An audit hook that sends a signal to this process before its n-th operation that changes files of the index."""

    def __init__(self, index: Path, operation: int, sent: int) -> None:
        self._index = str(index)
        self._left = operation
        self._sent = sent

    def __call__(self, event: str, arguments: tuple) -> None:
        if event == "open":
            is_change = str(arguments[0]).startswith(self._index) and arguments[2] & WRITING
        else:
            # What removes a whole folder names the files in it alone, beside the folder's descriptor.
            is_change = event in CHANGES and (str(arguments[0]).startswith(self._index) or arguments[-1] != NO_FOLDER)
        if is_change:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._sent)


def say(value: int) -> None:
    os.write(1, f"{value}\n".encode())


def build(articles: str, index: str, seconds: float, operation: int, sent: int) -> int:
    """Build and return the exit code."""
    if operation:
        # Whoever runs the tests in the background makes all of them deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.addaudithook(Signal(Path(index), operation, sent))
    try:
        refresh(Path(articles), Path(index), SlowEncoder(seconds))
    except KeyboardInterrupt:
        return INTERRUPTED
    except IndexUnwritable:
        return REFUSED
    return 0


def main() -> None:
    # What every build needs is read once for all of them.
    related.translations([])
    related.names([])
    lexicon.terms("何か")
    gc.freeze()
    while line := sys.stdin.readline():
        number = os.fork()
        if number == 0:
            os._exit(build(*json.loads(line)))
        say(number)
        sys.stdin.readline()
        say(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]))


if __name__ == "__main__":
    main()
