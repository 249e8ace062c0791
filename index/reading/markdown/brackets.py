"""Brackets of inline text: what was found out about them, and those that are never closed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from linkify_it.ucre import SRC_ZCC

# No address goes on over blanks.
_RUN = re.compile(rf"(?:(?!{SRC_ZCC}).)+")


_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))


# Ends a path outside of brackets and is like any other character inside, as a bracket that is not closed.
_SEPARATOR = "<"


def without_open_brackets(text: str) -> str:
    """Return a text of the same length in which brackets are left out that are not closed before a blank."""
    return _RUN.sub(_only_closed, text)


def _only_closed(run: re.Match[str]) -> str:
    text = run[0]
    for opening, closing in _BRACKETS:
        closed = text.rfind(closing) + 1
        text = text[:closed] + text[closed:].replace(opening, _SEPARATOR)
    return text


@dataclass(slots=True)
class Labels:
    """The labels that were found in one inline text: by bracket and end of the range, where each one ends.

    ``linked`` has those with a link or a footnote inside, which therefore are not the label of a link.
    """

    ends: dict[tuple[int, int], int] = field(default_factory=dict)
    linked: set[tuple[int, int]] = field(default_factory=set)
