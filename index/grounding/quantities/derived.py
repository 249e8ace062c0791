"""Quantities that follow from others: differences, sums, parts, multiples, and what is about or more than another."""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING

from index.grounding.quantities.quantity import BARE, THING
from index.grounding.quantities.written_numbers import digits
from index.word_lists import any_of, by_script, either, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from index.grounding.quantities.quantity import Quantity, Reading
    from index.grounding.statement import Statement

# Which share of a number a value is at least and at most that is said to be about so much, more than it or less.
_BOUNDS = {"about": (0.9, 1.1), "more": (1.0, 1.3), "less": (0.75, 1.0)}
_EXACT = (0.9999, 1.0001)
# A percentage that is reckoned is rounded.
_ROUNDED = 0.5
# Of so many values nearly anything follows.
_MOST_READINGS = 24
# What lies between two days or times of day lasts so many seconds for each.
_SECONDS = {"clock": 60.0, "day": 86400.0}
_NO_AMOUNTS = frozenset({"ordinal", "month", "year", "weekday", *_SECONDS})
# Thirds, quarters and sixths are simple parts.
_PARTS = 12
_DIFFERENCE = any_of("index/data/about.txt", "difference")
_TOTAL = re.compile(r"\b(?:total|together|altogether|sum|overall|combined|both|in all)\b|合計|合わせ|あわせ|計|両方|総")


def _hedges(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    before, behind = (
        by_script(
            [word.replace("_", " ") for row in rows_of("index/data/about.txt", f"{kind} {place}") for word in row]
        )
        for place in ("before", "behind")
    )
    return (
        re.compile(rf"(?:\b(?:{either(before[0])})(?: (?:the|an?))?|{either(before[1])})[ の]*$", re.IGNORECASE),
        re.compile(rf"[^\d、。,.]?(?: (?:{either(behind[0])})\b|[ の]?(?:{either(behind[1])}))", re.IGNORECASE),
    )


_HEDGES = {kind: _hedges(kind) for kind in _BOUNDS}


def follows(one: Quantity, told: Collection[Quantity], said: Statement) -> bool:
    """Return whether a quantity of a statement follows from those that lines tell."""
    readings = list(dict.fromkeys(reading for other in told for reading in other.readings))
    if one.is_weak or len(readings) > _MOST_READINGS:
        return False
    bounds = _bounds(one, said)
    if any(_is_within(own, known, bounds) for own in one.readings for known in readings):
        return True
    derived = list(_derived(readings, said, is_hedged=bool(bounds)))
    return any(
        own[0] == other[0] and (_is_within(own, other, [_EXACT, *bounds]) or _is_rounded(own, other[1]))
        for own in one.readings
        for other in derived
        if own[0] != BARE
    )


def _is_within(own: Reading, known: Reading, bounds: Collection[tuple[float, float]]) -> bool:
    (kind, value), (other, amount) = own, known
    return _is_same_kind(kind, other) and any(low * value <= amount <= high * value for low, high in bounds)


def _is_rounded(own: Reading, amount: float) -> bool:
    """Return whether a share in whole percent, or a simple part like two thirds, is a value rounded."""
    kind, value = own
    is_simple = value.is_integer() or (value * _PARTS / 100) % 1 < _EXACT[1] - 1
    return kind == "percent" and is_simple and abs(amount - value) <= _ROUNDED


def _bounds(one: Quantity, said: Statement) -> list[tuple[float, float]]:
    """Return how far from a quantity of a statement a value may be that it is about, more than or less than."""
    text = digits(said)
    at = text.find(one.text)
    if at < 0:
        return []
    end = at + len(one.text)
    return [
        bounds
        for kind, bounds in _BOUNDS.items()
        if _HEDGES[kind][0].search(text, 0, at) or _HEDGES[kind][1].match(text, end)
    ]


def _derived(readings: Collection[Reading], said: Statement, *, is_hedged: bool) -> Iterator[Reading]:
    """Yield what follows from two values of one kind; one share of another is but about so much."""
    is_total, is_difference = _TOTAL.search(said.text) is not None, _DIFFERENCE.search(said.text) is not None
    for (kind, value), (other, amount) in permutations(readings, 2):
        if kind != other and value > amount and BARE in (kind, other) and _is_counted(kind or other):
            # "Nine firms, six of which stayed".
            yield "percent", 100 * amount / value
        if kind != other or value <= amount:
            continue
        if kind in _SECONDS:
            yield "time", (value - amount) * _SECONDS[kind]
        elif kind not in _NO_AMOUNTS:
            if is_difference:
                yield kind, value - amount
            if is_total:
                yield kind, value + amount
            if kind != "percent" or is_hedged:
                yield from _compared(value, amount)


def _is_counted(kind: str) -> bool:
    return kind == "person" or kind.startswith(THING)


def _compared(more: float, less: float) -> Iterator[Reading]:
    """Yield how many times and which share one value is of another, and how much it is more or less."""
    if less > 0:
        yield "fold", more / less
        yield "times", more / less
        yield "percent", 100 * less / more
        yield "percent", 100 * (more - less) / more
        yield "percent", 100 * (more - less) / less


def _is_same_kind(kind: str, other: str) -> bool:
    return kind == other or (BARE in (kind, other) and not {kind, other} & _NO_AMOUNTS)
