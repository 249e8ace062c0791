"""What the words of statements mean in an index, asked of it once, and how much of one others have."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.statement import plain_verb, statement, stem
from index.language import lexicon
from index.language.related import english_of
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.grounding.statement import Statement
    from index.searching.question_words import QuestionWord
    from index.searching.search import Searcher

_REMEMBERED = 2048
_REMEMBERED_WORDS = 20_000
# They are proved by themselves, or say nothing by themselves.
_LIST = "index/data/denials.txt"
_NOT_COUNTED = words_listed(_LIST, "denying") | {stem(word) for word in words_listed(_LIST, "pronouns")}


# The dictionary translates each word on its own, and has many for one.
_TRANSLATED = 0.8


@lru_cache(_REMEMBERED)
def _translated(said: Statement) -> frozenset[str]:
    """Return the stems of the English words that translate the Japanese ones of a statement."""
    return frozenset[str]().union(*(_english_of(term) for term in said.terms if not term.isascii()))


@lru_cache(_REMEMBERED)
def _english_of(term: str) -> frozenset[str]:
    return frozenset(map(plain_verb, english_of(term)))


def is_translated(word: str, said: Statement) -> bool:
    """Return whether the dictionary translates a word by one that a statement has, or the other way round."""
    return word in _translated(said) if word.isascii() else not _english_of(word).isdisjoint(said.terms)


class Vocabulary:
    """The words of an index; safe to use from several threads."""

    # A quantity says about as much as a word that stands in one of a hundred passages.
    SPECIFIC = 4.6

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._known: dict[str, tuple[QuestionWord, int | None]] = {}
        self.words = lru_cache(_REMEMBERED)(self._words)
        self.numbers = lru_cache(_REMEMBERED)(self._numbers)
        self.meant = lru_cache(_REMEMBERED)(self._meant)
        self.is_in = lru_cache(_REMEMBERED_WORDS)(self._is_in)

    def learn(self, statements: Collection[Statement]) -> None:
        """Ask the index for the words of some statements at once."""
        self._asked(list(dict.fromkeys(term for one in statements for term in one.terms)))

    def share(self, said: Statement, others: Collection[Statement]) -> float:
        """Return the share of the words of a statement that others have in any form, 0 to 1; rare ones weigh more."""
        total = self.total(said)
        found = sum(word.rarity * self.sureness(word, others) for word in self._counted(said))
        return found / total if total else 0.0

    def total(self, said: Statement) -> float:
        """Return the rarities of the words of a statement, added up."""
        return sum(word.rarity for word in self._counted(said))

    def _counted(self, said: Statement) -> list[QuestionWord]:
        return [word for word in self.words(said) if not word.term.isdigit() and word.term not in _NOT_COUNTED]

    def sureness(self, word: QuestionWord, others: Collection[Statement]) -> float:
        """Return how surely some statements have a word, 0 to 1."""
        return max(self._sureness_in(word, one) for one in others)

    def _sureness_in(self, word: QuestionWord, other: Statement) -> float:
        if word.term in other.terms:
            return 1.0
        if is_translated(word.term, other):
            return _TRANSLATED
        return word.sureness_among(self.numbers(other))

    def _is_in(self, word: str, said: Statement) -> bool:
        """Return whether a statement has a word as it is or as another that either of both may mean."""
        if word in said.terms or is_translated(word, said) or not self.meant(word).isdisjoint(self.numbers(said)):
            return True
        own = self.numbers(statement(word))
        return any(not own.isdisjoint(other.meant) for other in self.words(said))

    def are_alike(self, one: str, two: str) -> bool:
        """Return whether two words are one, or may mean the same."""
        return one == two or self.is_in(one, statement(two))

    def _words(self, said: Statement) -> tuple[QuestionWord, ...]:
        """Return the content words of a statement, each once, with what they mean."""
        return tuple(word for word, _ in self._asked(list(dict.fromkeys(said.terms))))

    def _numbers(self, said: Statement) -> frozenset[int]:
        """Return the numbers of the index's words that a statement has."""
        asked = self._asked(list(dict.fromkeys(said.terms)))
        return frozenset(number for _, number in asked if number is not None)

    def _meant(self, word: str) -> frozenset[int]:
        """Return the numbers of the index's words that a word may mean, whole and not in parts."""
        return frozenset(number for asked, _ in self._asked(lexicon.terms(word)[:1]) for number in asked.meant)

    def _asked(self, terms: Sequence[str]) -> list[tuple[QuestionWord, int | None]]:
        """Return words with their numbers; the index is asked at once for all that it was not asked for before."""
        known = self._known
        if strange := [term for term in terms if term not in known]:
            # The words of sentences and lines that belong together have come and gone by then.
            known = self._known = {} if len(known) > _REMEMBERED_WORDS else known
            numbers = self._searcher.store.tables.word_numbers(strange)
            known.update((word.term, (word, numbers.get(word.term))) for word in self._searcher.words(strange))
        return [known[term] for term in terms]
