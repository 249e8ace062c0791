"""Brackets of MDX: where each one is closed, and what the text in braces says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.reading.dialects.body import Range

_BRACKET = re.compile(r"[(){}\[\]]")
_OPENING = {")": "(", "}": "{", "]": "["}
_STRING = re.compile(r"\s*+([\"'`])((?:(?!\1|\\|\$\{)[^{}])*+)\1\s*+", re.DOTALL)


def pairs(text: str) -> dict[int, int]:
    """Return by each opening bracket of a text where the one stands that closes it."""
    opened: dict[str, list[int]] = {opening: [] for opening in _OPENING.values()}
    closed: dict[int, int] = {}
    for match in _BRACKET.finditer(text):
        if match[0] in opened:
            opened[match[0]].append(match.start())
        elif before := opened[_OPENING[match[0]]]:
            closed[before.pop()] = match.start()
    return closed


def string_in(text: str, start: int, end: int) -> Range | None:
    """Return the range of the characters of the string that alone stands between two braces."""
    match = _STRING.fullmatch(text, start + 1, end)
    return match.span(2) if match else None
