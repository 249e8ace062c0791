"""The parts of a text in which one thing is said of another, as finely or coarsely as they may be meant.

"Warnings for three weeks, errors after" has two. Cells of a table are told with the heads of their row and column.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.quantities.quantities import quantities
from index.grounding.statement import clauses, piece
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.grounding.statement import Statement

# Where one of two things that are compared ends, within a clause.
_COMPARED = re.compile(
    r"(?<![A-Za-z])(?:against|versus|vs|compared (?:with|to)|rather than|instead of|ahead of|behind|than(?! \d))"
    r"(?![A-Za-z])"
    r"|に対し(?:て)?|(?<=[たるだ])(?:あと|後|のち)(?:に|は|で)?|より(?:も)?|(?<=[かけ]た)ら(?=[^れりな])|(?<=なく)(?=[^なてっ、])",
    re.IGNORECASE,
)
_STOPS = r"(?<!\d)\.(?!\d)|\.(?= |$)|[。;!?|]"
_BUT = r"(?<=[たいだるすな])(?:が|けど|けれど|のに)(?=[^、。])"
# Where what is said side by side ends, and where sentences do.
_SIDE_BY_SIDE = re.compile(
    rf"{_STOPS}|(?<!\d),(?!\d)|,(?= )|[、→]|\s->\s|\s-\s|{_BUT}|に対し(?:て)?"
    r"|(?<![A-Za-z])(?:but|and|whereas|although|though|while|against|versus|vs|compared (?:with|to))(?![A-Za-z])",
    re.IGNORECASE,
)
_SENTENCES = re.compile(
    rf"{_STOPS}|{_BUT}|(?<![A-Za-z])(?:but|whereas|although|though|while)(?![A-Za-z])", re.IGNORECASE
)
_WAYS = (None, _SIDE_BY_SIDE, _SENTENCES)
_SHORTEST = 2
# A row of so many cells tells of its first by itself.
_PAIR = 2

_EARLY_WORDS, _LATE_WORDS = (words_listed("index/data/time_words.txt", heading) for heading in ("early", "late"))
# What follows "after" came first, and "after" at the end comes last.
_FOLLOWED = re.compile(r"\b(after|before|once|until) \w", re.IGNORECASE)
_TRAILING = re.compile(r"\b(after|before)\b\W*$", re.IGNORECASE)
_THEN = re.compile(r"(?:その|^|、)前(?:は|に|の)|(?<![るのうくすつぬむぶぐ])前は")
_BEFORE_IT = re.compile(r"(?<!そ)[るのうくすつぬむぶぐ](?:前|まえ)(?:に|は|の|、|$)")
_AFTER_IT = re.compile(r"(?:た|(?<!そ)の)(?:後|あと|のち)(?:に|は|で|、|$)|[てで]から")
_BEHIND = frozenset({"後", "あと", "のち"})
EARLY, LATE = "early", "late"
TIME_WORDS = _EARLY_WORDS | _LATE_WORDS


def ways_to_part(said: Statement) -> tuple[tuple[Statement, ...], ...]:
    """Return the parts of a statement in each way to part it."""
    return tuple(dict.fromkeys(_parts(said, way) for way in range(len(_WAYS))))


@lru_cache(4096)
def ways_to_part_lines(lines: tuple[Statement, ...]) -> tuple[tuple[Statement, ...], ...]:
    """Return the parts of lines in each way to part them."""
    return tuple(dict.fromkeys(tuple(_parts_of_lines(lines, way)) for way in range(len(_WAYS))))


@lru_cache(4096)
def times(said: Statement) -> frozenset[str]:
    """Return whether what a part tells comes early or late, or both."""
    text = said.text
    forms = {match[0].casefold() for match in said.latin}
    forms |= {form for word in said.words for form in (word.surface, word.normal)}
    is_followed = _AFTER_IT.search(text) is not None
    places = {place for one in quantities(said) for place in one.places}
    early = is_followed or 1.0 in places or not forms.isdisjoint(_EARLY_WORDS) or _THEN.search(text) is not None
    late = (2.0 in places and 1.0 not in places) or _BEFORE_IT.search(text) is not None
    late = late or not (forms - _BEHIND if is_followed else forms).isdisjoint(_LATE_WORDS)
    followed = {match[1].casefold() for match in _FOLLOWED.finditer(text)}
    trailing = {match[1].casefold() for match in _TRAILING.finditer(text)}
    early = early or not followed.isdisjoint({"after", "once"}) or "before" in trailing
    late = late or not followed.isdisjoint({"before", "until"}) or "after" in trailing
    return frozenset(name for name, holds in ((EARLY, early), (LATE, late)) if holds)


@lru_cache(4096)
def _parts(said: Statement, way: int) -> tuple[Statement, ...]:
    pattern = _WAYS[way]
    if pattern is None:
        texts = [text.strip() for clause in clauses(said) for text in _COMPARED.split(clause.text)]
    else:
        texts = [text.strip() for text in pattern.split(said.text)]
    return tuple(piece(text) for text in texts if len(text) >= _SHORTEST)


def _parts_of_lines(lines: tuple[Statement, ...], way: int) -> Iterator[Statement]:
    head: list[str] = []
    for line in lines:
        cells = [cell.strip() for cell in line.text.strip().removeprefix("|").removesuffix("|").split("|")]
        if len(cells) == 1:
            head = []
            yield from _parts(line, way)
        elif head and len(cells) >= len(head):
            columns = [*[""] * (len(cells) - len(head)), *head]
            yield from (
                piece(f"{cells[0]} {column} {cell}") for column, cell in zip(columns[1:], cells[1:], strict=True)
            )
        elif len(cells) == _PAIR:
            yield piece(" ".join(cells))
        else:
            head = cells
