"""Dense vectors: an exact search while they are few, a graph when they are many, and how their cosines are spread."""

from __future__ import annotations

import numpy as np
import pytest

from index.storage import dense
from index.storage.dense import DenseIndex, build_dense, exact_nearest, write_dense
from index.storage.moments import moments, spread

pytestmark = pytest.mark.slow

DIMENSION = 32


def vectors(count: int, seed: int) -> np.ndarray:
    """Return vectors of length 1 that lie in groups of ten, as the passages of articles do."""
    random = np.random.default_rng(seed)
    centres = np.repeat(random.standard_normal((count // 10, DIMENSION)), 10, axis=0)
    drawn = centres + 0.7 * random.standard_normal((count, DIMENSION))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def graph(tmp_path, monkeypatch):
    """A graph of 3,000 vectors read back from its file, the vectors, queries and the report."""
    monkeypatch.setattr(dense, "EXACT_PASSAGES", 1000)
    known, queries = vectors(3000, 1), vectors(200, 2)
    made, report = build_dense(known.astype(np.float16), lambda: queries[:100])
    write_dense(tmp_path / "dense.faiss", made)
    return DenseIndex(tmp_path / "dense.faiss", report.candidates), known, queries[100:], report


def test_a_graph_finds_what_an_exact_search_finds(graph):
    index, known, queries, report = graph
    assert report.type == "HNSW, float16"
    assert report.recall >= dense.WANTED_RECALL
    assert report.queries == 100
    exact = exact_nearest([known[:1234], known[1234:]], queries)
    found = [index.top(query, 10) for query in queries]
    assert np.mean([np.isin(right, numbers).mean() for right, (numbers, _) in zip(exact, found, strict=True)]) > 0.97
    for query, (numbers, cosines) in zip(queries, found, strict=True):
        assert list(cosines) == sorted(cosines, reverse=True)
        np.testing.assert_allclose(cosines, known[numbers] @ query, atol=2e-3)
        np.testing.assert_allclose(index.cosines(query, numbers), cosines, atol=1e-5)


def test_a_graph_keeps_to_what_is_allowed(graph):
    index, known, queries, _ = graph
    allowed = np.arange(5, 3000, 7)
    numbers, _ = index.top(queries[0], 20, allowed)
    assert len(numbers) == 20
    assert np.isin(numbers, allowed).all()
    best = allowed[np.argsort(-(known[allowed] @ queries[0]))[:20]]
    assert np.isin(numbers, best).mean() > 0.8


def test_exact_nearest():
    known, queries = vectors(500, 3), vectors(10, 4)
    expected = np.argsort(-(queries @ known.T), axis=1)[:, :10]
    found = exact_nearest([known[:7], known[7:300], known[300:]], queries)
    assert [set(row) for row in found] == [set(row) for row in expected]


def test_moments_are_those_of_the_cosines():
    known, query = vectors(500, 5).astype(np.float16), vectors(10, 6)[0]
    cosines = known.astype(np.float64) @ query
    assert spread(moments(known), query) == pytest.approx((cosines.mean(), cosines.std()), abs=1e-5)
    assert spread(moments(known[:1]), query)[1] < 1e-4
