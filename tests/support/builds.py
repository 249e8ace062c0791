"""Builds in processes of their own, to be killed, and what is on the disk then."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING

from index.building.journal import Journal
from index.errors import EncoderError
from index.storage import folder
from tests.support.fakes import FakeEncoder
from tests.support.helpers import MOSS, WHALES, environment, refresh, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTIONS = 25
SECONDS_PER_PASSAGE = 0.002
# In every edition these passages are new; the others stay.
CHANGING = SECTIONS + 1
PHASES = ("encoding", "writing", "swap", "clean-up", "ended")


def edition(number: int) -> dict[str, str]:
    """Return articles by slug: of one every passage is new in each edition, of one a single one, of one none."""
    sections = (f"## 第{n}部\n\nこの部の{number}版目の本文です。声を{n}回録りました。\n" for n in range(SECTIONS))
    moss = MOSS.replace("nine watts", f"{number} watts")
    return {"whales": f"{WHALES}\n" + "\n".join(sections), "moss": moss, "lamps": MOSS.replace("Moss", "Lamp")}


def sources(number: int) -> dict[str, bytes]:
    """Return an edition as an index stores it."""
    return {f"{slug}.md": text.encode() for slug, text in edition(number).items()}


class Builds:
    """Starts builds of the articles in processes of their own."""

    def __init__(self, process: subprocess.Popen[str], articles: Path, index: Path) -> None:
        self._process = process
        self.articles = articles
        self.index = index
        self._known: set[str] = set()

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _read(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def start(self, operation: int = 0, sent: signal.Signals = signal.SIGKILL) -> int:
        """Start a build, which is sent a signal before one of its operations on files; return its process number."""
        self._known = self.version_names()
        # What is to stop at an operation need not be slow enough to be hit.
        seconds = 0 if operation else SECONDS_PER_PASSAGE
        self._send(json.dumps([str(self.articles), str(self.index), seconds, operation, sent]))
        return self._read()

    def wait(self) -> int:
        """Return how the build ended: its exit code, or minus the signal."""
        self._send("")
        return self._read()

    def run_until(self, moment: Callable[[], bool], delay: float = 0.0, sent: signal.Signals = signal.SIGKILL) -> int:
        """Run a build, send it a signal some seconds after a moment has come, and return how it ended."""
        current = self.current()
        process = self.start()
        while not moment() and self.current() == current:
            pass
        time.sleep(delay)
        os.kill(process, sent)
        return self.wait()

    def current(self) -> bytes:
        """Return the file that names the version in use."""
        with suppress(FileNotFoundError):
            return (self.index / folder.CURRENT).read_bytes()
        return b""

    def version_names(self) -> set[str]:
        """Return the names of all versions, whole or not."""
        with suppress(FileNotFoundError):
            return {path.name for path in (self.index / "versions").iterdir()}
        return set()

    def has_begun(self, name: str = "") -> bool:
        """Tell whether the build has begun to write a file of its version, or anything of it."""
        return any((self.index / "versions" / one / name).exists() for one in self.version_names() - self._known)

    def measure(self, number: int) -> tuple[float, float]:
        """Run a whole build; return how many seconds it took to begin writing, and then to end."""
        write(self.articles, **edition(number))
        started = time.perf_counter()
        self.start()
        while not self.has_begun():
            time.sleep(0.0005)
        writing = time.perf_counter()
        assert self.wait() == 0
        return writing - started, time.perf_counter() - writing

    def phase(self, before: bytes) -> str:
        """Tell from what is on the disk where a build that began with this CURRENT was stopped."""
        if self.current() != before:
            left = len(self.version_names()) > 1 or journal(self.index) is not None
            return "clean-up" if left else "ended"
        if self.has_begun(folder.MANIFEST):
            return "swap"
        return "writing" if encoded(self.index) >= CHANGING else "encoding"


@contextmanager
def forking():
    """Start the process that `Builds` forks off."""
    arguments = [sys.executable, "-m", "tests.support.forked_builds"]
    # Among so few vectors threads cost more than they give.
    alone = environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(arguments, text=True, env=alone, **pipes) as process:
        yield process


def journal(index: Path) -> Path | None:
    """Return the journal, None when there is none."""
    return next(index.glob("encoded-*.journal"), None)


def encoded(index: Path) -> int:
    """Return how many passages an interrupted build has encoded, without touching its journal."""
    path = journal(index)
    if path is None:
        return 0
    copied = shutil.copy(path, index.with_name("journal-copy"))
    with Journal(copied) as opened:
        opened.remove()
        return len(opened)


class Failing(FakeEncoder):
    """Stops after some passages, as a build does that is interrupted."""

    def __init__(self, passages: int) -> None:
        super().__init__()
        self._passages = passages

    def encode_passages(self, inputs):
        yield from islice(super().encode_passages(inputs), self._passages)
        raise EncoderError("interrupted")


def interrupted(root: Path, passages: int) -> None:
    """Make an index of edition 0 and stop the build of edition 1 after some passages; make both in "whole"."""
    articles = root / "articles"
    write(articles, **edition(0))
    refresh(articles, root / "index")
    refresh(articles, root / "whole")
    write(articles, **edition(1))
    refresh(articles, root / "whole")
    with suppress(EncoderError):
        refresh(articles, root / "index", Failing(passages))
