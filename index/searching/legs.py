"""Add up what the legs of a search give, choose candidates, and rank them by that and by what reranks them.

Every score is standardised over all passages, so that it says how much better than others a passage is in one respect;
what is added up are these standard deviations, each leg with its weight.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from index.searching.judging import LEAD_OVER
from index.storage.dense import EXACT_PASSAGES
from index.storage.moments import LEAST_DEVIATION

if TYPE_CHECKING:
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from index.storage.store import Store
    from index.types import EncodedQuestion

    Scores = NDArray[np.float32]
    Passages = NDArray[np.int64]

# Among so many passages at least, only the best ones of each leg are compared by all of them.
NEAREST = 1000
# As many questions at a time as a bot answers.
_ASIDE = 16


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the standardised scores in the sum; ``benchmarks/ablation.py`` shows what each of them gives.

    The legs before the rerank lead to the right article, late interaction to the right passage of it.
    """

    dense: float = 0.3
    sparse: float = 0.5
    lexical: float = 0.5
    article: float = 0.6
    tokens: float = 1.2


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg's scores of the candidates, shape (candidates,), and mean and deviation of its scores of all passages."""

    scores: Scores
    mean: float
    deviation: float

    @classmethod
    def over(cls, scores: Scores) -> Leg:
        """Return the leg of which every passage is a candidate."""
        return cls(scores, float(scores.mean()), float(scores.std())) if len(scores) else cls(scores, 0.0, 0.0)

    def over_some(self, passages: NDArray[np.bool_]) -> Leg:
        """Return the same with mean and deviation over some of the passages, all of which are candidates."""
        return replace(Leg.over(self.scores[passages]), scores=self.scores)

    def among(self, candidates: NDArray[np.int64]) -> Leg:
        """Return the same for some of the candidates."""
        return replace(self, scores=self.scores[candidates])

    @property
    def standardised(self) -> Scores:
        """The scores as standard deviations above the mean; zeros when all are the same."""
        if self.deviation < LEAST_DEVIATION:
            return np.zeros_like(self.scores)
        above = self.scores - np.float32(self.mean)
        above /= np.float32(self.deviation)
        return above


@dataclass(frozen=True, slots=True)
class Legs:
    """The scores of each leg for the candidates; ``sparse`` is None without that leg, ``dense`` before it is needed."""

    dense: Leg | None
    sparse: Leg | None
    lexical: Leg
    article: Leg

    def fused(self, weights: Weights) -> Scores:
        """Return the weighted sum of the standardised scores; without the sparse leg the dense one has its weight."""
        parts = [
            (weights.dense + (weights.sparse if self.sparse is None else 0.0), self.dense),
            (weights.sparse, self.sparse),
            (weights.lexical, self.lexical),
            (weights.article, self.article),
        ]
        total = np.zeros_like(self.lexical.scores)
        for weight, leg in parts:
            if leg is not None:
                total += np.float32(weight) * leg.standardised
        return total

    def over_some(self, passages: NDArray[np.bool_]) -> Legs:
        """Return the legs before the dense one with mean and deviation over some of the passages."""
        sparse = None if self.sparse is None else self.sparse.over_some(passages)
        return Legs(None, sparse, self.lexical.over_some(passages), self.article.over_some(passages))

    def among(self, candidates: NDArray[np.int64], dense: Leg) -> Legs:
        """Return what the legs give some of the passages, with what the dense leg gives those."""
        sparse = None if self.sparse is None else self.sparse.among(candidates)
        return Legs(dense, sparse, self.lexical.among(candidates), self.article.among(candidates))


DEFAULT_WEIGHTS = Weights()


class Candidates:
    """Chooses the passages that are compared by all legs; safe to use from several threads."""

    def __init__(self, store: Store, weights: Weights) -> None:
        self._store = store
        self._weights = weights
        self._threads = ThreadPoolExecutor(_ASIDE, "nearest")

    def begin(self, question: EncodedQuestion, allowed: Passages | None) -> Future[tuple[Passages, Scores]] | None:
        """Begin to look for the passages nearest in meaning, while the other legs give their scores.

        ``allowed`` are the passages that are searched, ascending, or None for all. Returns None if they are so few
        that all of them are compared.
        """
        count = len(self._store) if allowed is None else len(allowed)
        if count <= EXACT_PASSAGES:
            return None
        return self._threads.submit(self._store.dense_top, question.dense, NEAREST, allowed)

    def choose(self, legs: Legs, allowed: Passages | None, nearest: Future[tuple[Passages, Scores]] | None) -> Passages:
        """Return the numbers of the passages to be compared, ascending: all that are allowed while they are few.

        Of many, they are those nearest in meaning and those that the other legs put first.
        """
        if nearest is None:
            return np.arange(len(self._store)) if allowed is None else allowed
        others = legs.fused(self._weights)
        best = np.argpartition(others if allowed is None else others[allowed], -NEAREST)[-NEAREST:]
        return np.union1d(nearest.result()[0], best if allowed is None else allowed[best])


class Ranking:
    """The candidates with what the legs gave them, and their scores so far.

    ``reranked`` are the places of those that were compared token by token, ``matches`` how well each did.
    """

    def __init__(self, candidates: NDArray[np.int64], legs: Legs, weights: Weights) -> None:
        self.candidates = candidates
        self.legs = legs
        self.scores = legs.fused(weights)
        self.reranked = np.zeros(0, np.int64)
        self.matches = np.zeros(0, np.float32)

    @property
    def lead(self) -> float:
        """By how much the first leads over the tenth, or over the last of fewer."""
        best = self.scores[self.best(LEAD_OVER)]
        return float(best[0] - best[-1]) if len(best) else 0.0

    def rerank(self, places: NDArray[np.int64], matches: Scores, weights: Weights) -> None:
        """Add to the scores at some places how well the tokens of the passages match those of the question."""
        self.reranked, self.matches = places, matches
        self.scores[places] += np.float32(weights.tokens) * Leg.over(matches).standardised

    def best(self, count: int) -> NDArray[np.int64]:
        """Return the places of the best candidates, equal scores in reading order."""
        return np.argsort(-self.scores, kind="stable")[:count]
