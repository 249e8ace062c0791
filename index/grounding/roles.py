"""Roles, and things of a kind: a teacher is no pupil, a bus no train."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from index.language import lexicon
from index.word_lists import rows_of, sections_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.grounding.statement import Statement

# Each with the number of its kind.
_ROLES, _KINDS = zip(
    *(
        (row, kind)
        for kind, heading in enumerate(sections_of("index/data/roles.txt"))
        for row in rows_of("index/data/roles.txt", heading)
    ),
    strict=True,
)
_ROLE_OF = {lexicon.stem(form) if form.isascii() else form: number for number, row in enumerate(_ROLES) for form in row}
_ROLE_WORDS = 3


def untold_role(said: Statement, lines: Collection[Statement], headings: Collection[Statement] = ()) -> str | None:
    """Return the role or thing of a statement instead of which lines have another of its kind, if any."""
    known = frozenset[int]().union(*map(_roles, lines))
    strange = _roles(said) - known.union(*map(_roles, headings))
    others = {_KINDS[role] for role in known - _roles(said)}
    return next((_ROLES[role][0] for role in sorted(strange) if _KINDS[role] in others), None)


@lru_cache(4096)
def _roles(said: Statement) -> frozenset[int]:
    """Return the numbers of the roles that a statement names."""
    normal = [word.normal for word in said.words]
    forms = {"".join(normal[at : at + size]) for at in range(len(normal)) for size in range(1, _ROLE_WORDS + 1)}
    forms |= {lexicon.stem(match[0].casefold()) for match in said.latin}
    return frozenset(_ROLE_OF[form] for form in forms if form in _ROLE_OF)
