"""Directions: whether a sentence says that something rose where the lines say that it fell, and other opposites."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.grounding.denials import denials
from index.grounding.quantities.quantities import quantities
from index.grounding.statement import clauses, piece, stem
from index.word_lists import either, sections_of, words_listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.grounding.quantities.quantity import Quantity
    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

# A side of a pair of opposites: the name of the pair, and 1 or -1.
Side = tuple[str, int]

_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SIDES: dict[str, set[Side]] = {}
_PHRASES: dict[re.Pattern[str], set[Side]] = {}
for _name, _lines in sections_of("index/data/opposites.txt").items():
    for _side, _line in zip((1, -1), _lines, strict=True):
        for _word in _line.split():
            if "_" in _word or "-" in _word:
                _phrase = rf"(?<![A-Za-z]){re.escape(_word.replace('_', ' '))}(?![A-Za-z])"
                _PHRASES.setdefault(re.compile(_phrase, re.IGNORECASE), set()).add((_name, _side))
            else:
                _form = _word if _JAPANESE.search(_word) else stem(_word)
                _SIDES.setdefault(_form, set()).add((_name, _side))
# Which side of these is taken, values say better.
CHANGES = frozenset({"up and down", "more and less of it*", "raise and lower", "better and worse", "fast and slow"})
_BY_FAR = frozenset({"一番", "いちばん", "最も", "もっとも"})
_LEAST_SHARE = 0.3
# "Over a season" is no more than any number.
_SCALE = "a (?:dozen|hundred|thousand|million|billion|third|quarter)"
_NUMBER = rf"(?:{_SCALE}|[$€£]?\d|half|twice|{either(words_listed('index/data/numbers.txt'))})"
_OF_NO_NUMBER = re.compile(rf"\b(?:over|under|above|below|beyond)\b(?! {_NUMBER})", re.IGNORECASE)
# These go nowhere up or down, and "no more than" is at most.
_NO_SIDES = re.compile(
    r"\b(?:went|goes?|gone|going|came|comes?) (?:(?:from|on|out|to|with|into|through)\b|(?:up|down) to (?![$€£]?\d))"
    r"|\b(?:up|down) (?:from|to) (?![$€£]?\d)",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"\b(?:no|not) (?:more|longer|later|higher|larger) than\b", re.IGNORECASE)
_AT_LEAST = re.compile(r"\b(?:no|not) (?:less|fewer|shorter|earlier|lower|smaller) than\b", re.IGNORECASE)
_UNCHANGED = re.compile(
    r"(?:\bnot|n't|never) (?:move|change|rise|fall|grow)\w*|変わ(?:らず|らな\w{1,2}|らぬ|りません\w{0,3})",
    re.IGNORECASE,
)
# What stays as it is neither rises nor falls.
_STEADY = re.compile(
    r"(?:\bnot|n't|never) (?:move|change|rise|fall|grow)|\bunchanged\b|\bthe same\b|変わら(?:ず|な|ぬ)|横ばい|据え置",
    re.IGNORECASE,
)
# Behind the names of pairs that are opposites only of what is about the same.
_NEARBY = "*"


@lru_cache(4096)
def sides(said: Statement) -> frozenset[Side]:
    """Return the sides that a statement takes."""
    text, limits = _without_limits(said.text)
    if text != said.text:
        return sides(piece(text)) | limits
    # A capital within a sentence begins a name.
    latin = [match[0] for number, match in enumerate(said.latin) if number == 0 or not match[0].istitle()]
    forms = {stem(word.casefold()) for word in latin}
    words = said.words
    # Behind another verb, 上がる says something else: 盛り上がる.
    second = {two.start for one, two in pairwise(words) if one.classes[0] == two.classes[0] == "動詞"}
    forms |= {form for word in words if word.start not in second for form in (word.normal, word.surface)}
    forms |= {form for one, two in pairwise(words) for form in (one.normal + two.normal, one.surface + two.normal)}
    forms -= {match[0].casefold() for match in _OF_NO_NUMBER.finditer(said.text)}
    found = [side for form in forms for side in _SIDES.get(form, ())]
    found += [_superlative(two.normal) for one, two in pairwise(words) if one.surface in _BY_FAR]
    found += [side for phrase, taken in _PHRASES.items() if phrase.search(said.text) for side in taken]
    return frozenset(found)


def _without_limits(text: str) -> tuple[str, frozenset[Side]]:
    """Return a text without "no more than" and what else takes no side as it stands, and the sides of those."""
    limits = {("more and less", -1)} if _AT_MOST.search(text) else set[Side]()
    limits |= {("more and less", 1)} if _AT_LEAST.search(text) else set[Side]()
    limits |= {("keep and change*", 1)} if _UNCHANGED.search(text) else set()
    for pattern in (_AT_MOST, _AT_LEAST, _NO_SIDES, _UNCHANGED):
        text = pattern.sub(" ", text)
    return text, frozenset(limits)


def _superlative(following: str) -> Side:
    """Return the side that 一番 and 最も take: the most of anything, but of what is few."""
    few = any(name == "many and few" and side < 0 for name, side in _SIDES.get(following, ()))
    return "most and least", -1 if few else 1


def opposed(
    said: Statement, lines: Collection[Statement], vocabulary: Vocabulary, apart: Collection[str] = ()
) -> str | None:
    """Return the pair, but for some, of which a statement takes one side, and the lines only the other one."""
    affirmed = (clause for clause in clauses(said) if not denials(clause).denies)
    taken = frozenset[Side]().union(*map(sides, affirmed)) & sides(said)
    own = {(name, side) for name, side in taken if name not in apart}
    if not own:
        return None
    told = frozenset().union(*map(sides, lines))
    denying = [clause for line in lines for clause in clauses(line) if denials(clause).denies]
    # What is not decided is open.
    told |= {(name, -side) for clause in denying for name, side in sides(clause)}
    positive = [clause for line in lines for clause in clauses(line) if not denials(clause).denies]
    for name, side in sorted(own):
        if (name, -side) in own or (name, side) in told or name.endswith(_NEARBY):
            continue
        if any((name, -side) in sides(clause) for clause in positive):
            return name
    return _opposed_clause(said, lines, vocabulary, own)


def _opposed_clause(
    said: Statement, lines: Collection[Statement], vocabulary: Vocabulary, taken: Collection[Side]
) -> str | None:
    """Return the pair of which a clause takes one side, and the clause that is about the same the other."""
    told = [clause for line in lines for clause in clauses(line)]
    for clause in clauses(said):
        own = sides(clause) & set(taken)
        if (name := _opposed_value(clause, own, told)) is not None:
            return name
        if not own or not told:
            continue
        if any(name == "up and down" for name, _ in own) and _is_steady(clause, told, vocabulary):
            return "up and down"
        best = max(told, key=lambda one: vocabulary.share(clause, (one,)))
        others = sides(best)
        for name, side in sorted(own):
            against = (name, -side) in others and (name, side) not in others and (name, -side) not in taken
            if against and not denials(best).denies and vocabulary.share(clause, (best,)) >= _LEAST_SHARE:
                return name
    return None


def _opposed_value(clause: Statement, own: Collection[Side], told: Collection[Statement]) -> str | None:
    """Return the pair of which a clause takes one side and one with the same quantity the other: 4% more, 4% less."""
    value = _only_value(clause)
    for other in told:
        same = _only_value(other)
        if value is None or same is None or denials(other).denies or not value.agrees(same):
            continue
        theirs = sides(other)
        for name, side in sorted(own):
            if name in CHANGES and (name, -side) in theirs and (name, side) not in theirs:
                return name
    return None


def _only_value(clause: Statement) -> Quantity | None:
    """Return the quantity of a clause that has one."""
    found = [one for one in quantities(clause) if not one.is_weak]
    return found[0] if len(found) == 1 else None


def _is_steady(clause: Statement, told: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether what a clause is about stays as it is."""
    steady = [one for one in told if _STEADY.search(one.text)]
    return any(vocabulary.share(clause, (one,)) >= _LEAST_SHARE for one in steady) and not _STEADY.search(clause.text)
