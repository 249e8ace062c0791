"""How well a sentence answers a question: by the words it has, the kind of thing it says, and its meaning."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import lexicon
from index.question_type import LINK, question_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.question_type import QuestionType
    from index.search import Searcher, SearchResult
    from index.tables import StoredPassage, Tables

# What the signs are worth beside the share of the question's words, which counts 1. A logistic regression over
# sentences of the first passages of 199 questions found these weights; they are rounded.
MEANING_WEIGHT = 0.7
MARK_WEIGHT = 0.25
# An address, a picture or a line of code says little by itself, a line without a word nothing.
BARE_WEIGHT = -0.75
WORDLESS_WEIGHT = -1.0
# For each part of the best passage's score by which a sentence's passage is behind.
BEHIND_WEIGHT = -1.4
# As in calibration: in a smaller index all words would be rare.
LEAST_PASSAGES = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for.

    ``meant`` has for each of its words the numbers of the words that it may mean and how surely, ``weights``
    what share of the question the word makes, rare words more than common ones.
    """

    kind: QuestionType
    meant: Mapping[str, Mapping[int, float]]
    weights: Mapping[str, float]

    def share(self, words: set[int]) -> float:
        """Return the share of the question that is among some words."""
        return sum(
            weight * max((sure for number, sure in self.meant[term].items() if number in words), default=0.0)
            for term, weight in self.weights.items()
        )

    def share_in(self, text: str, tables: Tables) -> float:
        """Return the share of the question that is among the words of a text."""
        return self.share(set(tables.word_numbers(lexicon.terms(text)).values()))


def wanted_by(question: str, result: SearchResult, searcher: Searcher) -> Wanted:
    """Return what a question asks for; its words are those that it was searched with."""
    meant = {term: searcher.store.tables.meant_words(term) for term in result.terms}
    weights = {term: _rarity(numbers, searcher) for term, numbers in meant.items()}
    total = sum(weights.values()) or 1.0
    return Wanted(question_types(question)[0], meant, {term: weight / total for term, weight in weights.items()})


def _rarity(meant: Mapping[int, float], searcher: Searcher) -> float:
    """Return the inverse document frequency, as in BM25, of the most frequent word that is surely meant."""
    if not meant:
        return 0.0
    surest = max(meant.values())
    count = max(searcher.store.lexical.passage_frequency(number) for number, sure in meant.items() if sure == surest)
    total = max(len(searcher.store), LEAST_PASSAGES)
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def line_scores(
    wanted: Wanted, result: SearchResult, searcher: Searcher, stored: StoredPassage, behind: float
) -> list[float]:
    """Return the score of every sentence of a passage that is ``behind`` by a part of the best one's score."""
    sentences = stored.passage.sentences
    context = set(lexicon.terms("\n".join((stored.article.title, *stored.passage.section.headings))))
    words: list[set[str]] = []
    for sentence in sentences:
        own = set(lexicon.terms(sentence.plain))
        # What an address leads to, the line above it says.
        words.append(own | words[-1] if sentence.kind == "link" and words else own)
    numbers = searcher.store.tables.word_numbers(sorted(context.union(*words)))
    cosines: Sequence[float] = searcher.sentence_scores(result, stored).tolist()
    return [
        wanted.share({numbers[word] for word in own | context if word in numbers})
        + MEANING_WEIGHT * cosine
        + MARK_WEIGHT * wanted.kind.is_marked(sentence.plain)
        + BARE_WEIGHT * (sentence.kind in ("link", "image", "code") and wanted.kind is not LINK)
        + WORDLESS_WEIGHT * (not own)
        + BEHIND_WEIGHT * behind
        for sentence, own, cosine in zip(sentences, words, cosines, strict=True)
    ]
