"""HTML as Markdown: goes through the pieces of an article and says what a browser makes of each."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from index.reading.dialects.html.code import CodeWriter
from index.reading.dialects.html.escapes import MARKS, REFERENCE, escaped, reference
from index.reading.dialects.html.lists import Lists
from index.reading.dialects.html.pieces import HEADINGS, Part, pieces_of
from index.reading.dialects.html.rows import Break, Row
from index.reading.dialects.html.tables import CELLS, Table, table_of
from index.reading.dialects.html.tokens import elements
from index.reading.dialects.html.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body, TextEdit
    from index.reading.dialects.html.pieces import Piece

_OPENING = {"rt": "(", "q": "“"}
_RUBY = frozenset({"rt", "rp", "ruby"})
_BLANKS = " \t\n\r\f"
_TEXT = re.compile(
    rf"(?P<blanks>[{_BLANKS}]+)"
    r"|(?P<address>\bhttps?://[!-;=?-~]+)"
    rf"|(?P<reference>{REFERENCE})"
    rf"|(?P<mark>[{MARKS}#])"
)
_SIMPLE_ADDRESS = re.compile(r"(?!data:)[^\s()<>\\\"]{1,500}")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_BAR = re.compile(r"(?<!\\)\|")
# A parenthesis around how a word is read, or the mark in a heading that links to it.
_MARK = re.compile(r"\s*[^\w\s]{1,2}\s*")
_NOT_IN_HEADINGS = HEADINGS | {"ul", "ol", "table", "pre", "blockquote"}


def edits(body: Body) -> Iterator[TextEdit]:
    """Make Markdown of what a browser shows of HTML, and leave out the rest."""
    if "<" in body.text:
        yield from _Reader(body).read()


class _Reader:
    """Goes through pieces, with what is open at each."""

    def __init__(self, body: Body) -> None:
        self._text = body.text
        self._html = body.html_text
        self._pieces = pieces_of(body)
        self._writer = Writer(body.text)
        self._lists = Lists(self._writer)
        self._code: CodeWriter | None = None
        self._code_end = self._heading_end = self._table_end = -1
        self._heading_id = ""
        self._table: Table | None = None
        self._is_before_mark = self._is_reading = False

    def read(self) -> list[TextEdit]:
        """Return the edits of the article."""
        handlers = {
            Part.MARKDOWN: self._markdown,
            Part.TEXT: self._html_text,
            Part.OPEN: self._open,
            Part.CLOSE: self._close,
            Part.HIDDEN: self._hidden,
            Part.EDGE: self._edge,
        }
        for number, piece in enumerate(self._pieces):
            if self._code is not None and number < self._code_end:
                self._code.add(piece)
            else:
                handlers[piece.part](number, piece)
        self._writer.finish()
        return self._writer.edits

    @property
    def _in_line(self) -> bool:
        """Whether a heading or a cell of a table is open."""
        return self._heading_end >= 0 or (self._writer.row is not None and self._writer.row.cell is not None)

    def _part(self, piece: Piece, least: Break) -> None:
        """Part what comes next; in a line, by a blank."""
        self._writer.part(Break.BLANK if piece.in_line or self._in_line else least)

    def _hidden(self, _: int, piece: Piece) -> None:
        self._writer.hide(piece.start, piece.end)

    def _edge(self, _: int, piece: Piece) -> None:
        self._part(piece, Break.LINE)
        self._writer.within(piece.mark)

    def _markdown(self, _: int, piece: Piece) -> None:
        shown = self._text[piece.start : piece.end]
        first = piece.end - len(shown.lstrip())
        last = piece.start + len(shown.rstrip())
        if first == piece.end:
            self._blank_markdown(piece.start, piece.end)
        elif self._skips(first, last):
            self._writer.hide(first, last)
        else:
            self._blank_markdown(piece.start, first)
            if self._in_line or self._writer.containers:
                self._lines_of_markdown(first, last)
            else:
                self._writer.show_markdown(piece.start, first, last)
            self._blank_markdown(last, piece.end)

    def _blank_markdown(self, start: int, end: int) -> None:
        """Keep blanks as they are, unless they end a line where none may end or where one has to."""
        lines = len(_NEWLINE.findall(self._text, start, end))
        if lines and self._in_line:
            self._writer.part(Break.BLANK)
        elif lines and (self._writer.containers or self._writer.is_parted):
            self._writer.part(Break.BLOCK if lines > 1 else Break.LINE)
        elif lines:
            self._writer.keep_lines(has_blank=lines > 1)

    def _lines_of_markdown(self, start: int, end: int) -> None:
        """Show lines of Markdown inside of an element, each with the marks before it."""
        at = start
        for newline in [*_NEWLINE.finditer(self._text, start, end), None]:
            stop = end if newline is None else newline.start()
            line = self._text[at:stop]
            if line.strip():
                self._line_of_markdown(stop - len(line.lstrip()) if self._in_line else at, stop)
            if newline is not None:
                self._end_line()
                at = newline.end()

    def _line_of_markdown(self, start: int, end: int) -> None:
        at = start
        for bar in _BAR.finditer(self._text, start, end) if self._writer.row is not None else ():
            self._writer.show(at, bar.start())
            self._writer.show(bar.start(), bar.end(), "\\|")
            at = bar.end()
        self._writer.show(at, end)

    def _html_text(self, _: int, piece: Piece) -> None:
        if self._skips(piece.start, piece.end):
            self._writer.hide(piece.start, piece.end)
            return
        at = piece.start
        for found in _TEXT.finditer(self._html, piece.start, piece.end):
            self._plain_text(at, found.start())
            at = found.end()
            if found["blanks"]:
                self._writer.part(Break.BLANK)
            elif found["address"]:
                self._address(found.start(), at)
            elif found["reference"]:
                self._reference(found.start(), at)
            elif found["mark"] == "#" and self._heading_end < 0:
                self._plain_text(found.start(), at)
            else:
                self._writer.show(found.start(), at, f"\\{found['mark']}")
        self._plain_text(at, piece.end)

    def _plain_text(self, start: int, end: int) -> None:
        if start < end:
            self._writer.show_text(start, end)

    def _address(self, start: int, end: int) -> None:
        text = self._text[start:end]
        shown = unescape(text) if text == self._html[start:end] else text
        shown = shown if self._writer.row is None else shown.replace("|", "%7C")
        self._writer.show(start, end, None if shown == text else shown)

    def _reference(self, start: int, end: int) -> None:
        text = self._text[start:end]
        if unescape(text).isspace():
            self._writer.part(Break.BLANK)
        else:
            self._writer.show(start, end, reference(text, self._text[end : end + 1]))

    def _skips(self, start: int, end: int) -> bool:
        return self._is_before_mark and _MARK.fullmatch(self._text, start, end) is not None

    def _open(self, number: int, piece: Piece) -> None:
        name = piece.name
        links = name == "a" and self._heading_end >= 0 and piece.attributes.get("href", "").startswith("#")
        self._is_before_mark = name == "rp" or links
        self._end_reading(piece)
        if name == "img":
            self._image(piece)
            return
        if name in _OPENING:
            self._writer.opening(_OPENING[name])
            self._is_reading = self._is_reading or name == "rt"
        elif name in elements("block"):
            self._open_block(number, piece)
        elif name == "br":
            self._end_line(is_in_line=piece.in_line)
        self._writer.hide(piece.start, piece.end)

    def _end_reading(self, piece: Piece) -> None:
        """Close the parenthesis around how a word is read: the end of that may have no tag."""
        if self._is_reading and piece.name in _RUBY:
            self._is_reading = False
            if not self._writer.drop_opening():
                self._writer.close(piece.start, ")")

    def _open_block(self, number: int, piece: Piece) -> None:
        is_in_line = piece.in_line or self._in_line
        if self._table is not None and piece.name in {"tr", *CELLS}:
            self._open_cell(number, piece)
        elif is_in_line:
            self._writer.part(Break.BLANK)
            if piece.name == "li":
                self._writer.opening("• ")
        elif self._lists.opens(piece):
            pass
        elif piece.partner is not None and self._is_heading(number, piece.partner):
            self._writer.heading("#" * int(piece.name[1]) + " ")
            self._heading_end, self._heading_id = piece.partner, piece.attributes.get("id", "")
        elif piece.name == "pre" and piece.partner is not None:
            self._code = CodeWriter(self._writer, self._text, self._html, self._pieces[number : piece.partner + 1])
            self._code_end = piece.partner
        elif piece.name == "hr":
            self._writer.rule()
        else:
            self._open_table(number, piece)

    def _is_heading(self, first: int, last: int) -> bool:
        """Tell whether a tag opens a heading: one that is closed only far behind has others in it, or lists."""
        if self._pieces[first].name not in HEADINGS:
            return False
        inside = (self._pieces[number] for number in range(first + 1, last))
        return not any(piece.part is Part.OPEN and piece.name in _NOT_IN_HEADINGS for piece in inside)

    def _open_table(self, number: int, piece: Piece) -> None:
        self._part(piece, Break.LINE if piece.name == "dd" else Break.BLOCK)
        table = table_of(self._pieces, number, self._text) if piece.name == "table" else None
        if table is not None and piece.partner is not None:
            self._table, self._table_end = table, piece.partner
            self._writer.row = Row(table.columns)

    def _open_cell(self, number: int, piece: Piece) -> None:
        if piece.name == "tr":
            self._end_row(piece.start)
        elif self._writer.row is not None and self._table is not None:
            self._writer.row.cell = self._table.places[number]

    def _end_row(self, at: int) -> None:
        after = self._writer.row.after(self._writer.new_line) if self._writer.row is not None else None
        if after is not None:
            self._writer.close(at, after)

    def _close(self, number: int, piece: Piece) -> None:
        name = piece.name
        self._is_before_mark = False
        self._end_reading(piece)
        if name == "q" and not self._writer.drop_opening():
            self._writer.close(piece.end, "”")
            return
        if number == self._heading_end:
            self._close_heading(piece)
        elif number == self._code_end and self._code is not None:
            self._code.close(piece)
            self._code = None
        elif number == self._table_end:
            self._end_row(piece.start)
            self._table, self._table_end, self._writer.row = None, -1, None
        elif name == "tr" and self._table is not None:
            self._end_row(piece.start)
        elif name == "br":
            self._end_line(is_in_line=piece.in_line)
        if name in elements("block"):
            if not self._in_line:
                self._lists.close(name)
            self._part(piece, Break.LINE if name in {"dd", "dt", "li"} else Break.BLOCK)
        self._writer.hide(piece.start, piece.end)

    def _close_heading(self, piece: Piece) -> None:
        self._heading_end = -1
        if not self._writer.drop_heading() and self._heading_id:
            self._writer.close(piece.end, f" {{#{self._heading_id}}}")

    def _end_line(self, *, is_in_line: bool = False) -> None:
        if is_in_line or self._in_line:
            self._writer.part(Break.BLANK)
        else:
            self._writer.end_line()

    def _image(self, piece: Piece) -> None:
        """Show the description of an image, unless it is there to count readers."""
        description = " ".join(piece.attributes.get("alt", "").split())
        counts = {piece.attributes.get(side) for side in ("width", "height")} & {"0", "1"}
        if not description or counts:
            self._writer.hide(piece.start, piece.end)
            return
        address = _SIMPLE_ADDRESS.fullmatch(piece.attributes.get("src", ""))
        shown = f"![{escaped(description)}]({address[0] if address else ''})"
        self._writer.show(piece.start, piece.end, shown)
