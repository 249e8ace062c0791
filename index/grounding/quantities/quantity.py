"""A quantity: a value of a kind, of several where a text leaves open which; and when two are the same."""

from __future__ import annotations

from dataclasses import dataclass

# A kind of quantity and how much of it.
Reading = tuple[str, float]

# The kind of a number of which nothing says what it counts.
BARE = ""
# The kind of whatever can be counted and is none of those that are listed; those that are begin with it and a colon.
THING = "thing"
# 件 and 本 count anything but people.
_ITEM = "thing:item"
_ALSO_COUNTED = frozenset({"times", "person"})
# 小学5年 is the fifth year of school, 2階 the second floor.
_NUMBERED = frozenset({"months", "times", "day", "month", "age"})
# Rounded values differ by less.
_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity with all that it may be, and the numbers as which it is written.

    One that ``is_weak`` need not be proved: an article, "one of them", what follows from other quantities.
    """

    text: str
    numbers: tuple[float, ...]
    readings: frozenset[Reading]
    is_weak: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of quantity that it may be."""
        return frozenset(kind for kind, _ in self.readings)

    @property
    def is_lasting(self) -> bool:
        """Whether it may be how long something lasts."""
        return not self.kinds.isdisjoint({"time", "months"})

    @property
    def places(self) -> frozenset[float]:
        """Which place in an order it may be: 1 the first, -1 the last."""
        return frozenset(value for kind, value in self.readings if kind == "ordinal")

    def agrees(self, other: Quantity) -> bool:
        """Return whether both may be the same; a number without a kind may be of any."""
        if any(_alike(one, two) for one in self.readings for two in other.readings):
            return True
        written = any(_near(one, two) for one in self.numbers for two in other.numbers)
        return written and (
            (BARE in self.kinds) != (BARE in other.kinds) or self._numbers(other) or other._numbers(self)
        )

    def _numbers(self, other: Quantity) -> bool:
        """Return whether it may be the place of what the other counts."""
        return bool(self.places) and any(kind.startswith(THING) or kind in _NUMBERED for kind in other.kinds)


def _alike(one: Reading, two: Reading) -> bool:
    (kind, value), (other, amount) = one, two
    return (kind == other or _may_be(kind, other) or _may_be(other, kind)) and _near(value, amount)


def _may_be(kind: str, other: str) -> bool:
    """Return whether what is counted as one kind may be of another."""
    if kind == _ITEM:
        return other.startswith(THING) or other == "times"
    return kind == THING and (other.startswith(THING) or other in _ALSO_COUNTED)


def _near(one: float, two: float) -> bool:
    return abs(one - two) <= _TOLERANCE * max(abs(one), abs(two))
