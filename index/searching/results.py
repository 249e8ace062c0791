"""What a search is limited to and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.asking.named_facts import EDITIONS

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.asking.question import Question
    from index.models.reader import Reading
    from index.searching.calibration import Signals
    from index.searching.question_words import QuestionWord
    from index.storage.tables import ArticleEntry, StoredPassage
    from index.types import EncodedQuestion, Sentence


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages a search is limited to; empty means no limit. Topics are compared without case."""

    articles: Collection[str] = ()
    topics: Collection[str] = ()

    @property
    def is_limit(self) -> bool:
        """Whether there is any limit."""
        return bool(self.articles or self.topics)

    def passes(self, article: ArticleEntry) -> bool:
        """Return whether an article's passages are searched."""
        topics = {topic.casefold() for topic in self.topics}
        return (not self.articles or article.path in self.articles) and (
            not topics or any(topic.casefold() in topics for topic in article.topics)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores: ``score`` is the fused one, the others what each leg gave it.

    ``sparse`` is None without that leg. ``stated`` are the lines of front matter that say what was asked for. A passage
    that the reader has read has its ``reading``, and its place by the search alone in ``searched``.
    """

    rank: int
    score: float
    dense: float
    sparse: float | None
    lexical: float
    stored: StoredPassage
    stated: tuple[Sentence, ...] = ()
    reading: Reading | None = None
    searched: int = 0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, best first, the probability that they answer the question and what tells it, and the time it took.

    ``encoded`` and ``words`` are those of the question. ``signals`` is None where there is no hit; ``timings`` has the
    milliseconds of every stage.
    """

    question: Question
    hits: tuple[Hit, ...]
    answerable: float
    signals: Signals | None
    encoded: EncodedQuestion
    words: tuple[QuestionWord, ...]
    timings: dict[str, float]

    @property
    def is_stated(self) -> bool:
        """Whether front matter says what was asked for."""
        return bool(self.hits and self.hits[0].stated)

    @property
    def milliseconds(self) -> float:
        """How long the search took."""
        return sum(self.timings.values())

    def of_first_report(self) -> SearchResult:
        """Return the result without other reports than that of the best hit, unless several editions are asked for."""
        if sum(fact.kind in EDITIONS for fact in self.question.facts) > 1:
            return self
        first = self.hits[0].stored.entry.path
        return replace(self, hits=tuple(hit for hit in self.hits if hit.stored.entry.path == first))
