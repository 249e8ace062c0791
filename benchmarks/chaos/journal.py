"""Which faults there were, from when to when."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Trouble:
    """One fault; ``ended`` is None while it lasts, times are in Unix seconds."""

    kind: str
    began: float
    ended: float | None
    detail: str = ""
    unwritable: bool = False

    def overlaps(self, begin: float, end: float) -> bool:
        """Return whether it was there at some time between two others."""
        return self.began <= end and (self.ended is None or self.ended >= begin)


class Journal:
    """All faults so far; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._troubles: list[Trouble] = []

    def note(self, kind: str, detail: str = "") -> None:
        """Note a fault that takes no time."""
        now = time.time()
        self._add(Trouble(kind, now, now, detail))

    @contextmanager
    def lasting(self, kind: str, detail: str = "", *, unwritable: bool = False) -> Iterator[Trouble]:
        """Note a fault that lasts as long as the context; ``unwritable`` is for databases."""
        trouble = Trouble(kind, time.time(), None, detail, unwritable)
        self._add(trouble)
        try:
            yield trouble
        finally:
            trouble.ended = time.time()

    def between(self, begin: float, end: float) -> list[Trouble]:
        """Return the faults between two times, oldest first."""
        with self._lock:
            return [trouble for trouble in self._troubles if trouble.overlaps(begin, end)]

    def counts(self) -> dict[str, int]:
        """Return how many faults there were of each kind."""
        with self._lock:
            return dict(sorted(Counter(trouble.kind for trouble in self._troubles).items()))

    def _add(self, trouble: Trouble) -> None:
        with self._lock:
            self._troubles.append(trouble)
