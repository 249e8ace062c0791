"""Read what stands in a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_sdk import WebClient

# Longer threads are talks among people, and reading them would take several requests.
THREAD_MESSAGES = 1_000


def whole_thread(client: WebClient, channel: str, ts: str) -> Sequence[Mapping[str, Any]] | None:
    """Return the messages of a thread from its beginning, or None when it is too long to judge."""
    found = client.conversations_replies(channel=channel, ts=ts, limit=THREAD_MESSAGES)
    messages: list[Mapping[str, Any]] = found["messages"]
    return None if found.get("has_more") else messages
