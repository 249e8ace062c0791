"""A written answer beside the quotes that it leans on: as Markdown for a person, as JSON, and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.answers.rendering import source_to_markdown
from bot.answers.sources import Source, sources_of
from bot.texts import texts
from bot.types import Written
from bot.writing.types import WrittenAnswer, WrittenSentence
from index.types import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.types import Answer
    from bot.writing.types import NotWritten
    from index.reports import Reports
    from index.types import Quote


@dataclass(frozen=True, slots=True)
class Placed:
    """A written answer among the quotes of its answer.

    ``positions`` are, for each sentence, those of the quotes it leans on: among the quotes of the answer, and behind
    these in ``further``, which are lines that it leans on and that no quote has.
    """

    positions: tuple[tuple[int, ...], ...]
    further: tuple[Quote, ...]


def place(answer: Answer, written: WrittenAnswer) -> Placed:
    """Return where the quotes of a written answer are among those that are shown already."""
    further: list[Quote] = []
    at: list[int] = []
    for quote in written.quotes:
        found = next((number for number, shown in enumerate(answer.quotes) if _shares(shown, quote)), None)
        if found is None:
            found = len(answer.quotes) + len(further)
            further.append(quote)
        at.append(found)
    positions = tuple(tuple(dict.fromkeys(at[one] for one in sentence.leans_on)) for sentence in written.sentences)
    return Placed(positions, tuple(further))


def written_to_json(answer: Answer, written: WrittenAnswer | NotWritten) -> dict[str, Any]:
    """Return what `ask --json` adds where answers are written: the written one, or why there is none."""
    if not isinstance(written, WrittenAnswer):
        return {"written": None, "written_reason": written.reason}
    placed = place(answer, written)
    shown = [
        {"text": sentence.text, "leans_on": list(positions)}
        for sentence, positions in zip(written.sentences, placed.positions, strict=True)
    ]
    further = [
        {"article": one.citation.article, "start": one.start, "end": one.end, "text": one.text, "url": one.citation.url}
        for one in placed.further
    ]
    said = {"sentences": shown, "further": further, "model": written.model, "dropped": dict(written.dropped)}
    return {"written": said, "written_reason": None}


def written_lines(answer: Answer, written: WrittenAnswer) -> list[str]:
    """Return the sentences with the numbers of their sources, and who wrote them."""
    placed = place(answer, written)
    quotes = [*answer.quotes, *placed.further]
    numbers = _source_numbers(quotes)
    lines = []
    for sentence, positions in zip(written.sentences, placed.positions, strict=True):
        marks = dict.fromkeys(f"[{numbers[at]}]" for at in positions)
        lines.append(f"{sentence.text} {''.join(marks)}")
    return [*lines, texts(answer.lang).written_above.format(model=written.model)]


def further_sources(answer: Answer, written: WrittenAnswer) -> list[Source]:
    """Return what is to be quoted besides, with the numbers that it has behind the sources of the answer."""
    further = place(answer, written).further
    sources = sources_of([*answer.quotes, *further])
    kept = [(source, tuple(quote for quote in source.quotes if quote in further)) for source in sources]
    return [Source(source.number, quotes[0].citation, quotes) for source, quotes in kept if quotes]


def written_to_markdown(answer: Answer, written: WrittenAnswer) -> str:
    """Return the written answer as it stands below the quotes."""
    further = [source_to_markdown(source, answer.lang) for source in further_sources(answer, written)]
    return "\n\n".join(["\n".join(written_lines(answer, written)), *further])


def kept_form(written: WrittenAnswer) -> Written:
    """Return a written answer as it is kept beside its answer."""
    return Written(
        text="\n".join(sentence.text for sentence in written.sentences),
        model=written.model,
        seconds=written.seconds,
        dropped=dict(written.dropped),
        leans_on=tuple(sentence.leans_on for sentence in written.sentences),
        places=tuple(Place(one.citation.article, one.start, one.end) for one in written.quotes),
        index_version=written.index_version,
    )


def from_kept(kept: Written, answer: Answer, reports: Reports) -> WrittenAnswer | None:
    """Return what was kept with its quotes read back; None where the reports are other ones, or nothing was written."""
    if not kept.text or kept.index_version != reports.version:
        return None
    quotes = tuple(line.quote for line in reports.lines(kept.places))
    if [Place(one.citation.article, one.start, one.end) for one in quotes] != list(kept.places):
        return None
    sentences = zip(kept.text.split("\n"), kept.leans_on, strict=True)
    return WrittenAnswer(
        lang=answer.lang,
        sentences=tuple(WrittenSentence(text, leans_on) for text, leans_on in sentences),
        quotes=quotes,
        model=kept.model,
        index_version=kept.index_version,
        dropped=kept.dropped,
        seconds=kept.seconds,
    )


def _source_numbers(quotes: Sequence[Quote]) -> list[int]:
    sources = sources_of(quotes)
    return [next(source.number for source in sources if quote in source.quotes) for quote in quotes]


def _shares(shown: Quote, quote: Quote) -> bool:
    same = shown.citation.article == quote.citation.article
    return same and shown.start < quote.end and quote.start < shown.end
