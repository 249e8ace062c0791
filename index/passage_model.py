"""Passages in bulk by the bundled model: one pass each gives its vector, its sentences', its features and tokens.

The text of a passage is its context and its sentences behind the model's prompt. They are tokenized one by one, as no
piece crosses a blank, so that it is known whose each token is.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from index import bundled
from index.late_interaction import pack, residuals
from index.text_vectors import unit_rows
from index.token_model import TokenModel, pool_features
from index.types import EncodedPassage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from index.types import EncoderInput

# Passages side by side, each on a core of its own, which uses two cores better than both on one; alone, a passage needs
# no padding and is the same whatever is beside it. One of 512 tokens takes 40 MB.
_MOST_AT_A_TIME = 8


class PassageModel:
    """The model for passages, loaded."""

    def __init__(self) -> None:
        self._model = TokenModel("passages")
        self._prompt = self._model.tokens(bundled.PASSAGE_PROMPT)

    def encode(self, inputs: Sequence[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        """Yield (position, vectors) in the order of ``inputs``."""
        workers = min(os.cpu_count() or 1, _MOST_AT_A_TIME)
        waiting: deque[Future[EncodedPassage]] = deque()
        with ThreadPoolExecutor(workers) as threads:
            for position, given in enumerate(inputs):
                waiting.append(threads.submit(self._encode, given))
                # A long one must not keep the others waiting, nor may all that is done wait in memory.
                if len(waiting) > 2 * workers:
                    yield position - len(waiting) + 1, waiting.popleft().result()
            for position in range(len(inputs) - len(waiting), len(inputs)):
                yield position, waiting.popleft().result()

    def _encode(self, given: EncoderInput) -> EncodedPassage:
        lines = [self._model.tokens(line) for line in (given.context, *given.sentences)]
        states, features, strengths = self._model.run([*self._prompt, *(token for line in lines for token in line)])
        content = slice(1 + len(self._prompt), -1)
        inner = states[content]
        _, *bounds = accumulate((len(line) for line in lines), initial=0)
        # Zero for a sentence without tokens or beyond the last. The sum has the direction of the mean.
        sums = np.array([inner[start:end].sum(axis=0) for start, end in pairwise(bounds)], np.float32)
        return EncodedPassage(
            unit_rows(states.mean(axis=0)),
            unit_rows(sums.reshape(-1, bundled.DIMENSION)),
            pool_features(features[content], strengths[content], bundled.PASSAGE_FEATURES),
            pack(residuals(inner)),
        )
