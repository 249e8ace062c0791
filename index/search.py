"""Search, top to bottom: four legs score every passage, their standardised scores are added, the best are reranked.

The dense leg compares meaning, the learned sparse leg (with models that have one) compares features that hold across
languages, the lexical leg compares words, and the article leg asks which article has the words of the question
anywhere. Late interaction then compares the tokens of the candidates with those of the question (with models that
give them). Standardised scores added up find the right passage first more often than ranks added up (reciprocal
rank fusion) do.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from index import calibration, lexicon
from index.answer_type import lacks_asked_type
from index.asked_about import named_report, with_years
from index.encoder import load_encoder
from index.language import language_of
from index.late_interaction import max_sim
from index.parts import PART
from index.question_model import QUESTION_CHARACTERS
from index.question_words import QuestionWord, found_shares, question_word, rarest_missing
from index.store import QUANTISED_ONE, Store

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from index.encoder import Encoder
    from index.settings import IndexSettings
    from index.tables import StoredPassage
    from index.types import Article, EncodedQuestion

    Scores = NDArray[np.float32]

# Line breaks and tabs are text.
NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# Beyond these late interaction seldom finds the right passage, and each costs 150 tokens.
CANDIDATES = 50

PART_CANDIDATES = 30
# In standard deviations: more than the best passages are apart.
PART_BONUS = 10.0

# A report is meant when its title has this share of the words that name it.
NAMED_SHARE = 0.6

# Whether the reports answer is judged by the passages that a reader would look at.
JUDGED_HITS = 3
LEAD_OVER = 10


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages a search is limited to; empty means no limit. Topics are compared without case."""

    articles: Collection[str] = ()
    topics: Collection[str] = ()

    @property
    def is_limit(self) -> bool:
        """Whether there is any limit."""
        return bool(self.articles or self.topics)


@dataclass(frozen=True, slots=True)
class Weights:
    """What the standardised scores weigh in the sum; ``benchmarks/ablation.py`` shows what each of them gives.

    The legs before the rerank lead to the right article, late interaction to the right passage of it.
    """

    dense: float = 0.3
    sparse: float = 0.5
    lexical: float = 0.5
    article: float = 0.6
    tokens: float = 1.2


@dataclass(frozen=True, slots=True)
class Legs:
    """What each leg gave every passage, each of shape (passages,); ``sparse`` is None without that leg."""

    dense: Scores
    sparse: Scores | None
    lexical: Scores
    article: Scores

    def fused(self, weights: Weights) -> Scores:
        """Return the weighted sum of the standardised scores; without the sparse leg the dense one has its weight."""
        parts = [
            (weights.dense + (weights.sparse if self.sparse is None else 0.0), self.dense),
            (weights.sparse, self.sparse),
            (weights.lexical, self.lexical),
            (weights.article, self.article),
        ]
        total = np.zeros_like(self.dense)
        for weight, scores in parts:
            if scores is not None:
                total += np.float32(weight) * _standardised(scores)
        return total


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
    """The hits, best first, the probability that they answer the question and what tells it, and the time it took.

    ``signals`` is None where there is no hit.
    """

    hits: tuple[Hit, ...]
    answerable: float
    signals: calibration.Signals | None
    question: EncodedQuestion
    words: tuple[QuestionWord, ...]
    milliseconds: float


DEFAULT_WEIGHTS = Weights()


