"""Everything that is sent to Slack: quietly, once, again in plain text when it is rejected.

What goes wrong comes out as DeliveryFailed; Slack's own errors stay in here, in the log and in the metrics.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import uuid
from collections import OrderedDict, deque
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.slack.retries import POST_METHOD, retry_handlers
from index.errors import ReportBotError

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

# The type of the metadata by which a message of ours is found again.
METADATA = "event_report_answer"

# How often an uncertain post is tried, how long Slack gets to show it, and how far back it is looked for.
POST_ATTEMPTS = 3
SETTLE_SECONDS = 1.0
RECENT_SECONDS = 15 * 60
RECENT_MESSAGES = 200

# Codes that plain text would meet again: the place or the right to write there is missing.
HOPELESS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "expired_url",
        "invalid_auth",
        "invalid_thread_ts",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "missing_scope",
        "not_authed",
        "not_in_channel",
        "rate_limited",
        "ratelimited",
        "restricted_action",
        "thread_not_found",
        "token_expired",
        "token_revoked",
        "used_url",
        "user_not_in_channel",
    }
)
# Slack's documentation: "some aspect of the operation" may have succeeded.
UNCERTAIN = frozenset({"fatal_error", "internal_error", "service_unavailable"})
CODE = re.compile(r"[a-z][a-z0-9_]*")

WINDOW_SECONDS = 60.0
# More than ask within a minute; the least recent are forgotten first.
REMEMBERED_USERS = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``text`` for notifications and screen readers, ``plain`` for when the blocks are rejected."""

    text: str
    blocks: list[Json]
    plain: str


