"""Cut articles into passages: as few as fit the limit, of about one length, where the text pauses."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

from index.reading.long_lines import pieces
from index.reading.markdown.document import Document, Heading, Leaf, Line, parse
from index.reading.pages.heading_ids import LONGEST_ANCHOR, heading_ids
from index.reading.sentences import sentence_spans, short_spans
from index.types import Article, Passage, Section, Sentence, SplitSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A passage shorter than this says too little to be found or quoted by itself.
_SMALL = 80
# What a cut costs, in the currency of `_size_cost`: one passage of half or double the wanted length costs 1.
_NEVER = float("inf")
_AT_BLANK = 0.0
_AT_BLANK_IN_CODE = 0.6
_AT_LOOSE_ITEM = 0.2
_AT_ITEM = 0.5
_AT_LINE = 0.7
_AT_ROW = 1.0
_AT_SENTENCE = 1.5
_INSIDE = 1.5
_IN_PHRASE = 4.0
# Added where the line before a cut leads into the line after it.
_BEFORE_LINK = 0.5
_AFTER_LEAD = 3.0
# What a passage costs of which a reader sees nothing.
_NOTHING_SHOWN = 10.0
_BLANK_LINE = re.compile(rb"(?:\r\n|\r|\n)[ \t>]*(?:\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A sentence with the leaf it is of and, from ``start`` to ``end``, the marks that go with it."""

    sentence: Sentence
    leaf: Leaf
    line: Line
    start: int
    end: int


def sections_of(article: Article, parsed: Document | None = None) -> list[Section]:
    """Return all sections in order, those without text of their own too.

    Text before the first heading makes a section without headings; there is none if there is no such text.
    """
    document = parsed or parse(article)
    sections = _sections(article, document)
    starts_with_text = document.leaves and document.leaves[0].start < sections[0].end
    return sections if starts_with_text else sections[1:]


def split_article(article: Article, settings: SplitSettings, parsed: Document | None = None) -> list[Passage]:
    """Cut an article into passages, in order.

    No passage is longer than ``settings.max_characters`` of text, save for one line of a fence, table
    row, address or code span that alone is longer. Text that shows nothing but images without a description
    makes no passage.
    """
    document = parsed or parse(article)
    sections = _sections(article, document)
    starts = [section.start for section in sections]
    atoms = list(_atoms(article, document, settings.max_characters))
    passages = []
    for number, group in groupby(atoms, key=lambda atom: bisect_right(starts, atom.sentence.start)):
        splitter = _Splitter(article.text, list(group), document.rules, settings.max_characters)
        passages += [_passage(sections[number - 1], piece) for piece in splitter.pieces()]
    return [passage for passage in passages if any(sentence.plain for sentence in passage.sentences)]


def _passage(section: Section, atoms: Sequence[_Atom]) -> Passage:
    return Passage(section, atoms[0].start, atoms[-1].end, tuple(atom.sentence for atom in atoms))


def _sections(article: Article, document: Document) -> list[Section]:
    """Return the section before the first heading, empty or not, and then those of the headings."""
    headings = document.headings
    ids = heading_ids(article, headings)
    ends = [heading.start for heading in headings] + [len(article.text)]
    sections = [_section(article, (), None, (article.body_start, ends[0]))]
    path: list[tuple[Heading, str | None]] = []
    for number, (heading, anchor) in enumerate(zip(headings, ids, strict=True), start=1):
        while path and path[-1][0].level >= heading.level:
            path.pop()
        path.append((heading, anchor))
        nearest = next((anchor for _, anchor in reversed(path) if anchor and len(anchor) <= LONGEST_ANCHOR), None)
        above = tuple(heading for heading, _ in path)
        sections.append(_section(article, above, nearest, (heading.start, ends[number])))
    return sections


def _section(article: Article, path: tuple[Heading, ...], anchor: str | None, span: tuple[int, int]) -> Section:
    start, end = span
    text = article.text[start:end]
    if not path:
        start = end - len(text.lstrip())
    end -= len(text) - len(text.rstrip()) if text.strip() else 0
    level = path[-1].level if path else 0
    return Section(tuple(heading.text for heading in path), level, anchor, start, max(start, end))


