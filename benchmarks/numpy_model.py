"""The bundled model in numpy, on float32 weights: what questions went through before, for benchmarks/encoders.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import threadpoolctl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from index.models.model_file import ModelFile

    Array = NDArray[np.float32]


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


class NumpyModel:
    """The layers of multilingual-e5-small, for one text at a time."""

    def __init__(self, file: ModelFile) -> None:
        threadpoolctl.threadpool_limits(1, user_api="blas")
        self._file = file
        self._layers = [_read_layer(file, number) for number in range(file.layers)]
        self._norm = (file.tensor("emb.ln.w"), file.tensor("emb.ln.b"))

    def states(self, embeddings: Array) -> Array:
        """Return the last hidden states (n, 384) of a text's embeddings (n, 384)."""
        states = self._normalized(embeddings, self._norm)
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
