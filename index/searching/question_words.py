"""The words of a question with what they mean in an index, and which of them some passages or an article have."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.language import lexicon, related
from index.language.sounds import consonants
from index.storage.postings import contained

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from index.storage.store import Store, Words
    from index.storage.tables import Tables

# Words of a smaller index would all be rare: a handful of passages says little about what is.
LEAST_PASSAGES = 500
_NAME = re.compile(r"[A-Z][A-Za-z0-9.+#-]*|[ァ-ヶー]{3,}")


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A word of a question.

    ``meant`` has the numbers of the index's words that it may mean, and how surely, 0 to 1. ``rarity`` is the
    inverse document frequency, as in BM25, of the most frequent of those that are meant most surely.
    """

    term: str
    meant: Mapping[int, float]
    rarity: float

    def sureness_among(self, numbers: Collection[int]) -> float:
        """Return how surely the word is among some words of the index, by their numbers: 0 to 1."""
        return max((sure for number, sure in self.meant.items() if number in numbers), default=0.0)

    def sureness(self, lexical: Words, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return for each of some passages how surely it has the word: (passages,), 0 to 1."""
        found = np.zeros(len(passages), np.float32)
        for number, sure in self.meant.items():
            found = np.maximum(found, np.float32(sure) * lexical.have(number, passages))
        return found


def names_unknown(question: str, words: Sequence[QuestionWord]) -> bool:
    """Return whether a question names something that no report has."""
    known = {word.term for word in words if word.meant}
    names = (lexicon.terms(name) for name in _NAME.findall(question))
    return any(name and known.isdisjoint(name) for name in names)


def meant_words(asked: Sequence[str], tables: Tables) -> list[dict[int, float]]:
    """Return the numbers of the words that are meant by each of some that are asked for, and how surely, 0 to 1.

    They are the word itself, its translations, those that sound the same and those that are read like it.
    """
    sounds = {word: consonants(word) or "" for word in asked}
    sounding = tables.words_with_sounds(sorted(set(sounds.values()) - {""}))
    translations = tables.translations(asked)
    readings = {word: related.read_like(word) for word in asked}
    numbers = tables.word_numbers([*asked, *readings.values()])
    return [
        {
            **related.sounds_like(word, sounding.get(sounds[word], {})),
            **translations.get(word, {}),
            **{numbers[one]: 1.0 for one in sorted({word, readings[word]}) if one in numbers},
        }
        for word in asked
    ]


def question_words(asked: Sequence[str], meant: Sequence[Mapping[int, float]], lexical: Words) -> list[QuestionWord]:
    """Return words with what they mean and how rare they are."""
    return [_question_word(term, words, lexical) for term, words in zip(asked, meant, strict=True)]


def _question_word(term: str, meant: Mapping[int, float], lexical: Words) -> QuestionWord:
    """Weigh a word by how rare it is; one that nothing in the index means is the rarest."""
    surest = max(meant.values(), default=0.0)
    frequency = max((lexical.passage_frequency(n) for n, sure in meant.items() if sure == surest), default=0)
    total = max(lexical.passage_count, LEAST_PASSAGES)
    return QuestionWord(term, meant, math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))


def found_shares(words: Sequence[QuestionWord], lexical: Words, passages: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return which share of a question's words each of some passages has, rare words counting more: (passages,)."""
    total = sum(word.rarity for word in words)
    found = np.zeros(len(passages), np.float32)
    for word in words:
        found += np.float32(word.rarity / total) * word.sureness(lexical, passages)
    return found


def rarest_missing(words: Sequence[QuestionWord], lexical: Words, passages: NDArray[np.int64]) -> float:
    """Return the rarity of the rarest word that none of some passages has; a word that may be there counts partly."""
    missing = (word.rarity * (1 - float(word.sureness(lexical, passages).max(initial=0.0))) for word in words)
    return max(missing, default=0.0)


def share_known(words: Iterable[str], article: str, store: Store) -> float:
    """Return the weighted share of some words that the passages of an article have, 0 to 1; rare words weigh more.

    A word counts in every form that is meant by it. One that no passage has weighs most, unless it is only put
    together from others, like hands-on.
    """
    passages = np.arange(*store.tables.passage_range(article))
    words = list(words)
    asked = question_words(words, meant_words(words, store.tables), store.lexical)
    counted = [
        word for word in asked if word.meant or not any(one.term in word.term for one in asked if one is not word)
    ]
    total = sum(word.rarity for word in counted)
    known = sum(word.rarity for word in counted if word.sureness(store.lexical, passages).any())
    return known / total if total else 0.0


def share_named(words: Collection[str], article: str, store: Store) -> float:
    """Return the share of some words that the passages of an article have as they are, 0 to 1."""
    passages = np.arange(*store.tables.passage_range(article))
    numbers = store.tables.word_numbers(list(words))
    having = store.lexical.best_of_each([{number: 1.0} for number in numbers.values()])
    named = sum(bool(contained(passages, found).any()) for found, _ in having)
    return named / len(words) if words else 0.0
