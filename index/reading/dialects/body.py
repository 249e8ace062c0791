"""The text of an article as the passes over it see it: what in it is code, and what is HTML."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import html_block
from markdown_it.token import Token

from index.reading.dialects.dialect import Dialect
from index.reading.markdown.article_lines import ArticleLines
from index.reading.markdown.inline import located_tokens
from index.reading.markdown.inline_parser import use_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.rules_block import StateBlock

Range = tuple[int, int]

_FOUND = frozenset({"code_inline", "html_inline"})
_IN_LINE = frozenset({"heading_open", "td_open", "th_open"})
_UNDERLINES = frozenset("=-")
# Blocks of HTML that go on over blank lines.
_ENDS_WITH_MARK = re.compile(r"\s*<(?:!|\?|(?:script|pre|style|textarea)\b)", re.IGNORECASE)
_BOX_END = re.compile(r"[ \t>]*:{3,}[ \t]*\n?")
# A whole page, of which nothing is Markdown.
_PAGE = re.compile(r"\s*+(?:<!--.*?-->\s*+)*+<(?:!doctype\s+html|html)\b", re.DOTALL | re.IGNORECASE)
# What templates of Hugo, Jekyll and others fill in before anything else is read.
_TEMPLATE = re.compile(r"\{\{(?:(?!\{\{)[^\n])*?\}\}|\{%(?:(?!\{%)[^\n])*?%\}")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A range ``[start, end)`` of an article's body in characters, and the Markdown of what the page shows for it."""

    start: int
    end: int
    text: str


def hard_break(end: int) -> TextEdit:
    """Return the edit after which a page shows a line break at the end of a line, where it showed a blank."""
    return TextEdit(end, end, "  ")


@dataclass(slots=True)
class Body:
    """The text of an article after its front matter; every range is one of characters, and ranges are in order.

    ``code`` are fences, indented code and code spans, with their marks. ``html_blocks`` are what CommonMark takes for
    blocks of HTML, whole lines, and ``html_inline`` the tags and comments inside of running text; of these some stand
    in ``headings_and_cells``, which end with their line. ``html_marks`` are those of lists and quotes before blocks, by
    the start of the block. ``html_text`` is the text without these and without the code of templates, to read tags
    from; it has the same places.
    """

    text: str
    dialect: Dialect
    code: list[Range] = field(default_factory=list)
    html_blocks: list[Range] = field(default_factory=list)
    html_inline: list[Range] = field(default_factory=list)
    headings_and_cells: list[Range] = field(default_factory=list)
    html_marks: dict[int, str] = field(default_factory=dict)
    html_text: str = ""

    def is_code(self, at: int) -> bool:
        """Tell whether a character is part of code."""
        return self._is_in(self.code, at)

    def is_in_line(self, at: int) -> bool:
        """Tell whether a character is part of a heading or a row of Markdown."""
        return self._is_in(self.headings_and_cells, at)

    def _is_in(self, ranges: list[Range], at: int) -> bool:
        number = bisect_right(ranges, (at, len(self.text))) - 1
        return number >= 0 and at < ranges[number][1]


def read_body(text: str, dialect: Dialect) -> Body:
    """Find the code and the HTML of an article's text."""
    plain = _TEMPLATE.sub(lambda code: "x" * len(code[0]), text)
    if _PAGE.match(text):
        return Body(text, dialect, html_blocks=[(len(text) - len(text.lstrip()), len(text))], html_text=plain)
    body = Body(text, dialect)
    lines = ArticleLines(plain)
    before: list[Range] = []
    tokens = _parser(dialect is Dialect.MDX).parse(lines.markdown)
    for last, token in pairwise([Token("", "", 0), *tokens]):
        if token.map is None:
            continue
        if token.type in ("fence", "code_block"):
            body.code.append(_lines(lines, token.map))
        elif token.type == "html_block":
            body.html_blocks.append(_lines(lines, token.map))
            marks = [*_before(token, lines)]
            body.html_marks.update({start: text[start:end] for start, end in marks[:1]})
            before += marks
        elif token.type == "inline":
            _add_inline(body, token, lines, last)
    body.html_text = _blanked(plain, before)
    return body


def _add_inline(body: Body, token: Token, lines: ArticleLines, opening: Token) -> None:
    """Add the code spans, tags and comments of running text; ``opening`` says what it is the text of."""
    found = [child for child in located_tokens(token.children or [], len(token.content)) if child[0].type in _FOUND]
    if token.map is None or not found:
        return
    in_line = opening.type in _IN_LINE
    place: _Places | _InLine
    if in_line and opening.markup not in _UNDERLINES:
        behind = body.headings_and_cells[-1][1] if body.headings_and_cells else 0
        place = _InLine(token.content, lines, token.map[0], behind, is_cell=opening.type != "heading_open")
    else:
        place = _Places(token.content, token.map, lines)
    for child, start, end in found:
        one = place.of(start), place.of(end - 1) + 1
        (body.code if child.type == "code_inline" else body.html_inline).append(one)
        if in_line:
            body.headings_and_cells.append(one)


def _before(block: Token, lines: ArticleLines) -> Iterator[Range]:
    """Yield what stands before the lines of a block of HTML."""
    if block.map is None or not block.level:
        return
    for _, line, column in lines.locate(block.content.rstrip("\n").split("\n"), block.map):
        yield lines.character(line, 0), lines.character(line, column)


def _blanked(text: str, ranges: Iterable[Range]) -> str:
    """Return a text of the same length with blanks in some ranges."""
    parts: list[str] = []
    at = 0
    for start, end in ranges:
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _lines(lines: ArticleLines, span: Sequence[int]) -> Range:
    return lines.character(span[0], 0), lines.character(span[1] - 1, len(lines.texts[span[1] - 1]))


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


class _InLine:
    """Where the characters of a heading or cell stand in the text; ``behind`` is where the cells before it end."""

    def __init__(self, content: str, lines: ArticleLines, line: int, behind: int, *, is_cell: bool) -> None:
        self._content = content
        # A bar in a cell stands behind a backslash.
        self._bar = "\\|" if is_cell else "|"
        first = lines.character(line, 0)
        written = content.replace("|", self._bar)
        self._start = first + max(lines.texts[line].find(written, max(behind - first, 0)), 0)

    def of(self, at: int) -> int:
        return self._start + len(self._content[:at].replace("|", self._bar))


def _html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a block of HTML that ends with a blank line also up to the end of the box that it stands in."""
    found = html_block(state, start_line, end_line, silent)
    if not found or silent or _ENDS_WITH_MARK.match(state.tokens[-1].content):
        return found
    lines = range(start_line + 1, state.line)
    end = next((line for line in lines if _BOX_END.fullmatch(state.getLines(line, line + 1, 0, False))), None)
    if end is not None:
        token = state.tokens[-1]
        token.map, state.line = [start_line, end], end
        token.content = state.getLines(start_line, end, state.blkIndent, True)
    return True


@cache
def _parser(is_mdx: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    if is_mdx:
        # What is indented, or stands between tags, is Markdown as everything else.
        parser.disable(["code", "html_block"])
    use_places(parser)
    return parser
