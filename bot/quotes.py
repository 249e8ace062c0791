"""Choose what to quote: whole blocks that answer, or the main points of the section that was asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from index import lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.search import Searcher, SearchResult
    from index.tables import StoredPassage
    from index.types import Sentence

# What fits on a phone's screen together with its sources.
QUOTED_CHARACTERS = 600
# Spans that touch are joined, and the blank line between them is quoted along.
JOINT = 2
# Passages further down seldom answer and often mislead.
QUOTED_HITS = 3
# A lead-in and its list, or the lines of a definition, stay together up to this length.
WHOLE_CHARACTERS = 240
# A passage with a smaller share of the best one's score is about something else.
WORTH_QUOTING = 0.75
# How much being behind the best passage counts against a block, beside how well it matches itself.
PASSAGE_WEIGHT = 0.4
# What a cosine of a sentence is worth against a share of the question's words.
WORD_WEIGHT = 0.1
# What a sentence that states a conclusion is worth more where conclusions are asked for.
POINT_WEIGHT = 0.03

SUMMARY = re.compile(
    r"\b(conclu\w*|summar\w*|takeaways?|main points?|key points?|overview|discuss\w*|what did \S+ (say|cover))\b"
    r"|結論|まとめ|要約|要点|概要|ポイント|どんな(話|内容|発表|議論|意見)|何の話|何を(話|議論)|について教えて|内容は",
    re.IGNORECASE,
)
POINT = re.compile(
    r"べき|ほうが|方が|必要|重要|大切|大事|結論|まとめ|つまり|ポイント|おすすめ|推奨|やめて|避け|別に|別の|分け|切り出|使い|使う|する$|します$|作る$|管理"
    r"|\b(should|must|important|need|conclu\w*|recommend\w*)\b"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A byte range to quote, of the article that a passage is from."""

    stored: StoredPassage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The article's own bytes."""
        return self.stored.article.source[self.start : self.end].decode()

    @property
    def is_code(self) -> bool:
        """Whether all of it is from inside a fence, whose marks are then not part of it."""
        sentences = self.stored.passage.sentences
        inside = [one for one in sentences if one.start < self.end and one.end > self.start]
        return bool(inside) and all(one.kind == "code" for one in inside)


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences of one passage that stay together, with how well they answer."""

    stored: StoredPassage
    sentences: Sequence[Sentence]
    score: float

    @property
    def span(self) -> Span:
        """The bytes from the first sentence to the last."""
        return Span(self.stored, self.sentences[0].start, self.sentences[-1].end)

    def leads_into(self, following: _Block) -> bool:
        """Whether no blank line parts the two, as between "three points:" and its list, and both are short."""
        between = self.stored.article.source[self.sentences[-1].end : following.sentences[0].start]
        whole = Span(self.stored, self.sentences[0].start, following.sentences[-1].end)
        return between.count(b"\n") < 2 and len(whole.text) <= WHOLE_CHARACTERS

    def joined(self, following: _Block) -> _Block:
        """Return the two as one block."""
        return _Block(self.stored, [*self.sentences, *following.sentences], max(self.score, following.score))

    @property
    def readable(self) -> bool:
        """Whether a reader sees words, not only an image without a description."""
        return any(sentence.plain for sentence in self.sentences)


def choose_spans(question: str, result: SearchResult, searcher: Searcher) -> list[Span]:
    """Return what to quote, best article section first and in the order of the text within a section."""
    choose = _points if SUMMARY.search(question) else _answering_blocks
    blocks = choose(result, searcher)
    return _in_reading_order(_within_budget(blocks))


def _answering_blocks(result: SearchResult, searcher: Searcher) -> list[_Block]:
    """Return the blocks of the best passages, those that answer best first."""
    best = result.hits[0].score
    blocks: list[_Block] = []
    for hit in result.hits[:QUOTED_HITS]:
        if hit.score < WORTH_QUOTING * best:
            break
        behind = PASSAGE_WEIGHT * (best - hit.score) / max(abs(best), 1.0)
        blocks += _scored_blocks(hit.stored, result, searcher, -behind)
    return sorted(blocks, key=lambda block: -block.score)


def _points(result: SearchResult, searcher: Searcher) -> list[_Block]:
    """Return the main points of the section that was asked about, the weightiest first."""
    first = result.hits[0].stored
    blocks: list[_Block] = []
    for stored in searcher.passages_under(first):
        for block in _scored_blocks(stored, result, searcher, 0.0):
            points = sum(1 for s in block.sentences if s.kind == "item" or POINT.search(s.plain))
            blocks.append(replace(block, score=block.score + POINT_WEIGHT * min(points, 2)))
    return sorted(blocks, key=lambda block: -block.score)


def _scored_blocks(stored: StoredPassage, result: SearchResult, searcher: Searcher, score: float) -> list[_Block]:
    """Return the readable blocks of a passage; a block scores as its best sentence."""
    cosines = searcher.sentence_scores(result, stored)
    wanted = set(result.terms)
    blocks: list[_Block] = []
    rows = zip(stored.passage.sentences, cosines.tolist(), strict=True)
    for _, group in groupby(rows, key=lambda row: row[0].block):
        members = list(group)
        best = max(cosine + WORD_WEIGHT * _shared(wanted, sentence.plain) for sentence, cosine in members)
        block = _Block(stored, [sentence for sentence, _ in members], score + best)
        if blocks and blocks[-1].leads_into(block):
            blocks[-1] = blocks[-1].joined(block)
        else:
            blocks.append(block)
    return [block for block in blocks if block.readable]


def _shared(wanted: set[str], plain: str) -> float:
    """Return which share of the question's words a sentence has."""
    return len(wanted & set(lexicon.terms(plain))) / len(wanted) if wanted else 0.0


def _within_budget(blocks: Sequence[_Block]) -> list[Span]:
    """Take blocks as long as they fit; the first one is cut at a sentence if it alone is too long."""
    spans: list[Span] = []
    left = QUOTED_CHARACTERS
    for block in blocks:
        span = block.span
        if not spans and len(span.text) > left:
            span = _cut(block, left)
        if len(span.text) <= left:
            spans.append(span)
            left -= len(span.text) + JOINT
    return spans


def _cut(block: _Block, limit: int) -> Span:
    """Return the first sentences of a block that fit the limit, or the beginning of the first one."""
    start = block.sentences[0].start
    ends = [sentence.end for sentence in block.sentences if len(Span(block.stored, start, sentence.end).text) <= limit]
    if ends:
        return Span(block.stored, start, ends[-1])
    beginning = Span(block.stored, start, block.sentences[0].end).text[:limit].rstrip()
    return Span(block.stored, start, start + len(beginning.encode()))


def _in_reading_order(spans: Sequence[Span]) -> list[Span]:
    """Order spans by section, as first chosen, then by the text, and join those that only blanks part."""
    sections = list(dict.fromkeys(span.stored.section_number for span in spans))
    ordered = sorted(spans, key=lambda s: (sections.index(s.stored.section_number), s.start))
    joined: list[Span] = []
    for span in ordered:
        last = joined[-1] if joined else None
        if last is not None and last.stored.section_number == span.stored.section_number and _adjacent(last, span):
            joined[-1] = Span(last.stored, last.start, span.end)
        else:
            joined.append(span)
    return joined


def _adjacent(first: Span, second: Span) -> bool:
    """Tell whether nothing but blanks, or a rule, stands between two spans."""
    between = first.stored.article.source[first.end : second.start]
    return not between.strip()
