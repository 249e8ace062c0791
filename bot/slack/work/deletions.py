"""Taking the answers to deleted questions away, for as long as that takes."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from bot.slack.api.failures import DeliveryFailed
from bot.slack.sending.history import Mark

if TYPE_CHECKING:
    from bot.records.received import DeletedQuestion
    from bot.records.records import Records
    from bot.slack.sending.delivery import Delivery

log = logging.getLogger(__name__)

# From one attempt to the next; each time twice as long, but no longer than the second.
AGAIN_SECONDS = 15.0
AGAIN_AT_MOST = 3_600.0


class Deletions:
    """Takes answers away; what the question said is forgotten before that, the rest when the answer is gone.

    Safe to use from several threads and processes: a message that two take away is gone all the same.
    """

    def __init__(self, records: Records, delivery: Delivery) -> None:
        self._records = records
        self._delivery = delivery
        self._lock = threading.Lock()
        # By key: when it may be tried again, and the pause after that.
        self._failed: dict[str, tuple[float, float]] = {}
        self._at: set[str] = set()

    def due(self) -> list[str]:
        """Return the keys of the deleted questions to finish with now."""
        now, keys = time.monotonic(), [deleted.key for deleted in self._records.deleted()]
        with self._lock:
            return [key for key in keys if self._failed.get(key, (0.0, 0.0))[0] <= now]

    def finish(self, key: str) -> None:
        """Take the answer to a deleted question away; if Slack does not let us, it is due again later."""
        with self._lock:
            if key in self._at:
                return
            self._at.add(key)
        try:
            self._finish(key)
        finally:
            with self._lock:
                self._at.discard(key)

    def _finish(self, key: str) -> None:
        for deleted in self._records.deleted(key):
            try:
                self._take_away(deleted)
            except DeliveryFailed as failure:
                log.warning("an answer cannot be taken away yet: %s", failure, extra={"key": key})
                self._put_off(key)
            else:
                self._records.forget(key)
                with self._lock:
                    self._failed.pop(key, None)

    def _take_away(self, deleted: DeletedQuestion) -> None:
        ts = deleted.reply_ts or self._found(deleted)
        if ts is not None:
            self._delivery.delete(deleted.team, deleted.channel, ts)

    def _found(self, deleted: DeletedQuestion) -> str | None:
        """Return the post of an answer of which nobody wrote down whether it was sent."""
        mark = Mark(deleted.key, deleted.ts)
        found = self._delivery.find(deleted.team, deleted.channel, deleted.thread_ts, mark)
        return found.ts if found is not None else None

    def _put_off(self, key: str) -> None:
        with self._lock:
            _, pause = self._failed.get(key, (0.0, AGAIN_SECONDS))
            self._failed[key] = time.monotonic() + pause, min(2 * pause, AGAIN_AT_MOST)
