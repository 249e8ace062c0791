"""What the page of an article shows instead of the markup of its dialect."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from index.edits import Edit
from index.reading.dialects.body import read_body
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.html import reader as html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.reading.dialects.body import Body, TextEdit

    Pass = Callable[[Body], Iterable[TextEdit]]

# Where two passes have edits of the same characters, those of the earlier one hold.
PASSES: tuple[Pass, ...] = (html.edits,)


def page_edits(source: bytes, body_start: int, dialect: Dialect) -> tuple[Edit, ...]:
    """Return the edits that make plain Markdown of the body of an article's file.

    Zenn shows what it does not know as it stands, and what it knows the parser reads itself.
    """
    if dialect is Dialect.ZENN:
        return ()
    body = read_body(source[body_start:].decode(), dialect)
    kept: list[TextEdit] = []
    for found in PASSES:
        kept = _merged(kept, found(body))
    return tuple(_in_bytes(body.text, body_start, kept))


def _merged(kept: Sequence[TextEdit], new: Iterable[TextEdit]) -> list[TextEdit]:
    """Return edits in order, without those of the new ones that overlap one of the others or an earlier new one."""
    starts = [edit.start for edit in kept]
    added: list[TextEdit] = []
    for edit in sorted(new, key=_place):
        number = bisect_right(starts, edit.start)
        neighbours = [*kept[max(number - 1, 0) : number + 1], *added[-1:]]
        if not any(edit.start < other.end and other.start < edit.end for other in neighbours):
            added.append(edit)
    return sorted([*kept, *added], key=_place)


def _place(edit: TextEdit) -> tuple[int, int]:
    return edit.start, edit.end


def _in_bytes(text: str, first_byte: int, edits: Iterable[TextEdit]) -> Iterator[Edit]:
    """Yield edits of the characters of a body as edits of the bytes of its file."""
    at, byte = 0, first_byte
    for edit in edits:
        start = byte + len(text[at : edit.start].encode())
        end = start + len(text[edit.start : edit.end].encode())
        yield Edit(start, end, edit.text)
        at, byte = edit.end, end
