"""The vectors of one passage as bytes: what reranking and quoting read, and what a build takes over unchanged.

::

    d, sentences, features, tokens, bytes a token    five int32; -1 features or tokens: the model gives none
    dense vector                                     d float16
    sentence vectors                                 sentences x d int8, times `QUANTISED_ONE`
    feature numbers, feature weights                 features uint16, features float16
    packed tokens                                    tokens x bytes a token
    CRC-32 of all this                               uint32

A record is checked whenever it is read, so that opening an index need not read millions of them. Those that stand in
an index are without dense vector and features (-2 features), which stand in its columns.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.errors import IndexDamaged
from index.storage.folder import REBUILD
from index.types import EncodedPassage, SparseVector

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER = struct.Struct("<5i")
_CHECKSUM = struct.Struct("<I")
_NONE = -1
_IN_COLUMNS = -2

# A vector of unit length has no number outside of -1 to 1, which fill one signed byte; it costs less than .01 of a
# cosine.
QUANTISED_ONE = 127


class PassageVectors(NamedTuple):
    """The vectors of a passage beside the dense one: sentences (s, d) int8 and packed tokens (t, bytes)."""

    sentences: NDArray[np.int8]
    tokens: NDArray[np.uint8] | None


class RecordError(IndexDamaged):
    """A record does not have its checksum."""

    def __init__(self) -> None:
        super().__init__(f"a record of the index does not have its checksum; {REBUILD}")


def pack(encoded: EncodedPassage) -> bytes:
    """Return the record of a passage."""
    dense = encoded.dense.astype("<f2")
    sentences = np.rint(encoded.sentences * QUANTISED_ONE).astype(np.int8)
    parts = [dense.tobytes(), sentences.tobytes()]
    features = tokens = _NONE
    width = 0
    if encoded.sparse is not None:
        features = len(encoded.sparse.indices)
        parts += [encoded.sparse.indices.astype("<u2").tobytes(), encoded.sparse.weights.astype("<f2").tobytes()]
    if encoded.tokens is not None:
        tokens, width = encoded.tokens.shape
        parts.append(encoded.tokens.tobytes())
    return _checked(_HEADER.pack(len(dense), len(sentences), features, tokens, width), *parts)


def _checked(*parts: bytes) -> bytes:
    data = b"".join(parts)
    return data + _CHECKSUM.pack(zlib.crc32(data))


def without_columns(record: bytes) -> bytes:
    """Return what of a record does not stand in the columns of an index; raise RecordError."""
    dense, vectors, _ = _parts(record)
    count, width = (_NONE, 0) if vectors.tokens is None else vectors.tokens.shape
    parts = [vectors.sentences.tobytes(), b"" if vectors.tokens is None else vectors.tokens.tobytes()]
    return _checked(_HEADER.pack(len(dense), len(vectors.sentences), _IN_COLUMNS, count, width), *parts)


def with_columns(record: bytes, dense: NDArray[np.float32], sparse: SparseVector | None) -> bytes:
    """Return a whole record, from one without columns and what stands in these; raise RecordError."""
    vectors = _parts(record)[1]
    sentences = vectors.sentences.astype(np.float32) / np.float32(QUANTISED_ONE)
    return pack(EncodedPassage(dense, sentences, sparse, vectors.tokens))


def unpack(data: bytes) -> EncodedPassage:
    """Return the vectors of a passage as the encoder gave them, but for rounding; raise RecordError."""
    dense, vectors, sparse = _parts(data)
    sentences = vectors.sentences.astype(np.float32) / np.float32(QUANTISED_ONE)
    return EncodedPassage(dense.astype(np.float32), sentences, sparse, vectors.tokens)


def sentence_count(record: bytes) -> int:
    """Return how many sentences a passage has; raise RecordError."""
    return len(_parts(record)[1].sentences)


def unpack_vectors(data: bytes) -> PassageVectors:
    """Return the vectors of a passage's sentences and tokens; raise RecordError."""
    return _parts(data)[1]


def _parts(data: bytes) -> tuple[NDArray[np.float16], PassageVectors, SparseVector | None]:
    end = len(data) - _CHECKSUM.size
    if end < _HEADER.size or zlib.crc32(memoryview(data)[:end]) != _CHECKSUM.unpack_from(data, end)[0]:
        raise RecordError
    dimension, sentence_count, feature_count, token_count, width = _HEADER.unpack_from(data)
    at = _HEADER.size
    dense = np.frombuffer(data, "<f2", 0 if feature_count == _IN_COLUMNS else dimension, at)
    at += dense.nbytes
    sentences = np.frombuffer(data, np.int8, sentence_count * dimension, at).reshape(sentence_count, dimension)
    at += sentences.nbytes
    sparse = tokens = None
    if feature_count >= 0:
        indices = np.frombuffer(data, "<u2", feature_count, at)
        at += indices.nbytes
        weights = np.frombuffer(data, "<f2", feature_count, at)
        at += weights.nbytes
        sparse = SparseVector(indices.astype(np.int32), weights.astype(np.float32))
    if token_count != _NONE:
        tokens = np.frombuffer(data, np.uint8, token_count * width, at).reshape(token_count, width)
    return dense, PassageVectors(sentences, tokens), sparse
