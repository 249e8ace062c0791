"""Reads over everything the app sent: its texts, its links, and pings it must not make."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .state import Json, World

# The arguments of calls that people get to see.
SHOWN = (
    "text",
    "markdown_text",
    "blocks",
    "attachments",
    "chunks",
    "view",
    "status",
    "loading_messages",
    "prompts",
    "title",
    "username",
)
# Strings inside blocks that are names, choices or addresses rather than text.
NOT_TEXT = frozenset(
    {
        "type",
        "action_id",
        "block_id",
        "callback_id",
        "external_id",
        "private_metadata",
        "value",
        "style",
        "url",
        "image_url",
        "thumbnail_url",
        "video_url",
        "title_url",
        "title_link",
        "from_url",
        "icon_url",
        "provider_icon_url",
        "user_id",
        "channel_id",
        "usergroup_id",
        "range",
        "color",
        "hash",
        "id",
    }
)
URL_KEYS = frozenset(key for key in NOT_TEXT if key.endswith(("url", "link")))
PINGING_PARTS = frozenset({"user", "usergroup", "broadcast", "channel"})
LIVE = re.compile(r"<[!@#][^>]*>?")
WIDE = re.compile(r"(?<![\w.@])@(?:here|channel|everyone)\b")
LABELLED = re.compile(r"<((?:https?|mailto|slack):[^|>\s]+)(?:\|([^>]*))?>")
MARKDOWN_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\))+)>?(?:\s+\"[^\"]*\")?\s*\)"
)
# Slack's autolinker goes on until a space or a bracket: it swallows Japanese punctuation after an address.
BARE = re.compile(r"https?://[^\s<>|\"`]+")


def sent(world: World) -> Iterator[Json]:
    """Yield every payload of the app that people may see, accepted by Slack or not."""
    for call in world.calls:
        yield {key: call.args[key] for key in SHOWN if key in call.args} | {
            key: call.args[key] for key in ("parse", "link_names") if key in call.args
        }
    for delivery in world.deliveries:
        for attempt in delivery.attempts:
            if attempt.response and delivery.kind in {"interactive", "slash_commands"}:
                response = attempt.response
                yield {"text": response} if isinstance(response, str) else response


def texts(world: World) -> list[str]:
    """Return every text the app sent."""
    with world.changed:
        return [text for body in sent(world) for text in strings(body)]


def strings(value: Any) -> Iterator[str]:
    """Yield the texts inside a payload."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in NOT_TEXT and key not in {"parse", "link_names"}:
                yield from strings(item)


def pings(world: World, allowed_users: Collection[str] = ()) -> list[str]:
    """Return every place where the app's words would notify somebody or become a mention."""
    with world.changed:
        bodies = list(sent(world))
    found: list[str] = []
    for body in bodies:
        loose = body.get("parse") == "full" or str(body.get("link_names", "0")).lower() in {"1", "true"}
        for text in strings(body):
            live = LIVE.findall(text) + (WIDE.findall(text) if loose else [])
            found += [f"{mark} in {text[:200]!r}" for mark in live if not _allowed(mark, allowed_users)]
        found += [f"rich text {part}" for part in _rich_mentions(body) if part.get("user_id", "") not in allowed_users]
    return found


def _allowed(mark: str, users: Collection[str]) -> bool:
    return mark.startswith("<@") and mark[2:].rstrip(">").partition("|")[0] in users


def _rich_mentions(value: Any, *, inside: bool = False) -> Iterator[Json]:
    if isinstance(value, list):
        for item in value:
            yield from _rich_mentions(item, inside=inside)
    elif isinstance(value, dict):
        inside = inside or value.get("type") == "rich_text"
        if inside and value.get("type") in PINGING_PARTS:
            yield value
        for item in value.values():
            yield from _rich_mentions(item, inside=inside)


def links(world: World) -> list[str]:
    """Return every address the app sent, once each, in the order of their first appearance."""
    with world.changed:
        bodies = list(sent(world))
    found: dict[str, None] = {}
    for body in bodies:
        found.update(dict.fromkeys(addresses(body)))
        for text in strings(body):
            found.update(dict.fromkeys(links_in(text)))
    return list(found)


def addresses(value: Any) -> Iterator[str]:
    """Yield every address that stands in a field of its own in a payload, as that of a button does."""
    if isinstance(value, list):
        for item in value:
            yield from addresses(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in URL_KEYS and isinstance(item, str):
                yield item
            else:
                yield from addresses(item)


def links_in(text: str) -> list[str]:
    """Return the addresses in one text, in any of the ways Slack makes links."""
    found: list[str] = []

    def labelled(match: re.Match[str]) -> str:
        found.append(html.unescape(match[1]))
        return f" {match[2] or ''} "

    def markdown(match: re.Match[str]) -> str:
        found.append(match[2])
        return f" {match[1]} "

    rest = MARKDOWN_LINK.sub(markdown, LABELLED.sub(labelled, text))
    found += [_trimmed(html.unescape(url)) for url in BARE.findall(rest)]
    return found


def _trimmed(url: str) -> str:
    """Return a bare address without the punctuation of its sentence."""
    url = url.rstrip(".,;:!?'")
    for opening, closing in ("()", "[]"):
        while url.endswith(closing) and url.count(closing) > url.count(opening):
            url = url[:-1].rstrip(".,;:!?'")
    return url
