"""The text of an article as the passes over it see it: what in it is code, and what is HTML."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from index.reading.dialects.dialect import Dialect
from index.reading.markdown.article_lines import ArticleLines
from index.reading.markdown.inline import located_tokens
from index.reading.markdown.inline_parser import use_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

Range = tuple[int, int]

_FOUND_INLINE = frozenset({"code_inline", "html_inline"})


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A range ``[start, end)`` of an article's body in characters, and the Markdown of what the page shows for it."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Body:
    """The text of an article after its front matter; every range is one of characters, and ranges are in order.

    ``code`` are fences, indented code and code spans, with their marks. ``html_blocks`` are what CommonMark takes for
    blocks of HTML, and ``html_inline`` the tags and comments inside of running text.
    """

    text: str
    dialect: Dialect
    code: list[Range] = field(default_factory=list)
    html_blocks: list[Range] = field(default_factory=list)
    html_inline: list[Range] = field(default_factory=list)

    def is_code(self, at: int) -> bool:
        """Tell whether a character is part of code."""
        number = bisect_right(self.code, (at, len(self.text))) - 1
        return number >= 0 and at < self.code[number][1]


def read_body(text: str, dialect: Dialect) -> Body:
    """Find the code and the HTML of an article's text."""
    body = Body(text, dialect)
    lines = ArticleLines(text)
    for token in _parser(dialect is Dialect.MDX).parse(lines.markdown):
        if token.map is None:
            continue
        if token.type in ("fence", "code_block"):
            body.code.append(_lines(lines, token.map))
        elif token.type == "html_block":
            body.html_blocks.append(_lines(lines, token.map))
        elif token.type == "inline":
            for kind, (start, end) in _inline_ranges(token, lines):
                (body.code if kind == "code_inline" else body.html_inline).append((start, end))
    return body


def _lines(lines: ArticleLines, span: Sequence[int]) -> Range:
    return lines.character(span[0], 0), lines.character(span[1] - 1, len(lines.texts[span[1] - 1]))


def _inline_ranges(token: Token, lines: ArticleLines) -> Iterator[tuple[str, Range]]:
    """Yield code spans, tags and comments in running text, with their ranges."""
    children = token.children or []
    if token.map is None or not any(child.type in _FOUND_INLINE for child in children):
        return
    place = _Places(token.content, token.map, lines)
    for child, start, end in located_tokens(children, len(token.content)):
        if child.type in _FOUND_INLINE:
            yield child.type, (place.of(start), place.of(end - 1) + 1)


class _Places:
    """Where the characters of inline content stand in the text."""

    def __init__(self, content: str, span: list[int], lines: ArticleLines) -> None:
        rows = content.split("\n")
        self._lines = lines
        self._starts = [0, *accumulate(len(row) + 1 for row in rows)]
        self._rows = {
            row: (line, column - (len(rows[row]) - len(rows[row].lstrip())))
            for row, line, column in lines.locate(rows, span)
        }

    def of(self, at: int) -> int:
        row = bisect_right(self._starts, at) - 1
        line, column = self._rows[row]
        return self._lines.character(line, column + at - self._starts[row])


@cache
def _parser(is_mdx: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    if is_mdx:
        # What is indented, or stands between tags, is Markdown as everything else.
        parser.disable(["code", "html_block"])
    use_places(parser)
    return parser
