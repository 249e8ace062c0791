"""The lines of an article's body: where what the parser says of a line stands in its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# markdown-it breaks lines here and nowhere else: not at form feeds, U+0085 or U+2028.
_NEWLINE = re.compile(r"\r\n|\r|\n")


class ArticleLines:
    """The lines of an article's body as markdown-it counts them, with their characters and bytes.

    ``first_byte`` is the one at which the body begins in the text.
    """

    def __init__(self, body: str, first_byte: int = 0) -> None:
        self._raw = _NEWLINE.split(body)
        # markdown-it shows NUL as U+FFFD; both are one character, so columns agree.
        self.texts = [text.replace("\0", "\ufffd") for text in self._raw]
        self._starts: list[int] = []
        self._first_bytes: list[int] = []
        at, byte = 0, first_byte
        for text, newline in zip(self._raw, [*_NEWLINE.findall(body), ""], strict=True):
            self._starts.append(at)
            self._first_bytes.append(byte)
            at += len(text) + len(newline)
            byte += len(text.encode()) + len(newline)

    @property
    def markdown(self) -> str:
        """The body for the parser; the container rule reads one character past the last line."""
        return "\n".join(self.texts) + "\n"

    def byte(self, line: int, column: int) -> int:
        """Return the byte offset of a column in a line."""
        return self._first_bytes[line] + len(self._raw[line][:column].encode())

    def character(self, line: int, column: int) -> int:
        """Return which character of the body stands in a column of a line, counted from 0."""
        return self._starts[line] + column

    def end_column(self, line: int) -> int:
        """Return the column after the last character that is no blank."""
        return len(self.texts[line].rstrip())

    def locate(self, content: list[str], span: list[int]) -> Iterator[tuple[int, int, int]]:
        """Yield the index, line and first column of each content line that is not blank.

        The parser takes indents and quote marks off the front of lines, blanks off the end, and blank
        lines (of U+3000, say) off both ends of the content, so a content line is the end of its line.
        """
        head = content[0].strip()
        top = next(line for line in range(*span) if self.texts[line].rstrip().endswith(head))
        for index, text in enumerate(content):
            if stripped := text.strip():
                yield index, top + index, self.end_column(top + index) - len(stripped)
