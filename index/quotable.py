"""What of a section can stand in a quote by itself: a paragraph, a list with its lead-in, a row with its header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.tables import StoredPassage
    from index.types import Sentence

    Range = tuple[int, int]

# What is no longer is quoted whole: leaving out a part of it would save nothing.
WHOLE_CHARACTERS = 240
# What leads into a list or heads a table may be quoted beside one item or row if it is no longer.
HEAD_CHARACTERS = 120
# A longer line is no title of what follows.
TITLE_CHARACTERS = 40

# A sentence that begins like this says little without the one before it.
REFERS_BACK = re.compile(
    r"(?:これ|それ|この|その|ここ|そこ|こう|そう|こちら|また|しかし|ただ|でも|なので|だから|つまり|さらに|そして|よって)"
    r"|(?:this|that|these|those|it|they|he|she|but|so|also|then|however|therefore)\b",
    re.IGNORECASE,
)
ANNOUNCES = re.compile(r"(?:以下|次)の(?:通り|とおり|よう)|こちら(?:$|です|から)")
ANNOUNCING_MARKS = frozenset(":：")
# The answer follows.
ASKS = re.compile(r"[?？]$|[るすいたの]か$")
BOLD = re.compile(r"\*\*[^*]+\*\*")
ENDING_MARKS = frozenset("。．.!?！？」）)")
# What follows the last word, from the end.
MARKS = re.compile(r"\W*")


@dataclass(frozen=True, slots=True)
class Span:
    """A byte range to quote, of the section that a passage is from.

    ``is_code`` says that all of it is from inside a fence, whose marks are then not part of it.
    """

    stored: StoredPassage
    start: int
    end: int
    is_code: bool = False

    @property
    def text(self) -> str:
        """The article's own bytes."""
        return self.stored.article.source[self.start : self.end].decode()


class SectionText:
    """The text of neighbouring passages of one section; their sentences are counted from 0."""

    def __init__(self, passages: Sequence[StoredPassage]) -> None:
        self._owners = [stored for stored in passages for _ in stored.passage.sentences]
        self._sentences = [sentence for stored in passages for sentence in stored.passage.sentences]
        self._numbers = {sentence.start: number for number, sentence in enumerate(self._sentences)}
        self._blocks = self._runs(lambda number: self._sentences[number - 1].block == self._sentences[number].block)
        self._groups = self._runs(self._belongs_to_previous)

    def parts(self, sentence: Sentence) -> Iterator[list[Span]]:
        """Yield what may be quoted for a sentence, each time less: what it is part of, and the line that heads that.

        There is nothing for a line that only announces what is too long to be quoted with it.
        """
        number = self._numbers[sentence.start]
        for first, last in (self._groups[number], self._blocks[number], (number, number)):
            if self._length(first, last) <= WHOLE_CHARACTERS or first == last == number:
                part = self._completed(first, last)
                if not _announces(self._sentences[part[1]].plain):
                    yield [self._span(*part), *(self._span(head, head) for head in self._heads(number, part[0]))]

    def _runs(self, joined: Callable[[int], bool]) -> list[Range]:
        """Return for each sentence the first and last of those that are joined with it."""
        cuts = [number for number in range(len(self._sentences)) if number == 0 or not joined(number)]
        runs = [(first, end - 1) for first, end in pairwise([*cuts, len(self._sentences)])]
        return [run for run in runs for _ in range(run[0], run[1] + 1)]

    def _belongs_to_previous(self, number: int) -> bool:
        """Whether no blank line parts a sentence from the one before, as in "three points:" and its list."""
        previous, this = self._sentences[number - 1], self._sentences[number]
        between = self._between(number)
        return previous.block == this.block or between.count(b"\n") < 2 or (previous.kind == this.kind == "item")

    def _completed(self, first: int, last: int) -> Range:
        """Add what a part is not understood without, as far as that is short."""
        before, after = first - 1, last + 1
        dangles = REFERS_BACK.match(self._sentences[first].plain) or self._sentences[first].kind in ("link", "image")
        if dangles and before >= 0 and self._touches(first) and self._length(before, last) <= WHOLE_CHARACTERS:
            first = before
        if after < len(self._sentences) and self._goes_on(last) and self._touches(after):
            ends = (self._groups[after][1], self._blocks[after][1], after)
            last = next((end for end in ends if self._length(first, end) <= WHOLE_CHARACTERS), last)
        return first, last

    def _goes_on(self, number: int) -> bool:
        """Whether a line announces what follows it, asks what it answers, or is its title."""
        sentence = self._sentences[number]
        if _announces(sentence.plain) or ASKS.search(sentence.plain):
            return True
        right_above = number < self._groups[number][1] and not _ends_with(sentence.plain, ENDING_MARKS)
        title = right_above or BOLD.fullmatch(self._span(number, number).text)
        return sentence.kind == "text" and len(sentence.plain) <= TITLE_CHARACTERS and bool(title)

    def _heads(self, number: int, first: int) -> list[int]:
        """Return the lines before ``first`` that say what a row or an item is one of."""
        heads = set()
        if self._sentences[number].kind in ("row", "item"):
            heads.add(self._blocks[number][0])
        if self._sentences[number].kind == "item":
            group = range(self._groups[number][0], number)
            heads.update(
                n for n in group if self._sentences[n].kind == "text" and self._sentences[n + 1].kind == "item"
            )
        return sorted(n for n in heads if n < first and self._length(n, n) <= HEAD_CHARACTERS)

    def _touches(self, number: int) -> bool:
        """Whether nothing but blanks stands between a sentence and the one before."""
        return not self._between(number).strip(b"\r\n\t >")

    def _between(self, number: int) -> bytes:
        previous, this = self._sentences[number - 1], self._sentences[number]
        return self._owners[number].article.source[previous.end : this.start]

    def _length(self, first: int, last: int) -> int:
        return len(self._span(first, last).text)

    def _span(self, first: int, last: int) -> Span:
        return span_of(self._owners[first], self._sentences[first : last + 1])


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


def _announces(line: str) -> bool:
    """Tell whether a line says that something follows."""
    return _ends_with(line, ANNOUNCING_MARKS) or ANNOUNCES.search(line) is not None


def _ends_with(line: str, marks: frozenset[str]) -> bool:
    """Tell whether one of some marks stands behind the last word of a line."""
    ending = MARKS.match(line[::-1])
    return ending is not None and not marks.isdisjoint(ending[0])


def _touch(first: Span, second: Span) -> bool:
    return not first.stored.article.source[first.end : second.start].strip()
