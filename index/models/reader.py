"""The reader: how likely a passage answers a question, and which of its sentences and words do, by onnxruntime.

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
from index.models.tokenizer import BEGIN, END, normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.models.encoder import Encoder
    from index.models.token_model import TokenModel
    from index.types import EncoderInput

DATA = Path(__file__).parents[1] / "data"
GRAPH, WEIGHTS = DATA / "reader.onnx", DATA / "reader.npz"
WORDS_WEIGHTS = DATA / "answer_words.npz"
# What makes logits of the states: weights and, behind them, a bias.
HEADS = ("passage_head", "sentence_head")
# More of a question and of a passage was not read in training either.
QUESTION_TOKENS, PASSAGE_TOKENS = 66, 320
# Passages side by side on as many cores are faster than each on all.
_MOST_AT_A_TIME = 4
# A question is searched for several times, and asked again.
_REMEMBERED = 512
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, BadZipFile)
# The logit of a sentence that is beyond those tokens, or has none.
_NOT_READ = -20.0
# More words in a row are the sentence rather than what answers in it.
_MOST_WORDS = 24
_AROUND_WORDS = " \t、。,.;:；："


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The words that answer, as they stand in the sentence of that number, and how surely, 0 to 1."""

    sentence: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The logits that a passage answers a question, and that each of its sentences does if the passage does.

    ``words`` are those of the best sentence that answer; None where it has none that can be told apart.
    """

    answers: float
    sentences: tuple[float, ...]
    words: AnswerWords | None = None


class Reader:
    """Reads a question with passages; loads its weights when it is first used. Safe to use from several threads."""

    def __init__(self, model: Callable[[], TokenModel]) -> None:
        self._model = model
        self._layers = LazyValue(Layers)
        self._words_head = LazyValue(WordsHead.load)
        self._remembered = lru_cache(_REMEMBERED)(self._read)
        self._threads = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_A_TIME), "reader")

    def load_meanwhile(self) -> None:
        """Begin to load the weights while others work; what goes wrong with that is said when they are used."""
        self._threads.submit(self._layers)

    def read(self, question: str, passages: Sequence[EncoderInput]) -> list[Reading]:
        """Return what each of some passages is to a question. Raises EncoderError when the model cannot be loaded."""
        before = self._remembered.cache_info().misses
        texts = (text for passage in passages for text in (passage.context, *passage.sentences))
        self._model().expect("\n".join((bundled.QUESTION_PROMPT, question, bundled.PASSAGE_PROMPT, *texts)))
        readings = list(self._threads.map(lambda passage: self._remembered(question, passage), passages))
        if self._remembered.cache_info().misses > before:
            # What several passages took side by side would stay with the bot.
            give_back_heap()
        return readings

    def _read(self, question: str, passage: EncoderInput) -> Reading:
        model, layers = self._model(), self._layers()
        embeddings, bounds = reader_input(model, question, passage)
        states = layers.states(embeddings)
        logits = layers.sentence_logits(states, bounds)
        best = max(range(len(logits)), key=logits.__getitem__, default=None)
        words = None
        if best is not None and logits[best] > _NOT_READ:
            found = self._words_head().find(states[slice(*bounds[best])])
            words = _answer_words(model, best, passage.sentences[best], *found)
        return Reading(layers.passage_logit(states), logits, words)


def reader_input(
    model: TokenModel, question: str, passage: EncoderInput
) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
    """Return the embeddings (1, tokens, 384) of a question with a passage, and where the sentences stand in them."""
    asked = [*model.tokens(bundled.QUESTION_PROMPT), *model.tokens(clean(question))]
    head = [*model.tokens(bundled.PASSAGE_PROMPT), *model.tokens(passage.context)]
    lines = [model.tokens(sentence) for sentence in passage.sentences]
    told = [*head, *(token for line in lines for token in line)]
    before = [BEGIN, *asked[: QUESTION_TOKENS - 2], END]
    embeddings = model.embeddings([*before, BEGIN, *told[: PASSAGE_TOKENS - 2], END])
    bounds = accumulate((len(line) for line in lines), initial=len(before) + 1 + len(head))
    return embeddings, list(pairwise(bounds))


class Layers:
    """The layers with their heads."""

    def __init__(self) -> None:
        try:
            with np.load(WEIGHTS) as trained:
                arrays = {name: _widened(trained[name]) for name in trained.files}
            self._passage_head, self._sentence_head = (arrays.pop(name) for name in HEADS)
            graph = GRAPH.read_bytes()
        except _UNREADABLE as error:
            raise EncoderError(
                f"the reader's {WEIGHTS.name} or {GRAPH.name} cannot be read: {error}; reinstall"
            ) from error
        self._session = open_session(graph, arrays, session_options())
        give_back_heap()

    def states(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the states (tokens, 384) behind the layers."""
        (states,) = self._session.run(["read"], {"embeddings": embeddings})
        return states[0]  # type: ignore[no-any-return]

    def passage_logit(self, states: NDArray[np.float32]) -> float:
        """Return the logit that the passage answers."""
        return float(_applied(self._passage_head, states[0]))

    def sentence_logits(self, states: NDArray[np.float32], bounds: Sequence[tuple[int, int]]) -> tuple[float, ...]:
        """Return the logits that the sentences answer; ``bounds`` are where they stand among all tokens."""
        tokens = _applied(self._sentence_head, states)
        return tuple(
            float(tokens[start:end].max()) if start < end < len(tokens) else _NOT_READ for start, end in bounds
        )


