"""The modal that says why an answer is the answer: scores, index version, files and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.views import View

from bot.answers.sources import MOST_SOURCES, sources_of
from bot.slack.views import elements as el
from bot.slack.views.excerpts import LABEL, label_of, question_line
from bot.slack.views.markup import clip, one_line
from bot.texts import texts

if TYPE_CHECKING:
    from slack_sdk.models.blocks import Block, RichTextBlock, RichTextElement

    from bot.answers.sources import Source
    from bot.texts import Texts
    from bot.types import Answer, ConsideredPassage, Written
    from index.types import Language, Quote

    Json = dict[str, Any]

# At most; an answer has fewer.
QUOTES = 8
CONSIDERED = 5


def why_view(answer: Answer, *, threshold: float | None = None, written: Written | None = None) -> Json:
    """Return the modal; ``threshold`` is the least probability at which the bot answers.

    ``written`` is what became of a written answer, where one was tried.
    """
    words = texts(answer.lang)
    blocks: list[Block] = [el.context(question_line(answer)), el.rich(_verdict(answer, words, threshold))]
    if written is not None:
        blocks += [el.header(words.why_written), el.rich(*_written(written, words))]
    if answer.quotes:
        sources = sources_of(answer.quotes)[:MOST_SOURCES]
        blocks += [el.header(words.why_quotes), *(_places(source, answer.lang) for source in sources)]
    if answer.considered:
        considered = [_scores(one, words) for one in answer.considered[:CONSIDERED]]
        blocks += [el.header(words.why_considered), el.rich(el.items("ordered", considered))]
    blocks.append(el.context(words.why_version.format(version=clip(one_line(answer.index_version), LABEL))))
    title, close = el.plain_text(words.why_title, el.TITLE), el.plain_text(words.close, el.TITLE)
    return View(type="modal", title=title, close=close, blocks=blocks).to_dict()


def _verdict(answer: Answer, words: Texts, threshold: float | None) -> RichTextElement:
    verdict = words.why_answered if answer.quotes else words.why_not_found
    details = words.confidence.format(percent=round(100 * answer.confidence))
    if threshold is not None:
        details += words.threshold.format(percent=round(100 * threshold))
    return el.paragraph(el.words(verdict, bold=True), el.words(f"\n{details}"))


def _written(written: Written, words: Texts) -> list[RichTextElement]:
    """Return who wrote in what time, or why nobody did, and which sentences are not shown."""
    model, seconds = clip(one_line(written.model), LABEL), f"{written.seconds:.1f}"
    said = words.why_model.format(model=model, seconds=seconds) if written.text else words.not_written[written.reason]
    if not written.dropped:
        return [el.paragraph(el.words(said))]
    withheld = [
        [el.words(words.why_withheld.format(reason=words.withheld[reason], count=count))]
        for reason, count in written.dropped.items()
    ]
    return [el.paragraph(el.words(f"{said}\n{words.why_not_shown}")), el.items("bullet", withheld)]


def _places(source: Source, lang: Language) -> RichTextBlock:
    """Return a source with the lines of its quotes."""
    label = el.source(source.number, source.citation.url, label_of(source.citation, lang))
    places = [[el.words(_place(quote, texts(lang)))] for quote in source.quotes[:QUOTES]]
    return el.rich(label, el.items("bullet", places))


def _place(quote: Quote, words: Texts) -> str:
    first, last = quote.citation.line, quote.last_line
    path = clip(one_line(quote.citation.article), LABEL)
    if first == last:
        return words.line.format(path=path, line=first)
    return words.lines.format(path=path, first=first, last=last)


def _scores(one: ConsideredPassage, words: Texts) -> list[RichTextElement]:
    path = clip(one_line(" › ".join((one.citation.title, *one.citation.headings))), LABEL)
    place = words.line.format(path=clip(one_line(one.citation.article), LABEL), line=one.citation.line)
    scores = words.why_scores.format(
        score=f"{one.score:.2f}", dense=f"{one.dense:.2f}", sparse=f"{one.sparse:.2f}", lexical=f"{one.lexical:.2f}"
    )
    return [el.link(one.citation.url, path), el.words(f"\n{place}\n{scores}")]
