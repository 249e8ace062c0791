"""An inverted index of weighted features: the shape of both the lexical and the learned sparse leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Postings:
    """For each feature the passages that have it and how much it weighs there.

    ``offsets`` has one entry per feature and one more, int64; ``passages`` (int32) and ``weights``
    (float32) of feature ``f`` stand at ``offsets[f]:offsets[f + 1]``, passages ascending.
    """

    offsets: NDArray[np.int64]
    passages: NDArray[np.int32]
    weights: NDArray[np.float32]
    passage_count: int

    def scores(self, features: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the dot product of a question with every passage, shape (passage_count,)."""
        total = np.zeros(self.passage_count, dtype=np.float32)
        for feature, weight in zip(features.tolist(), weights.tolist(), strict=True):
            first, last = self.offsets[feature], self.offsets[feature + 1]
            # A passage stands at most once under a feature, so that plain indexing adds up rightly.
            total[self.passages[first:last]] += weight * self.weights[first:last]
        return total

    def best_scores(self, weights: Mapping[int, float]) -> NDArray[np.float32]:
        """Return for every passage its best weight among some features, each times a factor: (passage_count,)."""
        best = np.zeros(self.passage_count, dtype=np.float32)
        for feature, factor in weights.items():
            first, last = self.offsets[feature], self.offsets[feature + 1]
            passages = self.passages[first:last]
            best[passages] = np.maximum(best[passages], factor * self.weights[first:last])
        return best

    def passage_frequency(self, feature: int) -> int:
        """Return in how many passages a feature occurs."""
        return int(self.offsets[feature + 1] - self.offsets[feature])

    def have(self, feature: int, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some passages have a feature."""
        first, last = self.offsets[feature], self.offsets[feature + 1]
        return np.isin(passages, self.passages[first:last])

    def rows(self) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Return the features and weights of every passage, features ascending."""
        feature_count = len(self.offsets) - 1
        features = np.repeat(np.arange(feature_count, dtype=np.int32), np.diff(self.offsets))
        order = np.argsort(self.passages, kind="stable")
        ends = np.cumsum(np.bincount(self.passages, minlength=self.passage_count))
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        features, weights = features[order], self.weights[order]
        return [(features[a:b], weights[a:b]) for a, b in zip(starts, ends, strict=True)]


def invert(rows: Sequence[tuple[NDArray[np.int32], NDArray[np.float32]]], feature_count: int) -> Postings:
    """Turn the features and weights of each passage into postings."""
    lengths = [len(features) for features, _ in rows]
    features = np.concatenate([f for f, _ in rows]) if rows else np.zeros(0, np.int32)
    weights = np.concatenate([w for _, w in rows]) if rows else np.zeros(0, np.float32)
    passages = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    order = np.argsort(features, kind="stable")
    counts = np.bincount(features, minlength=feature_count)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Postings(offsets, passages[order], weights[order].astype(np.float32), len(rows))
