"""Mean and covariance of the dense vectors: how the cosines of any question are spread over all passages.

The mean of q·x over the passages x is q·mean(x), and its variance qᵀ cov(x) q, so that a score can be standardised
without comparing the question with every passage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_A_TIME = 50_000
# Passages whose cosines are all this near to each other do not differ but by rounding.
LEAST_DEVIATION = 1e-4


def moments(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return mean and covariance of vectors (n, d), one below the other: (d + 1, d)."""
    count, dimension = vectors.shape
    total, products = np.zeros(dimension), np.zeros((dimension, dimension))
    for first in range(0, count, _AT_A_TIME):
        # The variances are small differences of large numbers.
        portion = vectors[first : first + _AT_A_TIME].astype(np.float64)
        total += portion.sum(axis=0)
        products += portion.T @ portion
    mean = total / max(count, 1)
    covariance = products / max(count, 1) - np.outer(mean, mean)
    return np.vstack([mean, covariance]).astype(np.float32)


def spread(measured: NDArray[np.float32], question: NDArray[np.float32]) -> tuple[float, float]:
    """Return mean and standard deviation of the cosines of a question (d,) with all passages."""
    mean, covariance = measured[0], measured[1:]
    return float(mean @ question), float(np.sqrt(max(float(question @ covariance @ question), 0.0)))
