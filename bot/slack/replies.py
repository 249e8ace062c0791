"""Where an answer goes: into the thread it was asked in, or to the asker alone."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.privacy import is_private
from bot.slack.delivery import DeliveryFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.records import Received
    from bot.slack.delivery import Delivery, Message

log = logging.getLogger(__name__)

# Where nobody else reads along, so that a message for the asker alone can be an ordinary one.
DIRECT = frozenset({"dm", "home"})


class Replies:
    """Sends answers and notices for a question."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def answer(self, received: Received, message: Message) -> str | None:
        """Send an answer to where its question was asked; return the ts of the post, None for private ones."""
        if is_private(received):
            self.tell(received, message)
            return None
        return self._delivery.post(received.team, received.channel, message, received.thread_ts, key=received.key)

    def find(self, received: Received) -> str | None:
        """Return the ts of the answer to a question if it was posted already."""
        if is_private(received):
            return None
        return self._delivery.find(received.team, received.channel, received.thread_ts, received.key)

    def tell(self, received: Received, message: Message) -> None:
        """Tell something to the asker alone, on the first way that Slack takes it; raise DeliveryFailed if none."""
        failure: DeliveryFailed | None = None
        for way in self._ways(received, message):
            try:
                way()
            except DeliveryFailed as error:
                log.warning("trying another way: %s", error, extra={"key": received.key})
                failure = error
            else:
                return
        raise failure or DeliveryFailed("tell", "no_way")

    def apologise(self, received: Received, message: Message) -> None:
        """Say in the open where the question was asked that there is no answer, or to the asker if that fails."""
        if not is_private(received):
            try:
                self._delivery.post(received.team, received.channel, message, received.thread_ts)
            except DeliveryFailed as error:
                log.warning("trying another way: %s", error, extra={"key": received.key})
            else:
                return
        self.tell(received, message)

    def _ways(self, received: Received, message: Message) -> Iterator[Callable[[], object]]:
        team, channel, user, thread = received.team, received.channel, received.user, received.thread_ts
        link = received.response_url
        if link is not None:
            yield lambda: self._delivery.respond(link, message)
        if received.surface in DIRECT:
            yield lambda: self._delivery.post(team, channel, message, thread)
        else:
            yield lambda: self._delivery.ephemeral(team, channel, user, message, thread)
        # Posting to a person opens the direct conversation with them.
        yield lambda: self._delivery.post(team, user, message, None)
