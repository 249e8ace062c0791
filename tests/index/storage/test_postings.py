"""Postings that are made in portions are those that are made at once."""

from __future__ import annotations

import numpy as np
import pytest

from index.storage.postings import invert


@pytest.mark.parametrize("cuts", [[], [1, 2, 3], [40], [0, 50, 50, 99, 100]])
def test_postings_made_in_portions(cuts):
    random = np.random.default_rng(7)
    rows = [random.choice(64, random.integers(0, 20), replace=False).astype(np.uint16) for _ in range(100)]
    weights = [random.random(len(row)).astype(np.float16) for row in rows]

    def portions():
        for first, last in zip([0, *cuts], [*cuts, 100], strict=True):
            passages = np.repeat(np.arange(first, last, dtype=np.int32), [len(row) for row in rows[first:last]])
            none = np.zeros(0, np.uint16)
            yield passages, np.concatenate([none, *rows[first:last]]), np.concatenate([none, *weights[first:last]])

    made = invert(portions, 64, 100, lambda _, length, kind: np.empty(length, kind))
    for feature in range(64):
        passages, own = made.posting(feature)
        expected = [(p, w) for p in range(100) for f, w in zip(rows[p], weights[p], strict=True) if f == feature]
        assert passages.tolist() == [p for p, _ in expected]
        assert own.tolist() == [float(w) for _, w in expected]
