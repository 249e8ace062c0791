"""Late interaction: compare every token of a question with every token of a passage, and add up the best matches.

MaxSim, as in ColBERT (Khattab and Zaharia, 2020), over the states of a model that was not trained for it. Its token
states all lean towards the meaning of the whole text, which the other legs compare already; what is left when most
of that is taken away tells the passages of one article apart. A token is kept at two bits per number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A change of how tokens are made must change this, so that an old index is not searched.
RECIPE = "1: .9 of the mean taken away, 2 bits"

# How much of the mean over a text's tokens is taken away from each. With none, or with half of it, the right
# passage was first for up to .07 fewer questions.
_MEAN_SHARE = np.float32(0.9)
# The four values, and what parts them, in standard deviations, with which a normal distribution loses least
# (J. Max, "Quantizing for Minimum Distortion", 1960, table I).
_LEVELS = np.array([-1.510, -0.4528, 0.4528, 1.510], np.float32)
_THRESHOLDS = np.array([-0.9816, 0.0, 0.9816], np.float32)
_PER_BYTE = 4
# The four values that each byte stands for.
_DECODED = _LEVELS[np.arange(256)[:, None] >> np.arange(0, 8, 2) & 3]
_SQUARES = np.square(_DECODED).sum(axis=1)
# What a number that only fills up a byte adds to the sum of the squares: 0 is packed as the third level.
_FILLING = np.square(_LEVELS[2])
# So many tokens are decoded at a time that they stay in the processor's cache; all at once took twice as long.
_TOKENS_AT_A_TIME = 1000


def residuals(states: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what tells the tokens (t, d) of one text apart, as rows of length 1."""
    if not len(states):
        return states
    centred = states - _MEAN_SHARE * states.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(lengths, 1e-12), np.float32)


def pack(tokens: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Keep rows (t, d) at two bits per number, (t, d / 4) rounded up; their direction stays, their length is lost."""
    filled = np.pad(tokens, ((0, 0), (0, -tokens.shape[1] % _PER_BYTE)))
    deviations = np.sqrt(np.square(filled).mean(axis=1, keepdims=True))
    scaled = filled / np.maximum(deviations, 1e-12)
    # np.digitize searches for each number, which takes five times as long.
    levels = np.zeros(scaled.shape, np.uint8)
    for threshold in _THRESHOLDS:
        levels += scaled >= threshold
    levels = levels.reshape(len(tokens), filled.shape[1] // _PER_BYTE, _PER_BYTE) << np.arange(0, 8, 2, dtype=np.uint8)
    return np.asarray(np.bitwise_or.reduce(levels, axis=2))


def max_sim(question: NDArray[np.float32], passages: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return for every passage the mean over the question's tokens (t, d) of the best cosine with one of its own."""
    best = np.zeros(len(passages), np.float32)
    filled = [number for number, tokens in enumerate(passages) if len(tokens)]
    if not len(question) or not filled:
        return best
    packed = np.concatenate([passages[number] for number in filled])
    cosines = np.empty((len(question), len(packed)), np.float32)
    for first in range(0, len(packed), _TOKENS_AT_A_TIME):
        portion = slice(first, first + _TOKENS_AT_A_TIME)
        cosines[:, portion] = _cosines(question, packed[portion])
    lengths = [len(passages[number]) for number in filled]
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    best[filled] = np.maximum.reduceat(cosines, starts, axis=1).mean(axis=0)
    return best


def _cosines(question: NDArray[np.float32], packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the cosines of rows of length 1 (t, d) with packed tokens (p, bytes): (t, p)."""
    dimension = question.shape[1]
    # numpy takes rows ten times as fast as it indexes them.
    decoded = np.take(_DECODED, packed, axis=0).reshape(len(packed), -1)[:, :dimension]
    squares = np.take(_SQUARES, packed).sum(axis=1) - _FILLING * (-dimension % _PER_BYTE)
    return np.asarray(question @ decoded.T / np.sqrt(squares), np.float32)
