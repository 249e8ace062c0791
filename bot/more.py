"""More of the same: what stands around the lines that were quoted and was not quoted yet."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.quotes import QUOTED_CHARACTERS, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.conversation import Place
    from index.search import Searcher, SearchResult
    from index.tables import StoredPassage

# What has more passages around a section is no larger section, but the whole report.
NEARBY_PASSAGES = 8


def more_spans(result: SearchResult, searcher: Searcher, seen: Collection[Place]) -> list[Span]:
    """Return what was not quoted yet of the section that answers, or else of the one around it, in reading order.

    Of what is too long to be quoted whole, it is what answers best. There may be nothing left.
    """
    for passages in _around(result.hits[0].stored, searcher):
        scored = [pair for stored in passages for pair in _unseen(stored, result, searcher, seen)]
        if scored:
            return _within_budget(sorted(scored, key=lambda pair: -pair[0]))
    return []


def _around(stored: StoredPassage, searcher: Searcher) -> Iterator[list[StoredPassage]]:
    """Yield the passages under the heading of a passage, and then those under the heading above it."""
    tables = searcher.store.tables
    sections = tables.sections(stored.article_number)
    own = [number for number, _ in sections].index(stored.section_number)
    level = sections[own][1].level
    above = next((at for at in range(own, -1, -1) if sections[at][1].level < level), own)
    for first in dict.fromkeys((own, above)):
        level = sections[first][1].level
        end = next((at for at in range(first + 1, len(sections)) if sections[at][1].level <= level), len(sections))
        under = [one for number, _ in sections[first:end] for one in tables.passages_of_section(number)]
        if first == own or len(under) <= NEARBY_PASSAGES:
            yield under


def _unseen(
    stored: StoredPassage, result: SearchResult, searcher: Searcher, seen: Collection[Place]
) -> Iterator[tuple[float, Span]]:
    """Yield the blocks of a passage of which nothing was quoted, each with the score of its best sentence."""
    scored = zip(stored.passage.sentences, searcher.sentence_scores(result, stored).tolist(), strict=True)
    for _, group in groupby(scored, key=lambda pair: pair[0].block):
        sentences, scores = zip(*group, strict=True)
        span = Span(stored, sentences[0].start, sentences[-1].end)
        readable = any(sentence.plain for sentence in sentences)
        if readable and not any(place.overlaps(stored.article.path, span.start, span.end) for place in seen):
            yield max(scores), span


def _within_budget(scored: Sequence[tuple[float, Span]]) -> list[Span]:
    """Take spans as long as they fit, at least one, and put them in the order of the text."""
    spans: list[Span] = []
    left = QUOTED_CHARACTERS
    for _, span in scored:
        if not spans or len(span.text) <= left:
            spans.append(span)
            left -= len(span.text)
    return sorted(spans, key=lambda span: span.start)
