"""Word lists: the text files in ``index/data`` and ``bot/data``, named as in the repository, ``index/data/held.txt``.

A line that begins with # is a comment; one in brackets, [help], says what the lines below it are.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_HEADING = re.compile(r"\[(.+)\]")
# The first letter behind those that French, Czech and others add to the alphabet.
_BEYOND_LATIN = "\u0250"


@cache
def sections_of(path: str) -> dict[str, tuple[str, ...]]:
    """Return the lines below each heading of a list, in its order, and by "" those of a list without headings."""
    package, *names = path.split("/")
    sections: dict[str, list[str]] = {}
    heading = ""
    for line in resources.files(package).joinpath(*names).read_text("utf-8").splitlines():
        if match := _HEADING.fullmatch(line):
            heading = match[1]
        elif line and not line.startswith("#"):
            sections.setdefault(heading, []).append(line)
    return {heading: tuple(lines) for heading, lines in sections.items()}


def phrases_of(path: str, heading: str = "") -> tuple[str, ...]:
    """Return the lines of a list, or of a section of it."""
    return sections_of(path)[heading]


def rows_of(path: str, heading: str = "") -> tuple[tuple[str, ...], ...]:
    """Return the words of each line."""
    return tuple(tuple(line.split()) for line in phrases_of(path, heading))


def words_listed(path: str, heading: str = "") -> frozenset[str]:
    """Return the words of all lines."""
    return frozenset(word for row in rows_of(path, heading) for word in row)


@cache
def any_of(path: str, heading: str = "") -> re.Pattern[str]:
    """Return the pattern of any word, where Latin ones stand by themselves."""
    latin, others = by_script(words_listed(path, heading))
    return re.compile(rf"(?<![A-Za-z])(?:{either(latin)})(?![A-Za-z])|{either(others)}", re.IGNORECASE)


def wording(path: str, heading: str) -> str:
    """Return the regular expression of any phrase of a section, where Latin ones are whole words.

    In these * stands for more letters and ? for a letter before it that may be missing; $ is the end of a text.
    """
    latin, others = ("|".join(map(_as_expression, phrases)) for phrases in by_script(phrases_of(path, heading)))
    return "|".join(part for part in (latin and rf"\b(?:{latin})\b", others) if part)


def by_script(phrases: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the phrases in Latin letters, and the others."""
    latin = [one for one in phrases if max(one) < _BEYOND_LATIN]
    return latin, [one for one in phrases if one not in latin]


def either(phrases: Iterable[str]) -> str:
    """Return the regular expression of any of some phrases; of two that begin alike the longer one is found."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda one: (-len(one), one)))


def _as_expression(phrase: str) -> str:
    return re.escape(phrase).replace(r"\*", r"\w*").replace(r"\?", "?").replace(r"\$", "$")
