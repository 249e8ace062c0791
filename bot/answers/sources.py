"""The sources of an answer: each section once, with all that is quoted from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.types import Citation, Quote

# As many are shown of an answer.
MOST_SOURCES = 8


@dataclass(frozen=True, slots=True)
class Source:
    """A section with its quotes; ``number`` counts from 1, and ``citation`` is that of the first quote."""

    number: int
    citation: Citation
    quotes: tuple[Quote, ...]


def sources_of(quotes: Iterable[Quote]) -> tuple[Source, ...]:
    """Return the sources of quotes in the order of their first quotes."""
    by_section: dict[tuple[str, tuple[str, ...], str | None], list[Quote]] = {}
    for quote in quotes:
        cited = quote.citation
        by_section.setdefault((cited.article, cited.headings, cited.anchor), []).append(quote)
    return tuple(
        Source(number, members[0].citation, tuple(members)) for number, members in enumerate(by_section.values(), 1)
    )
