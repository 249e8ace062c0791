"""Write the files of a new version, passage by passage, in memory that does not grow with their number.

What is needed by column (dense vectors, features) is spooled beside the records while they are written, and turned
into the FAISS index and the postings at the end.
"""

from __future__ import annotations

import io
import os
from array import array
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from index.building.indexed_article import KEY_BYTES
from index.storage import folder, moments, passage_vectors
from index.storage.dense import build_dense, write_dense
from index.storage.postings import invert
from index.storage.store import BOUNDS, COUNTS, DENSE, KEYS, LEXICAL, MOMENTS, RECORDS, SPARSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.lexical import Weighed
    from index.storage.dense import DenseIndexReport

_ENTRIES_AT_A_TIME = 4_000_000
# Sentences as held-out queries: they lie where questions lie, and none of them is a passage.
_HELD_OUT = 300
_SPOOLS = ("dense", "features", "weights")


def write_vectors(
    target: Path, made: Iterable[bytes], dimension: int, sparse_dimension: int
) -> tuple[int, DenseIndexReport]:
    """Write everything that is made of the records of all passages, in their order.

    Returns how many sentences they have and how the dense vectors are searched; raises OSError when the disk refuses.
    """
    spools = {name: target / f"{name}.spool" for name in _SPOOLS}
    bounds, feature_counts, sentences = array("q", [0]), array("i"), 0
    queries = _HeldOut()
    with ExitStack() as opened:
        files = {name: opened.enter_context(path.open("wb")) for name, path in spools.items()}
        record_file = opened.enter_context((target / RECORDS).open("wb"))
        for record in made:
            stored = passage_vectors.without_columns(record)
            record_file.write(stored)
            bounds.append(bounds[-1] + len(stored))
            encoded = passage_vectors.unpack(record)
            sentences += len(encoded.sentences)
            queries.offer(encoded.sentences)
            files["dense"].write(encoded.dense.astype(np.float16).tobytes())
            feature_counts.append(_spool_features(encoded.sparse, files))
    save(target / BOUNDS, np.array(bounds, np.int64))
    vectors = _spooled(spools["dense"], np.float16).reshape(len(feature_counts), dimension)
    index, report = build_dense(vectors, queries.vectors(dimension))
    write_dense(target / DENSE, index)
    save(target / MOMENTS, moments.moments(vectors))
    if sparse_dimension:
        _write_sparse(target, spools, np.array(feature_counts), sparse_dimension)
    for path in spools.values():
        path.unlink()
    return sentences, report


def _spool_features(sparse: Any, files: Mapping[str, BinaryIO]) -> int:
    if sparse is None:
        return 0
    files["features"].write(sparse.indices.astype(np.uint16).tobytes())
    files["weights"].write(sparse.weights.astype(np.float16).tobytes())
    return len(sparse.indices)


def _write_sparse(target: Path, spools: dict[str, Path], counts: NDArray[np.int64], feature_count: int) -> None:
    features, weights = _spooled(spools["features"], np.uint16), _spooled(spools["weights"], np.float16)
    ends = np.cumsum(counts)
    # Whole passages, as many as have about so many entries.
    cuts = [0, *np.searchsorted(ends, np.arange(_ENTRIES_AT_A_TIME, len(features), _ENTRIES_AT_A_TIME)), len(counts)]

    def rows() -> Iterator[Any]:
        for first, last in pairwise(cuts):
            entries = slice(ends[first - 1] if first else 0, ends[last - 1] if last else 0)
            passages = np.repeat(np.arange(first, last, dtype=np.int32), counts[first:last])
            yield passages, features[entries], weights[entries]

    def allocate(name: str, length: int, kind: type[np.generic]) -> Any:
        return _mapped(target / f"{SPARSE}_{name}.npy", length, kind)

    postings = invert(rows, feature_count, len(counts), allocate)
    save(target / f"{SPARSE}_offsets.npy", postings.offsets)


class _HeldOut:
    """A random sample of the sentences, each of them as likely (Vitter's algorithm R, 1985)."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)
        self._kept: list[NDArray[np.float32]] = []
        self._seen = 0

    def offer(self, sentences: NDArray[np.float32]) -> None:
        for vector in sentences:
            self._seen += 1
            if len(self._kept) < _HELD_OUT:
                self._kept.append(vector.copy())
            elif (place := int(self._random.integers(self._seen))) < _HELD_OUT:
                self._kept[place] = vector.copy()

    def vectors(self, dimension: int) -> NDArray[np.float32]:
        return np.array(self._kept, np.float32).reshape(-1, dimension)


def save_words(target: Path, words: Weighed) -> None:
    """Write the words of the passages."""
    postings = words.postings
    save(target / f"{LEXICAL}_offsets.npy", postings.offsets)
    save(target / f"{LEXICAL}_passages.npy", postings.passages)
    save(target / f"{LEXICAL}_weights.npy", postings.weights)
    save(target / COUNTS, words.counts)


def save_keys(target: Path, keys: Sequence[bytes]) -> None:
    """Write the keys of the passages, by which the next build knows those that it need not encode."""
    save(target / KEYS, np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), KEY_BYTES))


def save(path: Path, array_: NDArray[Any]) -> None:
    """Write an array; straight to a file numpy would not say why the disk refused."""
    buffer = io.BytesIO()
    np.save(buffer, array_, allow_pickle=False)
    folder.write_file(path, buffer.getbuffer())


def _spooled(path: Path, kind: type[np.generic]) -> NDArray[Any]:
    return np.memmap(path, kind, "r") if path.stat().st_size else np.zeros(0, kind)


def _mapped(path: Path, length: int, kind: type[np.generic]) -> NDArray[Any]:
    """Make the file of an array that is written in no particular order, and map it.

    The disk is asked for all of it first: a mapped file that runs out of disk kills the process.
    """
    if not length:
        save(path, np.zeros(0, kind))
        return np.zeros(0, kind)
    made: NDArray[Any] = np.lib.format.open_memmap(path, "w+", kind, (length,))
    with path.open("r+b") as file:
        os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return made
