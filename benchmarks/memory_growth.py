"""What a process holds while it answers: memory, threads and open files, and whether any of it grows."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# A process begins with empty caches, and the dictionary's pages are not in memory yet.
WARM_UP = 1_000
# Samples of so many questions are one point: what happens within them is not independent.
TOGETHER = 250
FEWEST_POINTS = 4
HELD = {"Rss": "resident", "Pss": "proportional", "Anonymous": "anonymous"}
COUNTED = {"threads": "task", "files": "fd"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process held after ``asked`` questions to it; memory in MB, ``at`` in seconds since the start."""

    at: float
    pid: int
    asked: int
    resident: float
    proportional: float
    anonymous: float
    threads: int
    files: int


@dataclass(frozen=True, slots=True)
class Slope:
    """How much more is held for every 1,000 questions, with its standard error, over so many points."""

    each_thousand: float
    error: float
    points: int

    @property
    def is_growth(self) -> bool:
        """True if it is more than chance and more than 1 (MB, thread or file) in 2,000 questions."""
        return self.each_thousand - 2 * self.error > 0 and self.each_thousand > 0.5


class Sampler:
    """Looks at a process, whichever it is at the time, every few seconds."""

    def __init__(self, pid: Callable[[], int | None], asked: Callable[[], int], seconds: float) -> None:
        self.samples: list[Sample] = []
        self._pid = pid
        self._asked = asked
        self._seconds = seconds
        self._began = time.monotonic()
        self._first: dict[int, int] = {}
        self._last = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look on in the background."""
        stopped = threading.Event()

        def look_on() -> None:
            while not stopped.wait(self._seconds):
                self.look()

        thread = threading.Thread(target=look_on, name="sampler")
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def look(self) -> None:
        """Take a sample, if there is a process now."""
        pid, asked = self._pid(), max(self._last, self._asked())
        self._last = asked
        if pid is None:
            return
        with suppress(OSError, KeyError):
            first = self._first.setdefault(pid, asked)
            at = round(time.monotonic() - self._began, 1)
            self.samples.append(Sample(at, pid, asked - first, **memory_of(pid), **_counts(pid)))


def memory_of(pid: int) -> dict[str, float]:
    """Return the memory of a process in MB, by what it is."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    found = {name: value for name, _, value in (line.partition(":") for line in lines)}
    return {ours: round(int(found[name].split()[0]) / 1024, 2) for name, ours in HELD.items()}


def _counts(pid: int) -> dict[str, int]:
    return {name: len(list(Path(f"/proc/{pid}/{folder}").iterdir())) for name, folder in COUNTED.items()}


def slopes(samples: Iterable[Sample], what: str) -> dict[int, Slope]:
    """Return how something grows with the questions in each process that lived long enough to say."""
    of: dict[int, dict[int, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        if sample.asked >= WARM_UP:
            of[sample.pid][sample.asked // TOGETHER].append(sample)
    points = {pid: [_point(part, what) for part in parts.values()] for pid, parts in of.items()}
    return {pid: slope(found) for pid, found in points.items() if len(found) >= FEWEST_POINTS}


def _point(part: Sequence[Sample], what: str) -> tuple[float, float]:
    return _mean([one.asked for one in part]), _mean([getattr(one, what) for one in part])


def slope(points: Sequence[tuple[float, float]]) -> Slope:
    """Fit a line by least squares through numbers of questions and what was held after them."""
    count = len(points)
    mean_x, mean_y = _mean([x for x, _ in points]), _mean([y for _, y in points])
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - rise * (x - mean_x)) ** 2 for x, y in points)
    error = math.sqrt(left / (count - 2) / spread)
    return Slope(round(1000 * rise, 3), round(1000 * error, 3), count)


def together(found: Sequence[Slope]) -> Slope:
    """Return the mean of several slopes, each weighed by how sure it is."""
    weights = [1 / max(one.error, 1e-3) ** 2 for one in found]
    mean = sum(one.each_thousand * weight for one, weight in zip(found, weights, strict=True)) / sum(weights)
    return Slope(round(mean, 3), round(math.sqrt(1 / sum(weights)), 3), sum(one.points for one in found))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
