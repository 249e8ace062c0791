"""Find what of a section can stand in a quote alone: a paragraph, a list with its lead-in, a row with its header."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from index.quoting.spans import goes_on, is_head, span_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.quoting.spans import Span
    from index.storage.tables import StoredPassage
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
ANNOUNCES = re.compile(
    r"(?:以下|次)の(?:通り|とおり|よう)|(?:以下|下|下記|次)に(?:示|記|あげ|挙げ|載せ|まとめ|書)|以下です|下記|こちら(?:$|です|から)"
    r"|(?:こう|こんなふうに|このように)(?:なり|書き|し|です)|\b(?:as follows|the following|below|like this|like so)\b",
    re.IGNORECASE,
)
ANNOUNCING_MARKS = frozenset(":：")
# The answer follows.
ASKS = re.compile(r"[?？]$|[るすいたの]か$")
BOLD = re.compile(r"\*\*[^*]+\*\*")
ENDING_MARKS = frozenset("。．.!?！？」）)")
# What follows the last word, from the end.
MARKS = re.compile(r"\W*")
# What lines lead into.
LED_INTO = frozenset({"code", "row", "item", "image"})
# A horizontal rule.
RULE = re.compile(rb"(?m)^[ \t>]*([-*_])(?:[ \t]*\1){2,}[ \t]*\r?$")
# Line breaks, indents and the marks of a quotation.
BLANKS = b"\r\n\t >"
# The marks around code, formulas and diagrams, an opening one with language and file name.
OPENING = re.compile(rb"(?P<mark>`{3,}|~{3,}|\$\$)[^\r\n]*[\s>]*\Z")
# Longer names of files and languages are hostile.
OPENING_BYTES = 300
CLOSING = re.compile(rb"[\s>]*(?P<mark>`{3,}|~{3,}|\$\$)[ \t]*(?![^\r\n])")


class SectionText:
    """The text of neighbouring passages of one section; their sentences are counted from 0."""

    def __init__(self, passages: Sequence[StoredPassage]) -> None:
        self._text = passages[0].article.text
        self._owners = [stored for stored in passages for _ in stored.passage.sentences]
        self._sentences = [sentence for stored in passages for sentence in stored.passage.sentences]
        self._numbers = {sentence.start: number for number, sentence in enumerate(self._sentences)}
        self._ends = {sentence.end: number for number, sentence in enumerate(self._sentences)}
        self._blocks = self._runs(lambda number: self._sentences[number - 1].block == self._sentences[number].block)
        self._groups = self._runs(self._belongs_to_previous)
        self._fences = self._runs(self._is_in_one_fence)
        self._wholes = self._runs(self._goes_on_with_previous)
        self._shown = self._runs(self._is_shown_with_previous)

    def parts(self, sentence: Sentence, room: int) -> Iterator[list[Span]]:
        """Yield what may be quoted for a sentence, each time less: what it is part of, and the line that heads that.

        What a line announces comes with it, and where that is longer than ``room`` characters, its beginning does.
        There is nothing for a line whose announced text is not to be had.
        """
        number = self._numbers[sentence.start]
        # A line of code says little without the others.
        whole = room if sentence.kind == "code" else WHOLE_CHARACTERS
        least = self._wholes[number]
        for first, last in (self._groups[number], self._blocks[number], self._fences[number], least):
            if self._length(first, last) <= whole or (first, last) == least:
                begin = self._with_reference(first, last)
                heads = [self._span(head, head) for head in self._heads(number, begin)]
                for spans in self._continued(begin, last, room):
                    yield [*spans, *heads]

    def alone(self, sentence: Sentence) -> tuple[Span, list[Span]]:
        """Return a sentence, whole where it is in pieces, and the lines that head what it is part of."""
        number = self._numbers[sentence.start]
        first, last = self._wholes[number]
        return self._span(first, last), [self._span(head, head) for head in self._heads(number, first)]

    def point(self, sentence: Sentence) -> list[Span]:
        """Return a sentence as a line that stands for itself, behind the lines that head it and that it refers back to.

        There is nothing for a line that only leads into others, asks what they answer or is their title.
        """
        number = self._numbers[sentence.start]
        if self._announces(number) or self._goes_on(number):
            return []
        first, last = self._wholes[number]
        begin = self._with_reference(first, last)
        before = [self._span(begin, first - 1)] if begin < first else []
        return [*(self._span(head, head) for head in self._heads(number, begin)), *before, self._span(first, last)]

    def announced_after(self, span: Span, room: int) -> Iterator[list[Span]]:
        """Yield what the last line of a quote leads into, each time less and no more than ``room`` characters."""
        number = self._ends.get(span.end, -1)
        if number >= 0 and self._leads_in(number):
            for end in self._ends_of(number + 1):
                yield self._spans(number, end)
            yield from self._beginnings(number, number, room)

    def _runs(self, joined: Callable[[int], bool]) -> list[Range]:
        """Return for each sentence the first and last of those that are joined with it."""
        cuts = [number for number in range(len(self._sentences)) if number == 0 or not joined(number)]
        runs = [(first, end - 1) for first, end in pairwise([*cuts, len(self._sentences)])]
        return [run for run in runs for _ in range(run[0], run[1] + 1)]

    def _belongs_to_previous(self, number: int) -> bool:
        """Tell whether no blank line parts a sentence from the one before, as in "three points:" and its list."""
        previous, this = self._sentences[number - 1], self._sentences[number]
        between = self._between(number)
        return previous.block == this.block or between.count(b"\n") < 2 or (previous.kind == this.kind == "item")

    def _is_in_one_fence(self, number: int) -> bool:
        """Tell whether a line of code stands in the fence of the sentence before."""
        previous, this = self._sentences[number - 1], self._sentences[number]
        return previous.kind == this.kind == "code" and previous.block == this.block and self._is_blank(number)

    def _goes_on_with_previous(self, number: int) -> bool:
        """Whether a piece of running text and the one before are of one sentence."""
        previous, this = self._sentences[number - 1], self._sentences[number]
        return this.kind not in ("row", "code") and goes_on(self._text, previous, this)

    def _is_shown_with_previous(self, number: int) -> bool:
        """Tell whether a sentence and the one before are both what lines lead into."""
        shown = {self._sentences[number - 1].kind, self._sentences[number].kind} <= LED_INTO
        return shown and self._touches(number)

    def _with_reference(self, first: int, last: int) -> int:
        """Return where a part begins with the line that it is not understood without, if that is short."""
        before = first - 1
        sentence = self._sentences[first]
        dangles = REFERS_BACK.match(sentence.plain) or sentence.kind in ("link", "image")
        if before < 0:
            return first
        if self._leads_in(before):
            return before if self._length(before, before) <= HEAD_CHARACTERS else first
        short = self._length(before, last) <= WHOLE_CHARACTERS
        return before if dangles and short and self._is_blank(first) else first

    def _continued(self, first: int, last: int, room: int) -> Iterator[list[Span]]:
        """Yield a part with what its last line announces, asks or heads, each time less of it."""
        announces = self._announces(last)
        if announces or self._goes_on(last):
            limit = room if announces else WHOLE_CHARACTERS
            ends = [end for end in self._ends_of(last + 1) if self._length(first, end) <= limit]
            yield from (self._spans(first, end) for end in ends)
            if announces and not ends:
                yield from self._beginnings(first, last, room)
        if not announces:
            yield self._spans(first, last)

    def _goes_on(self, number: int) -> bool:
        """Tell whether a line leads into what follows it, asks what it answers, or is its title."""
        sentence, after = self._sentences[number], number + 1
        if sentence.kind == "code" or after == len(self._sentences):
            return False
        if self._leads_in(number):
            return True
        right_above = number < self._groups[number][1] and not _ends_with(sentence.plain, ENDING_MARKS)
        title = right_above or BOLD.fullmatch(self._span(number, number).text)
        heads = sentence.kind == "text" and len(sentence.plain) <= TITLE_CHARACTERS and bool(title)
        return self._is_blank(after) and (heads or ASKS.search(sentence.plain) is not None)

    def _announces(self, number: int) -> bool:
        """Tell whether a line says that something follows."""
        sentence = self._sentences[number]
        announcing = _ends_with(sentence.plain, ANNOUNCING_MARKS) or ANNOUNCES.search(sentence.plain) is not None
        return sentence.kind != "code" and announcing

    def _leads_in(self, number: int) -> bool:
        """Tell whether right behind a line stands what such a line is written for: code, a table, a list, an image."""
        if number + 1 == len(self._sentences):
            return False
        this, after = self._sentences[number].kind, self._sentences[number + 1].kind
        leads = after in LED_INTO and (this == "text" or (this == "item" and after != "item"))
        return leads and self._touches(number + 1)

    def _ends_of(self, number: int) -> list[int]:
        """Return where what begins at a sentence may end, the farthest first; nothing if a gap is before it."""
        if number == len(self._sentences) or not (self._is_blank(number) or self._touches(number)):
            return []
        ends = {self._shown[number][1], self._groups[number][1]}
        if self._sentences[number].kind in LED_INTO:
            # The first of several lines is no part that can be read.
            ends |= {self._fences[number][1]} if self._sentences[number].kind == "code" else set()
        else:
            ends |= {self._blocks[number][1], number}
        return sorted(ends, reverse=True)

    def _beginnings(self, first: int, last: int, room: int) -> Iterator[list[Span]]:
        """Yield a part with as many lines of what it announces as there is room for, if there is for any."""
        number = last + 1
        if number < len(self._sentences) and self._touches(number):
            text = self._text
            ends = [n for n in range(number, self._groups[number][1] + 1) if not is_head(text, self._sentences[n])]
            fitting = [end for end in ends if self._length(first, last) + self._length(number, end) <= room]
            if fitting:
                yield [self._span(first, last), *self._spans(number, fitting[-1])]

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

    def _is_blank(self, number: int) -> bool:
        """Tell whether nothing but blanks stands between a sentence and the one before."""
        return not self._between(number).strip(BLANKS)

    def _touches(self, number: int) -> bool:
        """Tell whether nothing parts a sentence from the one before: all text is in sentences, marks part nothing."""
        return self._sentences[number].kind in LED_INTO and not RULE.search(self._between(number))

    def _between(self, number: int) -> bytes:
        return self._text[self._sentences[number - 1].end : self._sentences[number].start]

    def _length(self, first: int, last: int) -> int:
        return len(self._span(first, last).text)

    def _spans(self, first: int, last: int) -> list[Span]:
        """Return a range of sentences as spans: one, with the marks around code, if all of the code is in the range."""
        cuts = [n for n in range(first + 1, last + 1) if self._parts_code(n, first, last)]
        return [self._closed(begin, end - 1) for begin, end in pairwise([first, *cuts, last + 1])]

    def _parts_code(self, number: int, first: int, last: int) -> bool:
        """Tell whether a range is to be cut before a sentence: code there begins or goes on outside of the range."""
        if self._fences[number - 1] == self._fences[number]:
            return False
        around = [n for n in (number - 1, number) if self._sentences[n].kind == "code"]
        return any(self._fences[n][0] == first or self._fences[n][1] > last for n in around)

    def _closed(self, first: int, last: int) -> Span:
        """Return a span that has the closing mark if it has the opening one."""
        span = self._span(first, last)
        begin = self._fences[last][0]
        mark = self._mark_before(begin) if first < begin else b""
        closing = CLOSING.match(self._text, span.end) if mark and not span.is_code else None
        return replace(span, end=closing.end()) if closing and closing["mark"][:1] == mark[:1] else span

    def _mark_before(self, number: int) -> bytes:
        """Return the mark that opens code, nothing where there is none."""
        opening = OPENING.search(self._between(number)[-OPENING_BYTES:])
        return opening["mark"] if opening is not None else b""

    def _span(self, first: int, last: int) -> Span:
        return span_of(self._owners[first], self._sentences[first : last + 1])


def _ends_with(line: str, marks: frozenset[str]) -> bool:
    """Tell whether one of some marks stands behind the last word of a line."""
    ending = MARKS.match(line[::-1])
    return ending is not None and not marks.isdisjoint(ending[0])
