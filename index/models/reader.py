"""The reader: how likely a passage answers a question, and which of its sentences do, by onnxruntime.

It is some of the bundled model's layers, trained on by ``training/reader`` to read a question and a passage together.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from index.errors import EncoderError
from index.memory import give_back_heap
from index.models import bundled
from index.models.encoder import BundledEncoder
from index.models.named_model import LazyValue
from index.models.question_model import clean
from index.models.token_model import open_session, session_options
from index.models.tokenizer import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.models.encoder import Encoder
    from index.models.token_model import TokenModel
    from index.types import EncoderInput

DATA = Path(__file__).parents[1] / "data"
GRAPH, WEIGHTS = DATA / "reader.onnx", DATA / "reader.npz"
# What makes logits of the states: weights and, behind them, a bias.
HEADS = ("passage_head", "sentence_head")
# More of a question and of a passage was not read in training either.
QUESTION_TOKENS, PASSAGE_TOKENS = 66, 320
# Passages side by side on as many cores are faster than each on all.
_MOST_AT_A_TIME = 4
# A question is searched for several times, and asked again.
_REMEMBERED = 512
# The logit of a sentence that is beyond those tokens, or has none.
_NOT_READ = -20.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The logits that a passage answers a question, and that each of its sentences does if the passage does."""

    answers: float
    sentences: tuple[float, ...]


class Reader:
    """Reads a question with passages; loads its weights when it is first used. Safe to use from several threads."""

    def __init__(self, model: Callable[[], TokenModel]) -> None:
        self._model = model
        self._layers = LazyValue(_Layers)
        self._remembered = lru_cache(_REMEMBERED)(self._read)
        self._threads = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_A_TIME), "reader")

    def read(self, question: str, passages: Sequence[EncoderInput]) -> list[Reading]:
        """Return what each of some passages is to a question. Raises EncoderError when the model cannot be loaded."""
        before = self._remembered.cache_info().misses
        readings = list(self._threads.map(lambda passage: self._remembered(question, passage), passages))
        if self._remembered.cache_info().misses > before:
            # What several passages took side by side would stay with the bot.
            give_back_heap()
        return readings

    def _read(self, question: str, passage: EncoderInput) -> Reading:
        model, layers = self._model(), self._layers()
        asked = [*model.tokens(bundled.QUESTION_PROMPT), *model.tokens(clean(question))]
        head = [*model.tokens(bundled.PASSAGE_PROMPT), *model.tokens(passage.context)]
        lines = [model.tokens(sentence) for sentence in passage.sentences]
        told = [*head, *(token for line in lines for token in line)]
        before = [BEGIN, *asked[: QUESTION_TOKENS - 2], END]
        embeddings = model.embeddings([*before, BEGIN, *told[: PASSAGE_TOKENS - 2], END])
        bounds = accumulate((len(line) for line in lines), initial=len(before) + 1 + len(head))
        return layers.read(embeddings, list(pairwise(bounds)))


class _Layers:
    """The layers with the two heads."""

    def __init__(self) -> None:
        try:
            with np.load(WEIGHTS) as trained:
                arrays = {name: _widened(trained[name]) for name in trained.files}
            self._passage_head, self._sentence_head = (arrays.pop(name) for name in HEADS)
            graph = GRAPH.read_bytes()
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise EncoderError(
                f"the reader's {WEIGHTS.name} or {GRAPH.name} cannot be read: {error}; reinstall"
            ) from error
        self._session = open_session(graph, arrays, session_options())
        give_back_heap()

    def read(self, embeddings: NDArray[np.float32], bounds: Sequence[tuple[int, int]]) -> Reading:
        """Return what a passage is to a question; ``bounds`` are where its sentences stand among all tokens."""
        (states,) = self._session.run(["read"], {"embeddings": embeddings})
        tokens = _applied(self._sentence_head, states[0])
        sentences = tuple(
            float(tokens[start:end].max()) if start < end < len(tokens) else _NOT_READ for start, end in bounds
        )
        return Reading(float(_applied(self._passage_head, states[0, 0])), sentences)


def open_reader(encoder: Encoder) -> Reader | None:
    """Return the reader of an encoder, always the same one; None where it has none, as only the bundled model does."""
    return _reader_of(encoder) if isinstance(encoder, BundledEncoder) else None


@lru_cache(1)
def _reader_of(encoder: BundledEncoder) -> Reader:
    # A bot that reloads its index goes on with its encoder.
    return Reader(encoder.model)


def _applied(head: NDArray[np.float32], states: NDArray[np.float32]) -> NDArray[np.float32]:
    """Apply a head: its weights and, behind them, its bias."""
    return states @ head[:-1] + head[-1]  # type: ignore[no-any-return]


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else array
