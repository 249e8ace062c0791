"""Which questions this process is at, and what became of their messages meanwhile."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass


class InHand:
    """Lets one thread at a time answer a question, and tells it when the question changed meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed: dict[str, bool] = {}

    def take(self, key: str) -> bool:
        """Return True if nobody is at the question; else note that it changed, for whoever is at it."""
        with self._lock:
            if key in self._changed:
                self._changed[key] = True
                return False
            self._changed[key] = False
            return True

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
            return key in self._changed


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a message: its new text, or None when it was deleted; ``at`` is the change's own ts."""

    text: str | None
    at: str


class Ahead:
    """Edits and deletions, which may overtake each other and the message they are about.

    Slack gives events no order and repeats those that were not acknowledged. Of the changes to a message the
    latest counts, and whoever comes second, the message or the change, takes it and acts on it. Only so many
    are kept: those of messages that are no question are never taken.
    """

    def __init__(self, size: int = 1_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._changes: OrderedDict[str, Change] = OrderedDict()
        self._taken: set[str] = set()

    def put(self, key: str, change: Change) -> None:
        """Keep a change, unless a later one to the same message has come."""
        with self._lock:
            known = self._changes.get(key)
            if known is not None and known.at >= change.at:
                return
            self._changes[key] = change
            self._changes.move_to_end(key)
            self._taken.discard(key)
            if len(self._changes) > self._size:
                oldest, _ = self._changes.popitem(last=False)
                self._taken.discard(oldest)

    def take(self, key: str) -> Change | None:
        """Return the latest change to a message, for the first one who asks."""
        with self._lock:
            if key not in self._changes or key in self._taken:
                return None
            self._taken.add(key)
            return self._changes[key]
