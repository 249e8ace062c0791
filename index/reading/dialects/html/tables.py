"""Tables of HTML: in which column a cell stands, and which tables lay out the page alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.dialects.html.pieces import HEADINGS, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reading.dialects.html.pieces import Piece

CELLS = frozenset({"td", "th"})
# What stands in the cells of a table that only lays out a page.
_BLOCKS = HEADINGS | {"pre", "table", "blockquote"}
# A table with more columns is none that anybody reads as one, and every row has all of them.
_MOST_COLUMNS = 40
_BLOCK_OF_MARKDOWN = re.compile(r"^[ \t]*(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|`{3}|~{3})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table, and in which of them each cell stands, by the number of its piece."""

    columns: int
    places: dict[int, int]


def table_of(pieces: Sequence[Piece], first: int, text: str) -> Table | None:
    """Return the table that a tag opens, None where it is there for the layout of the page alone."""
    last = pieces[first].partner
    if last is None:
        return None
    layout = _Layout()
    for number in range(first + 1, last):
        piece = pieces[number]
        is_block = piece.part is Part.MARKDOWN and _BLOCK_OF_MARKDOWN.search(text, piece.start, piece.end)
        if is_block or (piece.part is Part.OPEN and piece.name in _BLOCKS):
            return None
        if piece.part is Part.OPEN and piece.name == "tr":
            layout.next_row()
        elif piece.part is Part.OPEN and piece.name in CELLS:
            layout.add(number, _span(piece, "colspan"), _span(piece, "rowspan"))
        if layout.columns > _MOST_COLUMNS:
            return None
    return Table(layout.columns, layout.places) if layout.columns > 1 else None


class _Layout:
    """Puts cells in columns, of which those of rows above may take some."""

    def __init__(self) -> None:
        self.columns = 0
        self.places: dict[int, int] = {}
        self._column = 0
        self._taken: dict[int, int] = {}

    def next_row(self) -> None:
        self._column = 0
        self._taken = {column: rows - 1 for column, rows in self._taken.items() if rows > 1}

    def add(self, number: int, width: int, height: int) -> None:
        while self._taken.get(self._column):
            self._column += 1
        self.places[number] = self._column
        for column in range(self._column, self._column + width):
            self._taken[column] = height
        self._column += width
        self.columns = max(self.columns, self._column)


def _span(piece: Piece, name: str) -> int:
    """Return over how many columns or rows a cell goes."""
    said = piece.attributes.get(name, "")
    return min(int(said), _MOST_COLUMNS) if re.fullmatch(r"[1-9]\d{0,3}", said, re.ASCII) else 1
