"""More of the same: what stands around the lines that were quoted and was not quoted yet."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from index.quoting.quotes import QUOTED_CHARACTERS
from index.quoting.spans import goes_on, is_head, span_of, united
from index.reading.long_lines import fragments

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from index.quoting.spans import Span
    from index.searching.results import SearchResult
    from index.searching.search import Searcher
    from index.storage.tables import StoredPassage
    from index.types import Place, Sentence

    # Whether the line goes on with it where a quote ended, and how well it answers.
    Wish = tuple[bool, float]

# What has more passages around a section is no larger section, but the whole report.
NEARBY_PASSAGES = 8
WORD = re.compile(r"\w")


def more_spans(result: SearchResult, searcher: Searcher, seen: Collection[Place]) -> list[Span]:
    """Return what was not quoted yet of the section that answers, or else of the one around it, in reading order.

    Of what is too long to be quoted whole, it is what answers best. There may be nothing left.
    """
    for around in _around(result.hits[0].stored, searcher):
        passages = [one for one in around if one.passage.is_text]
        neighbours = zip([None, *passages], passages, strict=False)
        scored = [pair for before, stored in neighbours for pair in _unseen(before, stored, result, searcher, seen)]
        if scored:
            return _within_budget(_in_turn(scored))
    return []


def _in_turn(scored: Sequence[tuple[Wish, Span]]) -> list[Span]:
    """Return spans in the order in which they are wanted: those that answer best, or what a cut line goes on with."""
    begun = [span.start for (goes_on, _), span in scored if goes_on]
    if begun:
        return sorted((span for _, span in scored if span.start >= min(begun)), key=lambda span: span.start)
    return [span for _, span in sorted(scored, key=lambda pair: pair[0], reverse=True)]


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
    before: StoredPassage | None,
    stored: StoredPassage,
    result: SearchResult,
    searcher: Searcher,
    seen: Collection[Place],
) -> Iterator[tuple[Wish, Span]]:
    """Yield what was not quoted of a passage behind another, block by block, each with how much it is wished for.

    A block that is too long to be quoted whole comes sentence by sentence, and a sentence in pieces.
    """
    text = stored.article.text
    places = sorted(stored.article.text_range(one.start, one.end) for one in seen if one.article == stored.entry.path)
    scores = searcher.sentence_scores(result, stored).tolist()
    begun = _begun(text, before, stored, places)
    new = [
        ((part.start > sentence.start or sentence in begun, score), part)
        for sentence, score in zip(stored.passage.sentences, scores, strict=True)
        for part in _parts(text, sentence, places)
    ]
    for _, group in groupby(new, key=lambda pair: (pair[1].block, sum(end <= pair[1].start for _, end in places))):
        pairs = list(group)
        whole = span_of(stored, [part for _, part in pairs])
        if len(whole.text) > QUOTED_CHARACTERS:
            yield from ((wish, span) for wish, part in pairs for span in _single(stored, part))
        elif any(part.plain for _, part in pairs):
            yield max(wish for wish, _ in pairs), whole


def _begun(
    text: bytes, before: StoredPassage | None, stored: StoredPassage, places: Sequence[tuple[int, int]]
) -> set[Sentence]:
    """Return the pieces of sentences in a passage that go on where a quote ended."""
    sentences = [*(before.passage.sentences[-1:] if before is not None else ()), *stored.passage.sentences]
    ends = {end for _, end in places}
    return {second for first, second in pairwise(sentences) if first.end in ends and goes_on(text, first, second)}


def _parts(text: bytes, sentence: Sentence, places: Sequence[tuple[int, int]]) -> Iterator[Sentence]:
    """Yield what is between the places of a sentence that were quoted."""
    within = [(start, end) for start, end in places if start < sentence.end and sentence.start < end]
    if not within:
        yield sentence
        return
    at = sentence.start
    for start, end in [*within, (sentence.end, sentence.end)]:
        part = text[at : max(at, start)].decode()
        if WORD.search(part):
            begin = at + len(part.encode()) - len(part.lstrip().encode())
            yield replace(sentence, start=begin, end=begin + len(part.strip().encode()), plain=part.strip())
        at = max(at, end)


def _single(stored: StoredPassage, sentence: Sentence) -> Iterator[Span]:
    """Yield a sentence of which a reader sees something, in pieces if it is too long; the head of a table is none."""
    if not sentence.plain or is_head(stored.article.text, sentence):
        return
    span = span_of(stored, [sentence])
    text = span.text
    for first, last in fragments(text, sentence.kind, QUOTED_CHARACTERS):
        start = span.start + len(text[:first].encode())
        yield replace(span, start=start, end=start + len(text[first:last].encode()))


def _within_budget(spans: Sequence[Span]) -> list[Span]:
    """Take spans as long as they fit, at least one; put them in the order of the text and join what touches."""
    taken: list[Span] = []
    left = QUOTED_CHARACTERS
    for span in spans:
        if not taken or len(span.text) <= left:
            taken.append(span)
            left -= len(span.text)
    return united(sorted(taken, key=lambda span: span.start))
