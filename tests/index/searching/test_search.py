"""A search that compares only candidates, because there are many passages, finds what one of all passages finds."""

from __future__ import annotations

import numpy as np
import pytest

from index.searching import legs
from index.searching.results import Filters
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh, write


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
    monkeypatch.setattr(legs, "EXACT_PASSAGES", 20)
    monkeypatch.setattr(legs, "NEAREST", 40)
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