def _atoms(article: Article, document: Document, limit: int) -> Iterator[_Atom]:
    """Yield the sentences of the document with what they are parts of."""
    for leaf in document.leaves:
        sentences = [(line, sentence) for line in leaf.lines for sentence in _sentences(article, leaf, line, limit)]
        for number, (line, sentence) in enumerate(sentences):
            start = leaf.start if number == 0 else sentence.start
            end = leaf.end if number == len(sentences) - 1 else sentence.end
            yield _Atom(sentence, leaf, line, start, end)


def _sentences(article: Article, leaf: Leaf, line: Line, limit: int) -> Iterator[Sentence]:
    """Yield the sentences of one line; an item's line stays whole if it fits the limit."""
    if line.rendered is None and line.kind in ("row", "code") and line.end - line.start > limit:
        yield from _pieces(article, leaf, line, limit)
        return
    rendered = line.rendered
    marker = line.text_start - line.start
    if rendered is None or (line.kind != "text" and marker + line.last - line.first <= limit):
        yield Sentence(line.start, line.end, leaf.block, line.kind, line.plain)
        return
    raw = article.text[line.text_start : line.end].decode("utf-8")
    at, byte = line.first, line.text_start
    spans = [
        span
        for first, last in sentence_spans(rendered, line.first, line.last)
        for span in short_spans(rendered, first, last, max(limit - marker, 1))
    ]
    for first, last in spans:
        byte += len(raw[at - line.first : first - line.first].encode())
        start = line.start if first == line.first else byte
        end = byte + len(raw[first - line.first : last - line.first].encode())
        yield Sentence(start, end, leaf.block, line.kind, rendered.text(first, last))
        at, byte = last, end


def _pieces(article: Article, leaf: Leaf, line: Line, limit: int) -> Iterator[Sentence]:
    """Yield a row or a line of code, in pieces if it has more characters than fit."""
    raw = article.text[line.start : line.end].decode("utf-8")
    if len(raw) <= limit:
        yield Sentence(line.start, line.end, leaf.block, line.kind, line.plain)
        return
    at, byte = 0, line.start
    for first, last, plain in pieces(raw, line.kind, limit):
        byte += len(raw[at:first].encode())
        end = byte + len(raw[first:last].encode())
        yield Sentence(byte, end, leaf.block, line.kind, plain)
        at, byte = last, end


