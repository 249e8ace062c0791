"""The candidates of a search, with their scores as the legs and what reranks them add to these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.searching.judging import LEAD_OVER
from index.searching.legs import Leg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.searching.legs import Legs, Weights

    Scores = NDArray[np.float32]


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
