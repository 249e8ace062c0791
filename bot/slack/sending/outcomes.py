"""Write down what became of questions, as soon as the database takes it."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.records.records import Records
    from bot.types import Topic

log = logging.getLogger(__name__)

# More than are answered while a database is away; the oldest are forgotten first.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question: the arguments of ``Records.answered``."""

    key: str
    status: str
    confidence: float
    answer_text: str
    lang: str
    reply_ts: str | None = None
    nearest: tuple[str, ...] = ()
    topic: Topic | None = None
    question: str | None = None
    meant: str | None = None
    unsure: bool = False


class Outcomes:
    """Writes outcomes down; those that the database does not take are remembered, and their questions done with."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._lock = threading.Lock()
        self._unwritten: OrderedDict[str, Outcome] = OrderedDict()

    def conclude(self, outcome: Outcome) -> bool:
        """Write an outcome down, now or later; return False when its question is known to be deleted."""
        try:
            return self._write(outcome)
        except Exception:  # whatever it is: what was said is said, and must not be said again
            log.exception("the outcome cannot be written down yet", extra={"key": outcome.key})
            self._remember(outcome)
            return True

    def catch_up(self) -> None:
        """Write down all that could not be before; raise SQLAlchemyError when it still cannot."""
        with self._lock:
            keys = list(self._unwritten)
        for key in keys:
            self.write(key)

    def write(self, key: str) -> None:
        """Write down the outcome of one question if it could not be before; raise like ``catch_up``."""
        with self._lock:
            outcome = self._unwritten.get(key)
        if outcome is not None:
            self._write(outcome)
            self._forget(outcome)

    def __contains__(self, key: str) -> bool:
        """Return whether a question is done with, though the database does not know it yet."""
        with self._lock:
            return key in self._unwritten

    def _write(self, one: Outcome) -> bool:
        return self._records.answered(
            one.key,
            one.status,
            one.confidence,
            one.answer_text,
            one.lang,
            one.reply_ts,
            one.nearest,
            one.topic,
            question=one.question,
            meant=one.meant,
            unsure=one.unsure,
        )

    def _forget(self, outcome: Outcome) -> None:
        with self._lock:
            if self._unwritten.get(outcome.key) is outcome:
                del self._unwritten[outcome.key]

    def _remember(self, outcome: Outcome) -> None:
        with self._lock:
            self._unwritten[outcome.key] = outcome
            while len(self._unwritten) > REMEMBERED:
                self._unwritten.popitem(last=False)
