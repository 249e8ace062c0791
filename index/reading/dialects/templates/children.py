"""What stands inside of components of MDX, where an indent makes no code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.templates.components import tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body
    from index.reading.dialects.templates.components import Tag

_LINE = re.compile(r"^(?P<indent>[ \t]*+)(?=[^\s])", re.MULTILINE)


@dataclass(slots=True)
class _Element:
    """An element that is open, and the indent of the first line in it, if that has come."""

    name: str
    indent: int | None = None


def edits(body: Body) -> Iterator[TextEdit]:
    """Take the indent of an element's first line off all lines in it."""
    if body.dialect is not Dialect.MDX:
        return
    tags = tags_of(body)[::-1]
    elements: list[_Element] = []
    for match in _LINE.finditer(body.text):
        start, end = match.span("indent")
        while tags and tags[-1].end <= start:
            _pass(elements, tags.pop())
        tag = tags[-1] if tags else None
        if tag and tag.start < start:
            continue
        is_closing = tag is not None and tag.start == end and tag.is_closing
        if own := min(_indent(elements, end - start, is_closing=is_closing), end - start):
            yield TextEdit(start, start + own, "")


def _pass(elements: list[_Element], tag: Tag) -> None:
    """Note that an element begins or ends."""
    if not tag.is_closing and not tag.is_complete:
        elements.append(_Element(tag.name))
    elif tag.is_closing and elements and elements[-1].name == tag.name:
        elements.pop()


def _indent(elements: list[_Element], found: int, *, is_closing: bool) -> int:
    """Return the indent that the lines of the innermost element have; a tag that closes it has just its own."""
    if not elements or is_closing:
        return found if elements else 0
    inner = elements[-1]
    if inner.indent is None:
        inner.indent = found
    return inner.indent
