"""Which questions this process is at, and what became of their messages meanwhile."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class InHand:
    """Lets one thread at a time answer a question, and tells it when the question changed meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed: dict[str, bool] = {}
        self._arriving: Counter[str] = Counter()

    @contextmanager
    def arriving(self, key: str) -> Iterator[None]:
        """Count a question as in hand from before it is written down: whoever looks for others' takes it for one."""
        with self._lock:
            self._arriving[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._arriving[key] -= 1
                if not self._arriving[key]:
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
        """Let go of a question that nobody began with."""
        with self._lock:
            self._changed.pop(key, None)

    def __contains__(self, key: str) -> bool:
        """Return whether somebody is at a question."""
        with self._lock:
            return key in self._changed or key in self._arriving


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a message: its new text, or None when it was deleted; ``at`` is the change's own ts."""

    text: str | None
    at: str


class Ahead:
    """Edits and deletions, which may overtake each other and the message they are about.

    Slack gives events no order. Of the changes to a message the latest counts; the database knows which one a
    question has seen, so that it may be looked up here, and acted on, as often as anybody likes. Only so many are
    kept: those of messages that are no question are never asked for.
    """

    def __init__(self, size: int = 1_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._changes: OrderedDict[str, Change] = OrderedDict()

    def put(self, key: str, change: Change) -> None:
        """Keep a change, unless a later one to the same message has come."""
        with self._lock:
            known = self._changes.get(key)
            if known is not None and known.at >= change.at:
                return
            self._changes[key] = change
            self._changes.move_to_end(key)
            if len(self._changes) > self._size:
                self._changes.popitem(last=False)

    def get(self, key: str) -> Change | None:
        """Return the latest change to a message, as far as it is kept."""
        with self._lock:
            return self._changes.get(key)
