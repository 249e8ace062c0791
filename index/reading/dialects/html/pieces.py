"""An article in pieces: Markdown, and the tags and texts of HTML, without what no browser shows of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from index.reading.dialects.dialect import Dialect
from index.reading.dialects.html.tokens import Kind, Token, Tokenizer, attributes, elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.dialects.body import Body, Range

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_DISPLAYED = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_COMMENT = "<!--"
_COMMENT_END = "-->"
_TAG = re.compile(r"\s*</?[a-zA-Z]")
# The end tags of these may be left out.
_SELF_ENDING = frozenset({"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"})
# These read Markdown inside of HTML that says so.
_READING_INSIDE = frozenset({Dialect.JEKYLL, Dialect.PELICAN})
_MARKDOWN_VALUES = frozenset({"1", "block", "span"})


class Part(Enum):
    """What a piece is; an edge is where a block of HTML begins or ends."""

    MARKDOWN = auto()
    TEXT = auto()
    OPEN = auto()
    CLOSE = auto()
    HIDDEN = auto()
    EDGE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A range ``[start, end)`` of an article's body.

    ``partner`` numbers the tag that closes an element, if there is one. ``in_line`` says that it stands in a heading or
    a row of Markdown, and ``mark`` is what an edge has before it: marks of a list or quote of Markdown.
    """

    part: Part
    start: int
    end: int
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    partner: int | None = None
    in_line: bool = False
    mark: str = ""


_PARTS = {Kind.TEXT: Part.TEXT, Kind.OPEN: Part.OPEN, Kind.CLOSE: Part.CLOSE, Kind.HIDDEN: Part.HIDDEN}


def pieces_of(body: Body) -> list[Piece]:
    """Return an article in pieces, in order."""
    pieces = _without_hidden(_with_partners(_Cutter(body).pieces()))
    if body.dialect in _READING_INSIDE:
        pieces = [*_with_markdown_inside(_with_partners(pieces))]
    return _with_partners(pieces)


class _Cutter:
    """Goes through the blocks and tags of HTML and what stands between them."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._tokenizer = Tokenizer(body.html_text)
        self._open: Counter[str] = Counter()
        self._last_comment_end = body.text.rfind(_COMMENT_END)
        self._at = 0

    def pieces(self) -> Iterator[Piece]:
        inline = frozenset(self._body.html_inline)
        blocks = frozenset(self._body.html_blocks)
        for one in sorted([*self._body.code, *blocks, *inline]):
            # A comment or a script that began before may end inside of it, or behind.
            if one[1] > self._at and (one in blocks or one in inline or self._is_indented_html(one)):
                yield from self._markdown(one[0])
                yield from self._tokens(one) if one in inline else self._block(one)
        yield from self._markdown(len(self._body.text))

    def _is_indented_html(self, code: Range) -> bool:
        """Tell whether what Markdown takes for code goes on with the elements that HTML before it has opened."""
        return self._open.total() > 0 and _TAG.match(self._body.text, *code) is not None

    def _block(self, block: Range) -> Iterator[Piece]:
        start = max(block[0], self._at)
        yield Piece(Part.EDGE, start, start, mark=self._body.html_marks.get(start, ""))
        yield from self._tokens((start, block[1]))
        yield Piece(Part.EDGE, self._at, self._at)

    def _tokens(self, one: Range) -> Iterator[Piece]:
        start = max(one[0], self._at)
        if start >= one[1]:
            return
        in_line = self._body.is_in_line(start)
        for token in self._tokenizer.tokens(start, one[1]):
            self._count(token)
            yield Piece(_PARTS[token.kind], token.start, token.end, token.name, self._attributes(token), None, in_line)
            self._at = token.end

    def _attributes(self, token: Token) -> dict[str, str]:
        tag = self._body.html_text[token.start : token.end] if token.kind is Kind.OPEN else ""
        return attributes(tag) if len(tag) > len(f"<{token.name}>") else {}

    def _count(self, token: Token) -> None:
        if token.kind is Kind.OPEN and token.name in elements("block") - _SELF_ENDING:
            self._open[token.name] += 1
        elif token.kind is Kind.CLOSE and self._open[token.name]:
            self._open[token.name] -= 1

    def _markdown(self, end: int) -> Iterator[Piece]:
        """Yield what stands before ``end``, without comments; these may go on beyond it."""
        text = self._body.text
        at = self._at
        while at < end and (start := text.find(_COMMENT, at, end)) >= 0:
            at = start + len(_COMMENT)
            if at > self._last_comment_end:
                break
            closed = text.find(_COMMENT_END, at)
            if not self._body.is_code(start) and text[start - 1 : start] != "\\":
                yield from self._stretch(start)
                self._at = at = closed + len(_COMMENT_END)
                yield Piece(Part.HIDDEN, start, at)
        yield from self._stretch(end)

    def _stretch(self, end: int) -> Iterator[Piece]:
        if self._at < end:
            yield Piece(Part.MARKDOWN, self._at, end)
            self._at = end


def _with_partners(pieces: Iterator[Piece] | Sequence[Piece]) -> list[Piece]:
    """Note of each tag which one closes its element; any heading's end closes a heading."""
    found = [*pieces]
    opened: defaultdict[str, list[int]] = defaultdict(list)
    for number, piece in enumerate(found):
        name = "h" if piece.name in HEADINGS else piece.name
        if piece.part is Part.OPEN:
            opened[name].append(number)
            found[number] = replace(piece, partner=None)
        elif piece.part is Part.CLOSE and opened[name]:
            first = opened[name].pop()
            found[first] = replace(found[first], partner=number)
    return found


def _without_hidden(pieces: Sequence[Piece]) -> list[Piece]:
    """Make one piece of an element that no browser shows, with all that is inside."""
    shown: list[Piece] = []
    number = 0
    while number < len(pieces):
        piece = pieces[number]
        if piece.part is Part.OPEN and _is_hidden(piece):
            number = number if piece.partner is None else piece.partner
            piece = Piece(Part.HIDDEN, piece.start, pieces[number].end)
        shown.append(piece)
        number += 1
    return shown


def _is_hidden(piece: Piece) -> bool:
    return (
        piece.name in elements("hidden")
        or "hidden" in piece.attributes
        or (piece.name == "dialog" and "open" not in piece.attributes)
        or _NOT_DISPLAYED.search(piece.attributes.get("style", "")) is not None
    )


def _with_markdown_inside(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the texts of elements that say so as Markdown."""
    until = -1
    for number, piece in enumerate(pieces):
        if piece.part is Part.OPEN and piece.attributes.get("markdown") in _MARKDOWN_VALUES:
            until = max(until, piece.partner or -1)
        if number < until and piece.part is Part.TEXT:
            yield Piece(Part.EDGE, piece.start, piece.start)
            yield replace(piece, part=Part.MARKDOWN)
        else:
            yield piece
