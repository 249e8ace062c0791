"""Put an answer where it goes: into the thread it was asked in, or to the asker alone."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.records.privacy import is_private
from bot.slack.api.failures import DeliveryFailed, Uncertain
from bot.slack.sending.history import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.records.received import ReceivedQuestion
    from bot.slack.sending.delivery import Delivery
    from bot.slack.sending.history import PostedMessage
    from bot.slack.views.message import Message

log = logging.getLogger(__name__)

# Where nobody else reads along, so that a message for the asker alone can be an ordinary one.
DIRECT = frozenset({"dm", "home"})


def is_read_by_others(received: ReceivedQuestion) -> bool:
    """Return whether a question was asked where other people read along."""
    return not is_private(received) and received.surface not in DIRECT


class Replies:
    """Sends answers and notices for a question."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def answer(self, received: ReceivedQuestion, message: Message) -> str | None:
        """Send an answer to where its question was asked; return the ts of the post, None for private ones.

        Raises Uncertain when it may have arrived and cannot be looked for.
        """
        if is_private(received):
            self._tell(received, message, once=True)
            return None
        return self._post(received, message, Mark(received.key, received.ts))

    def find(self, received: ReceivedQuestion) -> PostedMessage | None:
        """Return the post with the answer to a question, or with an apology for it; None for private ones.

        Raises DeliveryFailed when it cannot be told whether there is one.
        """
        if is_private(received):
            return None
        mark = Mark(received.key, received.ts)
        return self._delivery.find(received.team, received.channel, received.thread_ts, mark)

    def tell(self, received: ReceivedQuestion, message: Message) -> None:
        """Tell something to the asker alone, on the first way that Slack takes it; raise DeliveryFailed if none."""
        self._tell(received, message, once=False)

    def apologise(self, received: ReceivedQuestion, message: Message) -> str | None:
        """Say in the open where the question was asked that there is no answer, or to the asker if that fails.

        Returns the ts of the post, None if there is none; raises Uncertain like ``answer``.
        """
        if not is_private(received):
            try:
                return self._post(received, message, Mark(received.key, received.ts, apology=True))
            except Uncertain:
                raise
            except DeliveryFailed as error:
                log.warning("trying another way: %s", error, extra={"key": received.key})
        self.tell(received, message)
        return None

    def _post(self, received: ReceivedQuestion, message: Message, mark: Mark) -> str:
        return self._delivery.post(received.team, received.channel, message, received.thread_ts, mark)

    def _tell(self, received: ReceivedQuestion, message: Message, *, once: bool) -> None:
        failure: DeliveryFailed | None = None
        for way in self._ways(received, message, once=once):
            try:
                way()
            except DeliveryFailed as error:
                if once and isinstance(error, Uncertain):
                    raise
                log.warning("trying another way: %s", error, extra={"key": received.key})
                failure = error
            else:
                return
        raise failure or DeliveryFailed("tell", "no_way")

    def _ways(self, received: ReceivedQuestion, message: Message, *, once: bool) -> Iterator[Callable[[], object]]:
        team, channel, user, thread = received.team, received.channel, received.user, received.thread_ts
        link = received.response_url
        if link is not None:
            yield lambda: self._delivery.respond(link, message, once=once)
        if received.surface in DIRECT:
            yield lambda: self._delivery.post(team, channel, message, thread)
        else:
            yield lambda: self._delivery.ephemeral(team, channel, user, message, thread, once=once)
        # Posting to a person opens the direct conversation with them.
        yield lambda: self._delivery.post(team, user, message, None)
