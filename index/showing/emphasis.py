"""The words of a quote that answer, between two marks while its Markdown is read, and as styled runs behind that."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.showing.parts import Code, Prose

if TYPE_CHECKING:
    from index.showing.parts import Part, Run
    from index.types import Quote

# Noncharacters are in no text, and Markdown takes them for letters.
_MARKS = ("\ufdd0", "\ufdd1")
_EMPHASIS = re.compile(f"([{''.join(_MARKS)}])")


def with_marks(quote: Quote, text: str) -> str:
    """Put a mark before and behind the words that answer, which stays there when the Markdown is read."""
    if not quote.emphasis or _EMPHASIS.search(text):
        return text
    places = [place for words in quote.emphasis for place in zip(words.shown, _MARKS, strict=True)]
    if any(at > len(text) for at, _ in places):
        return text
    for at, mark in sorted(places, reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def emphasised(part: Part) -> Part:
    """Take the marks out, and emphasise what stands between them."""
    if isinstance(part, Code):
        return Code(_EMPHASIS.sub("", part.text))
    runs: list[Run] = []
    inside = False
    for run in part.runs:
        for piece in _EMPHASIS.split(run.text):
            if piece in _MARKS:
                inside = piece == _MARKS[0]
            elif piece:
                runs.append(replace(run, text=piece, emphasised=inside))
    return Prose(tuple(runs))
