"""Search, top to bottom: three legs score every passage, their scores are standardised and added.

The dense leg compares meaning, the learned sparse leg (with models that have one) compares features that
hold across languages, the lexical leg compares words. Standardised scores added up find the right passage
first more often than ranks added up (reciprocal rank fusion) do.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from index import calibration, lexicon
from index.answer_type import lacks_asked_type
from index.encoder import load_encoder
from index.language import language_of
from index.store import QUANTISED_ONE, Store

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from index.encoder import Encoder
    from index.settings import IndexSettings
    from index.tables import StoredPassage
    from index.types import Article, EncodedQuestion

    Scores = NDArray[np.float32]

# Longer questions are cut: hardly anybody asks more, and a token may be a single character, so that a thousand of
# odd ones took the model five seconds.
QUESTION_CHARACTERS = 400

# Line breaks and tabs are text.
NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# The lexical leg helps with names and numbers; with its full weight it drowns what crosses languages.
LEXICAL_WEIGHT = 0.45

# The parts of an event that people number. Years, versions and products have numbers, too: they say nothing about
# which section is meant, and treating them alike put the wrong passages first.
PART = re.compile(r"(?:track|session|day|lt|part|room|talk|hall|stage|workshop|keynote)[0-9]{1,2}")
PART_CANDIDATES = 30
# In standard deviations: more than the best passages are apart.
PART_BONUS = 10.0

# Whether the reports answer is judged by the passages that a reader would look at.
JUDGED_HITS = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages a search is limited to; empty means no limit. Topics are compared without case."""

    articles: Collection[str] = ()
    topics: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Legs:
    """What each leg gave every passage, each of shape (passages,); ``sparse`` is None without that leg."""

    dense: Scores
    sparse: Scores | None
    lexical: Scores

    def fused(self) -> Scores:
        """Return the sum of the standardised scores."""
        total = _standardised(self.dense) + LEXICAL_WEIGHT * _standardised(self.lexical)
        return total if self.sparse is None else total + _standardised(self.sparse)


def _standardised(scores: Scores) -> Scores:
    """Return how many standard deviations each score is above the mean; zeros when all are the same."""
    deviation = float(scores.std()) if len(scores) else 0.0
    return (scores - scores.mean()) / deviation if deviation > 0 else np.zeros_like(scores)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores: ``score`` is the fused one, the others what each leg gave it."""

    rank: int
    score: float
    dense: float
    sparse: float
    lexical: float
    stored: StoredPassage


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, best first, the probability that they answer the question, and the time it took."""

    hits: tuple[Hit, ...]
    answerable: float
    signals: calibration.Signals
    question: EncodedQuestion
    terms: tuple[str, ...]
    milliseconds: float


