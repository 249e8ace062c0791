"""What a message of the bot is and says, read from what Slack shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.texts import texts
from tests.support.slack_server import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.chaos.verdict import Kind

LANGUAGES = ("ja", "en")
QUOTING = frozenset({"rich_text_quote", "rich_text_preformatted"})
DECLINED = "declined"
KANA = re.compile(r"[ぁ-ヿ]")
# Zero-width characters that keep the bot's texts inert.
INVISIBLE = re.compile("[\u200b\u2060]")
# What an administrator finds a failure by in the log.
REFERENCE = re.compile(r"\b[0-9a-f]{8}\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message is; ``shown`` tells one answer from another."""

    kind: Kind
    shown: str
    lang: str | None


def read(text: str, blocks: list[dict[str, Any]], plain_answers: frozenset[str] = frozenset()) -> Reading:
    """Read a message; ``plain_answers`` are the answers in plain text that there may be."""
    said = INVISIBLE.sub("", text)
    quotes = quoted(blocks)
    why = label_of_why(blocks)
    if quotes or text in plain_answers:
        return Reading("answer", quotes or text, why)
    for lang in LANGUAGES:
        if said.startswith((texts(lang).not_found, texts(lang).no_more)):
            return Reading("declined", DECLINED, lang)
    if why is not None:
        return Reading("answer", text, why)
    return Reading(_kind_of_notice(said), said, "ja" if KANA.search(said) else "en")


def quoted(blocks: list[dict[str, Any]]) -> str:
    """Return what a message quotes."""
    parts = [part for block in blocks for part in block.get("elements", []) if part.get("type") in QUOTING]
    return "\n".join(text for part in parts for text in audit.strings(part))


def label_of_why(blocks: list[dict[str, Any]]) -> str | None:
    """Return the language of the buttons below an answer, None where there are none."""
    labels = {element["text"]["text"] for element in _elements(blocks) if element.get("action_id") == "why"}
    return next((lang for lang in LANGUAGES if texts(lang).why in labels), None)


def has_button(blocks: list[dict[str, Any]], action_id: str) -> bool:
    """Return whether there is a button to press."""
    return any(element.get("action_id") == action_id for element in _elements(blocks))


def _elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from (element for element in block.get("elements", []) if isinstance(element, dict))


def _kind_of_notice(said: str) -> Kind:
    if REFERENCE.search(said):
        return "apology"
    for lang in LANGUAGES:
        if said == texts(lang).notices["shared"]:
            return "shared"
        if said in {*texts(lang).small_talk.values(), texts(lang).notices["help"]}:
            return "small talk"
    return "notice"
