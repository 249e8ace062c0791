"""Byte ranges to quote: how they are joined, and where the line that one is from goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading.sentences import is_end_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.storage.tables import StoredPassage, Tables
    from index.types import Sentence

# As far as the passages may be away in which the line of a quote goes on.
REACH = 5
# The head of a table, with the delimiter row below it and the beginning of a row below that.
HEAD = re.compile(
    rb"(?m)^(?P<head>[^\r\n]+)(?:\r\n|\r|\n)[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*"
    rb"(?:\r\n|\r|\n)(?=[ \t>]*[^\s>])"
)
BLANK_LINE = re.compile(rb"(?:\r\n|\r|\n)[ \t>]*(?=\r|\n)")
# As far above a row as its head is looked for.
TABLE_BYTES = 50_000


@dataclass(frozen=True, slots=True)
class Span:
    """A byte range to quote, of the section that a passage is from.

    ``is_code`` says that all of it is from inside a fence, whose marks are then not part of it. ``emphasis`` are byte
    ranges inside of it, of the words that answer.
    """

    stored: StoredPassage
    start: int
    end: int
    is_code: bool = False
    emphasis: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """What the page shows of it, as Markdown."""
        return self.stored.article.text[self.start : self.end].decode()

    def shown(self, start: int, end: int) -> tuple[int, int]:
        """Return which characters of ``text`` a byte range inside of it is."""
        text = self.stored.article.text
        before, words = text[self.start : start].decode(), text[start:end].decode()
        return len(before), len(before) + len(words)

    def overlaps(self, other: Span) -> bool:
        """Return whether another span shares a byte with it."""
        same = self.stored.article_number == other.stored.article_number
        return same and self.start < other.end and other.start < self.end


def span_of(stored: StoredPassage, sentences: Sequence[Sentence]) -> Span:
    """Return the span from the first of some neighbouring sentences to the last."""
    is_code = all(sentence.kind == "code" for sentence in sentences)
    return Span(stored, sentences[0].start, sentences[-1].end, is_code)


def united(spans: Sequence[Span]) -> list[Span]:
    """Order spans by section, as first given, then by the text; join those that overlap or that only blanks part."""
    sections = list(dict.fromkeys(span.stored.section_number for span in spans))
    ordered = sorted(spans, key=lambda s: (sections.index(s.stored.section_number), s.start, s.end))
    joined: list[Span] = []
    for span in ordered:
        last = joined[-1] if joined else None
        if last is not None and last.stored.section_number == span.stored.section_number and _touch(last, span):
            joined[-1] = Span(last.stored, last.start, max(last.end, span.end), last.is_code and span.is_code)
        else:
            joined.append(span)
    return joined


def cut(span: Span, tables: Tables) -> tuple[bool, bool]:
    """Return whether the line that a span is from goes on before it in the same sentence, and whether behind it."""
    sentences = [one for near in tables.passages_near(span.stored, REACH) for one in near.passage.sentences]
    inside = [any(one.start < at < one.end for one in sentences) for at in (span.start, span.end)]
    text = span.stored.article.text
    joints = {(first.end, second.start) for first, second in pairwise(sentences) if goes_on(text, first, second)}
    return (
        inside[0] or any(start == span.start for _, start in joints),
        inside[1] or any(end == span.end for end, _ in joints),
    )


def goes_on(text: bytes, first: Sentence, second: Sentence) -> bool:
    """Return whether two neighbours are parts of one sentence, row or line of code that is too long for a passage."""
    between = text[first.end : second.start]
    if first.block != second.block or b"\n" in between or b"\r" in between:
        return False
    before, after = text[first.start : second.start], text[second.start : second.end]
    return first.kind in ("row", "code") or not is_end_between(before.decode(), after.decode())


def is_head(text: bytes, sentence: Sentence) -> bool:
    """Return whether a row, or a piece of one, heads the rows below it."""
    begin = max(text.rfind(b"\n", 0, sentence.start), text.rfind(b"\r", 0, sentence.start)) + 1
    return sentence.kind == "row" and HEAD.match(text, begin) is not None


def head_above(text: bytes, row: Sentence) -> str:
    """Return the head of the table that a row is of, nothing where there is none."""
    above = text[max(0, row.start - TABLE_BYTES) : row.end]
    table = above[max((blank.end() for blank in BLANK_LINE.finditer(above)), default=0) :]
    head = HEAD.search(table)
    return head["head"].decode(errors="ignore") if head is not None else ""


def _touch(first: Span, second: Span) -> bool:
    return not first.stored.article.text[first.end : second.start].strip()
