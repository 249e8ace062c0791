"""The few elements of Block Kit that the bot uses; all text in them is inert and within Slack's limits.

They are slack_sdk's models, which know the names of Slack's fields and raise SlackObjectFormationError beyond a limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from bot.slack.views.actions import ASK_EXAMPLE
from bot.slack.views.markup import clip, inert, is_web_address, one_line
from bot.texts import texts
from index.reports import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import Block, RichTextElement

    from bot.answers.overview import Overview
    from index.reports import Part, Prose, Run
    from index.types import Language

BUTTON_LABEL = 75
BUTTON_VALUE = 2_000
HEADER = 150
LABEL = 150
TITLE = 24
PLAIN = 3_000


def plain_text(text: str, limit: int) -> PlainTextObject:
    """Return a text object in which nothing is interpreted, emoji codes neither."""
    return PlainTextObject(text=clip(inert(text), limit) or "…", emoji=False)


def button(action_id: str, label: str, value: str, *, spoken: str | None = None) -> ButtonElement:
    """Return a button; ``spoken`` is what screen readers say instead of the label."""
    return ButtonElement(
        action_id=action_id,
        text=plain_text(one_line(label), BUTTON_LABEL),
        value=clip(value, BUTTON_VALUE),
        accessibility_label=None if spoken is None else clip(inert(spoken), BUTTON_LABEL),
    )


def actions(*elements: ButtonElement) -> ActionsBlock:
    """Return a row of buttons."""
    return ActionsBlock(elements=elements)


def header(text: str) -> HeaderBlock:
    """Return a headline."""
    return HeaderBlock(text=plain_text(text, HEADER))


def context(text: str) -> ContextBlock:
    """Return a line in small print."""
    return ContextBlock(elements=[plain_text(text, PLAIN)])


def rich(*parts: RichTextElement) -> RichTextBlock:
    """Return a block of rich text."""
    return RichTextBlock(elements=parts)


def paragraph(*elements: RichTextElement) -> RichTextSectionElement:
    """Return a part of rich text from elements."""
    return RichTextSectionElement(elements=elements)


def words(text: str, **style: bool) -> RichTextElement:
    """Return text in a style."""
    on = {name: True for name, wanted in style.items() if wanted}
    styled = RichTextElementParts.TextStyle(**on) if on else None
    return RichTextElementParts.Text(text=inert(text) or "…", style=styled)


def link(url: str | None, label: str) -> RichTextElement:
    """Return a link of our own, or its label alone where the address is none that Slack takes."""
    if url is None or not is_web_address(url):
        return words(label)
    return RichTextElementParts.Link(url=url, text=inert(label) or "…")


def items(style: str, contents: Sequence[Sequence[RichTextElement]]) -> RichTextListElement:
    """Return a list, ``ordered`` or ``bullet``, of the contents of its items."""
    return RichTextListElement(style=style, elements=[paragraph(*content) for content in contents])


def source(number: int, url: str | None, label: str) -> RichTextSectionElement:
    """Return a numbered source with its link."""
    return paragraph(words(f"[{number}] "), link(url, label))


def examples(overview: Overview, language: Language) -> list[Block]:
    """Return blocks with the example questions as buttons, each in its own row for the sake of phones."""
    questions = overview.examples(language)
    lead = [context(texts(language).home_examples)] if questions else []
    return [*lead, *(actions(button(ASK_EXAMPLE, question, question, spoken=question)) for question in questions)]


def quoted(parts: Sequence[Part]) -> list[RichTextElement]:
    """Return what is quoted: prose with a bar beside it, code as code."""
    return [_code(part) if isinstance(part, Code) else _prose(part) for part in parts]


def _prose(part: Prose) -> RichTextQuoteElement:
    return RichTextQuoteElement(elements=[_run(run) for run in part.runs if inert(run.text)])


def _run(run: Run) -> RichTextElement:
    return words(run.text, bold=run.bold or run.emphasised, italic=run.italic, strike=run.strike, code=run.code)


def _code(part: Code) -> RichTextPreformattedElement:
    return RichTextPreformattedElement(elements=[words(part.text)], border=0)
