"""Contradictions: whether a sentence denies what the lines say, or says what they deny."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.grounding.denials import REFUSING, TO_NOUGHT, denials
from index.grounding.quantities.quantities import quantities
from index.grounding.statement import clauses, stem
from index.word_lists import rows_of, words_listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

_LIST = "index/data/denials.txt"
_COMPARES = re.compile(r"\bthan\b|より", re.IGNORECASE)
_STRONG = words_listed(_LIST, "strong")
_COMMON_FORMS: dict[str, set[str]] = {}
for _row in rows_of(_LIST, "common verbs"):
    for _form in _row:
        _COMMON_FORMS.setdefault(stem(_form) if _form.isascii() else _form, set()).update(_row)
# A clause of which another has so much is about the same.
_SAME = 0.4
_SAME_ACROSS = 0.25


def contradicted(said: Statement, lines: Sequence[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement denies what lines say, or the other way round."""
    told = [clause for line in lines for clause in clauses(line)]
    if not told:
        return False
    own = [clause for clause in clauses(said) if clause.terms]
    if denials(said).is_positive and any(_refuses_it(line, said, vocabulary) for line in lines):
        return True
    for clause in own:
        others = [one for one in own if one is not clause and not denials(one).denies]
        if denials(clause).denies and _is_affirmed(clause, others, lines, vocabulary):
            return True
    return any(
        (denials(one).denies or denials(one).lacking or denials(one).refused & _STRONG)
        and _is_claimed(one, said, own, vocabulary)
        for one in told
    ) or _affirms_what_is_only_denied(own, said, told, vocabulary)


def _is_affirmed(
    clause: Statement,
    others: Collection[Statement],
    lines: Collection[Statement],
    vocabulary: Vocabulary,
) -> bool:
    """Return whether lines say what a clause denies, and ``others`` of its sentence do not."""
    told, whole = [one for line in lines for one in clauses(line)], [denials(line) for line in lines]
    if any(_denies_the_same(clause, one, vocabulary) for one in told):
        return False
    share = vocabulary.share(clause, told)
    if all(one.is_positive for one in whole):
        return True
    best = max(told, key=lambda one: _overlap(clause, one, vocabulary))
    if (
        not any(one.denies or one.lacking for one in whole)
        and denials(best).is_positive
        and _overlap(clause, best, vocabulary) > 0
    ):
        return True
    if denials(clause).count > 1 or share < _SAME or any(map(_denies_anything, told)):
        return False
    for word in denials(clause).denied:
        having = [one for one in told if _has(one, word, vocabulary)]
        affirmed = any(not _denies_word(one, word) for one in having)
        if any(_has(one, word, vocabulary) for one in others) or any(_is_open(one, word, vocabulary) for one in lines):
            continue
        if affirmed and not any(vocabulary.are_alike(word, denied) for one in having for denied in denials(one).denied):
            return True
    return False


def _denies_the_same(clause: Statement, other: Statement, vocabulary: Vocabulary) -> bool:
    """Return whether two clauses deny, and one of the words that the other does."""
    one, two = denials(clause), denials(other)
    return (one.denies and two.denies) and (
        any(vocabulary.are_alike(word, denied) for word in one.denied for denied in two.denied | two.scope)
        or any(_has(clause, word, vocabulary) for word in two.denied)
    )


def _refuses_it(line: Statement, said: Statement, vocabulary: Vocabulary) -> bool:
    """Return whether a line says that what a statement affirms was not done, and denies that of nothing else."""
    least = _SAME if line.is_japanese == said.is_japanese else _SAME_ACROSS
    found = denials(line)
    return (
        bool(found.refused & _STRONG)
        and not found.denies
        and max(_overlap(line, said, vocabulary), _overlap(said, line, vocabulary)) >= least
        and not any(_has(said, stem(one) if one.isascii() else one, vocabulary) for one in found.refused)
    )


def _is_open(line: Statement, word: str, vocabulary: Vocabulary) -> bool:
    """Return whether a line that has a word says that there is nought of it now."""
    return TO_NOUGHT.search(line.text) is not None and _has(line, word, vocabulary)


def _denies_word(clause: Statement, word: str) -> bool:
    """Return whether a clause that has a word denies, or refuses in another word than that."""
    found = denials(clause)
    return found.denies or any(stem(one) != word for one in found.refused)


def _is_claimed(denying: Statement, said: Statement, own: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement says what a clause denies, in a clause without a denial."""
    share = max(_overlap(denying, said, vocabulary), _overlap(said, denying, vocabulary))
    least = _SAME if denying.is_japanese == said.is_japanese else _SAME_ACROSS
    if (share < least and not _denies_anything(denying)) or denials(said).waits:
        return False
    denied = denials(denying).denied | denials(denying).lacking
    if not denied:
        return denials(said).is_positive
    having = [clause for clause in own if any(_has(clause, one, vocabulary) for one in denied)]
    said_alike = denied | denials(denying).refused
    return bool(having) and all(_affirms(clause, said_alike) for clause in having)


def _affirms_what_is_only_denied(
    own: Collection[Statement], said: Statement, told: Sequence[Statement], vocabulary: Vocabulary
) -> bool:
    """Return whether a statement that denies nothing has a word that stands in lines only with a denial."""
    if denials(said).denies or not denials(said).refused <= REFUSING:
        return False
    own = [one for one in own if not denials(one).refuses and not denials(one).waits and not _COMPARES.search(one.text)]
    denying = [one for one in told if denials(one).denies]
    affirming = [one for one in told if not denials(one).denies]
    words = frozenset[str]().union(*(denials(one).scope for one in denying))
    return any(
        any(_has(clause, word, vocabulary) for clause in own)
        and not any(_has(one, word, vocabulary) for one in affirming)
        for word in words
    )


def _has(clause: Statement, word: str, vocabulary: Vocabulary) -> bool:
    """Return whether a clause has a word in any form; those that searches leave out are looked for as they stand."""
    forms = _COMMON_FORMS.get(word)
    if forms is None:
        return vocabulary.is_in(word, clause)
    return any(match[0].casefold() in forms for match in clause.latin) or any(
        one.normal in forms for one in clause.words
    )


def _overlap(one: Statement, other: Statement, vocabulary: Vocabulary) -> float:
    """Return how much of a statement another has, by its words and its quantities, 0 to 1."""
    own = [value for value in quantities(one) if not value.is_weak]
    words = vocabulary.total(one)
    told = sum(any(value.agrees(two) for two in quantities(other)) for value in own)
    total = words + vocabulary.SPECIFIC * len(own)
    return (words * vocabulary.share(one, (other,)) + vocabulary.SPECIFIC * told) / total if total else 0.0


def _affirms(clause: Statement, words: Collection[str]) -> bool:
    """Return whether a clause neither denies nor refuses, in other words than some."""
    found = denials(clause)
    return not found.denies and {stem(one) for one in found.refused}.union(found.refused) <= {*words, *map(stem, words)}


def _denies_anything(clause: Statement) -> bool:
    """Return whether a clause denies what was said before it, as しないことにした."""
    return denials(clause).denies and not denials(clause).denied and not clause.terms
