"""More of the same: what stands around the lines that were quoted and was not quoted yet."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from index.searching.quotable import span_of, united
from index.searching.quotes import QUOTED_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from index.searching.quotable import Span
    from index.searching.search import Searcher, SearchResult
    from index.storage.tables import StoredPassage
    from index.types import Place

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
    """Yield what was not quoted of a passage, block by block, each with the score of its best sentence.

    A block that is too long to be quoted whole comes sentence by sentence.
    """
    scored = zip(stored.passage.sentences, searcher.sentence_scores(result, stored).tolist(), strict=True)
    path = stored.entry.path
    new = [pair for pair in scored if not any(place.overlaps(path, pair[0].start, pair[0].end) for place in seen)]
    for _, group in groupby(new, key=lambda pair: pair[0].block):
        pairs = list(group)
        whole = span_of(stored, [one for one, _ in pairs])
        if len(whole.text) > QUOTED_CHARACTERS:
            yield from ((score, span_of(stored, [one])) for one, score in pairs if one.plain)
        elif any(one.plain for one, _ in pairs):
            yield max(score for _, score in pairs), whole


def _within_budget(scored: Sequence[tuple[float, Span]]) -> list[Span]:
    """Take spans as long as they fit, at least one; put them in the order of the text and join what touches."""
    taken: list[Span] = []
    left = QUOTED_CHARACTERS
    for _, span in scored:
        if not taken or len(span.text) <= left:
            taken.append(span)
            left -= len(span.text)
    return united(sorted(taken, key=lambda span: span.start))
