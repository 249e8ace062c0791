"""Bindings: whether a sentence gives one thing the quantity that the lines give to another."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from index.grounding.names import names, tells
from index.grounding.quantities.quantities import quantities
from index.grounding.statement import clauses

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.grounding.names import Name
    from index.grounding.quantities.quantity import Quantity
    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

# From this share of its words on, a clause is about the same as another; by so much less, it is not.
_SAME = 0.5
_MARGIN = 0.3


def misplaced(said: Statement, lines: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether quantities have changed places between the clauses or the names of a statement."""
    told = [clause for line in lines for clause in clauses(line)]
    return any(
        _stands_elsewhere(clause, said, told, vocabulary)
        or any(
            _is_of_another(name, one, said, told, vocabulary) for name, one in product(names(clause), _single(clause))
        )
        for clause in clauses(said)
    )


def _single(clause: Statement) -> list[Quantity]:
    """Return the quantities of a clause that are the only ones of their kind there."""
    found = quantities(clause)
    return [one for one in found if all(one is other or one.kinds.isdisjoint(other.kinds) for other in found)]


def _stands_elsewhere(clause: Statement, said: Statement, told: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether what lines say of the same as a clause has another quantity, which is said of something else."""
    own = [one for one in quantities(clause) if not one.is_weak]
    if len(own) != 1 or not vocabulary.words(clause):
        return False
    shares = [(vocabulary.share(clause, (one,)), one) for one in told]
    best, place = max(shares, key=lambda pair: pair[0], default=(0.0, clause))
    if best < _SAME or any(own[0].agrees(other) for other in quantities(place)):
        return False
    elsewhere = [one for share, one in shares if share <= best - _MARGIN]
    others = [other for other in quantities(place) if not own[0].kinds.isdisjoint(other.kinds)]
    there = [one for one in elsewhere if any(own[0].agrees(other) for other in quantities(one))]
    swapped = [one for one in clauses(said) if any(two.agrees(other) for two in quantities(one) for other in others)]
    return any(vocabulary.share(one, (other,)) >= _MARGIN for one in swapped if one is not clause for other in there)


def _is_of_another(
    name: Name, value: Quantity, said: Statement, told: Collection[Statement], vocabulary: Vocabulary
) -> bool:
    """Return whether lines give a name another quantity of the kind, and the quantity to another name or thing."""
    having = [one for one in told if tells(one, name, vocabulary)]
    valued = [one for one in told if any(value.agrees(other) for other in quantities(one))]
    if any(one in valued for one in having):
        return False
    others = [two for one in having for two in quantities(one) if not two.kinds.isdisjoint(value.kinds)]
    is_swapped = any(two.agrees(one) for two in others for one in quantities(said))
    return bool(others and valued) and (is_swapped or any(map(names, valued)))
