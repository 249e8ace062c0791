"""Taking a question on: only one process does, and it answers what the message says by then."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.slack.api.clients import bot_user
from bot.slack.api.failures import DeliveryFailed
from bot.slack.incoming import threads
from bot.slack.incoming.pointing import question_in

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion
    from bot.records.records import Records
    from bot.slack.api.clients import Clients
    from bot.slack.sending.history import History

log = logging.getLogger(__name__)


class Claims:
    """Takes questions on for this process; safe to use from several threads."""

    def __init__(self, records: Records, history: History, clients: Clients) -> None:
        self._records = records
        self._history = history
        self._clients = clients

    def take(self, received: ReceivedQuestion) -> ReceivedQuestion | None:
        """Take a question on, and return it as it is by now.

        It is None when it was answered, deleted, or taken over by another process because this one was slow.
        """
        if not self._records.claim(received.key):
            return None
        changed_at = self._records.changed_early(received.key)
        return received if changed_at is None else self._read_anew(received, changed_at)

    def _read_anew(self, received: ReceivedQuestion, changed_at: str) -> ReceivedQuestion | None:
        """Return a question whose message was changed before it came as a question, as the message is now."""
        try:
            message = self._history.message(received.team, received.channel, received.ts, received.thread_ts)
        except DeliveryFailed as failure:
            if not failure.lasting:
                raise
            log.warning("its message cannot be read anew: %s", failure, extra={"key": received.key})
            return received
        bot, text = bot_user(self._clients, received.team), (message or {}).get("text") or ""
        if message is None or (received.surface == "mention" and bot not in threads.tags(text)):
            self._records.delete(received.key, changed_at)
            return None
        return self._records.revise(received.key, question_in(message, bot), changed_at) or received
