"""The main points of the section that somebody wants summed up: single lines, each with what heads it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from index.asking.question_type import WHO
from index.quoting.line_scores import BEHIND_WEIGHT
from index.quoting.lines import behind_best, lines_of
from index.quoting.quotable import SectionText
from index.quoting.spans import REACH, united

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.quoting.line_scores import Criteria
    from index.quoting.lines import Line
    from index.quoting.spans import Span
    from index.searching.results import SearchResult
    from index.searching.search import Searcher
    from index.storage.tables import StoredPassage
    from index.types import Section

# More lines than these are the section itself.
MOST_LINES = 7
# A line whose score is this much below the best one's is no main point.
MARGIN = 0.7
# Passages further down seldom are of the section that is asked about.
ASKED_HITS = 6
# To read more of a very long section would take longer than searching.
READ_PASSAGES = 100
SUMMARISED_PASSAGES = 20


def point_spans(criteria: Criteria, result: SearchResult, searcher: Searcher, characters: int) -> list[Span]:
    """Return the best lines of the section that was asked about, `MOST_LINES` and so many characters at most.

    There is nothing where no single line can stand for itself.
    """
    texts: dict[int, SectionText] = {}
    points: list[Span] = []
    for line in main_lines(criteria, result, searcher):
        if line.stored.number not in texts:
            texts[line.stored.number] = SectionText(searcher.store.tables.passages_near(line.stored, REACH))
        more = list(dict.fromkeys([*points, *texts[line.stored.number].point(line.sentence)]))
        if len(more) <= MOST_LINES and sum(len(span.text) for span in more) <= characters:
            points = more
    return united(points)


def main_lines(criteria: Criteria, result: SearchResult, searcher: Searcher) -> Iterator[Line]:
    """Yield the best lines of the section that was asked about, the sections below it taking turns."""
    section = _asked_section(criteria, result, searcher)
    passages = searcher.store.tables.passages_under(*section, READ_PASSAGES)
    best = sorted(passages, key=lambda stored: -float(searcher.sentence_scores(result, stored).max()))
    lines = [line for one in best[:SUMMARISED_PASSAGES] for line in lines_of(one, criteria, result, searcher)]
    yield from (line for line in lines if _says_whose_talk(line, passages[0]))
    least = max((line.score for line in lines), default=0.0) - MARGIN
    best_first = _in_turns(sorted(lines, key=lambda line: -line.score))
    yield from (line for line in best_first if line.score >= least and not _says_whose_talk(line, passages[0]))


def _says_whose_talk(line: Line, first: StoredPassage) -> bool:
    """Return whether a line is the first one of a section, with the first passage of that, and names somebody."""
    return line.sentence == first.passage.sentences[0] and WHO.is_marked(line.sentence.plain)


def _asked_section(criteria: Criteria, result: SearchResult, searcher: Searcher) -> tuple[int, int]:
    """Return the numbers of the article and the section that a question names: a passage's own or one above it.

    "What did track4 conclude?" asks about all that stands under track4, whichever part of it matches best.
    """
    tables = searcher.store.tables
    named: list[tuple[float, int, int]] = []
    for hit in result.hits[:ASKED_HITS]:
        own = hit.stored.section_number
        for number, section in _path(tables.sections(hit.stored.article_number), own):
            if number == own or criteria.share_in("".join(section.headings[-1:])) > 0:
                share = criteria.share_in("\n".join((hit.stored.entry.title, *section.headings)))
                value = share + BEHIND_WEIGHT * behind_best(hit, result)
                named.append((value, hit.stored.article_number, number))
    # Of equals it is the first one: of the better passage and, there, what stands above.
    _, article_number, number = max(named, key=lambda pair: pair[0])
    return article_number, number


def _path(sections: Sequence[tuple[int, Section]], own: int) -> list[tuple[int, Section]]:
    """Return the sections in which a section stands, the outermost first and itself last."""
    path: list[tuple[int, Section]] = []
    for number, section in sections:
        if number <= own:
            path = [pair for pair in path if pair[1].level < section.level]
            path.append((number, section))
    return path


def _in_turns(lines: Sequence[Line]) -> list[Line]:
    """Return first the first line of each section, then the second ones, and so on."""
    taken: Counter[int] = Counter()
    turns: list[tuple[int, Line]] = []
    for line in lines:
        turns.append((taken[line.stored.section_number], line))
        taken[line.stored.section_number] += 1
    return [line for _, line in sorted(turns, key=lambda turn: turn[0])]
