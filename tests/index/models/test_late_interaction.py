"""Late interaction: what is taken away from tokens, how they are kept, and how they are compared."""

from __future__ import annotations

import numpy as np
import pytest

from index.models.late_interaction import max_sim, pack, residuals


def random_rows(count: int, dimension: int = 384, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)


def test_residuals_have_length_one_and_little_in_common():
    states = random_rows(50) + 10
    tokens = residuals(states)
    assert np.linalg.norm(tokens, axis=1) == pytest.approx(np.ones(50), abs=1e-5)
    rows = states / np.linalg.norm(states, axis=1, keepdims=True)
    assert (rows[0] @ rows[1:].T).mean() > 0.95
    assert (tokens[0] @ tokens[1:].T).mean() < 0.6
    assert residuals(np.zeros((0, 384), np.float32)).shape == (0, 384)
    assert not residuals(np.zeros((3, 384), np.float32)).any()


@pytest.mark.parametrize("dimension", [384, 6, 1])
def test_packed_tokens_keep_their_direction(dimension):
    rows = random_rows(40, dimension)
    packed = pack(rows)
    assert packed.shape == (40, -(-dimension // 4))
    assert packed.dtype == np.uint8
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = [max_sim(row[None], [one[None]])[0] for row, one in zip(rows, packed, strict=True)]
    assert np.mean(cosines) > 0.92


def test_every_token_of_the_question_counts_with_its_best_match():
    rows = residuals(random_rows(30))
    packed = pack(rows)
    all_of_it, half, none = max_sim(rows[:10], [packed[:20], packed[5:20], packed[20:]])
    assert all_of_it > half > none
    assert all_of_it > 0.9


def test_nothing_matches_nothing():
    packed = pack(residuals(random_rows(3)))
    assert max_sim(np.zeros((0, 384), np.float32), [packed]).tolist() == [0.0]
    assert max_sim(random_rows(2), []).tolist() == []
    with_empty = max_sim(random_rows(2), [packed[:0], packed, packed[:0]])
    assert with_empty[0] == with_empty[2] == 0
    assert with_empty[1] != 0
