"""Taking the answers to deleted questions away, for as long as that takes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.slack.delivery import Mark
from bot.slack.failures import DeliveryFailed

if TYPE_CHECKING:
    from bot.received import Deleted
    from bot.records import Records
    from bot.slack.delivery import Delivery

log = logging.getLogger(__name__)

# At least so long nobody tries again; longer than one attempt takes as a rule.
AGAIN_SECONDS = 15.0


class Deletions:
    """Takes answers away; what the question said is forgotten before that, the rest when the answer is gone."""

    def __init__(self, records: Records, delivery: Delivery) -> None:
        self._records = records
        self._delivery = delivery

    def due(self) -> list[str]:
        """Return the keys of the deleted questions to finish with now."""
        return self._records.deleted()

    def finish(self, key: str) -> None:
        """Take the answer to a deleted question away; if Slack does not let us, somebody tries again later."""
        deleted = self._records.claim_deleted(key, AGAIN_SECONDS)
        if deleted is None:
            return
        try:
            ts = self._post_of(deleted)
            if ts is not None:
                self._delivery.delete(deleted.team, deleted.channel, ts)
        except DeliveryFailed as failure:
            log.warning("an answer cannot be taken away yet: %s", failure, extra={"key": key})
        else:
            self._records.forget(key)

    def _post_of(self, deleted: Deleted) -> str | None:
        if deleted.reply_ts is not None:
            return deleted.reply_ts
        mark = Mark(deleted.key, deleted.ts)
        found = self._delivery.find(deleted.team, deleted.channel, deleted.thread_ts, mark)
        return found.ts if found is not None else None
