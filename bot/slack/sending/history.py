"""Look up what stands in Slack: messages of the bot, by their metadata, and a person's message as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.slack.api.failures import DeliveryFailed, Refused
from bot.slack.api.requests import Requests

if TYPE_CHECKING:
    from slack_sdk.web import SlackResponse

    Json = dict[str, Any]

# The types of the metadata by which a message of ours is found again.
ANSWER = "event_report_answer"
APOLOGY = "event_report_apology"

# How far it is looked for.
PAGE_MESSAGES = 200
PAGES = 25


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a post is found again: its key, after which of Slack's times, and whether it is but an apology."""

    key: str
    since: str | None = None
    apology: bool = False


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """A post that was found again."""

    ts: str
    apology: bool


class History(Requests):
    """Reads conversations; safe to use from several threads."""

    def find(self, team: str, channel: str, thread_ts: str | None, mark: Mark) -> PostedMessage | None:
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

    def message(self, team: str, channel: str, ts: str, thread_ts: str | None) -> Json | None:
        """Return a message as it is now, or None when it is deleted; raise DeliveryFailed when that cannot be told."""
        this: Json = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
        try:
            page = self._page(team, None if thread_ts == ts else thread_ts, this)
        except Refused as error:
            if error.error != "thread_not_found":
                raise
            return None
        messages: list[Json] = page["messages"]
        return next((one for one in messages if one["ts"] == ts and one.get("subtype") != "tombstone"), None)

    def _search(self, team: str, channel: str, thread_ts: str | None, mark: Mark) -> PostedMessage | None:
        """Look through the pages of a thread or of a channel."""
        place: Json = {"channel": channel, "limit": PAGE_MESSAGES, "include_all_metadata": True}
        if mark.since is not None:
            place["oldest"] = mark.since
        for _ in range(PAGES):
            page = self._page(team, thread_ts, place)
            if (found := _among(page["messages"], mark.key)) is not None:
                return found
            place["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not place["cursor"]:
                return None
        raise DeliveryFailed("find", "too_many_messages")

    def _page(self, team: str, thread_ts: str | None, place: Json) -> SlackResponse:
        client = self._client(team)
        if thread_ts is None:
            return self._call("conversations.history", lambda: client.conversations_history(**place))
        return self._call("conversations.replies", lambda: client.conversations_replies(ts=thread_ts, **place))


def _among(messages: list[Json], key: str) -> PostedMessage | None:
    """Return the message with a key."""
    for message in messages:
        metadata = message.get("metadata") or {}
        kind = metadata.get("event_type")
        if kind in {ANSWER, APOLOGY} and metadata.get("event_payload", {}).get("key") == key:
            return PostedMessage(str(message["ts"]), apology=kind == APOLOGY)
    return None
