"""Everything that is sent to Slack: quietly, once, again in plain text when it is rejected.

What goes wrong comes out as DeliveryFailed (see ``failures``), and is in the log and in the metrics.
"""

from __future__ import annotations

import logging
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.webhook import WebhookClient

from bot.slack.api.failures import DeliveryFailed, Refused, Rejected, TooLate, Uncertain, code_in, of_response
from bot.slack.api.retries import POST_METHOD, retry_handlers
from bot.slack.sending.history import ANSWER, APOLOGY, History, Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.slack.views.message import Message

    Json = dict[str, Any]

T = TypeVar("T")

log = logging.getLogger(__name__)

# No previews of the linked pages, no names made into mentions, no bare words made into links.
NO_PREVIEWS: Json = {"unfurl_links": False, "unfurl_media": False}
LITERAL: Json = {"link_names": False, "parse": "none"}

# How often an uncertain post is tried, and how long Slack gets to show it.
POST_ATTEMPTS = 3
SETTLE_SECONDS = 1.0
# Between repetitions of what one person may see twice.
PAUSE_SECONDS = 0.5


class Delivery(History):
    """Sends messages; safe to use from several threads."""

    def post(self, team: str, channel: str, message: Message, thread_ts: str | None, mark: Mark | None = None) -> str:
        """Post a message and return its ts; raise Uncertain when it may be there and cannot be looked for.

        By its mark ``find`` knows it again, also after a restart.
        """
        place = {"channel": channel} if thread_ts is None else {"channel": channel, "thread_ts": thread_ts}
        marked = mark or Mark(uuid.uuid4().hex, since=thread_ts)
        return _send_or_plain(lambda content: self._post(team, {**place, **content}, marked), message)

    def update(self, team: str, channel: str, ts: str, message: Message) -> None:
        """Replace a message of the bot."""
        client = self._client(team)
        place: Json = {"channel": channel, "ts": ts, **LITERAL}
        _send_or_plain(
            lambda content: self._call("chat.update", lambda: client.chat_update(**place, **content)), message
        )

    def delete(self, team: str, channel: str, ts: str) -> None:
        """Delete a message of the bot; one that is gone already is fine."""
        client = self._client(team)
        try:
            self._call("chat.delete", lambda: client.chat_delete(channel=channel, ts=ts))
        except DeliveryFailed as error:
            if error.error != "message_not_found":
                raise

    def ephemeral(
        self, team: str, channel: str, user: str, message: Message, thread_ts: str | None = None, *, once: bool = False
    ) -> None:
        """Show a message to one person; it may come twice when a connection breaks, but for ``once``."""
        client = self._client(team)
        place: Json = {"channel": channel, "user": user, "thread_ts": thread_ts, **NO_PREVIEWS, **LITERAL}

        def send(content: Json) -> None:
            self._call("chat.postEphemeral", lambda: client.chat_postEphemeral(**place, **content))

        _send_or_plain(send if once else _repeated(send), message)

    def respond(
        self,
        response_url: str,
        message: Message,
        *,
        replace_original: bool = False,
        ephemeral: bool = True,
        once: bool = False,
    ) -> None:
        """Answer a command or a click through its link, which works five times within half an hour.

        Like an ephemeral message it may come twice, but for ``once``.
        """
        client = WebhookClient(response_url, retry_handlers=retry_handlers(posts=True))
        kind = "ephemeral" if ephemeral else "in_channel"
        body: Json = {"response_type": kind, "replace_original": replace_original, **NO_PREVIEWS, **LITERAL}

        def send(content: Json) -> None:
            with self._failures("response_url"):
                response = client.send_dict({**body, **content})
                if response.status_code != HTTPStatus.OK:
                    raise of_response("response_url", response.status_code, code_in(response.body))

        _send_or_plain(send if once else _repeated(send), message)

    def status(self, team: str, channel: str, thread_ts: str, text: str) -> None:
        """Show what the bot is doing in a thread; that it cannot be shown is only logged."""
        client = self._client(team)
        place: Json = {"channel_id": channel, "thread_ts": thread_ts, "status": text}
        try:
            self._call("assistant.threads.setStatus", lambda: client.assistant_threads_setStatus(**place))
        except DeliveryFailed as error:
            log.info("no status: %s", error)

    def _post(self, team: str, content: Json, mark: Mark) -> str:
        """Post once: where it is uncertain whether Slack did, look for the message before trying again."""
        for _ in range(POST_ATTEMPTS):
            try:
                return self._try_to_post(team, content, mark)
            except Uncertain as error:
                time.sleep(SETTLE_SECONDS)
                posted, failure = self._posted_after_all(team, content, mark, error), error
            if posted is not None:
                return posted
            if isinstance(failure, TooLate):
                # It is not there yet, and may be any moment.
                raise failure
        raise DeliveryFailed(POST_METHOD, failure.error)

    def _posted_after_all(self, team: str, content: Json, mark: Mark, error: Uncertain) -> str | None:
        log.warning("looking whether it was posted: %s", error)
        try:
            found = self.find(team, content["channel"], content.get("thread_ts"), mark)
        except DeliveryFailed as blind:
            # Rather an answer too few than one twice: whoever waits can ask again, nobody can unsee.
            raise error from blind
        return found.ts if found is not None else None

    def _try_to_post(self, team: str, content: Json, mark: Mark) -> str:
        client = self._client(team)
        metadata = {"event_type": APOLOGY if mark.apology else ANSWER, "event_payload": {"key": mark.key}}
        arguments = {**content, "metadata": metadata}
        posted = self._call(POST_METHOD, lambda: client.chat_postMessage(**arguments, **NO_PREVIEWS, **LITERAL))
        ts = str(posted["ts"])
        if "thread_ts" in content and "thread_ts" not in posted.get("message", content):
            # Slack puts a reply to a deleted message into the channel, where nobody asked for it.
            self._take_back(team, content["channel"], ts)
            raise Refused(POST_METHOD, "thread_not_found")
        return ts

    def _take_back(self, team: str, channel: str, ts: str) -> None:
        try:
            self.delete(team, channel, ts)
        except DeliveryFailed as failure:
            # It is there, and is to be known by whoever looks.
            raise Uncertain(POST_METHOD, failure.error) from failure


def _send_or_plain(send: Callable[[Json], T], message: Message) -> T:
    """Send a message, and when Slack rejects it, its plain form."""
    try:
        return send({"text": message.text, "blocks": message.blocks})
    except Rejected as error:
        log.warning("sending plain text: %s", error)
        # An update without the empty list would keep the blocks of the old version.
        return send({"text": message.plain, "blocks": []})


def _repeated(send: Callable[[Json], None]) -> Callable[[Json], None]:
    """Return the same for what may arrive twice: tried again when it is uncertain whether it did."""

    def sending(content: Json) -> None:
        for _ in range(POST_ATTEMPTS - 1):
            try:
                return send(content)
            except Uncertain as error:
                log.warning("sending again: %s", error)
                time.sleep(PAUSE_SECONDS)
        return send(content)

    return sending
