"""Everything that is sent to Slack: quietly, once, again in plain text when it is rejected.

What goes wrong comes out as DeliveryFailed (see ``failures``), and is in the log and in the metrics.
"""

from __future__ import annotations

import logging
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.slack.failures import DeliveryFailed, Refused, Rejected, TooLate, Uncertain, code_in, of_error, of_response
from bot.slack.retries import POST_METHOD, retry_handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

    from bot.metrics import Metrics

    Json = dict[str, Any]

T = TypeVar("T")

log = logging.getLogger(__name__)

# No previews of the linked pages, no names made into mentions, no bare words made into links.
NO_PREVIEWS: Json = {"unfurl_links": False, "unfurl_media": False}
LITERAL: Json = {"link_names": False, "parse": "none"}

# The types of the metadata by which a message of ours is found again.
ANSWER = "event_report_answer"
APOLOGY = "event_report_apology"

# How often an uncertain post is tried, how long Slack gets to show it, and how far it is looked for.
POST_ATTEMPTS = 3
SETTLE_SECONDS = 1.0
PAGE_MESSAGES = 200
PAGES = 25
# Between repetitions of what one person may see twice.
PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``text`` for notifications and screen readers, ``plain`` for when the blocks are rejected."""

    text: str
    blocks: list[Json]
    plain: str


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a post is found again: its key, after which of Slack's times, and whether it is but an apology."""

    key: str
    since: str | None = None
    apology: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A post that was found again."""

    ts: str
    apology: bool


class Delivery:
    """Sends messages; safe to use from several threads."""

    def __init__(self, client_for: Callable[[str], WebClient], metrics: Metrics) -> None:
        self._client_for = client_for
        self._metrics = metrics

    def post(self, team: str, channel: str, message: Message, thread_ts: str | None, mark: Mark | None = None) -> str:
        """Post a message and return its ts; raise Uncertain when it may be there and cannot be looked for.

        By its mark ``find`` knows it again, also after a restart.
        """
        place = {"channel": channel} if thread_ts is None else {"channel": channel, "thread_ts": thread_ts}
        marked = mark or Mark(uuid.uuid4().hex, since=thread_ts)
        return _send_or_plain(lambda content: self._post(team, {**place, **content}, marked), message)

    def find(self, team: str, channel: str, thread_ts: str | None, mark: Mark) -> Found | None:
        """Return the message that was posted with a mark, or None when there is none.

        Raises DeliveryFailed when that cannot be told.
        """
        try:
            return self._search(team, channel, thread_ts, mark)
        except Refused as error:
            if thread_ts is None or error.error != "thread_not_found":
                raise
            # Slack puts a reply to a deleted message into the channel.
            return self._search(team, channel, None, mark)

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

    def _client(self, team: str) -> WebClient:
        client = self._client_for(team)
        # The handlers that the SDK has by default repeat a post that may have arrived.
        client.retry_handlers = retry_handlers()
        return client

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
            self.delete(team, content["channel"], ts)
            raise Refused(POST_METHOD, "thread_not_found")
        return ts

    def _search(self, team: str, channel: str, thread_ts: str | None, mark: Mark) -> Found | None:
        """Look through the pages of a thread or of a channel."""
        client = self._client(team)
        place: Json = {"channel": channel, "limit": PAGE_MESSAGES, "include_all_metadata": True}
        if mark.since is not None:
            place["oldest"] = mark.since
        for _ in range(PAGES):
            if thread_ts is None:
                page = self._call("conversations.history", lambda: client.conversations_history(**place))
            else:
                page = self._call("conversations.replies", lambda: client.conversations_replies(ts=thread_ts, **place))
            if (found := _among(page["messages"], mark.key)) is not None:
                return found
            place["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not place["cursor"]:
                return None
        raise DeliveryFailed("find", "too_many_messages")

    def _call(self, method: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        with self._failures(method):
            return call()

    @contextmanager
    def _failures(self, method: str) -> Iterator[None]:
        """Turn everything that can go wrong with a request into DeliveryFailed, and count it."""
        try:
            try:
                yield
            except (OSError, HTTPException, SlackClientError) as error:
                raise of_error(method, error) from error
        except DeliveryFailed as failed:
            self._metrics.count_slack_error(method, failed.error)
            raise


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


def _among(messages: list[Json], key: str) -> Found | None:
    """Return the message with a key."""
    for message in messages:
        metadata = message.get("metadata") or {}
        kind = metadata.get("event_type")
        if kind in {ANSWER, APOLOGY} and metadata.get("event_payload", {}).get("key") == key:
            return Found(str(message["ts"]), apology=kind == APOLOGY)
    return None
