"""Order: whether a sentence turns round what the lines put in order, or rises where their values fall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.grounding.directions import sides
from index.grounding.ordering.pairs import destinations, pairs, sequences, sources, values
from index.grounding.quantities.quantities import quantities
from index.grounding.quantities.quantity import BARE
from index.grounding.statement import clauses, piece

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from index.grounding.ordering.pairs import Pair
    from index.grounding.quantities.quantity import Quantity
    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

# What a line tells of afterwards may have been before.
_EARLIER = re.compile(
    r"\b(?:was|were|had been|before|after|earlier|previously|instead|rather|used to|ago|until|since|former|next)\b"
    r"|以前|前は|前に|昨年|去年|来年|来月|次回|代わり|かわり|だった|でした|あとに|後に",
    re.IGNORECASE,
)
# The slowest need not have become slower.
_SUPERLATIVE = re.compile(r"\b(?:most|least|\w{2,}est)\b|(?:最も|一番|いちばん)\w{2}", re.IGNORECASE)
# What is chosen need not be told of last.
_CHOICE = re.compile(r"\b(?:instead|rather|not|than)\b|なく|より", re.IGNORECASE)
# From noon to one nothing rises.
_DATED = frozenset({"clock", "day", "month", "year", "weekday"})
# From this share of its words on, a side is the same as another.
_SAME = 0.6
# By so much the turned order must fit better.
_MARGIN = 0.3


def turned(said: Statement, lines: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement turns round what lines put in order, or rises to what is less."""
    own, told = pairs(said), [pair for line in lines for pair in pairs(line)]
    goals = [goal for line in lines for goal in destinations(line)]
    return (
        any(_turns(one, other, vocabulary) for one in own for other in told)
        or any(_goes_the_wrong_way(said, pair) for pair in own)
        or any(_misses(one, goal, vocabulary) for one in own for goal in goals)
        or _goes_back(said, lines, vocabulary)
        or any(_runs_back(pair, _value_places(pair, said, lines), lines, told, vocabulary) for pair in own)
        or any(_runs_back(one, _places(one, lines, vocabulary), lines, told, vocabulary) for one in sequences(said))
        or (not own and any(_goes_the_wrong_way(said, pair) for pair in told if _is_about(said, pair, vocabulary)))
    )


def _turns(one: Pair, other: Pair, vocabulary: Vocabulary) -> bool:
    (a, b), (c, d) = one, other
    crossed = [_likeness(a, d, vocabulary), _likeness(b, c, vocabulary)]
    straight = [_likeness(a, c, vocabulary), _likeness(b, d, vocabulary)]
    return min(crossed) > 0 and sum(crossed) > sum(straight) + _MARGIN


def _runs_back(
    pair: Pair,
    places: tuple[int, int] | None,
    lines: Collection[Statement],
    told: Collection[Pair],
    vocabulary: Vocabulary,
) -> bool:
    """Return whether lines tell of two sides in the other order, and do not say that the later one was before."""
    if places is None or places[0] <= places[1] or any(_EARLIER.search(line.text) for line in lines):
        return False
    return not any(_turns((pair[1], pair[0]), other, vocabulary) for other in told)


def _value_places(pair: Pair, said: Statement, lines: Collection[Statement]) -> tuple[int, int] | None:
    """Return where lines have the two values of a pair, None unless each is there once."""
    compared = values(pair) if not _CHOICE.search(said.text) else None
    told = [one for line in lines for one in quantities(line)]
    found = [[place for place, one in enumerate(told) if value.agrees(one)] for value in compared or ()]
    return (found[0][0], found[1][0]) if compared and all(len(one) == 1 for one in found) else None


