"""How long the stages of something take."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """Counts from when it is made; ``milliseconds`` has what every stage took so far, by its name."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def stage(self, name: str) -> None:
        """Say which stage has just ended."""
        now = time.perf_counter()
        self.milliseconds[name] = self.milliseconds.get(name, 0.0) + (now - self._since) * 1000
        self._since = now


@dataclass(slots=True)
class Timings:
    """How many seconds the stages took, some of them again and again, without those inside of them."""

    seconds: dict[str, float] = field(default_factory=dict)
    _inside: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that is spent inside to a stage."""
        started, beside = time.perf_counter(), self._inside
        self._inside = 0.0
        try:
            yield
        finally:
            taken = time.perf_counter() - started
            self.seconds[name] = round(self.seconds.get(name, 0.0) + taken - self._inside, 3)
            self._inside = beside + taken
