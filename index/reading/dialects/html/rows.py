"""What parts texts, and rows of tables as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Break(IntEnum):
    """What parts the next text from the last one."""

    NOTHING = 0
    BLANK = 1
    LINE = 2
    BLOCK = 3


@dataclass(slots=True)
class Row:
    """The row of a table of so many ``columns`` that is being written: its ``cell`` and the last one ``shown``."""

    columns: int
    cell: int | None = None
    shown: int | None = None
    is_first: bool = True

    def before_cell(self, is_parted: bool, new_line: Callable[[Break], str]) -> str | None:
        """Return what stands before text of the cell; if there is text of it already, a blank or None for nothing."""
        cell = self.cell or 0
        if self.shown == cell:
            return " " if is_parted else None
        if self.shown is None:
            before = new_line(Break.BLOCK if self.is_first else Break.LINE) + "| " * (cell + 1)
        else:
            before = " |" * (cell - self.shown) + " "
        self.shown = cell
        return before

    def after(self, new_line: Callable[[Break], str]) -> str | None:
        """Return what stands after the row, None if nothing of it is shown, and go on to the next."""
        shown, self.shown, self.cell = self.shown, None, None
        if shown is None:
            return None
        rule = new_line(Break.LINE) + "|" + " --- |" * self.columns if self.is_first else ""
        self.is_first = False
        return " |" * (self.columns - shown) + rule
