"""What takes over when there are many passages: the graph, postings made in portions, candidates instead of all."""

from __future__ import annotations

import numpy as np
import pytest

from index.searching import search
from index.searching.results import Filters
from index.searching.search import Searcher
from index.storage import dense
from index.storage.dense import DenseIndex, build_dense, exact_nearest, write_dense
from index.storage.moments import moments, spread
from index.storage.postings import invert
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh, write

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
    made, report = build_dense(known.astype(np.float16), queries[:100])
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


@pytest.mark.slow
def test_candidates_find_what_comparing_all_finds(tmp_path, monkeypatch):
    chosen = np.random.default_rng(8)
    words = [f"word{n}" for n in range(300)]
    for number in range(30):
        sections = (f"# S{n}\n\n{' '.join(chosen.choice(words, 12))}\n" for n in range(10))
        write(tmp_path / "articles", **{f"a{number}": f"---\ntopics: [t{number % 2}]\n---\n" + "\n".join(sections)})
    refresh(tmp_path / "articles", tmp_path / "index")
    searcher = Searcher(FolderStore.open(tmp_path / "index"), FakeEncoder())
    questions = [" ".join(chosen.choice(words, 3, replace=False)) for _ in range(40)]
    filters = [None, Filters(topics=["t1"])]
    exact = [searcher.search(question, 3, one).hits for question in questions for one in filters]
    monkeypatch.setattr(search, "EXACT_PASSAGES", 20)
    monkeypatch.setattr(search, "NEAREST", 40)
    found = [searcher.search(question, 3, one).hits for question in questions for one in filters]
    assert np.mean([a[0].stored.number == b[0].stored.number for a, b in zip(exact, found, strict=True)]) > 0.95
    assert all("t1" in hit.stored.article.topics for hits in found[1::2] for hit in hits)
    # A passage has the same score however it was found, but for the rerank, which looks at the best ones.
    same = [
        (a[0].dense, a[0].lexical, a[0].sparse) == pytest.approx((b[0].dense, b[0].lexical, b[0].sparse), abs=1e-5)
        for a, b in zip(exact, found, strict=True)
        if a[0].stored.number == b[0].stored.number
    ]
    assert all(same)
