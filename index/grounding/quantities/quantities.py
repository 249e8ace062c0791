"""The quantities of a text, and which of them others do not prove.

28,000 yen and 2万8千円 are one quantity, as are 8 p.m. and 20時, "the fourth" and 第4回, "Tuesday" and (火); 78 teams
and 78人 are two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.quantities.amounts import amounts, parts_and_ends, versions
from index.grounding.quantities.calendar import dated
from index.grounding.quantities.derived import follows
from index.grounding.quantities.quantity import Quantity
from index.grounding.quantities.rates import rates
from index.grounding.quantities.written_numbers import digits
from index.language.lexicon import NUMBERED
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from index.grounding.statement import Statement


_FIRST = re.compile(r"\bfirst\b|最初|まず|先に", re.IGNORECASE)
_MONTHS = words_listed("index/data/months.txt")


@lru_cache(4096)
def quantities(said: Statement) -> tuple[Quantity, ...]:
    """Return the quantities of a statement."""
    return tuple(_quantities(said))


def unproved(
    said: Statement, lines: Collection[Statement], headings: Collection[Statement] = ()
) -> Quantity | str | None:
    """Return a quantity, or the period of a rate, of a statement that neither lines nor headings have, if any."""
    told = [one for line in lines for one in quantities(line)]
    known = [*told, *(one for heading in headings for one in quantities(heading))]
    for one in quantities(said):
        if any(one.agrees(other) for other in known) or (one.is_weak and not _contradicts(one, told, said)):
            continue
        if not follows(one, told, said) and not _comes_first(one, lines):
            return one
    if (other := _numbered_otherwise(said, lines)) is not None:
        return other
    periods = frozenset[str]().union(*map(rates, [*lines, *headings]))
    strange = rates(said) - periods
    return min(strange) if strange and periods else None


def _comes_first(one: Quantity, lines: Collection[Statement]) -> bool:
    """Return whether a quantity says no more than that something comes first, and lines do, too."""
    return one.is_weak and one.places == {1.0} and any(_FIRST.search(line.text) for line in lines)


def _numbered_otherwise(said: Statement, lines: Collection[Statement]) -> str | None:
    """Return a word with its number, as in "version 2", that lines have with other numbers only."""
    told = {one for line in lines for one in _numbered(line)}
    words = {word for word, _ in told}
    return next((" ".join(one) for one in _numbered(said) if one[0] in words and one not in told), None)


def _numbered(said: Statement) -> list[tuple[str, str]]:
    """Return the words that are numbered: names, and versions."""
    found = [(word, number) for word, number in NUMBERED.findall(said.text) if word.casefold() not in _MONTHS]
    return [(word.casefold(), number) for word, number in found if word[0].isupper() or word == "version"]


def _contradicts(one: Quantity, told: Collection[Quantity], said: Statement) -> bool:
    """Return whether lines tell of others than the first, or of other times than "a month"."""
    if one.places and one.kinds <= {"ordinal", "day"}:
        return any(other.places for other in told)
    is_rate = not rates(said).isdisjoint(one.text.split())
    return one.is_lasting and not is_rate and any(other.is_lasting for other in told)


def _quantities(said: Statement) -> Iterator[Quantity]:
    named, text = versions(digits(said))
    yield from named
    yield from parts_and_ends(text)
    for (start, end), written, readings in dated(text):
        yield Quantity(written, tuple(_as_written(*one) for one in readings), frozenset(readings))
        text = text[:start] + ";" * (end - start) + text[end:]
    yield from amounts(text)


def _as_written(kind: str, value: float) -> float:
    """Return the number of a time or day as it is written; 5 p.m. is a 5, too."""
    return value // 60 % 12 or 12.0 if kind == "clock" else value
