"""Tell askers something instead of an answer, or besides it."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from bot.conversation.small_talk import kind_of
from bot.slack.api.failures import DeliveryFailed
from bot.slack.views.blocks import notice_message
from index.reports import asked_language, shown_language

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion
    from bot.settings import BotSettings
    from bot.slack.api.people import People
    from bot.slack.sending.delivery import Delivery
    from bot.slack.sending.replies import Replies
    from bot.texts import NoticeKind
    from index.types import Language

log = logging.getLogger(__name__)


class Notifier:
    """Tells people things in their language; safe to use from several threads."""

    def __init__(self, settings: BotSettings, replies: Replies, delivery: Delivery, people: People) -> None:
        self._settings = settings
        self._replies = replies
        self._delivery = delivery
        self._people = people

    def language(self, received: ReceivedQuestion) -> Language:
        """Return the language of a question, and where it shows none, as "Kafka", that of the asker's Slack."""
        # "Thanks!" shows one, though it has no more grammar than a name.
        shown = shown_language(received.text) if kind_of(received.text) else asked_language(received.text)
        return shown or self._people.language(received.team, received.user)

    def tell(self, received: ReceivedQuestion, kind: NoticeKind, **values: str) -> None:
        """Tell the asker alone something; raise DeliveryFailed when that is impossible."""
        self._replies.tell(received, notice_message(self.language(received), kind, **values))

    def notify(self, received: ReceivedQuestion, kind: NoticeKind) -> None:
        """Tell the asker alone something; that it cannot be told is only logged."""
        try:
            self.tell(received, kind)
        except DeliveryFailed as error:
            log.error("the asker could not be told %s: %s", kind, error, extra={"key": received.key})  # noqa: TRY400

    def apologise(self, received: ReceivedQuestion, error: BaseException) -> str | None:
        """Apologise in the open with a reference number, and return the ts of the post if there is one.

        What happened is in the log under that number only. Raises DeliveryFailed when nobody could be told.
        """
        reference = _log_failure(error, received.key)
        return self._replies.apologise(received, notice_message(self.language(received), "failed", reference=reference))

    def apologise_privately(self, received: ReceivedQuestion, error: BaseException) -> None:
        """Apologise to the asker alone; raise DeliveryFailed when that is impossible, too."""
        self.tell(received, "failed", reference=_log_failure(error, received.key))

    def apologise_for(self, error: BaseException, response_url: str | None) -> None:
        """Log what went wrong with a click, and say so to who clicked, where there is a link to say it through."""
        reference = _log_failure(error, None)
        if response_url is not None:
            try:
                notice = notice_message(self._settings.default_language, "failed", reference=reference)
                self._delivery.respond(response_url, notice)
            except DeliveryFailed as failure:
                log.warning("nobody could be told: %s", failure, extra={"reference": reference})


def _log_failure(error: BaseException, key: str | None) -> str:
    """Log a failure and return the number it is found under."""
    reference = uuid.uuid4().hex[:8]
    log.error("it failed", exc_info=error, extra={"reference": reference, "key": key})
    return reference