class Searcher:
    """Searches one version of the index; safe to use from several threads."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.store = store
        self.encoder = encoder
        self._articles = store.tables.articles()

    def search(self, question: str, count: int = 5, filters: Filters | None = None) -> SearchResult:
        """Return the ``count`` passages that match a question best."""
        started = time.perf_counter()
        question = readable(question[:QUESTION_CHARACTERS])
        terms = tuple(dict.fromkeys(lexicon.terms(question)))
        encoded = self.encoder.encode_question(question)
        legs = Legs(self._dense(encoded), self._sparse(encoded), self._lexical(terms))
        scores = legs.fused()
        self._prefer_part(scores, terms, filters)
        hits = self._hits(legs, scores, self._best(scores, max(count, JUDGED_HITS), filters))
        signals = self._signals(question, encoded, legs, terms, hits)
        answerable = calibration.probability(signals) if hits else 0.0
        return SearchResult(hits[:count], answerable, signals, encoded, terms, (time.perf_counter() - started) * 1000)

    def _dense(self, question: EncodedQuestion) -> Scores:
        """Return the cosine of the question with every passage."""
        scores = np.zeros(len(self.store), dtype=np.float32)
        if len(scores):
            found, passages = self.store.dense.search(question.dense[None, :], len(scores))
            scores[passages[0]] = found[0]
        return scores

    def _sparse(self, question: EncodedQuestion) -> Scores | None:
        if self.store.sparse is None or question.sparse is None:
            return None
        return self.store.sparse.scores(question.sparse.indices, question.sparse.weights)

    def _lexical(self, terms: tuple[str, ...]) -> Scores:
        """Return the BM25 scores; a word counts once, by whichever of the words it may mean weighs most."""
        total = np.zeros(len(self.store), dtype=np.float32)
        for meant in self._meant(terms).values():
            total += self.store.lexical.best_scores(meant)
        return total

    def _meant(self, terms: tuple[str, ...]) -> dict[str, dict[int, float]]:
        return {term: self.store.tables.meant_words(term) for term in terms}

    def sentence_scores(self, result: SearchResult, stored: StoredPassage) -> Scores:
        """Return the cosine of the question with every sentence of a passage."""
        first, count = stored.first_sentence, len(stored.passage.sentences)
        vectors = self.store.sentences[first : first + count]
        return np.asarray(vectors @ result.question.dense, dtype=np.float32) / np.float32(QUANTISED_ONE)

    def passages_under(self, stored: StoredPassage) -> list[StoredPassage]:
        """Return the passages of a passage's section and of the sections below it, in the order of the text."""
        sections = self.store.tables.sections(stored.article_number)
        numbers = [number for number, _ in sections]
        first = numbers.index(stored.section_number)
        level = sections[first][1].level
        below = takewhile(lambda section: section[1].level > level, sections[first + 1 :])
        under = [stored.section_number, *(number for number, _ in below)]
        return [one for number in under for one in self.store.tables.passages_of_section(number)]

    def _signals(
        self, question: str, encoded: EncodedQuestion, legs: Legs, terms: tuple[str, ...], hits: tuple[Hit, ...]
    ) -> calibration.Signals:
        """Gather what tells whether the best passages answer the question."""
        best = [hit.stored for hit in hits[:JUDGED_HITS]]
        language = language_of(question, "en")
        background = calibration.Background(**self.store.manifest["background"][language])
        numbers = self.store.tables.word_numbers(terms)
        frequencies = {
            term: self.store.lexical.passage_frequency(numbers[term]) if term in numbers else 0 for term in terms
        }
        return calibration.Signals(
            background.standardise(calibration.strength(encoded, legs.dense, legs.sparse)),
            calibration.words_found(frequencies, [set(stored.terms) for stored in best], len(self.store)),
            lacks_asked_type(question, [stored.text for stored in best]),
            language,
        )

    def _prefer_part(self, scores: Scores, terms: tuple[str, ...], filters: Filters | None) -> None:
        """Put passages first whose headings name the part of an event that is asked about, as in "track 4"."""
        parts = {term for term in terms if PART.fullmatch(term)}
        for number in self._best(scores, PART_CANDIDATES, filters) if parts else ():
            headings = self.store.tables.passage(number).passage.section.headings
            if parts & set(lexicon.terms("\n".join(headings))):
                scores[number] += PART_BONUS

    def _best(self, scores: Scores, count: int, filters: Filters | None) -> list[int]:
        """Return the numbers of the best passages that pass the filters, equal scores in reading order."""
        allowed = np.arange(len(scores))
        if filters is not None and (filters.articles or filters.topics):
            articles = [n for n, article in enumerate(self._articles) if _passes(article, filters)]
            allowed = np.array(self.store.tables.passage_numbers(articles), dtype=np.int64)
        order = np.argsort(-scores[allowed], kind="stable")[:count]
        return [int(number) for number in allowed[order]]

    def _hits(self, legs: Legs, scores: Scores, numbers: list[int]) -> tuple[Hit, ...]:
        return tuple(
            Hit(
                rank,
                float(scores[number]),
                float(legs.dense[number]),
                float(legs.sparse[number]) if legs.sparse is not None else 0.0,
                float(legs.lexical[number]),
                self.store.tables.passage(number),
            )
            for rank, number in enumerate(numbers, 1)
        )


def readable(question: str) -> str:
    """Blank out what is not text: control characters and, as JSON can hold them, lone surrogates."""
    return NO_TEXT.sub(" ", question)


def open_searcher(settings: IndexSettings) -> Searcher:
    """Open the index that the settings name with the encoder that they name.

    Raises IndexMissing, IndexDamaged, or IndexMismatch when another encoder made the index.
    """
    encoder = load_encoder(settings.model, settings.question_prompt, settings.passage_prompt)
    return Searcher(Store.open(settings.index, fingerprint=encoder.fingerprint()), encoder)


def _passes(article: Article, filters: Filters) -> bool:
    topics = {topic.casefold() for topic in filters.topics}
    return (not filters.articles or article.path in filters.articles) and (
        not topics or any(topic.casefold() in topics for topic in article.topics)
    )
