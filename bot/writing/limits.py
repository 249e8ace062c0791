"""When a model's server may be asked: not more often in a day than it may cost, and not while it keeps failing."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.records.database import WRITES
from bot.records.leases import Now

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

DAY = 86_400
FAILURES = 3
FIRST_PAUSE = 60.0
LONGEST_PAUSE = 900.0


class Budget:
    """Counts the requests of a day (UTC) by the database's clock, for all processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def take(self, most: int) -> bool:
        """Count one request of today, unless there were ``most``; return whether it was counted."""
        query = self._insert(WRITES).values(day=self._today(), count=1)
        more = {"count": WRITES.c.count + 1}
        query = query.on_conflict_do_update(index_elements=["day"], set_=more, where=WRITES.c.count < most)
        with self._engine.begin() as connection:
            return connection.execute(query.execution_options(preserve_rowcount=True)).rowcount == 1

    def taken(self) -> int:
        """Return how many requests of today there were."""
        query = select(WRITES.c.count).where(WRITES.c.day == self._today())
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def _today(self) -> int:
        # By itself: a transaction that reads before it writes fails where another one writes in between.
        with self._engine.connect() as connection:
            return int(connection.execute(select(Now())).scalar_one() // DAY)


class Breaker:
    """Counts failures in a row, for all threads of a process; ``clock`` gives seconds.

    What is asked has the number of pauses there were when it began: of several that fail at the same time only the
    first makes a pause longer.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pauses = 0
        self._pause = 0.0
        self._closed_until = 0.0

    def begin(self) -> int | None:
        """Return a number to tell what becomes of it, where one may ask now.

        After a pause one question is let through, and others once it succeeded.
        """
        with self._lock:
            now = self._clock()
            if now < self._closed_until:
                return None
            if self._pause:
                self._closed_until = now + self._pause
            return self._pauses

    def unused(self, number: int) -> None:
        """Let another question through in place of one that was not asked after all."""
        with self._lock:
            if self._pause and number == self._pauses:
                self._closed_until = self._clock()

    def succeeded(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._failures, self._pause, self._closed_until = 0, 0.0, 0.0

    def failed(self, number: int, *, lasting: bool = False) -> None:
        """Count a failure, and pause after some, each time longer; at once and for long after one that lasts."""
        with self._lock:
            if lasting:
                self._begin_pause(LONGEST_PAUSE)
            elif number == self._pauses:
                self._failures += 1
                if self._failures >= FAILURES:
                    self._begin_pause(min(2 * self._pause, LONGEST_PAUSE) or FIRST_PAUSE)

    def _begin_pause(self, seconds: float) -> None:
        self._pauses += 1
        self._failures = FAILURES
        self._pause = seconds
        self._closed_until = self._clock() + seconds
