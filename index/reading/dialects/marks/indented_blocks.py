"""Boxes and tabs of MkDocs, ``!!! note "Title"`` and ``=== "Tab"``, whose content is indented by four blanks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.dialects.body import Body

_LINE = re.compile(r"(?P<quote>(?:[ ]{0,3}>[ ]?)*+)(?P<indent>[ \t]*+)(?P<text>.*)", re.DOTALL)
_OPENING = re.compile(
    r"""(?:(?:!!!|\?\?\?\+?)[ ]+[\w-]+(?:[ ]+[\w-]+)*|===[!+]?(?=[ ]+"))(?:[ ]+"(?P<title>[^"]*)")?[ \t]*\Z"""
)
_INDENT = 4


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave the title of each block, and its content without the indent."""
    start = 0
    indents: list[int] = []
    lines = body.text.split("\n")
    for number, line in enumerate(lines):
        parts = _LINE.match(line)
        if parts and parts["text"].strip():
            indent, at = _width(parts["indent"]), parts.start("text")
            while indents and indent < indents[-1] + _INDENT:
                indents.pop()
            if indents:
                kept = " " * (indent - len(indents) * _INDENT)
                yield TextEdit(start + parts.start("indent"), start + at, kept)
            # What is indented by a block's own indent is no code, whatever CommonMark makes of it.
            is_text = bool(indents) or not body.is_code(start + at)
            if (
                is_text
                and _has_content(lines[number + 1 : number + 3], indent)
                and (opening := _OPENING.match(line, at))
            ):
                yield from _opening(opening, start)
                indents.append(indent)
        start += len(line) + 1


def _opening(match: re.Match[str], line_start: int) -> Iterator[TextEdit]:
    first, last = match.span("title") if match["title"] else (match.end(), match.end())
    yield TextEdit(line_start + match.start(), line_start + first, "")
    yield TextEdit(line_start + last, line_start + match.end(), "\n" if last > first else "")


def _width(indent: str) -> int:
    return len(indent.expandtabs(_INDENT))


def _has_content(lines: Sequence[str], indent: int) -> bool:
    """Tell whether the first of some lines that is not blank is indented enough to stand in a block."""
    parts = (_LINE.match(line) for line in lines)
    first = next((part for part in parts if part and part["text"].strip()), None)
    return first is not None and _width(first["indent"]) >= indent + _INDENT
