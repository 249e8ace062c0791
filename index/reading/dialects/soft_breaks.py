"""Line breaks in a paragraph, for which pages show a blank: a sentence goes on over them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.stages import places
from index.reading.markdown.article_lines import ArticleLines
from index.reading.markdown.block_parser import parser
from index.reading.markdown.inline import located_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

# What is written without blanks between words.
_WIDE = frozenset("WF")
_LINE_END = re.compile(r"[\r\n]")
# Nobody reads an image or a formula in a line of its own as a part of the sentence before it.
_ALONE = re.compile(r"[ \t]*(?:(?:!\[[^\]]*\]\([^)]*\)[ \t]*)+|\$\$.*)")


def joined_lines(text: str, edits: Sequence[TextEdit]) -> Iterator[TextEdit]:
    """Yield what joins the lines of each paragraph of the text that edits have made.

    The line breaks that these have put there are shown as such. No blank stands where both sides are Japanese.
    """
    made = [(start, end) for start, end, _ in places(edits)]
    lines = ArticleLines(text)
    for opening, token in pairwise(parser().parse(lines.markdown)):
        if token.type == "inline" and opening.type == "paragraph_open" and "\n" in token.content:
            for end, begin in _soft_breaks(token, lines):
                line_end = _LINE_END.search(text, end)
                if line_end is not None and not _is_made(line_end.start(), made):
                    yield TextEdit(end, begin, "" if _is_wide(text[end - 1]) and _is_wide(text[begin]) else " ")


def _soft_breaks(paragraph: Token, lines: ArticleLines) -> Iterator[tuple[int, int]]:
    """Yield where the text of a line ends and where that of the next one begins."""
    if paragraph.map is None:
        return
    rows = paragraph.content.split("\n")
    starts = [0, *accumulate(len(row) + 1 for row in rows)]
    found = {row: (line, column) for row, line, column in lines.locate(rows, paragraph.map)}
    for token, start, _ in located_tokens(paragraph.children or [], len(paragraph.content)):
        row = bisect_right(starts, start) - 1
        if token.type != "softbreak" or _ALONE.fullmatch(rows[row]) or _ALONE.fullmatch(rows[row + 1]):
            continue
        if row in found and row + 1 in found:
            line = found[row][0]
            yield lines.character(line, lines.end_column(line)), lines.character(*found[row + 1])


def _is_made(at: int, made: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(made, (at, at)) - 1
    return any(start <= at < end for start, end in made[max(number, 0) : number + 2])


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE
