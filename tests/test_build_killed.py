"""Builds that are killed without warning: the index stays whole, and the next build finishes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from helpers import ROOT, WHALES, environment, one_version, refresh, stored_sources, write

from index.store import FolderStore
from index.verify import problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTIONS = 25
SECONDS_PER_PASSAGE = 0.002


def edition(number: int) -> str:
    """Return an article of which every passage is new in each edition."""
    sections = (f"## 第{n}部\n\nこの部の{number}版目の本文です。声を{n}回録りました。\n" for n in range(SECTIONS))
    return f"{WHALES}\n" + "\n".join(sections)


class Builds:
    """Starts builds in processes of their own, to be killed."""

    def __init__(self, process: subprocess.Popen[str], articles: Path, index: Path) -> None:
        self._process = process
        self.articles = articles
        self.index = index
        self.start()
        assert self.wait() == 0

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _read(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def start(self) -> int:
        """Start a build and return its process number."""
        self._send(json.dumps([str(self.articles), str(self.index), SECONDS_PER_PASSAGE]))
        return self._read()

    def wait(self) -> int:
        """Return how the build ended: 0, or minus the signal."""
        self._send("")
        return self._read()

    def run_until(self, moment: Callable[[], bool], delay: float = 0.0) -> int:
        """Run a build, kill it some seconds after a moment has come, and return how it ended."""
        current = (self.index / "CURRENT").read_bytes()
        process = self.start()
        while not moment() and (self.index / "CURRENT").read_bytes() == current:
            pass
        time.sleep(delay)
        os.kill(process, signal.SIGKILL)
        return self.wait()

    def version_names(self) -> set[str]:
        """Return the names of all versions, whole or not."""
        return {path.name for path in (self.index / "versions").iterdir()}


@contextmanager
def builds(articles: Path, index: Path):
    arguments = [sys.executable, str(ROOT / "tests" / "forked_builds.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(arguments, text=True, env=environment(), **pipes) as process:
        yield Builds(process, articles, index)


def measure(started: Builds, number: int) -> tuple[float, float]:
    """Run a whole build; return how many seconds it took to begin writing, and then to end."""
    known = started.version_names()
    write(started.articles, whales=edition(number))
    start = time.perf_counter()
    started.start()
    while started.version_names() <= known:
        time.sleep(0.0005)
    writing = time.perf_counter()
    assert started.wait() == 0
    return writing - start, time.perf_counter() - writing


def check_whole(index: Path, texts: tuple[str, str]) -> str:
    """Check the version in use from top to bottom and return the article's text in it."""
    assert problems(index) == []
    (source,) = stored_sources(index).values()
    text = source.decode()
    assert text in texts
    store = FolderStore.open(index)
    passages = [store.tables.passage(number) for number in range(len(store))]
    assert len(passages) >= SECTIONS
    assert all(passage.text in text for passage in passages)
    store.close()
    return text


def test_killed_at_random_moments(tmp_path):
    articles, index = write(tmp_path / "articles", whales=edition(0)), tmp_path / "index"
    chosen = random.Random(2023)
    ended, kept = [], []
    with builds(articles, index) as started:
        measured = [measure(started, number) for number in range(1, 4)]
        before, writing = (sorted(seconds)[1] for seconds in zip(*measured, strict=True))
        # A third anywhere, the others while the new version is written and published and the old one removed.
        moments = [(False, chosen.uniform(0, before + writing)) for _ in range(12)]
        moments += [(True, chosen.uniform(0, writing)) for _ in range(28)]
        old = edition(3)
        for number, (when_writing, delay) in enumerate(moments, 4):
            new = edition(number)
            write(articles, whales=new)
            known = started.version_names() if when_writing else set()
            ended.append(started.run_until(lambda known=known: not started.version_names() <= known, delay))
            kept.append(check_whole(index, (old, new)) == old)
            report = refresh(articles, index)
            assert (report.articles, report.failed) == (1, ())
            assert check_whole(index, (new, new)) == new
            assert one_version(index).name == report.version
            assert sorted(path.name for path in index.iterdir()) == ["CURRENT", "lock", "versions"]
            old = new
    assert set(ended) <= {0, -signal.SIGKILL}
    # The moments were spread: many builds were stopped, before the swap or after it.
    assert ended.count(-signal.SIGKILL) >= 10
    assert 0 < kept.count(True) < len(kept)


def test_killed_at_every_step_of_writing(tmp_path):
    """Kill as soon as a file appears, so that every step of writing and publishing is hit."""
    articles, index = write(tmp_path / "articles", whales=edition(0)), tmp_path / "index"
    kept = []
    with builds(articles, index) as started:
        names = sorted(path.name for path in one_version(index).iterdir())
        old = edition(0)
        for number, name in enumerate([*names, "CURRENT.new"], 1):
            new = edition(number)
            write(articles, whales=new)
            started.run_until(partial(appeared, started, name, started.version_names()))
            kept.append(check_whole(index, (old, new)) == old)
            refresh(articles, index)
            assert check_whole(index, (new, new)) == new
            old = new
    assert kept.count(True) > len(names) / 2


def appeared(started: Builds, name: str, known: set[str]) -> bool:
    """Tell whether a build has begun to write a file."""
    if name == "CURRENT.new":
        return (started.index / name).exists()
    return any((started.index / "versions" / one / name).exists() for one in started.version_names() - known)
