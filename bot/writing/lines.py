"""Choose the lines that an answer is written from: those that are quoted, and those that answer next best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.writing.types import Line
from index.types import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.types import Answer
    from index.reports import ReportLine, Reports

MOST_LINES = 24
# Small models, and servers that cut what is too long without a word, read no more than this with what stands around it.
MOST_CHARACTERS = 2_000
# Of a longer line the beginning is given.
LINE_CHARACTERS = 300


def lines_of(answer: Answer, reports: Reports) -> tuple[Line, ...]:
    """Return the lines for an answer, read from the index: section by section, in the order of the text within one."""
    quoted = tuple(Place(quote.citation.article, quote.start, quote.end) for quote in answer.quotes)
    further = answer.material.places if answer.material is not None else ()
    chosen = _within_limits(reports.lines((*quoted, *further)))
    sections: dict[tuple[str, tuple[str, ...], str | None], int] = {}
    numbered = [(sections.setdefault(_section(line), len(sections)), line) for line in chosen]
    numbered.sort(key=lambda pair: (pair[0], pair[1].quote.start))
    return tuple(Line(number, line.quote, line.plain, at) for number, (at, line) in enumerate(numbered, 1))


def places_of(lines: Iterable[Line]) -> list[Place]:
    """Return where lines stand."""
    return [Place(line.quote.citation.article, line.quote.start, line.quote.end) for line in lines]


def _section(line: ReportLine) -> tuple[str, tuple[str, ...], str | None]:
    cited = line.quote.citation
    return cited.article, cited.headings, cited.anchor


def _within_limits(lines: Iterable[ReportLine]) -> list[ReportLine]:
    chosen: list[ReportLine] = []
    room = MOST_CHARACTERS
    for line in lines:
        room -= min(len(line.plain), LINE_CHARACTERS)
        if room < 0 or len(chosen) == MOST_LINES:
            break
        chosen.append(line)
    return chosen
