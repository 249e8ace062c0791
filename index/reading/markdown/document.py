"""Zenn Markdown to headings, rules and leaves (paragraphs, items, tables, fences) with byte offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.reading.markdown.article_lines import ArticleLines
from index.reading.markdown.block_parser import parser
from index.reading.markdown.inline import FREE, IMAGE, URL, RenderedText, plain_text, render
from index.sites.page import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from index.types import Article

# The markers before the text of a list item's first line, from their end: `- `, `1. `, `> - `, `- 1. > `.
_ITEM_MARKERS_BACKWARDS = re.compile(r"(?:[ \t>]*+(?:[-*+]|[.)]\d{1,9}))*+")
_TASK = re.compile(r"\[[ xX]\]\s+")
_QUOTE_MARKERS = re.compile(r"[\s>]*")

# A page of Zenn shows it as it stands.
_OWN_ID = re.compile(r"(?<!\s)\s*+\{:?\s*+#([^\s{}]++)[^{}]*+\}\s*+$")

# Every passage under a heading is read together with its text.
LONGEST_HEADING = 1_000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``text`` is what a reader sees, up to a length, and ``label`` the part of it that makes the id.

    ``id`` is the one that its author gave it.
    """

    level: int
    text: str
    label: str
    start: int
    end: int
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a reader sees something of.

    ``start`` and ``end`` are bytes and include a list item's marker. Where the line may be cut further,
    ``rendered`` and ``first`` to ``last`` are its text, and ``text_start`` is the byte of ``first``.
    """

    start: int
    end: int
    kind: str
    plain: str
    rendered: RenderedText | None = None
    first: int = 0
    last: int = 0
    text_start: int = 0


@dataclass(frozen=True, slots=True)
class Leaf:
    """Neighbouring lines of one paragraph, table, fence, embed or details title.

    ``kind`` is one of ``text``, ``item`` (the own text of a list item), ``table``, ``code``, ``embed`` and
    ``title``; ``block`` numbers what stays whole in a quote, and ``nested`` says that it is part of a list
    item. ``start`` and ``end`` include the marks around the lines of a fence.
    """

    kind: str
    block: int
    nested: bool
    start: int
    end: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The headings, leaves and horizontal rules (their first bytes) of an article, each in order."""

    headings: tuple[Heading, ...]
    leaves: tuple[Leaf, ...]
    rules: tuple[int, ...]


def parse(article: Article) -> Document:
    """Parse the body of an article into its headings, leaves and rules."""
    lines = ArticleLines(article.text[article.body_start :].decode("utf-8"), article.body_start)
    reader = _Reader(lines, has_own_ids=article.dialect is not Dialect.ZENN)
    reader.read()
    return Document(tuple(reader.headings), tuple(reader.leaves), tuple(reader.rules))


