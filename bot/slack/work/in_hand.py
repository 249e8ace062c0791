"""Keep track of the questions that this process is at."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class _Arrival:
    """The number of threads that bring a question, and whose turn it is."""

    count: int = 0
    turn: threading.RLock = field(default_factory=threading.RLock)


class CurrentQuestions:
    """Lets one thread at a time answer a question, and tells it when the question changed meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed: dict[str, bool] = {}
        self._arriving: dict[str, _Arrival] = {}

    @contextmanager
    def arriving(self, key: str) -> Iterator[None]:
        """Count a question as in hand from before it is written down: whoever looks for others' takes it for one.

        Of the events that bring it at the same time, the next waits until the one before is written down.
        """
        with self._lock:
            arrival = self._arriving.setdefault(key, _Arrival())
            arrival.count += 1
        try:
            with arrival.turn:
                yield
        finally:
            with self._lock:
                arrival.count -= 1
                if not arrival.count:
                    del self._arriving[key]

    def take(self, key: str) -> bool:
        """Return True if nobody is at the question; else note that it changed, for whoever is at it."""
        with self._lock:
            if key in self._changed:
                self._changed[key] = True
                return False
            self._changed[key] = False
            return True

    def is_taken(self, key: str) -> bool:
        """Return whether a question is waiting or being answered, so that it is written down."""
        with self._lock:
            return key in self._changed

    def release(self, key: str) -> bool:
        """Return True when the question is done with, False when it changed and needs another round."""
        with self._lock:
            if self._changed[key]:
                self._changed[key] = False
                return False
            del self._changed[key]
            return True

    def drop(self, key: str) -> None:
        """Let go of a question that nobody began with, or that was left halfway."""
        with self._lock:
            self._changed.pop(key, None)

    def __contains__(self, key: str) -> bool:
        """Return whether somebody is at a question."""
        with self._lock:
            return key in self._changed or key in self._arriving
