"""Limit how much one person may ask, and how often they are told that it was too much."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

WINDOW_SECONDS = 60.0
# More than ask within a minute; the least recent are forgotten first.
REMEMBERED_USERS = 10_000


class RateLimiter:
    """Lets each user ask ``per_minute`` questions in any minute; remembers a bounded number of users."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, user: str, now: float) -> bool:
        """Return whether a user may ask one more now, and count it if so; ``now`` in seconds of any clock."""
        with self._lock:
            asked = self._asked.setdefault(user, deque(maxlen=self._per_minute))
            self._asked.move_to_end(user)
            if len(self._asked) > REMEMBERED_USERS:
                self._asked.popitem(last=False)
            if len(asked) == self._per_minute and now - asked[0] < WINDOW_SECONDS:
                return False
            asked.append(now)
            return True


class Limits:
    """The limit on what costs an answer: questions, edits of questions, and clicks alike."""

    def __init__(self, per_minute: int) -> None:
        self._asked = RateLimiter(per_minute)
        # More than one notice a minute would itself be the noise that the limit is against.
        self._told = RateLimiter(1)

    def allow(self, team: str, user: str) -> bool:
        """Return whether somebody may ask one more now, and count it if so."""
        # A clock that nobody sets: with another, one that is set back would lock everybody out.
        return self._asked.allow(f"{team}:{user}", time.monotonic())

    def may_tell(self, team: str, user: str) -> bool:
        """Return whether somebody may be told so now where others read along, and count it if so."""
        return self._told.allow(f"{team}:{user}", time.monotonic())
