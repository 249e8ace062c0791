"""What every payload for Slack has to keep to, whatever it was made from."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from tests.support.slack_server import audit
from tests.support.slack_server.blocks import check_message, check_view

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.slack.views.message import Message

# Slack's edge is at about 13,200, but one report failed at 11,341.
MOST_CHARACTERS = 11_000
MOST_TEXT = 4_000


def check(message: Message, allowed: Collection[str] = ()) -> None:
    """Assert that Slack takes a message, that it pings nobody and that it links only to ``allowed``."""
    check_message(message.blocks)
    shown = sum(utf16(text) for text in audit.strings(message.blocks))
    assert shown <= MOST_CHARACTERS
    assert 0 < utf16(message.text) <= MOST_TEXT
    assert 0 < utf16(message.plain) <= MOST_TEXT
    for payload in (message.blocks, message.text, message.plain):
        check_safe(payload, allowed)
    for text in (message.text, message.plain):
        rest = audit.LABELLED.sub("", text)
        assert "<" not in rest
        assert ">" not in rest


def check_modal_or_home(view: dict[str, Any], allowed: Collection[str] = ()) -> None:
    """Assert the same of a view."""
    check_view(view)
    check_safe(view, allowed)


def check_safe(payload: Any, allowed: Collection[str]) -> None:
    """Assert that nothing in a payload pings, links elsewhere or is in an interpreted text."""
    for text in audit.strings(payload):
        assert not audit.LIVE.search(text), text
        assert not audit.WIDE.search(text), text
        assert not [url for url in audit.links_in(text) if url not in allowed], text
        assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"], text
    assert set(audit.addresses(payload)) <= set(allowed)
    assert "mrkdwn" not in kinds(payload)
    assert "markdown" not in kinds(payload)
    assert not kinds(payload) & {"user", "usergroup", "broadcast", "channel", "emoji", "date"}


def kinds(payload: Any) -> set[str]:
    """Return the types of all objects in a payload."""
    if isinstance(payload, list):
        return set().union(*(kinds(item) for item in payload))
    if isinstance(payload, dict):
        own = {str(payload["type"])} if "type" in payload else set()
        return own.union(*(kinds(item) for item in payload.values()))
    return set()


def utf16(text: str) -> int:
    """Return the length of a text as JavaScript and Java count it."""
    return len(text.encode("utf-16-le")) // 2
