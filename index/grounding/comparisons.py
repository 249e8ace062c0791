"""Comparisons: whether a sentence puts one thing above another whose value in the lines is more."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from index.grounding.directions import sides
from index.grounding.quantities.quantities import quantities
from index.grounding.statement import clauses, piece
from index.word_lists import either, words_listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from index.grounding.quantities.quantity import Quantity
    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

# "More than half" compares with a number.
_NUMBER = rf"(?:about |the |an? )?(?:[$€£]?\d|half|{either(words_listed('index/data/numbers.txt'))})\b"
_SIDE = r"[^,;:!?()、。]{1,60}?"
_COMPARED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"(?P<a>{_SIDE}) (?P<how>(?:more|less|fewer|\w+er)\b[^,;:!?()]{{0,40}}?)"
            rf" than (?!{_NUMBER})(?P<b>[^,;:!?()]{{1,60}})"
        ),
        rf"(?P<b>{_SIDE})より(?:も|は)?、?(?P<a>{_SIDE})(?:のほう|の方)?[がは](?P<how>[^、。]{{1,20}})",
        rf"(?P<a>{_SIDE})(?:のほう|の方)?[がは]、?(?P<b>{_SIDE})より(?:も|は)?(?P<how>[^、。]{{1,20}})",
    )
]
# What is on the first side of these has the greater value; what is fast takes the less time.
_GREATER = frozenset(
    {
        "up and down",
        "more and less",
        "long and short",
        "large and small",
        "many and few",
        "high and low",
        "dear and cheap",
    }
)
_FAST = "fast and slow"
_MOST = frozenset({"most and least"})
# What cannot be more or less.
_NO_AMOUNTS = frozenset({"ordinal", "month", "year", "weekday", "day", "clock"})
# By so much a clause fits one side better than the other.
_MARGIN = 0.25
# Of fewer values, nobody says that one is the most.
_FEWEST = 3


class Comparison(NamedTuple):
    """Two sides, and whether the first is said to be more (1) or less (-1); of what lasts, if faster, the other one."""

    one: Statement
    other: Statement
    sign: int
    is_speed: bool


@lru_cache(4096)
def comparisons(said: Statement) -> tuple[Comparison, ...]:
    """Return what a statement compares."""
    return tuple(_comparisons(said))


def misjudged(said: Statement, lines: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement compares two things otherwise than their values in lines do."""
    told = [clause for line in lines for clause in clauses(line) if _amount(clause)]
    return any(_is_reversed(one, told, vocabulary) for one in comparisons(said)) or _is_other_end(
        said, told, vocabulary
    )


def _comparisons(said: Statement) -> Iterator[Comparison]:
    for match in (match for pattern in _COMPARED for match in pattern.finditer(said.text)):
        taken = sides(piece(match["how"]))
        signs = {side for name, side in taken if name in _GREATER}
        speeds = {side for name, side in taken if name == _FAST}
        if len(signs | speeds) == 1:
            one, other = (piece(match[side].strip()) for side in ("a", "b"))
            yield Comparison(one, other, min(signs or speeds), not signs)


def _amount(clause: Statement) -> Quantity | None:
    """Return the one value of a clause that can be more or less, None if it has several."""
    found = [one for one in quantities(clause) if not one.is_weak and one.kinds.isdisjoint(_NO_AMOUNTS)]
    return found[-1] if found and all(one.kinds & found[-1].kinds for one in found) else None


def _is_reversed(said: Comparison, told: Collection[Statement], vocabulary: Vocabulary) -> bool:
    fitting = [
        (_fit(said, one, other, vocabulary) - _fit(said, other, one, vocabulary), one, other)
        for one, other in permutations(told, 2)
        if _difference(one, other) is not None
    ]
    best, one, other = max(fitting, key=lambda fit: fit[0], default=(0.0, said.one, said.other))
    if best < _MARGIN or (difference := _difference(one, other)) is None:
        return False
    lasts = any("time" in value.kinds for value in (_amount(one), _amount(other)) if value)
    sign = -said.sign if said.is_speed and lasts else said.sign
    return difference * sign < 0


def _fit(said: Comparison, one: Statement, other: Statement, vocabulary: Vocabulary) -> float:
    return vocabulary.share(said.one, (one,)) + vocabulary.share(said.other, (other,))


def _difference(one: Statement, other: Statement) -> float | None:
    """Return how much more the value of a clause is than that of another, None if they cannot be compared."""
    first, last = _amount(one), _amount(other)
    if first is None or last is None:
        return None
    for kind, value in sorted(first.readings):
        for same, amount in last.readings:
            if same == kind:
                return value - amount
    written = first.numbers and last.numbers and "" in first.kinds | last.kinds
    return first.numbers[0] - last.numbers[0] if written else None


def _is_other_end(said: Statement, told: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement calls the most what is the least of the values in lines, or the other way round."""
    ends = {side for name, side in sides(said) if name in _MOST}
    if len(ends) != 1 or len(told) < _FEWEST:
        return False
    shares = sorted(((vocabulary.share(said, (one,)), number) for number, one in enumerate(told)), reverse=True)
    if shares[0][0] < shares[1][0] + _MARGIN:
        return False
    clauses_told = list(told)
    best = clauses_told[shares[0][1]]
    differences = [_difference(best, one) for one in clauses_told if one is not best]
    known = [one for one in differences if one is not None]
    (end,) = ends
    return len(known) >= _FEWEST - 1 and all(one * end < 0 for one in known)
