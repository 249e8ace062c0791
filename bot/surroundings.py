"""The Markdown around a quote, as far as it decides what the page makes of the quote itself.

Whether an indented line is code, `===` underlines a heading and `[text][ref]` is a link shows in no quote alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.types import Section

# In longer sections a quote is read alone: they would have to be parsed for every answer.
LONGEST = 100_000
# What may be something else than it looks.
UNSURE = re.compile(r"^(?: {4}|\t)|\$\$|^[ >]*(?:=+|-+)\s*$|\](?!\()|\^\[", re.MULTILINE)
# What a reference refers to may stand anywhere in an article: `[ref]: address` and `[^1]: note`.
DEFINITION = re.compile(rb"^ {0,3}\[[^\]\n]{1,999}\]:[^\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The section that a quote is from, with the article's definitions behind it; the quote is ``text[start:end]``."""

    text: str
    start: int
    end: int


def surroundings(source: bytes, section: Section, start: int, end: int) -> Surroundings | None:
    """Return what stands around the byte range of a quote, None where that does not matter."""
    before, quote = source[section.start : start], source[start:end].decode()
    if not (UNSURE.search(quote) or _is_indented(before)) or section.end - section.start > LONGEST:
        return None
    shown = before.decode()
    definitions = (match[0] for match in DEFINITION.finditer(source))
    rest = b"\n\n".join([source[end : section.end], *definitions]).decode()
    return Surroundings(shown + quote + rest, len(shown), len(shown) + len(quote))


def _is_indented(before: bytes) -> bool:
    """Return whether what stands before a quote in its line is an indent that may make code of it."""
    indent = before[before.rfind(b"\n") + 1 :]
    return not indent.strip(b" \t>") and (b"    " in indent or b"\t" in indent)