def _places(pair: Pair, lines: Collection[Statement], vocabulary: Vocabulary) -> tuple[int, int] | None:
    """Return which clauses of lines are about the two sides of a pair, None unless each has one."""
    told = [clause for line in lines for clause in clauses(line)]
    first, last = ([vocabulary.share(side, (one,)) for one in told] for side in pair)
    if not told or min(max(first), max(last)) < _SAME or not vocabulary.words(pair[0]) or not vocabulary.words(pair[1]):
        return None
    return first.index(max(first)), last.index(max(last))


def _likeness(one: Statement, two: Statement, vocabulary: Vocabulary) -> float:
    """Return how much two sides have in common: quantities if both have some, else words, 0 to 1."""
    own, others = quantities(one), quantities(two)
    if own and others:
        return sum(any(a.agrees(b) for b in others) for a in own) / len(own)
    return vocabulary.share(one, (two,))


def _goes_the_wrong_way(said: Statement, pair: Pair) -> bool:
    """Return whether a statement says that something rose or fell between two values that do the opposite."""
    compared = values(pair)
    if compared is None or not compared[0].kinds.isdisjoint(_DATED) or _goes_both_ways(said):
        return False
    change, is_lasting = _change(*compared), "time" in compared[1].kinds
    told = sides(piece(_SUPERLATIVE.sub(" ", said.text)))
    taken = {side for name, side in told if name == "up and down" or (is_lasting and name == "long and short")}
    # What takes less time is faster.
    taken |= {-side for name, side in told if is_lasting and name == "fast and slow"}
    return len(taken) == 1 and change != 0 and (change > 0) != (1 in taken)


def _goes_both_ways(said: Statement) -> bool:
    """Return whether some values of a statement rise and others fall: which one a word is about is left open."""
    changes = [_change(*compared) for compared in map(values, pairs(said)) if compared]
    return any(one > 0 for one in changes) and any(one < 0 for one in changes)


def _change(one: Quantity, two: Quantity) -> float:
    """Return by how much the second is more; as they are written where one has no unit."""
    if BARE in one.kinds | two.kinds:
        return max(two.numbers, default=0.0) - max(one.numbers, default=0.0)
    return max(value for _, value in two.readings) - max(value for _, value in one.readings)


def _is_about(said: Statement, pair: Pair, vocabulary: Vocabulary) -> bool:
    """Return whether a statement tells of the change between two values: it has one of them, or none of their kind."""
    own, changed = quantities(said), [*quantities(pair[0]), *quantities(pair[1])]
    if any(one.agrees(other) for one in own for other in changed):
        return True
    if any(not one.kinds.isdisjoint(other.kinds) for one in own for other in changed):
        return False
    words = [word for word in vocabulary.words(pair[0]) if len(word.term) > 1 and not word.term.isdigit()]
    return not words or vocabulary.share(pair[0], (said,)) > 0


def _misses(pair: Pair, goal: Statement, vocabulary: Vocabulary) -> bool:
    """Return whether lines go to where a statement comes from, and not to where that goes."""
    source, target = (max(_likeness(goal, side, vocabulary), _likeness(side, goal, vocabulary)) for side in pair)
    return source > _SAME and target == 0


def _goes_back(said: Statement, lines: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement comes from where lines only go to, or goes to where they only come from."""
    return _goes_against(said, lines, sources, destinations, vocabulary) or _goes_against(
        said, lines, destinations, sources, vocabulary
    )


def _goes_against(
    said: Statement,
    lines: Collection[Statement],
    way: Callable[[Statement], Iterable[Statement]],
    other_way: Callable[[Statement], Iterable[Statement]],
    vocabulary: Vocabulary,
) -> bool:
    with_it = [place for line in lines for place in way(line)]
    against = [place for line in lines for place in other_way(line)]
    return any(
        any(_is_same(place, other, vocabulary) for other in against)
        and not any(_is_same(place, other, vocabulary) for other in with_it)
        for place in way(said)
    )


def _is_same(one: Statement, two: Statement, vocabulary: Vocabulary) -> bool:
    return max(_likeness(one, two, vocabulary), _likeness(two, one, vocabulary)) > _SAME