class DeliveryFailed(ReportBotError):
    """Slack did not take a message; ``error`` is its code or the kind of failure, for logs."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"Slack did not accept {method} ({error})")
        self.error = error


class _Rejected(DeliveryFailed):
    """Slack found fault with the content."""


class _Uncertain(DeliveryFailed):
    """The connection or Slack broke; the request may have been carried out."""


class Delivery:
    """Sends messages; safe to use from several threads."""

    def __init__(self, client_for: Callable[[str], WebClient], metrics: Metrics) -> None:
        self._client_for = client_for
        self._metrics = metrics

    def post(self, team: str, channel: str, message: Message, thread_ts: str | None, *, key: str | None = None) -> str:
        """Post a message and return its ts.

        ``key`` marks the message so that ``find`` knows it again, also after a restart.
        """
        place = {"channel": channel} if thread_ts is None else {"channel": channel, "thread_ts": thread_ts}
        mark = key or uuid.uuid4().hex
        return _send_or_plain(lambda content: self._post(team, {**place, **content}, mark), message)

    def find(self, team: str, channel: str, thread_ts: str | None, key: str) -> str | None:
        """Return the ts of the recent message posted with ``key``, or None when there is none."""
        client = self._client(team)
        place: Json = {
            "channel": channel,
            "oldest": f"{time.time() - RECENT_SECONDS:.6f}",
            "limit": RECENT_MESSAGES,
            "include_all_metadata": True,
        }
        if thread_ts is None:
            found = self._call("conversations.history", lambda: client.conversations_history(**place))
        else:
            found = self._call("conversations.replies", lambda: client.conversations_replies(ts=thread_ts, **place))
        messages: list[Json] = found["messages"]
        return next((str(one["ts"]) for one in messages if _key_of(one) == key), None)

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

    def ephemeral(self, team: str, channel: str, user: str, message: Message, thread_ts: str | None = None) -> None:
        """Show a message to one person; unlike a post it may come twice when a connection breaks."""
        client = self._client(team)
        place: Json = {"channel": channel, "user": user, "thread_ts": thread_ts, **NO_PREVIEWS, **LITERAL}
        _send_or_plain(
            lambda content: self._call("chat.postEphemeral", lambda: client.chat_postEphemeral(**place, **content)),
            message,
        )

    def respond(
        self, response_url: str, message: Message, *, replace_original: bool = False, ephemeral: bool = True
    ) -> None:
        """Answer a command or a click through its link, which works five times within half an hour."""
        client = WebhookClient(response_url, retry_handlers=retry_handlers())
        kind = "ephemeral" if ephemeral else "in_channel"
        body: Json = {"response_type": kind, "replace_original": replace_original, **NO_PREVIEWS, **LITERAL}

        def send(content: Json) -> None:
            with self._failures("response_url"):
                response = client.send_dict({**body, **content})
                if response.status_code != HTTPStatus.OK:
                    raise _failure("response_url", response.status_code, _code_in(response.body))

        _send_or_plain(send, message)

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

    def _post(self, team: str, content: Json, key: str) -> str:
        """Post once: where it is uncertain whether Slack did, look for the message before trying again."""
        attempts = POST_ATTEMPTS
        while True:
            attempts -= 1
            try:
                return self._try_to_post(team, content, key)
            except _Uncertain as error:
                time.sleep(SETTLE_SECONDS)
                posted = self._posted_after_all(team, content, key, error)
                if posted is not None:
                    return posted
                if not attempts:
                    raise

    def _posted_after_all(self, team: str, content: Json, key: str, error: _Uncertain) -> str | None:
        log.warning("looking whether it was posted: %s", error)
        try:
            return self.find(team, content["channel"], content.get("thread_ts"), key)
        except DeliveryFailed as blind:
            # Rather an answer too few than one twice: whoever waits can ask again, nobody can unsee.
            raise error from blind

    def _try_to_post(self, team: str, content: Json, key: str) -> str:
        client = self._client(team)
        arguments = {**content, "metadata": {"event_type": METADATA, "event_payload": {"key": key}}}
        posted = self._call(POST_METHOD, lambda: client.chat_postMessage(**arguments, **NO_PREVIEWS, **LITERAL))
        ts = str(posted["ts"])
        if "thread_ts" in content and "thread_ts" not in posted.get("message", content):
            # Slack puts a reply to a deleted message into the channel, where nobody asked for it.
            self.delete(team, content["channel"], ts)
            raise DeliveryFailed(POST_METHOD, "thread_not_found")
        return ts

    def _call(self, method: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        with self._failures(method):
            return call()

    @contextmanager
    def _failures(self, method: str) -> Iterator[None]:
        """Turn everything that can go wrong with a request into DeliveryFailed, and count it."""
        try:
            try:
                yield
            except SlackApiError as error:
                raise _failure(method, error.response.status_code, str(error.response.get("error"))) from error
            except (OSError, HTTPException, SlackClientError) as error:
                raise _Uncertain(method, type(error).__name__) from error
        except DeliveryFailed as failed:
            self._metrics.count_slack_error(method, failed.error)
            raise


def _send_or_plain(send: Callable[[Json], T], message: Message) -> T:
    """Send a message, and when Slack rejects it, its plain form."""
    try:
        return send({"text": message.text, "blocks": message.blocks})
    except _Rejected as error:
        log.warning("sending plain text: %s", error)
        # An update without the empty list would keep the blocks of the old version.
        return send({"text": message.plain, "blocks": []})


def _failure(method: str, status: int, code: str) -> DeliveryFailed:
    """Tell apart what plain text can mend, what may have been done all the same, and the rest."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return DeliveryFailed(method, "ratelimited")
    if not CODE.fullmatch(code):
        # A page of something between Slack and us, whose words would make a metric of each.
        refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return (_Rejected if refused else _Uncertain)(method, f"http_{status}")
    if code in HOPELESS:
        return DeliveryFailed(method, code)
    return (_Uncertain if code in UNCERTAIN else _Rejected)(method, code)


def _code_in(body: str) -> str:
    """Return Slack's code in the answer of a response_url: in JSON or as it is."""
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.strip()


def _key_of(message: Json) -> str | None:
    metadata = message.get("metadata") or {}
    key = metadata.get("event_payload", {}).get("key")
    return key if metadata.get("event_type") == METADATA else None


class RateLimiter:
    """Lets each user ask ``per_minute`` questions in any minute; remembers a bounded number of users."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, user: str, now: float) -> bool:
        """Return whether a user may ask one more now, and count it if so; ``now`` in seconds of any clock."""
        with self._lock:
            asked = self._asked.setdefault(user, deque(maxlen=self._per_minute))
            self._asked.move_to_end(user)
            if len(self._asked) > REMEMBERED_USERS:
                self._asked.popitem(last=False)
            if len(asked) == self._per_minute and now - asked[0] < WINDOW_SECONDS:
                return False
            asked.append(now)
            return True
