"""The few elements of Block Kit that the bot uses; all text in them is inert and within Slack's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.views.actions import ASK_EXAMPLE
from bot.slack.views.markup import clip, inert, is_web_address, one_line
from bot.texts import texts
from index.reports import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers.overview import Overview
    from index.reports import Part, Prose, Run
    from index.types import Language

    Json = dict[str, Any]

BUTTON_LABEL = 75
BUTTON_VALUE = 2_000
HEADER = 150
TITLE = 24
PLAIN = 3_000


def plain_text(text: str, limit: int) -> Json:
    """Return a text object in which nothing is interpreted, emoji codes neither."""
    return {"type": "plain_text", "text": clip(inert(text), limit) or "…", "emoji": False}


def button(action_id: str, label: str, value: str, *, spoken: str | None = None) -> Json:
    """Return a button; ``spoken`` is what screen readers say instead of the label."""
    element = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(one_line(label), BUTTON_LABEL),
        "value": clip(value, BUTTON_VALUE),
    }
    return element if spoken is None else {**element, "accessibility_label": clip(inert(spoken), BUTTON_LABEL)}


def actions(*elements: Json) -> Json:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def header(text: str) -> Json:
    """Return a headline."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def context(text: str) -> Json:
    """Return a line in small print."""
    return {"type": "context", "elements": [plain_text(text, PLAIN)]}


def rich(*parts: Json) -> Json:
    """Return a block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


def paragraph(*elements: Json) -> Json:
    """Return a part of rich text from elements."""
    return {"type": "rich_text_section", "elements": list(elements)}


def words(text: str, **style: bool) -> Json:
    """Return text in a style."""
    element: Json = {"type": "text", "text": inert(text) or "…"}
    on = {name: True for name, wanted in style.items() if wanted}
    return {**element, "style": on} if on else element


def link(url: str | None, label: str) -> Json:
    """Return a link of our own, or its label alone where the address is none that Slack takes."""
    if url is None or not is_web_address(url):
        return words(label)
    return {"type": "link", "url": url, "text": inert(label) or "…"}


def items(style: str, contents: Sequence[Sequence[Json]]) -> Json:
    """Return a list, ``ordered`` or ``bullet``, of the contents of its items."""
    return {"type": "rich_text_list", "style": style, "elements": [paragraph(*content) for content in contents]}


def source(number: int, url: str | None, label: str) -> Json:
    """Return a numbered source with its link."""
    return paragraph(words(f"[{number}] "), link(url, label))


def modal(title: str, close: str, blocks: list[Json]) -> Json:
    """Return a modal view."""
    return {"type": "modal", "title": plain_text(title, TITLE), "close": plain_text(close, TITLE), "blocks": blocks}


def examples(overview: Overview, language: Language) -> list[Json]:
    """Return blocks with the example questions as buttons, each in its own row for the sake of phones."""
    questions = overview.examples(language)
    lead = [context(texts(language).home_examples)] if questions else []
    return [*lead, *(actions(button(ASK_EXAMPLE, question, question, spoken=question)) for question in questions)]


def quoted(parts: Sequence[Part]) -> list[Json]:
    """Return what is quoted: prose with a bar beside it, code as code."""
    return [_code(part) if isinstance(part, Code) else _prose(part) for part in parts]


def _prose(part: Prose) -> Json:
    return {"type": "rich_text_quote", "elements": [_run(run) for run in part.runs if inert(run.text)]}


def _run(run: Run) -> Json:
    return words(run.text, bold=run.bold, italic=run.italic, strike=run.strike, code=run.code)


def _code(part: Code) -> Json:
    return {"type": "rich_text_preformatted", "elements": [words(part.text)], "border": 0}
