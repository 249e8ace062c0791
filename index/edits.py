"""What the page shows of an article's file, as edits of its bytes, and the way from the file to that text and back.

A dialect of Markdown is read by writing down what its page shows instead of HTML, shortcodes and the like, as plain
Markdown. All that comes after reads the edited text; what is quoted is a range of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Marks of Markdown: what begins a heading, an item or a row, or stands around code. What a backslash stands before is
# text.
_MARKS = re.compile(r"(?:[\s!-/:-@\[\]-`{-~]|\d+\. )*+")


@dataclass(frozen=True, slots=True)
class Edit:
    """A byte range ``[start, end)`` of a file and the Markdown of what the page shows for it, empty for nothing."""

    start: int
    end: int
    text: str


class EditedText:
    """The text that edits make of a file; the edits are in order and none overlaps another.

    A range of the text is a range of the file without the markup at its ends: an edit that shows nothing but marks,
    such as ``- `` for ``<li>``, belongs to no range that begins or ends with it, but to one that is nothing else.
    """

    def __init__(self, source: bytes, edits: Sequence[Edit]) -> None:
        self._source = source
        self._edits = edits
        self._file_starts = [edit.start for edit in edits]
        self._texts = [edit.text.encode() for edit in edits]
        self._starts: list[int] = []
        self._ends: list[int] = []
        grown = 0
        for edit, text in zip(edits, self._texts, strict=True):
            self._starts.append(edit.start + grown)
            self._ends.append(edit.start + grown + len(text))
            grown += len(text) - (edit.end - edit.start)

    @cached_property
    def text(self) -> bytes:
        """The text in UTF-8."""
        parts: list[bytes] = []
        at = 0
        for edit, text in zip(self._edits, self._texts, strict=True):
            parts += [self._source[at : edit.start], text]
            at = edit.end
        return b"".join([*parts, self._source[at:]])

    def file_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the byte range of the file that a byte range of the text is from."""
        first, last = self._file_start(start, end), self._file_end(start, end)
        if first < last or start >= end:
            return first, max(first, last)
        # Nothing but marks, such as "&" for "&amp;".
        return self._edits[bisect_right(self._ends, start)].start, self._edits[bisect_left(self._starts, end) - 1].end

    def text_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the byte range of the text that a byte range of the file is shown as."""
        return self._text_start(start), self._text_end(end)

    def _file_start(self, start: int, end: int) -> int:
        number = bisect_right(self._starts, start) - 1
        # Edits that show nothing begin and end at one place of the text.
        while 0 <= number < len(self._edits) and self._ends[number] > start:
            if not self._is_marks(number, start, end):
                return self._edits[number].start
            start = self._ends[number]
            number = bisect_right(self._starts, start) - 1
        return self._edits[number].end + start - self._ends[number] if number >= 0 else start

    def _file_end(self, start: int, end: int) -> int:
        number = bisect_left(self._starts, end) - 1
        while number >= 0 and self._ends[number] >= end:
            if not self._is_marks(number, start, end):
                return self._edits[number].end
            end = self._starts[number]
            number = bisect_left(self._starts, end) - 1
        return self._edits[number].end + end - self._ends[number] if number >= 0 else end

    def _is_marks(self, number: int, start: int, end: int) -> bool:
        """Tell whether what a range has of an edit shows nothing by itself."""
        begin = self._starts[number]
        part = self._texts[number][max(start - begin, 0) : max(end - begin, 0)]
        return _MARKS.fullmatch(part.decode(errors="replace")) is not None

    def _text_start(self, start: int) -> int:
        number = bisect_right(self._file_starts, start) - 1
        if number < 0:
            return start
        edit = self._edits[number]
        return self._starts[number] if start < edit.end else self._ends[number] + start - edit.end

    def _text_end(self, end: int) -> int:
        number = bisect_left(self._file_starts, end) - 1
        return end if number < 0 else self._ends[number] + max(end - self._edits[number].end, 0)