class Searcher:
    """Searches one version of the index; safe to use from several threads."""

    def __init__(self, store: Store, encoder: Encoder, weights: Weights = DEFAULT_WEIGHTS) -> None:
        self.store = store
        self.encoder = encoder
        self._weights = weights
        self._articles = store.tables.articles()
        self._article_of = np.array(store.tables.article_numbers(), dtype=np.int64)

    def search(self, question: str, count: int = 5, filters: Filters | None = None) -> SearchResult:
        """Return the ``count`` passages that match a question best."""
        started = time.perf_counter()
        question = with_years(readable(question[:QUESTION_CHARACTERS]), datetime.now().astimezone().date())
        filters = filters if filters is not None and filters.is_limit else self._asked_report(question)
        words = self.words(question)
        encoded = self.encoder.encode_question(question)
        legs = Legs(self._dense(encoded), self._sparse(encoded), *self._lexical(words))
        scores = legs.fused(self._weights)
        self._rerank(scores, encoded, self._best(scores, max(count, CANDIDATES), filters))
        lead = _lead(scores[self._best(scores, LEAD_OVER, filters)])
        self._prefer_part(scores, words, filters)
        hits = self._hits(legs, scores, self._best(scores, max(count, JUDGED_HITS), filters))
        signals = self._signals(question, encoded, words, hits, lead) if hits else None
        return SearchResult(
            hits=hits[:count],
            answerable=calibration.probability(signals) if signals is not None else 0.0,
            signals=signals,
            question=encoded,
            words=words,
            milliseconds=(time.perf_counter() - started) * 1000,
        )

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

    def words(self, text: str) -> tuple[QuestionWord, ...]:
        """Return the words of a question, each once, with what they mean in this index."""
        terms = dict.fromkeys(lexicon.terms(text))
        return tuple(question_word(term, self.meant(term), self.store.lexical) for term in terms)

    def meant(self, term: str) -> dict[int, float]:
        """Return the numbers of the words that a word of a question may mean, and how surely."""
        return self.store.tables.meant_words(term)

    def _lexical(self, words: Sequence[QuestionWord]) -> tuple[Scores, Scores]:
        """Return the BM25 scores of every passage, and of what its whole article has of the question's words.

        A word counts once, by whichever of the words it may mean weighs most; in an article, by its best passage.
        """
        passages = np.zeros(len(self.store), dtype=np.float32)
        articles = np.zeros(len(self._articles), dtype=np.float32)
        for word in words:
            scores = self.store.lexical.best_scores(word.meant)
            passages += scores
            best = np.zeros_like(articles)
            np.maximum.at(best, self._article_of, scores)
            articles += best
        return passages, articles[self._article_of]

    def _asked_report(self, question: str) -> Filters | None:
        """Return the articles whose titles have most of the words by which a question names a report, if any do."""
        name = named_report(question)
        wanted = [set(word.meant) for word in self.words(name or "")]
        if not wanted:
            return None
        shares = [np.mean([bool(meant & title) for meant in wanted]) for title in self._titles]
        best = max(shares, default=0.0)
        named = [article.path for article, share in zip(self._articles, shares, strict=True) if share == best]
        return Filters(articles=named) if best >= NAMED_SHARE else None

    @cached_property
    def _titles(self) -> list[set[int]]:
        """Return the numbers of the words of every article's title."""
        titles = [lexicon.terms(article.title) for article in self._articles]
        return [set(self.store.tables.word_numbers(title).values()) for title in titles]

    def _rerank(self, scores: Scores, question: EncodedQuestion, candidates: list[int]) -> None:
        """Add to the scores of the candidates how well their tokens match those of the question."""
        packed = [tokens for number in candidates if (tokens := self.store.tokens(number)) is not None]
        if question.tokens is not None and packed:
            matches = max_sim(question.tokens, packed)
            scores[candidates] += self._weights.tokens * _standardised(matches)

    def sentence_scores(self, result: SearchResult, stored: StoredPassage) -> Scores:
        """Return the cosine of the question with every sentence of a passage."""
        first, count = stored.first_sentence, len(stored.passage.sentences)
        vectors = self.store.sentences[first : first + count]
        return np.asarray(vectors @ result.question.dense, dtype=np.float32) / np.float32(QUANTISED_ONE)

    def _signals(
        self, question: str, encoded: EncodedQuestion, words: Sequence[QuestionWord], hits: tuple[Hit, ...], lead: float
    ) -> calibration.Signals:
        """Gather what tells whether the best passages answer the question."""
        first, judged = hits[0], hits[:JUDGED_HITS]
        background = calibration.Background(**self.store.manifest["background"][language_of(question, "en")])
        strength = calibration.strength(encoded, first.dense, None if self.store.sparse is None else first.sparse)
        passages = np.array([hit.stored.number for hit in judged])
        article = np.flatnonzero(self._article_of == first.stored.article_number)
        return calibration.Signals(
            above_background=background.standardise(strength),
            lead=lead,
            words_found=float(found_shares(words, self.store.lexical, passages).max()),
            rarest_missing=rarest_missing(words, self.store.lexical, article),
            lacks_type=lacks_asked_type(question, [hit.stored.text for hit in judged]),
        )

    def _prefer_part(self, scores: Scores, words: Sequence[QuestionWord], filters: Filters | None) -> None:
        """Put passages first whose headings name the part of an event that is asked about, as in "track 4"."""
        parts = {word.term for word in words if PART.fullmatch(word.term)}
        for number in self._best(scores, PART_CANDIDATES, filters) if parts else ():
            headings = self.store.tables.passage(number).passage.section.headings
            if parts & set(lexicon.terms("\n".join(headings))):
                scores[number] += PART_BONUS

    def _best(self, scores: Scores, count: int, filters: Filters | None) -> list[int]:
        """Return the numbers of the best passages that pass the filters, equal scores in reading order."""
        allowed = np.arange(len(scores))
        if filters is not None and filters.is_limit:
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


def _lead(best: Scores) -> float:
    """Return by how much the first of the best scores leads over the last."""
    return float(best[0] - best[-1]) if len(best) else 0.0


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