class _Splitter:
    """Finds the cheapest way to cut the atoms of one section into passages."""

    def __init__(self, text: bytes, atoms: list[_Atom], rules: Sequence[int], limit: int) -> None:
        self.text = text
        self.atoms = atoms
        self.rules = rules
        self.limit = limit
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.shown = [0, *accumulate(bool(atom.sentence.plain) for atom in atoms)]
        self._leaf_lengths: dict[int, int] = {}
        # Atoms of one block are neighbours.
        self._last_of_block = {atom.leaf.block: number for number, atom in enumerate(atoms)}
        self._first_of_block = {atom.leaf.block: number for number, atom in reversed([*enumerate(atoms)])}
        self._count_characters()

    def _count_characters(self) -> None:
        """Fill in where each atom starts and ends, in characters from the first one."""
        at = byte = 0
        for atom in self.atoms:
            at += len(self.text[byte or atom.start : atom.start].decode("utf-8"))
            self.starts.append(at)
            at += len(self.text[atom.start : atom.end].decode("utf-8"))
            byte = atom.end
            self.ends.append(at)

    def pieces(self) -> Iterator[Sequence[_Atom]]:
        """Yield the atoms of each passage."""
        if self._length(0, len(self.atoms)) <= self.limit:
            yield self.atoms
            return
        for first, last in self._parts_between_rules():
            for start, end in self._cheapest_cuts(first, last):
                yield self.atoms[start:end]

    def _length(self, first: int, last: int) -> int:
        """Return the characters from atom ``first`` up to, not including, atom ``last``."""
        return self.ends[last - 1] - self.starts[first]

    def _parts_between_rules(self) -> list[tuple[int, int]]:
        """Cut at horizontal rules; a small part stays with a neighbour if both fit the limit."""
        passed = [bisect_right(self.rules, atom.start) for atom in self.atoms]
        cuts = [number for number in range(1, len(passed)) if passed[number] != passed[number - 1]]
        parts: list[tuple[int, int]] = []
        for first, last in pairwise([0, *cuts, len(self.atoms)]):
            small = parts and min(self._length(*parts[-1]), self._length(first, last)) < _SMALL
            joins = small and self._length(parts[-1][0], last) <= self.limit
            parts.append((parts.pop()[0] if joins else first, last))
        return parts

    def _cheapest_cuts(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the ranges of the atoms from ``first`` to ``last`` whose cost together is least."""
        total = self._length(first, last)
        wanted = total / -(-total // self.limit)
        costs = [0.0] + [_NEVER] * (last - first)
        previous = [first] * (last - first + 1)
        cut_costs = [0.0] + [self._cut_cost(at) for at in range(first + 1, last)]
        size_cost = cache(partial(_size_cost, wanted))
        for end in range(first + 1, last + 1):
            for start in range(end - 1, first - 1, -1):
                length = self.ends[end - 1] - self.starts[start]
                if start < end - 1 and length > self.limit:
                    break
                piece_cost = size_cost(length) + (_NOTHING_SHOWN if self.shown[start] == self.shown[end] else 0.0)
                cost = costs[start - first] + cut_costs[start - first] + piece_cost
                if cost < costs[end - first]:
                    costs[end - first] = cost
                    previous[end - first] = start
        return self._chosen(previous, first, last)

    @staticmethod
    def _chosen(previous: list[int], first: int, last: int) -> list[tuple[int, int]]:
        ranges = []
        while last > first:
            ranges.append((previous[last - first], last))
            last = previous[last - first]
        return ranges[::-1]

    def _cut_cost(self, at: int) -> float:
        """Return what a cut before an atom costs, or infinity where there must be none."""
        before, after = self.atoms[at - 1], self.atoms[at]
        if before.leaf is after.leaf:
            return self._cost_in_leaf(before, after)
        same_item = before.leaf.block == after.leaf.block
        if same_item and self._block_length(at) <= self.limit:
            return _NEVER
        cost = _AT_LINE
        if _BLANK_LINE.search(self.text, before.end, after.start):
            cost = _AT_LOOSE_ITEM if before.leaf.nested and after.leaf.nested else _AT_BLANK
        elif after.leaf.kind == "item":
            cost = _INSIDE if same_item else _AT_ITEM
        return cost + self._lead_cost(before, after)

    def _cost_in_leaf(self, before: _Atom, after: _Atom) -> float:
        leaf = before.leaf
        if leaf.kind in ("code", "item") and self._leaf_length(leaf) <= self.limit:
            return _NEVER
        if before.line is after.line:
            ended = before.sentence.plain[-1:] not in ("", "、", "，", ",") and self._ends_sentence(before)
            return _AT_SENTENCE if ended else _IN_PHRASE
        if leaf.kind == "table":
            return _AT_ROW + (_AFTER_LEAD if before.line is leaf.lines[0] else 0)
        if leaf.kind == "code":
            blank = _BLANK_LINE.search(self.text, before.end, after.start)
            return _AT_BLANK_IN_CODE if blank else _INSIDE
        return _AT_LINE + self._lead_cost(before, after)

    @staticmethod
    def _ends_sentence(atom: _Atom) -> bool:
        return atom.sentence.plain.rstrip("」』）)】〉》”’\"'")[-1:] in frozenset("。．！？!?.")

    def _lead_cost(self, before: _Atom, after: _Atom) -> float:
        """Return what it costs to part a line from what it introduces, captions or links to."""
        if before.leaf.kind == "title" or before.sentence.plain.endswith((":", "：")):
            return _AFTER_LEAD
        is_image = before.line.kind == "image"
        if is_image and before.leaf is after.leaf:
            return _AFTER_LEAD
        if after.leaf.kind == "item" and before.leaf.kind == "text" and not before.leaf.nested:
            blank = _BLANK_LINE.search(self.text, before.end, after.start)
            return _BEFORE_LINK if blank else _AFTER_LEAD
        return _BEFORE_LINK if after.sentence.kind in ("link", "image") else 0.0

    def _leaf_length(self, leaf: Leaf) -> int:
        if leaf.start not in self._leaf_lengths:
            self._leaf_lengths[leaf.start] = len(self.text[leaf.start : leaf.end].decode("utf-8"))
        return self._leaf_lengths[leaf.start]

    def _block_length(self, at: int) -> int:
        """Return the characters of the block that the atom is part of, within this section."""
        block = self.atoms[at].leaf.block
        return self._length(self._first_of_block[block], self._last_of_block[block] + 1)


def _size_cost(wanted: float, length: int) -> float:
    """Return what a passage costs for being far from the wanted length, or small."""
    cost = ((length - wanted) / wanted) ** 2 * 2
    return cost + (1 + 3 * (1 - length / _SMALL)) if length < _SMALL else cost
