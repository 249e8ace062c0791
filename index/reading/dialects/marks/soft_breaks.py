"""Line breaks in a paragraph, for which pages show a blank: a sentence goes on over them."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.dialect import Dialect
from index.reading.markdown.article_lines import ArticleLines
from index.reading.markdown.block_parser import parser
from index.reading.markdown.inline import located_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from index.reading.dialects.body import Body

# These show a line break for each.
_HARD = frozenset({Dialect.QIITA, Dialect.ZENN})
# What is written without blanks between words.
_WIDE = frozenset("WF")


def edits(body: Body) -> Iterator[TextEdit]:
    """Join the lines of each paragraph, with no blank where both sides are Japanese."""
    if body.dialect in _HARD:
        return
    lines = ArticleLines(body.text)
    last = None
    for token in parser().parse(lines.markdown):
        if token.type == "inline" and last is not None and last.type == "paragraph_open":
            yield from _joints(token, lines, body.text)
        last = token


def _joints(paragraph: Token, lines: ArticleLines, text: str) -> Iterator[TextEdit]:
    if paragraph.map is None or "\n" not in paragraph.content:
        return
    rows = paragraph.content.split("\n")
    starts = [0, *accumulate(len(row) + 1 for row in rows)]
    places = {row: (line, column) for row, line, column in lines.locate(rows, paragraph.map)}
    for token, start, _ in located_tokens(paragraph.children or [], len(paragraph.content)):
        row = bisect_right(starts, start) - 1
        if token.type == "softbreak" and row in places and row + 1 in places:
            before, (line, column) = places[row][0], places[row + 1]
            first = lines.character(before, lines.end_column(before))
            end = lines.character(line, column)
            yield TextEdit(first, end, "" if _is_wide(text[first - 1]) and _is_wide(text[end]) else " ")


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE
