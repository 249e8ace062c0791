"""Edits of a text that other edits have made, as edits of the text that those were made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """Return the text that edits make; they are in order and none overlaps another."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def composed(first: Sequence[TextEdit], text: str, second: Sequence[TextEdit]) -> list[TextEdit]:
    """Return the edits that do what ``first`` does and then, to the ``text`` that this made, what ``second`` does."""
    found: list[TextEdit] = []
    grown = 0
    for group in _groups(first, second):
        start = group.start - grown
        grown += group.growth
        inner = [TextEdit(edit.start - group.start, edit.end - group.start, edit.text) for edit in group.second]
        found.append(TextEdit(start, group.end - grown, edited(text[group.start : group.end], inner)))
    return found


@dataclass(slots=True)
class _Group:
    """What overlaps in the text that the first edits made: ``growth`` is by what these made it longer."""

    start: int
    end: int
    growth: int = 0
    second: list[TextEdit] = field(default_factory=list)


def _groups(first: Sequence[TextEdit], second: Sequence[TextEdit]) -> Iterator[_Group]:
    """Yield, in order, what first edits have made and second ones edit, together where they overlap."""
    entries = [(start, end, growth, None) for start, end, growth in places(first)]
    group: _Group | None = None
    for start, end, growth, edit in sorted(
        [*entries, *((edit.start, edit.end, 0, edit) for edit in second)], key=lambda entry: entry[:2]
    ):
        if group is None or start >= group.end:
            if group is not None:
                yield group
            group = _Group(start, end)
        group.end = max(group.end, end)
        group.growth += growth
        if edit is not None:
            group.second.append(edit)
    if group is not None:
        yield group


def places(edits: Iterable[TextEdit]) -> Iterator[tuple[int, int, int]]:
    """Yield the place of each edit in the text that all of them make, and by how much it has grown there."""
    grown = 0
    for edit in edits:
        start, growth = edit.start + grown, len(edit.text) - (edit.end - edit.start)
        yield start, start + len(edit.text), growth
        grown += growth
