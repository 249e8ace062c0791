"""Attributions: whether a sentence gives one person what the lines give to another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.grounding.names import names, tells
from index.grounding.quantities.quantities import quantities
from index.grounding.statement import piece
from index.language.known_words import is_word
from index.language.sounds import KATAKANA
from index.word_lists import either, words_listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.grounding.names import Name
    from index.grounding.statement import Statement
    from index.grounding.vocabulary import Vocabulary

# What is said of a person is in the line that has this share of it at least, and by so much more than their own lines.
_LEAST = 0.25
_MARGIN = 0.15
# Of less than a rare word and a usual one, nobody knows where it is said.
_LEAST_SAID = 6.0
_SENTENCES = re.compile(r"(?<=[a-z\d)])\. |[。;!?]")
_TITLED = re.compile(rf"(?:{either(words_listed('index/data/no_names.txt', 'titles'))})")
_SHORTEST = 3


def misattributed(said: Statement, lines: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether what a statement says of a person is in a line about another, whom it does not name."""
    people = [name for name in names(said) if _is_person(name, said)]
    if not people:
        return False
    told = [piece(text.strip()) for line in lines for text in _SENTENCES.split(line.text) if text.strip()]
    if len(told) < 2:
        return False
    return any(_is_of_another(person, said, told, vocabulary) for person in people)


def _is_of_another(person: Name, said: Statement, told: Collection[Statement], vocabulary: Vocabulary) -> bool:
    having = [one for one in told if tells(one, person, vocabulary)]
    others = [one for one in told if one not in having]
    if not having or not others:
        return False
    best = max(others, key=lambda one: _share(said, one, vocabulary))
    share = _share(said, best, vocabulary)
    if share < _LEAST or share < max(_share(said, one, vocabulary) for one in having) + _MARGIN:
        return False
    return any(
        _is_person(other, best)
        and not tells(said, other, vocabulary)
        and not any(tells(one, other, vocabulary) for one in having)
        for other in names(best)
    )


def _share(said: Statement, line: Statement, vocabulary: Vocabulary) -> float:
    """Return the share of what a statement says, but for its names, that a line has."""
    named = {term for name in names(said) for term in (name.text, *piece(name.text).terms)}
    words = [word for word in vocabulary.words(said) if not word.term.isdigit() and word.term not in named]
    values = [one for one in quantities(said) if not one.is_weak]
    total = sum(word.rarity for word in words) + vocabulary.SPECIFIC * len(values)
    if total < _LEAST_SAID:
        return 0.0
    told = sum(any(one.agrees(other) for other in quantities(line)) for one in values)
    found = sum(word.rarity * vocabulary.sureness(word, (line,)) for word in words)
    return (found + vocabulary.SPECIFIC * told) / total


def _is_person(name: Name, said: Statement) -> bool:
    """Return whether a name is that of a person, as far as one can tell."""
    if name.is_worded or name.is_word:
        return False
    if name.is_latin:
        return name.text.istitle() and len(name.text) >= _SHORTEST and name.text.isalpha() and not is_word(name.text)
    titled = any(_TITLED.match(said.text, match.end()) for match in re.finditer(re.escape(name.text), said.text))
    known = any(word.surface == name.text and "人名" in word.classes for word in said.words)
    return titled or (known and (not KATAKANA.fullmatch(name.text) or "・" in said.text))
