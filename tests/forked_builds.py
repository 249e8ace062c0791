"""Builds to be killed: forks one build for every line of standard input, the modules already loaded.

None is made in this process itself: the threads of FAISS do not survive a fork.

A line is JSON: the articles folder, the index and how many seconds each passage takes to encode. The answer
is the number of the process. After another line, an empty one, it waits for the process to end and answers its
exit code or minus its signal; before, the number cannot become that of another process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from fakes import FakeEncoder
from helpers import refresh

from index import related


class SlowEncoder(FakeEncoder):
    """Takes its time for every passage, as a real model does."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def encode_passages(self, inputs):
        for encoded in super().encode_passages(inputs):
            time.sleep(self.seconds)
            yield encoded


def say(value: int) -> None:
    os.write(1, f"{value}\n".encode())


def main() -> None:
    # What every build needs is read once for all of them.
    related.translations([])
    related.names([])
    while line := sys.stdin.readline():
        articles, index, seconds = json.loads(line)
        number = os.fork()
        if number == 0:
            refresh(Path(articles), Path(index), SlowEncoder(seconds))
            os._exit(0)
        say(number)
        sys.stdin.readline()
        say(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]))


if __name__ == "__main__":
    main()
