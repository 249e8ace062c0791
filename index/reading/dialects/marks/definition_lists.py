"""Definition lists, ``Term`` and then ``: definition``, and abbreviations, ``*[HTML]: …``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit, hard_break
from index.reading.dialects.matches import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_DEFINITION = re.compile(r"^[ \t>]*+(?P<mark>[:~][ \t]++)(?=\S)", re.MULTILINE)
# A heading, an item or a row of a table is no term.
_TERM = re.compile(r"[ \t>]*+(?![#|]|[-*+][ \t])\S")
_BLANK = re.compile(r"[ \t>]*+")
_ABBREVIATION = re.compile(r"^[ \t>]*+(?P<whole>\*\[[^\]\n]++\]:[^\n]*+)", re.MULTILINE)


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave definitions without their colons, each in a line of its own, and no abbreviations."""
    defined = -1
    for match in matches(_DEFINITION, body):
        start, end = _line_before(body.text, match.start())
        if start == defined or _TERM.match(body.text, start, end):
            defined = match.start()
            yield hard_break(_before(body.text, match.start())[1])
            yield TextEdit(*match.span("mark"), "")
    for match in matches(_ABBREVIATION, body):
        yield TextEdit(*match.span("whole"), "")


def _line_before(text: str, start: int) -> tuple[int, int]:
    """Return the range of the line before another one, or of the one before a blank line."""
    begin, end = _before(text, start)
    return _before(text, begin) if _BLANK.fullmatch(text, begin, end) else (begin, end)


def _before(text: str, start: int) -> tuple[int, int]:
    end = max(start - 1, 0)
    return text.rfind("\n", 0, end) + 1, end
