"""Exchanges: whether two things of a sentence have changed places, compared with the lines.

"Warnings for three weeks, errors after" joins warnings to three weeks and errors to what comes after. A sentence that
has errors and three weeks in one part, and in another warnings and what comes after, says that otherwise: what its two
parts have stands crosswise in two parts of the lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import TYPE_CHECKING, Literal

from index.grounding.directions import sides
from index.grounding.names import Name, names, tells
from index.grounding.ordering.parts import TIME_WORDS, times, ways_to_part, ways_to_part_lines
from index.grounding.quantities.quantities import quantities
from index.grounding.quantities.quantity import BARE, Quantity
from index.grounding.statement import piece
from index.searching.question_words import QuestionWord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from index.grounding.directions import Side
    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

Sort = Literal["value", "name", "word", "time", "choice", "side"]
# In which parts of the lines each of the things of a part of a sentence is.
_Found = dict["_Thing", frozenset[int]]
_Known = dict[tuple["_Thing", "Statement"], bool]
# Of more parts than these two are hardly compared.
_MOST_PARTS = 8
# What is rarer than this can be mistaken for nothing else.
_LEAST_RARITY = 3.0
_SURE = 0.5
_RARITY = {"value": 5.0, "name": 5.0, "time": 4.0, "choice": 4.0, "side": 4.0}
_TEMPORAL = frozenset({"time", "months", "clock", "day", "month", "year", "weekday"})
# Of two things, that which is not chosen.
_NOT_CHOSEN = re.compile(r"(?:では|じゃ|で)なく$|^not\b")


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something that a part has, of which sort, how it is written there, and how rare it is."""

    sort: Sort
    text: str
    what: Quantity | Name | QuestionWord | str | bool | Side = field(compare=False)
    rarity: float = field(compare=False)


def exchanged(said: Statement, lines: Sequence[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether two parts of a statement have what stands crosswise in two parts of lines."""
    known: _Known = {}
    return any(
        _are_crossed([_found(part, told, known, vocabulary) for part in own])
        for own in ways_to_part(said)
        if 1 < len(own) <= _MOST_PARTS
        for told in ways_to_part_lines(tuple(lines))
        if len(told) > 1
    )


def _are_crossed(having: Sequence[_Found]) -> bool:
    """Return whether any two parts of a statement do, by where in the lines the things of each are."""
    for one, two in combinations(having, 2):
        ones = {thing: places for thing, places in one.items() if thing not in two}
        twos = {thing: places for thing, places in two.items() if thing not in one}
        for here, there in combinations(sorted(frozenset().union(*ones.values(), *twos.values())), 2):
            if _is_exchange(
                [_only_in(here, there, ones), _only_in(there, here, ones)],
                [_only_in(here, there, twos), _only_in(there, here, twos)],
            ):
                return True
    return False


def _found(part: Statement, told: Sequence[Statement], known: _Known, vocabulary: Vocabulary) -> _Found:
    """Return where the lines have each thing of a part, without those that they have everywhere or nowhere."""
    found: _Found = {}
    for thing in _things(part, vocabulary):
        for other in told:
            if (thing, other) not in known:
                known[thing, other] = _has(other, thing, vocabulary)
        places = frozenset(number for number, other in enumerate(told) if known[thing, other])
        if 0 < len(places) < len(told):
            found[thing] = places
    return found


def _has(part: Statement, thing: _Thing, vocabulary: Vocabulary) -> bool:
    match thing.what:
        case Quantity():
            return any(_are_one(thing.what, other) for other in quantities(part))
        case Name():
            return tells(part, thing.what, vocabulary)
        case bool():
            return _is_chosen(part) == thing.what
        case tuple():
            return thing.what in sides(part)
        case QuestionWord():
            return vocabulary.sureness(thing.what, (part,)) >= _SURE
        case str():
            return thing.what in times(part)


def _are_one(one: Quantity, other: Quantity) -> bool:
    """Return whether two quantities are the same, and neither the place of what the other counts."""
    return one.agrees(other) and (bool(one.kinds & other.kinds) or not (one.places or other.places))


def _is_chosen(part: Statement) -> bool:
    return _NOT_CHOSEN.search(part.text) is None


def _only_in(here: int, there: int, things: _Found) -> list[_Thing]:
    return [thing for thing, places in things.items() if here in places and there not in places]


def _is_exchange(one: Sequence[list[_Thing]], two: Sequence[list[_Thing]]) -> bool:
    """Return whether two parts have things of the same sort in either of two places, so that they stand crosswise."""
    straight, crossed = _rarest(one[0], two[1]), _rarest(one[1], two[0])
    if not all((*one, *two)):
        return False
    if straight >= _LEAST_RARITY and crossed >= _LEAST_RARITY:
        return True
    # Two values of a kind have changed places, and either part has another thing besides.
    return (_have_values(one[0], two[1]) and _are_rare(one[1], two[0])) or (
        _have_values(one[1], two[0]) and _are_rare(one[0], two[1])
    )


def _rarest(ones: Collection[_Thing], others: Collection[_Thing]) -> float:
    """Return the rarity of the rarest things of which there are two of a sort."""
    return max((min(a.rarity, b.rarity) for a, b in product(ones, others) if _are_of_a_sort(a, b)), default=0.0)


def _have_values(ones: Collection[_Thing], others: Collection[_Thing]) -> bool:
    return any(
        isinstance(a.what, Quantity) and isinstance(b.what, Quantity) and bool(a.what.kinds & b.what.kinds)
        for a, b in product(ones, others)
    )


def _are_rare(ones: Collection[_Thing], others: Collection[_Thing]) -> bool:
    return min(max(thing.rarity for thing in ones), max(thing.rarity for thing in others)) >= _LEAST_RARITY


def _are_of_a_sort(one: _Thing, other: _Thing) -> bool:
    """Return whether one thing may stand for another: values of a kind, two names, two words, opposites."""
    if isinstance(one.what, Quantity) and isinstance(other.what, Quantity):
        kinds = one.what.kinds | other.what.kinds
        return BARE in kinds or not one.what.kinds.isdisjoint(other.what.kinds)
    if isinstance(one.what, tuple) and isinstance(other.what, tuple):
        return one.what[0] == other.what[0] and one.what != other.what
    # "For three weeks" and "after" tell when.
    if {one.sort, other.sort} == {"time", "value"}:
        value = one.what if isinstance(one.what, Quantity) else other.what
        return isinstance(value, Quantity) and not value.kinds.isdisjoint(_TEMPORAL)
    return one.sort == other.sort


def _things(part: Statement, vocabulary: Vocabulary) -> Iterator[_Thing]:
    told = names(part)
    for value in quantities(part):
        if not value.is_weak or value.places:
            yield _Thing("value", value.text, value, _RARITY["value"])
    for name in told:
        yield _Thing("name", name.text, name, _RARITY["name"])
    named = {term for name in told for term in piece(name.text).terms}
    for word in vocabulary.words(part):
        if (
            not word.term.isdigit()
            and word.term not in named | TIME_WORDS
            and len(word.term) + (not word.term.isascii()) > 1
        ):
            yield _Thing("word", word.term, word, word.rarity)
    for time in times(part):
        yield _Thing("time", time, time, _RARITY["time"])
    yield _Thing("choice", str(_is_chosen(part)), _is_chosen(part), _RARITY["choice"])
    for side in sides(part):
        yield _Thing("side", f"{side[0]} {side[1]}", side, _RARITY["side"])