@dataclass(frozen=True, slots=True)
class WordsHead:
    """Two layers, (385, n) and (n + 1, 2), that tell from states which token is the first and the last that answers."""

    widen: NDArray[np.float32]
    narrow: NDArray[np.float32]

    @classmethod
    def load(cls) -> WordsHead:
        """Load the one that ships."""
        try:
            with np.load(WORDS_WEIGHTS) as trained:
                return cls(_widened(trained["widen"]), _widened(trained["narrow"]))
        except _UNREADABLE as error:
            raise EncoderError(f"the reader's {WORDS_WEIGHTS.name} cannot be read: {error}; reinstall") from error

    def find(self, states: NDArray[np.float32]) -> tuple[int, int, float]:
        """Return the first and the last token of what answers in a sentence, (tokens, 384), and how surely, 0 to 1.

        The probability is that of the first times that of the last token, as for SQuAD in BERT (Devlin et al., 2019).
        """
        logits = _applied(self.narrow, np.maximum(_applied(self.widen, states), 0.0))
        chances = logits - np.logaddexp.reduce(logits, axis=0)
        pairs = chances[:, :1] + chances[:, 1]
        length = np.arange(len(states)) - np.arange(len(states))[:, None]
        pairs[(length < 0) | (length >= _MOST_WORDS)] = -np.inf
        first, last = divmod(int(pairs.argmax()), len(states))
        return first, last, float(np.exp(pairs[first, last]))


def _answer_words(
    model: TokenModel, number: int, sentence: str, first: int, last: int, probability: float
) -> AnswerWords | None:
    """Return the words between two tokens as the sentence has them; None where its characters cannot be told apart."""
    offsets = model.offsets(sentence)
    text = _as_written(sentence, offsets[first][0], offsets[last][1]).strip(_AROUND_WORDS)
    return AnswerWords(number, text, probability) if text else None


def _as_written(text: str, start: int, end: int) -> str:
    """Return what a range of the normalised text is in the text; nothing where its characters change with others."""
    parts = [normalize(character) if character.strip() else " " for character in text]
    ends = list(accumulate(map(len, parts)))
    if "".join(parts) != normalize(text):
        return ""
    placed = zip(text, parts, ends, strict=True)
    return "".join(character for character, part, stop in placed if stop > start and stop - len(part) < end)


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
