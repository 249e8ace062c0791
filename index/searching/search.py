"""Search, top to bottom: four legs score every passage, their standardised scores are added, the best are reranked.

The dense leg compares meaning, the learned sparse leg (with models that have one) compares features that hold across
languages, the lexical leg compares words, and the article leg asks which article has the words of the question
anywhere. Late interaction then compares the tokens of the candidates with those of the question (with models that
give them). Standardised scores added up find the right passage first more often than ranks added up (reciprocal
rank fusion) do.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from index.asking.named_facts import without_numbers
from index.asking.question import Question
from index.clock import Clock
from index.language import lexicon
from index.language.parts import PART
from index.models.encoder import open_encoder
from index.models.late_interaction import max_sim
from index.models.reader import open_reader
from index.searching.asked_fields import field_passages, with_field
from index.searching.judging import answerable, signals_of
from index.searching.legs import DEFAULT_WEIGHTS, Candidates, Leg, Legs, Ranking
from index.searching.question_words import meant_words, question_words
from index.searching.reading import READ_HITS, is_undecided, with_readings
from index.searching.results import Filters, Hit, SearchResult
from index.searching.writing import prefer_writing
from index.storage.opening import open_store
from index.storage.passage_vectors import QUANTISED_ONE
from index.storage.postings import in_portions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.models.encoder import Encoder
    from index.models.reader import Reader
    from index.searching.legs import Weights
    from index.searching.question_words import QuestionWord
    from index.settings import IndexSettings
    from index.sites.facts import Event
    from index.storage.store import Store
    from index.storage.tables import StoredPassage
    from index.types import Article, EncodedQuestion

    Scores = NDArray[np.float32]

# Beyond these late interaction seldom finds the right passage, and each costs 150 tokens.
RERANKED = 50

PART_CANDIDATES = 30
# In standard deviations: more than the best passages are apart.
PART_BONUS = 10.0

# A report is meant when its title has this share of the words that name it.
NAMED_SHARE = 0.6

# Shorter names are shared by any events; a character of Japanese, which says more, has three bytes.
SHORTEST_EVENT = 4

# A follow-up question is searched within one report after it was searched in all of them.
READ_LATELY = 4


class Searcher:
    """Searches one version of the index; safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        weights: Weights = DEFAULT_WEIGHTS,
        reader: Reader | None = None,
        *,
        reads_all: bool = True,
    ) -> None:
        self.store = store
        self.encoder = encoder
        self._weights = weights
        self.reader, self._reads_all = reader, reads_all
        self._articles = store.tables.entries
        self._field_passages = field_passages(self._articles)
        self._encoded = lru_cache(READ_LATELY)(lambda question: encoder.encode_question(question.dated))
        self._words = lru_cache(READ_LATELY)(lambda question: self.words(question.terms))
        self._candidates = Candidates(store, weights)
        self._counts = np.array([article.passages for article in self._articles], np.int64)
        self._article_of = np.repeat(np.arange(len(self._counts), dtype=np.int32), self._counts)
        self._is_japanese = np.repeat([article.language == "ja" for article in self._articles], self._counts)

    def editions_of(self, article: Article) -> Sequence[int]:
        """Return the numbers of the articles that are of the event of one, or whose titles differ in numbers only."""
        keys = _event_keys(article.title, article.event)
        return sorted({number for key in keys for number in self._same_event.get(key, ())})

    @cached_property
    def _same_event(self) -> Mapping[str, Sequence[int]]:
        articles: dict[str, list[int]] = {}
        for number, article in enumerate(self._articles):
            for key in _event_keys(article.title, article.event):
                articles.setdefault(key, []).append(number)
        return articles

    def search(self, question: str | Question, count: int = 5, filters: Filters | None = None) -> SearchResult:
        """Return the ``count`` passages that match a question best."""
        clock = Clock()
        question = Question.of(question)
        filters = filters if filters is not None and filters.is_limit else self._asked_report(question)
        words = self._words(question)
        clock.stage("words")
        encoded = self._encoded(question)
        clock.stage("encode")
        allowed = self._allowed(filters)
        nearest = self._candidates.begin(encoded, allowed)
        legs = Legs(None, self._sparse(encoded), *self._lexical(words))
        clock.stage("sparse and lexical legs")
        candidates = self._candidates.choose(legs, allowed, nearest)
        candidates = candidates[~np.isin(candidates, self._field_passages)]
        dense = Leg(self.store.dense_scores(encoded.dense, candidates), *self.store.dense_spread(encoded.dense))
        ranking = Ranking(candidates, legs.among(candidates, dense), self._weights)
        clock.stage("dense leg")
        self._rerank(ranking, encoded, ranking.best(max(count, RERANKED)))
        clock.stage("late interaction")
        lead = self._lead(ranking, legs, dense)
        self._prefer_part(ranking, words)
        hits = prefer_writing(question.text, self._hits(ranking, ranking.best(max(count, READ_HITS))))
        signals = signals_of(question, encoded, words, hits, lead, self.store) if hits else None
        hits = self._with_field(question, hits, filters)
        clock.stage("hits and signals")
        if self.reader is not None and signals is not None and (self._reads_all or is_undecided(hits, signals)):
            hits, signals = with_readings(question, words, hits, signals, self.reader, self.store.tables)
            clock.stage("reader")
        return SearchResult(
            question=question,
            hits=hits[:count],
            answerable=answerable(hits, signals),
            signals=signals,
            encoded=encoded,
            words=words,
            timings=clock.milliseconds,
        )

    def _with_field(self, question: Question, hits: tuple[Hit, ...], filters: Filters | None) -> tuple[Hit, ...]:
        """Return hits behind what front matter says, if the question asks for that."""
        if question.field is None or not hits:
            return hits
        words = self.words(question.field.words)
        is_limited = filters is not None and filters.is_limit
        entries = [hit.stored.entry for hit in hits]
        if not is_limited:
            # Where the question names an event that the text hardly does, no passage of it may be near.
            entries.append(self._articles[self._article_named(words)])
        is_named = is_limited or len(self._articles) == 1
        return with_field(question.field, words, hits, entries, self.store, is_named=is_named)

    def _article_named(self, words: Sequence[QuestionWord]) -> int:
        """Return the number of the article that has most of some words."""
        _, articles = self._lexical(words)
        return int(self._article_of[articles.scores.argmax()])

    def _allowed(self, filters: Filters | None) -> NDArray[np.int64] | None:
        """Return the numbers of the passages that pass the filters, ascending; None without a limit."""
        if filters is None or not filters.is_limit:
            return None
        passing = [np.arange(*article.passage_range) for article in self._articles if filters.passes(article)]
        return np.concatenate([np.zeros(0, np.int64), *passing])

    def _sparse(self, question: EncodedQuestion) -> Leg | None:
        scores = None if question.sparse is None else self.store.sparse_scores(question.sparse)
        return None if scores is None else Leg.over(scores)

    def words(self, terms: Sequence[str]) -> tuple[QuestionWord, ...]:
        """Return the words of a question with what they mean in this index."""
        return tuple(question_words(terms, self.meant(terms), self.store.lexical))

    def meant(self, terms: Sequence[str]) -> list[dict[int, float]]:
        """Return the numbers of the words that each of some words of a question may mean, and how surely."""
        return meant_words(terms, self.store.tables)

    def _lexical(self, words: Sequence[QuestionWord]) -> tuple[Leg, Leg]:
        """Return the BM25 scores of every passage, and of what its whole article has of the question's words.

        A word counts once, by whichever of the words it may mean weighs most; in an article, by its best passage.
        """
        passages = np.zeros(len(self.store), dtype=np.float32)
        articles = np.zeros(len(self._articles), dtype=np.float32)
        for numbers, scores in self.store.lexical.best_of_each([word.meant for word in words]):
            best = np.zeros_like(articles)
            for places, portion in in_portions(numbers, scores):
                np.add.at(passages, places, portion)
                np.maximum.at(best, self._article_of[places].astype(np.intp), portion)
            articles += best
        return Leg.over(passages), Leg.over(np.repeat(articles, self._counts))

    def _asked_report(self, question: Question) -> Filters | None:
        """Return the articles whose titles have most of the words by which a question names a report, if any do."""
        if not question.report_terms:
            return None
        wanted = self.meant(question.report_terms)
        shares: Counter[int] = Counter()
        for meant in wanted:
            shares.update(self.store.tables.titled_with(meant))
        best = max(shares.values(), default=0)
        named = [self._articles[number].path for number, share in sorted(shares.items()) if share == best]
        return Filters(articles=named) if best >= NAMED_SHARE * len(wanted) else None

    def _rerank(self, ranking: Ranking, question: EncodedQuestion, places: NDArray[np.int64]) -> None:
        """Add to the scores of the candidates at some places how well their tokens match those of the question."""
        vectors = self.store.vectors(ranking.candidates[places].tolist()) if question.tokens is not None else []
        packed = [one.tokens for one in vectors if one.tokens is not None]
        if question.tokens is not None and packed:
            ranking.rerank(places, max_sim(question.tokens, packed), self._weights)

    def _lead(self, ranking: Ranking, legs: Legs, dense: Leg) -> float:
        """Return by how much the first passage leads over the tenth, as if there were only articles in its language.

        What is in the other language would spread the scores, and how sure an answer is would depend on it.
        """
        first = ranking.candidates[ranking.best(1)]
        written = self._is_japanese == self._is_japanese[first] if len(first) else self._is_japanese
        if written.all():
            return ranking.lead
        places = np.flatnonzero(written[ranking.candidates])
        candidates = ranking.candidates[places]
        alone = Ranking(candidates, legs.over_some(written).among(candidates, dense.among(places)), self._weights)
        reranked = np.isin(ranking.reranked, places)
        alone.rerank(np.searchsorted(places, ranking.reranked[reranked]), ranking.matches[reranked], self._weights)
        return alone.lead

    def sentence_scores(self, result: SearchResult, stored: StoredPassage) -> Scores:
        """Return the cosine of the question with every sentence of a passage."""
        (vectors,) = self.store.vectors([stored.number])
        return np.asarray(vectors.sentences @ result.encoded.dense, dtype=np.float32) / np.float32(QUANTISED_ONE)

    def _prefer_part(self, ranking: Ranking, words: Sequence[QuestionWord]) -> None:
        """Put passages first whose headings name the part of an event that is asked about, as in "track 4"."""
        parts = {word.term for word in words if PART.fullmatch(word.term)}
        if not parts:
            return
        places = ranking.best(PART_CANDIDATES)
        numbers = ranking.candidates[places].tolist()
        headings = self.store.tables.headings(numbers)
        for place, number in zip(places.tolist(), numbers, strict=True):
            if parts & set(lexicon.terms("\n".join(headings[number]))):
                ranking.scores[place] += PART_BONUS

    def _hits(self, ranking: Ranking, places: NDArray[np.int64]) -> tuple[Hit, ...]:
        legs = ranking.legs
        passages = self.store.tables.passages(ranking.candidates[places].tolist())
        return tuple(
            Hit(
                rank,
                float(ranking.scores[place]),
                float(legs.dense.scores[place]) if legs.dense is not None else 0.0,
                float(legs.sparse.scores[place]) if legs.sparse is not None else None,
                float(legs.lexical.scores[place]),
                stored,
            )
            for rank, (place, stored) in enumerate(zip(places.tolist(), passages, strict=True), 1)
        )


def open_searcher(settings: IndexSettings, encoder: Encoder | None = None) -> Searcher:
    """Open the index that the settings name with the encoder that they name, unless it is given.

    Raises what `open_store` raises.
    """
    encoder = encoder or open_encoder(settings)
    reader = None if settings.reader == "off" else open_reader(encoder)
    if reader is not None:
        reader.load_meanwhile()
    store = open_store(settings, encoder.fingerprint())
    return Searcher(store, encoder, reader=reader, reads_all=settings.reader == "on")


def _event_keys(title: str, event: Event) -> list[str]:
    """Return what the editions of an event have in common: their titles without numbers, and the name."""
    name = without_numbers(event.name)
    return [without_numbers(title), *([f"event {name}"] if len(name.encode()) >= SHORTEST_EVENT else [])]
