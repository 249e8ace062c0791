"""Postings that are made or added up in portions are those that are made or added up at once."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pytest

from index.storage.postings import MOST_ENTRIES, Postings, in_portions, invert

PASSAGES = 100_000


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


def postings_of(lengths):
    random = np.random.default_rng(11)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    passages = [np.sort(random.choice(PASSAGES, length, replace=False)) for length in lengths]
    weights = random.random(offsets[-1]).astype(np.float16)
    return Postings(offsets, np.concatenate(passages).astype(np.int32), weights, PASSAGES)


def added_at_once(postings, features, weights):
    found = [postings.posting(feature) for feature in features.tolist()]
    products = np.concatenate([own * weight for (_, own), weight in zip(found, weights, strict=True)])
    return np.bincount(np.concatenate([one for one, _ in found]), products, PASSAGES).astype(np.float32)


@pytest.mark.parametrize(
    "lengths", [[0, 1, 2, 0, 3], [500] * 200, [PASSAGES] * 3, [1 << 15, (1 << 15) - 1, 1, (1 << 15) + 1, 0, 70_000, 5]]
)
def test_scores_are_the_same_bits_in_portions(lengths):
    postings = postings_of(lengths)
    features = np.random.default_rng(3).permutation(len(lengths)).astype(np.int32)
    weights = np.random.default_rng(5).random(len(lengths), np.float32)
    assert np.array_equal(postings.scores(features, weights), added_at_once(postings, features, weights))


def test_a_question_without_features_scores_nothing():
    scores = postings_of([4, 5]).scores(np.zeros(0, np.int32), np.zeros(0, np.float32))
    assert scores.dtype == np.float32
    assert not scores.any()


def test_the_strongest_features_are_looked_at_first():
    postings = postings_of([PASSAGES] * (MOST_ENTRIES // PASSAGES + 2))
    features = np.arange(len(postings.offsets) - 1, dtype=np.int32)
    weights = np.ones(len(features), np.float32)
    looked_at = features[: MOST_ENTRIES // PASSAGES]
    assert np.array_equal(
        postings.scores(features, weights), added_at_once(postings, looked_at, weights[: len(looked_at)])
    )


def test_the_portions_of_a_posting_are_all_of_it():
    passages, weights = postings_of([70_000]).posting(0)
    portions = list(in_portions(passages, weights))
    assert len(portions) > 1
    assert np.array_equal(np.concatenate([one for one, _ in portions]), passages)
    assert np.array_equal(np.concatenate([one for _, one in portions]), weights)


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux' list of mapped pages")
@pytest.mark.parametrize(("features", "are_held"), [(10, True), (60, False)])
def test_what_was_read_of_large_files_is_not_held(tmp_path, features, are_held):
    made = postings_of([PASSAGES] * features)
    files = []
    for name in ("passages", "weights"):
        getattr(made, name).tofile(tmp_path / name)
        with (tmp_path / name).open("rb") as file:
            files.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    passages, weights = np.frombuffer(files[0], np.int32), np.frombuffer(files[1], np.float16)
    postings = Postings(made.offsets, passages, weights, PASSAGES, tuple(files))
    asked, factors = np.array([0, 3, 7], np.int32), np.ones(3, np.float32)
    for _ in range(2):
        assert np.array_equal(postings.scores(asked, factors), made.scores(asked, factors))
        assert (resident(tmp_path) > 0) == are_held
    ((found, own),) = postings.best_of_each([{2: 0.5, 5: 1.0}])
    assert (resident(tmp_path) > 0) == are_held
    ((expected, weight),) = made.best_of_each([{2: 0.5, 5: 1.0}])
    assert np.array_equal(found, expected)
    assert np.array_equal(own, weight)


def resident(folder):
    """Return how many kilobytes of the files of a folder are in this process's memory."""
    lines = iter(Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines())
    return sum(
        int(next(line for line in lines if line.startswith("Rss:")).split()[1]) for line in lines if str(folder) in line
    )
