"""Measure how long the stages of something take, one after the other."""

from __future__ import annotations

import time


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
