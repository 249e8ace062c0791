"""A written answer above the quotes it leans on, as Block Kit; pure functions.

A written sentence is text in which Slack interprets nothing, followed by links of our own to the sources that prove
it. No quote goes because of it: those it leans on come first, the others after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers.sources import sources_of
from bot.slack.views import elements as el
from bot.slack.views.blocks import buttons, excerpt_block
from bot.slack.views.excerpts import SHOWN, excerpts_of, question_line
from bot.slack.views.fallback import TEXT, short, spoken
from bot.slack.views.markup import clip, escape_within, one_line, weight
from bot.slack.views.message import Message
from bot.texts import texts
from bot.written import place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slack_sdk.models.blocks import Block, RichTextElement

    from bot.answers.sources import Source
    from bot.types import Answer
    from bot.writing.types import WrittenAnswer
    from index.types import Quote

MODEL = 100


def written_message(
    answer: Answer,
    written: WrittenAnswer,
    *,
    key: str,
    question_shown: bool = False,
    share_button: bool = False,
    write_button: bool = False,
) -> Message:
    """Return an answer with what is written above its quotes; the options are those of ``answer_message``."""
    placed = place(answer, written)
    shown = [*answer.quotes, *placed.further]
    leant_on = [[shown[at] for at in positions] for positions in placed.positions]
    quotes = _in_order_of_use(shown, (quote for quotes in leant_on for quote in quotes))
    sources = [_sources(quotes, of_one) for of_one in leant_on]
    excerpts = excerpts_of(quotes, SHOWN + sum(weight(quote.page_text) for quote in placed.further))
    who = _who(answer, written)
    blocks: list[Block] = [el.context(question_line(answer))] if question_shown else []
    blocks += [el.context(answer.notice)] if answer.notice is not None else []
    blocks += [el.rich(el.paragraph(*_sentences(written, sources))), el.context(who)]
    blocks += [excerpt_block(one, answer.lang) for one in excerpts]
    blocks += buttons(answer.lang, key, share_button=share_button, write_button=write_button)
    said = escape_within(f"{plain_sentences(written, sources)}\n{who}", TEXT // 2)
    return Message(
        text=f"{said}\n\n{spoken(excerpts, answer.lang, answer.notice, TEXT - len(said))}",
        blocks=[block.to_dict() for block in blocks],
        plain=f"{said}\n{short(excerpts, answer.lang, answer.notice)}",
    )


def plain_sentences(written: WrittenAnswer, sources: Iterable[Iterable[Source]]) -> str:
    """Return the sentences, each in a line with the numbers of its sources."""
    lines = zip(written.sentences, sources, strict=True)
    return "\n".join(f"{one.text} {''.join(f'[{source.number}]' for source in of_one)}" for one, of_one in lines)


def _sentences(written: WrittenAnswer, sources: Iterable[Iterable[Source]]) -> list[RichTextElement]:
    elements: list[RichTextElement] = []
    for one, of_one in zip(written.sentences, sources, strict=True):
        elements.append(el.words(f"\n{one.text} " if elements else f"{one.text} "))
        elements += [el.link(source.citation.url, f"[{source.number}]") for source in of_one]
    return elements


def _who(answer: Answer, written: WrittenAnswer) -> str:
    return texts(answer.lang).written_below.format(model=clip(one_line(written.model), MODEL))


def _in_order_of_use(quotes: list[Quote], used: Iterable[Quote]) -> list[Quote]:
    """Return quotes with the sections that are used first, and within a section as its report has them."""
    numbers = {quote: source.number for source in sources_of([*used, *quotes]) for quote in source.quotes}
    return sorted(quotes, key=lambda quote: (numbers[quote], quote.start))


def _sources(quotes: list[Quote], leant_on: list[Quote]) -> list[Source]:
    return [source for source in sources_of(quotes) if any(quote in leant_on for quote in source.quotes)]