class _Reader:
    """Goes through the tokens of one article and collects headings, leaves and rules."""

    def __init__(self, lines: ArticleLines, *, has_own_ids: bool) -> None:
        env: dict[str, Any] = {}
        self.lines = lines
        self.tokens = parser().parse(lines.markdown, env)
        self.notes = env.get("footnotes", {}).get("list", {})
        self.headings: list[Heading] = []
        self.leaves: list[Leaf] = []
        self.rules: list[int] = []
        self._block = 0
        self._lists = 0
        self._item_lines: set[int] = set()
        self._has_own_ids = has_own_ids

    def read(self) -> None:
        """Go through the tokens."""
        handlers = {
            "heading_open": self._heading,
            "paragraph_open": self._paragraph,
            "fence": self._fence,
            "code_block": self._code_block,
            "math_block": self._math_block,
            "table_open": self._table,
            "embed": self._embed,
            "container_details_open": self._details,
            "list_item_open": self._item,
        }
        for position, token in enumerate(self.tokens):
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self._lists += 1
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._lists -= 1
            elif token.type == "hr" and token.map:
                self.rules.append(self.lines.byte(token.map[0], 0))
            elif token.type in handlers and token.map:
                handlers[token.type](position, token, token.map)

    def _item(self, _: int, __: Token, span: list[int]) -> None:
        self._item_lines.add(span[0])
        if self._lists == 1:
            self._block += 1

    def _heading(self, position: int, token: Token, span: list[int]) -> None:
        # In a list, an underline is an empty item that somebody left below a line, which is no heading for that.
        if self._lists and token.markup in ("-", "="):
            self._paragraph(position, token, span)
            return
        children = self.tokens[position + 1].children or []
        label = "".join(child.content for child in children if child.type in _LABEL_TYPES)
        text = " ".join(plain_text(children, self.notes).split("\n")).strip()
        if self._has_own_ids:
            label, text = (_OWN_ID.sub("", shown) for shown in (label, text))
        text = text[:LONGEST_HEADING].rstrip()
        first = self._first_column(span[0])
        end = self.lines.byte(span[1] - 1, self.lines.end_column(span[1] - 1))
        own = _OWN_ID.search(self.tokens[position + 1].content) if self._has_own_ids else None
        id_ = own[1] if own is not None else None
        self.headings.append(Heading(int(token.tag[1]), text, label, self.lines.byte(span[0], first), end, id_))
        self._block += 1

    def _paragraph(self, position: int, _: Token, span: list[int]) -> None:
        rendered = render(self.tokens[position + 1], self.notes)
        kind = "item" if self._lists else "text"
        rows = list(rendered.lines())
        found = []
        for index, line, column in self.lines.locate(rendered.content.split("\n"), span):
            first, last = rows[index]
            first += len(rendered.content[first:last]) - len(rendered.content[first:last].lstrip())
            if line in self._item_lines and (task := _TASK.match(rendered.content, first, last)):
                rendered = _without(rendered, task.start(), task.end())
            if rendered.is_visible(first, last):
                found.append(self._text_line(rendered, (first, last), line, column, kind))
        self._add(kind, found)

    def _text_line(self, rendered: RenderedText, span: tuple[int, int], line: int, column: int, kind: str) -> Line:
        """Return a line of running text; ``column`` is where ``span`` begins in it."""
        origin = column - span[0]
        first, last = rendered.trim(*span)
        text_start = self.lines.byte(line, origin + first)
        start = self.lines.byte(line, min(self._marker_column(line, column), origin + first))
        plain = rendered.text(first, last)
        shown = {rendered.modes[at] for at in range(first, last) if _is_shown(rendered, at)}
        if shown == {IMAGE}:
            kind = "image"
        elif shown == {URL} and kind == "text":
            kind = "link"
        end = self.lines.byte(line, origin + last)
        return Line(start, end, kind, plain, rendered, first, last, text_start)

    def _fence(self, _: int, token: Token, span: list[int]) -> None:
        content = token.content.split("\n")[:-1]
        opening = self.lines.texts[span[0]]
        mark = opening.index(token.markup) + len(token.markup)
        found = []
        colon, name = opening[mark:].partition(":")[1:]
        if colon and name.strip():
            found.append(self._whole_line(span[0], len(opening) - len(name.lstrip()), "code", name.strip()))
        for index, text in enumerate(content, start=span[0] + 1):
            found += self._code_line(index, text)
        self._add("code", found, span)

    def _code_block(self, _: int, token: Token, span: list[int]) -> None:
        content = token.content.rstrip("\n").split("\n")
        self._add("code", [line for at, text in enumerate(content, span[0]) for line in self._code_line(at, text)])

    def _code_line(self, line: int, text: str) -> list[Line]:
        plain = text.strip()
        column = self.lines.end_column(line) - len(plain)
        return [self._whole_line(line, column, "code", plain)] if plain else []

    def _math_block(self, _: int, __: Token, span: list[int]) -> None:
        found = []
        for line in range(*span):
            column = self._first_column(line)
            plain = self.lines.texts[line][column:].replace("$$", "").strip()
            if plain:
                found.append(self._whole_line(line, column, "code", plain))
        self._add("code", found, span)

    def _table(self, position: int, _: Token, span: list[int]) -> None:
        rows: dict[int, list[str]] = {}
        for token in self._up_to("table_close", position):
            if token.type == "inline" and token.map:
                rows.setdefault(token.map[0], []).append(self._cell(token))
        found = [
            self._whole_line(line, self._first_column(line), "row", " | ".join(cells).strip())
            for line, cells in rows.items()
            if any(cells)
        ]
        self._add("table", found, span)

    def _cell(self, token: Token) -> str:
        # Most cells of a hostile table are empty.
        if not token.content:
            return ""
        rendered = render(token, self.notes)
        return rendered.text(0, len(rendered.content))

    def _up_to(self, kind: str, position: int) -> Iterator[Token]:
        """Yield the tokens from a position up to one of a kind."""
        while self.tokens[position].type != kind:
            yield self.tokens[position]
            position += 1

    def _embed(self, _: int, token: Token, span: list[int]) -> None:
        line = self._whole_line(span[0], self.lines.texts[span[0]].index("@["), "link", token.content)
        self._add("embed", [line])

    def _details(self, _: int, token: Token, span: list[int]) -> None:
        title = token.info.strip().removeprefix("details").strip()
        column = self.lines.end_column(span[0]) - len(title)
        rendered = RenderedText(title, tuple(title), bytes([FREE]) * len(title))
        self._add("title", [self._text_line(rendered, (0, len(title)), span[0], column, "text")])

    def _whole_line(self, line: int, column: int, kind: str, plain: str) -> Line:
        """Return a line from the column to its end, of which the page shows ``plain``."""
        start = self.lines.byte(line, self._marker_column(line, column))
        return Line(start, self.lines.byte(line, self.lines.end_column(line)), kind, plain)

    def _add(self, kind: str, lines: list[Line], span: list[int] | None = None) -> None:
        """Add a leaf; with ``span``, the lines around the found ones are part of it."""
        if not self._lists:
            self._block += 1
        if not lines:
            return
        start, end = lines[0].start, lines[-1].end
        if span:
            first = self._marker_column(span[0], self._first_column(span[0]))
            start = min(start, self.lines.byte(span[0], first))
            # A fence that is never closed takes the blank lines after it too.
            last = next(line for line in reversed(range(*span)) if self.lines.end_column(line))
            end = max(end, self.lines.byte(last, self.lines.end_column(last)))
        self.leaves.append(Leaf(kind, self._block, self._lists > 0, start, end, tuple(lines)))

    def _first_column(self, line: int) -> int:
        """Return the column after indent and quote marks."""
        match = _QUOTE_MARKERS.match(self.lines.texts[line])
        return match.end() if match else 0

    def _marker_column(self, line: int, column: int) -> int:
        """Return the column of the list marker before the text at ``column``, if an item begins there."""
        if line not in self._item_lines:
            return column
        match = _ITEM_MARKERS_BACKWARDS.match(self.lines.texts[line][:column][::-1])
        return column - match.end() if match else column


# markdown-it-anchor makes the id of these alone: no images, no math.
_LABEL_TYPES = frozenset({"text", "text_special", "code_inline"})


def _is_shown(rendered: RenderedText, position: int) -> bool:
    return rendered.modes[position] == IMAGE or bool(rendered.plain[position].strip())


def _without(rendered: RenderedText, start: int, end: int) -> RenderedText:
    """Return the content with nothing shown for the range."""
    plain = (*rendered.plain[:start], *([""] * (end - start)), *rendered.plain[end:])
    return RenderedText(rendered.content, plain, rendered.modes)
