"""Preformatted text of HTML as a fence of Markdown, line by line."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from index.reading.dialects.html.escapes import REFERENCE
from index.reading.dialects.html.pieces import Part
from index.reading.dialects.html.rows import Break
from index.reading.dialects.html.tokens import elements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.dialects.html.pieces import Piece
    from index.reading.dialects.html.writer import Writer

_PARTS = re.compile(rf"(?P<line>\r\n|\r|\n)|(?P<reference>{REFERENCE})")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-)([\w+#-]+)")
_MARKS = re.compile(r"`{3,}")


class CodeWriter:
    """Writes one fence; ``pieces`` are those from the tag that opens it to the one that closes it."""

    def __init__(self, writer: Writer, text: str, html: str, pieces: Sequence[Piece]) -> None:
        self._writer = writer
        self._text = text
        self._html = html
        runs = _MARKS.findall(text, pieces[0].start, pieces[-1].end)
        self._fence = "`" * max([3, *(len(run) + 1 for run in runs)])
        names = (_LANGUAGE.search(piece.attributes.get("class", "")) for piece in pieces[:2])
        self._language = next((name[1] for name in names if name), "")
        self._is_begun = False
        self._lines = 0
        writer.part(Break.BLOCK)

    def add(self, piece: Piece) -> None:
        """Add a piece: its text as it stands, and none of its tags."""
        if piece.part not in (Part.TEXT, Part.MARKDOWN):
            self._tag(piece)
            return
        at = piece.start
        for found in _PARTS.finditer(self._text, piece.start, piece.end):
            self._run(at, found.start())
            at = found.end()
            if found["line"]:
                self._lines += 1
            else:
                self._show(found.start(), at, unescape(found[0]))
        self._run(at, piece.end)

    def _tag(self, piece: Piece) -> None:
        description = " ".join(piece.attributes.get("alt", "").split())
        if piece.name == "img" and description:
            self._show(piece.start, piece.end, description)
            return
        if piece.name == "br":
            self._lines += 1
        elif piece.name in elements("block"):
            self._lines = max(self._lines, 1)
        self._writer.hide(piece.start, piece.end)

    def close(self, piece: Piece) -> None:
        """End the fence with the tag that does."""
        if self._is_begun:
            self._writer.close(piece.end, f"{self._writer.new_line(Break.LINE)}{self._fence}")

    def _run(self, start: int, end: int) -> None:
        if self._lines:
            # What stands before the line is of a list or quote of Markdown.
            indent = self._html[start : min(start + len(self._writer.outer_indent), end)]
            start += len(indent) - len(indent.lstrip())
        if start < end and (self._is_begun or self._text[start:end].strip()):
            self._show(start, end)

    def _show(self, start: int, end: int, shown: str | None = None) -> None:
        self._writer.show_code(start, end, self._before(), shown)
        self._is_begun, self._lines = True, 0

    def _before(self) -> str | None:
        if self._is_begun:
            return self._writer.new_line(Break.LINE) * self._lines or None
        return f"{self._writer.opened()}{self._fence}{self._language}{self._writer.new_line(Break.LINE)}"
