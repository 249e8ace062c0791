"""Choose what to quote: the lines that answer best with what they need, or the main points of a section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from index.asking.question_type import COUNT, SUMMARY, WHEN, WHERE, WHO
from index.quoting.emphasis import with_emphasis
from index.quoting.line_scores import best_part, criteria_of
from index.quoting.lines import behind_best, lines_of
from index.quoting.points import main_lines, point_spans
from index.quoting.quotable import SectionText
from index.quoting.spans import REACH, Span, span_of, united
from index.reading.long_lines import fragments
from index.searching.reading import told_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from index.quoting.line_scores import Criteria
    from index.quoting.lines import Line
    from index.searching.results import SearchResult
    from index.searching.search import Searcher
    from index.storage.tables import StoredPassage

# What fits on a phone's screen together with its sources.
QUOTED_CHARACTERS = 600
# Passages further down seldom answer.
QUOTED_HITS = 6
# More sources than this are a list of places rather than an answer.
QUOTED_SECTIONS = 4
# A line whose score is this much below the best one's is about something else; in a section that is quoted anyway it
# may be what the answer goes on with.
MARGIN = 0.5
MARGIN_IN_SECTION = 0.7
# The line that is so much of the answer says when, where, who and how many without those around it.
FACTS = (WHEN, WHERE, WHO, COUNT)
ALONE_SHARE = 0.5
# So far behind the best line is what answers in another report.
ELSEWHERE = 0.4
# Less of a sentence that is too long says too little.
LEAST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """What to quote, and the lines it was chosen from, the best first and each a span of its own."""

    quoted: list[Span]
    lines: list[Span]


def choose_spans(result: SearchResult, searcher: Searcher) -> list[Span]:
    """Return what to quote, best section first and in the order of the text within a section.

    It is `QUOTED_CHARACTERS` at most, and nothing only where the search found nothing.
    """
    return choose(result, searcher, 0).quoted


def choose(result: SearchResult, searcher: Searcher, most: int) -> Choice:
    """Return what to quote with at most so many of the lines it was chosen from."""
    if not result.hits:
        return Choice([], [])
    if result.is_stated:
        first = result.hits[0]
        return Choice([span_of(first.stored, [sentence]) for sentence in first.stated], [])
    criteria = criteria_of(result, searcher.store.tables)
    if criteria.kind is SUMMARY and (points := point_spans(criteria, result, searcher, QUOTED_CHARACTERS)):
        return Choice(points, _alone(islice(main_lines(criteria, result, searcher), most) if most else ()))
    lines = _best_lines(criteria, result, searcher)
    return Choice(with_emphasis(_answers(lines, criteria, result, searcher), result), _alone(lines[:most]))


def _alone(lines: Iterable[Line]) -> list[Span]:
    return [span_of(line.stored, [line.sentence]) for line in lines]


def _answers(lines: Sequence[Line], criteria: Criteria, result: SearchResult, searcher: Searcher) -> list[Span]:
    """Quote those of the lines that answer best."""
    if not lines:
        # All that was found are heads of tables without rows that show anything.
        stored = result.hits[0].stored
        return [span_of(stored, stored.passage.sentences[:1])]
    return _within_budget(lines, criteria, searcher)


def _best_lines(criteria: Criteria, result: SearchResult, searcher: Searcher) -> list[Line]:
    """Return the lines of the best passages, those first that answer best."""
    lines = [
        line
        for hit in result.hits[:QUOTED_HITS]
        for line in lines_of(hit.stored, criteria, result, searcher, behind_best(hit, result))
    ]
    lines = sorted(_with_other_reports(criteria, lines, result), key=lambda line: -line.score)
    sections = list(dict.fromkeys(line.stored.section_number for line in lines))[:QUOTED_SECTIONS]
    return [line for line in lines if line.stored.section_number in sections]


def _with_other_reports(criteria: Criteria, lines: Sequence[Line], result: SearchResult) -> list[Line]:
    """Put what answers in other reports, too, where it is quoted behind the best line."""
    told = told_elsewhere(result.hits)
    least = max((line.score for line in lines), default=0.0) - ELSEWHERE
    return [
        replace(line, score=max(line.score, least), share=1.0) if _answers_there(criteria, line, told) else line
        for line in lines
    ]


def _answers_there(criteria: Criteria, line: Line, told: Mapping[int, int]) -> bool:
    at = told.get(line.stored.number)
    return (
        at is not None and line.sentence == line.stored.passage.sentences[at] and not criteria.is_other(line.sentence)
    )


def _within_budget(lines: Sequence[Line], criteria: Criteria, searcher: Searcher) -> list[Span]:
    """Quote line by line what fits, with what belongs to the line where that fits, too."""
    texts: dict[int, SectionText] = {}
    best = max(line.score for line in lines)
    spans: list[Span] = []
    for line in lines:
        section = line.stored.section_number
        quoted = any(span.stored.section_number == section for span in spans)
        margin = MARGIN_IN_SECTION if quoted else MARGIN
        if line.score < best - margin or any(_has(span, line) for span in spans):
            continue
        text = _text_around(line.stored, texts, searcher)
        room = _room(spans)
        parts = chain(text.parts(line.sentence, room), _shortened(line, text, room, criteria))
        if criteria.kind in FACTS and line.share >= ALONE_SHARE and (point := text.point(line.sentence)):
            parts = chain([point], parts)
        spans = _with_first_that_fits(spans, parts)
    spans = _with_announced(spans, texts, searcher)
    return spans or [span_of(lines[0].stored, [lines[0].sentence])]


def _text_around(stored: StoredPassage, texts: dict[int, SectionText], searcher: Searcher) -> SectionText:
    """Return the text around a passage, read once."""
    if stored.number not in texts:
        texts[stored.number] = SectionText(searcher.store.tables.passages_near(stored, REACH))
    return texts[stored.number]


def _with_announced(spans: list[Span], texts: dict[int, SectionText], searcher: Searcher) -> list[Span]:
    """Add what the quotes lead into where there is room, unless some of it is quoted: then that is what answers."""
    for span in spans:
        parts = list(_text_around(span.stored, texts, searcher).announced_after(span, _room(spans)))
        others = [other for other in spans if other != span]
        if parts and not any(one.overlaps(other) for one in parts[0] for other in others):
            spans = _with_first_that_fits(spans, parts)
    return spans


def _with_first_that_fits(spans: list[Span], parts: Iterable[list[Span]]) -> list[Span]:
    """Add the first of some parts with which the spans are not too long."""
    together = (united([*spans, *part]) for part in parts)
    return next((more for more in together if _room(more) >= 0), spans)


def _room(spans: Sequence[Span]) -> int:
    """Return how many characters may be quoted beside some spans."""
    return QUOTED_CHARACTERS - sum(len(span.text) for span in spans)


def _has(span: Span, line: Line) -> bool:
    same = span.stored.section_number == line.stored.section_number
    return same and span.start <= line.sentence.start and line.sentence.end <= span.end


def _shortened(line: Line, text: SectionText, room: int, criteria: Criteria) -> Iterator[list[Span]]:
    """Yield the part that answers of a sentence that alone is too long, with what heads it, and without."""
    whole, heads = text.alone(line.sentence)
    if len(whole.text) <= QUOTED_CHARACTERS:
        return
    for beside in (heads, []) if heads else ([],):
        size = room - sum(len(head.text) for head in beside)
        if size >= LEAST_CHARACTERS:
            yield [_part_of(whole, line, size, criteria), *beside]


def _part_of(whole: Span, line: Line, size: int, criteria: Criteria) -> Span:
    """Return what answers of a sentence; where its words do not tell, it is the piece whose meaning does."""
    found = best_part(whole.text, line.sentence.kind, size, criteria)
    text, start = whole.text, whole.start
    if found is None:
        text, start = span_of(line.stored, [line.sentence]).text, line.sentence.start
        found = fragments(text, line.sentence.kind, size)[0]
    begin = start + len(text[: found[0]].encode())
    return replace(whole, start=begin, end=begin + len(text[slice(*found)].rstrip().encode()))
