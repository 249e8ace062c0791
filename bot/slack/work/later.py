"""Questions that are put off, as while Slack or the database is down."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion

# So long what is down is left alone.
PUT_OFF_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Retry:
    received: ReceivedQuestion
    since: float
    due: float


class RetryQueue:
    """A list of what waits to be tried again, by a clock that nobody sets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, _Retry] = {}
        self._due: dict[str, _Retry] = {}

    def put(self, received: ReceivedQuestion, seconds: float) -> bool:
        """Put a question off; return False when it would be for more than so many seconds in all."""
        now = time.monotonic()
        with self._lock:
            known = self._due.pop(received.key, None) or self._waiting.get(received.key)
            since = known.since if known is not None else now
            if now + PUT_OFF_SECONDS >= since + seconds:
                self._waiting.pop(received.key, None)
                return False
            self._waiting[received.key] = _Retry(received, since, now + PUT_OFF_SECONDS)
            return True

    def take(self) -> list[ReceivedQuestion]:
        """Return what it is time to try again; how long each waited already is kept until it is done."""
        now = time.monotonic()
        with self._lock:
            due = {key: one for key, one in self._waiting.items() if one.due <= now}
            for key in due:
                del self._waiting[key]
            self._due |= due
            return [one.received for one in due.values()]

    def all(self) -> list[ReceivedQuestion]:
        """Return all that waits."""
        with self._lock:
            return [one.received for one in self._waiting.values()]

    def done(self, key: str) -> None:
        """Forget how long a question waited: it need not be tried again."""
        with self._lock:
            self._due.pop(key, None)
            self._waiting.pop(key, None)

    def was_put_off(self, key: str) -> bool:
        """Return whether a question that is tried now was put off before."""
        with self._lock:
            return key in self._due

    def __contains__(self, key: str) -> bool:
        """Return whether a question waits here."""
        with self._lock:
            return key in self._waiting
