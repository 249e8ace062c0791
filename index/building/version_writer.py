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
from index.storage import moments, passage_vectors
from index.storage.dense import build_dense, write_dense
from index.storage.postings import invert, join
from index.storage.store import BOUNDS, COUNTS, DENSE, KEYS, LEXICAL, MOMENTS, RECORDS, SPARSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.lexical import Weighed
    from index.storage.dense import DenseIndexReport
    from index.storage.store import FolderStore

_ENTRIES_AT_A_TIME = 4_000_000
_VECTORS_AT_A_TIME = 1_000
# Sentences as held-out queries: they lie where questions lie, and none of them is a passage.
_HELD_OUT = 300
_SPOOL = ".spool"
_SPOOLS = ("dense", "features", "weights")


def write_vectors(
    target: Path,
    made: Iterable[bytes | int],
    dimension: int,
    sparse_dimension: int,
    previous: FolderStore | None = None,
) -> tuple[int, DenseIndexReport]:
    """Write the vectors of all passages, in their order: of each its record, or its number in the previous version.

    Returns how many sentences they have and how the dense vectors are searched; raises OSError when the disk refuses.
    """
    spools = {name: target / f"{name}{_SPOOL}" for name in _SPOOLS}
    with ExitStack() as opened:
        files = {name: opened.enter_context(path.open("wb")) for name, path in spools.items()}
        writer = _Writer(files, opened.enter_context((target / RECORDS).open("wb")), previous)
        for passage in made:
            if isinstance(passage, bytes):
                writer.add(passage)
            elif previous is not None:
                writer.take_over(previous, passage)
        writer.flush()
    save(target / BOUNDS, np.array(writer.bounds, np.int64))
    vectors = _spooled(spools["dense"], np.float16).reshape(len(writer.sentences), dimension)
    index, report = build_dense(vectors, lambda: _held_out(target, writer))
    write_dense(target / DENSE, index)
    save(target / MOMENTS, moments.moments(vectors))
    if sparse_dimension:
        _write_sparse(target, writer, spools, sparse_dimension)
    for path in target.glob(f"*{_SPOOL}"):
        path.unlink()
    return sum(writer.sentences), report


class _Writer:
    """Writes the records of passages, and spools what is needed of them by column.

    ``bounds`` are those of the records in their file, and ``sentences`` how many each has. ``added`` are the numbers of
    passages whose features are spooled, with how many each has, and ``taken_over`` has the numbers that passages of the
    previous version have here, -1 for those that are not taken over.
    """

    def __init__(self, files: Mapping[str, BinaryIO], records: BinaryIO, previous: FolderStore | None) -> None:
        self.bounds, self.sentences = array("q", [0]), array("i")
        self.added, self.feature_counts = array("i"), array("i")
        self.taken_over = array("i", [-1]) * (0 if previous is None else len(previous))
        self.previous = previous
        self._files = files
        self._records = records
        self._waiting: list[int] = []

    def add(self, record: bytes) -> None:
        """Write the next passage by its whole record."""
        self.flush()
        encoded = passage_vectors.unpack(record)
        self._files["dense"].write(encoded.dense.astype(np.float16).tobytes())
        if encoded.sparse is not None:
            self.added.append(len(self.sentences))
            self.feature_counts.append(len(encoded.sparse.indices))
            self._files["features"].write(encoded.sparse.indices.astype(np.uint16).tobytes())
            self._files["weights"].write(encoded.sparse.weights.astype(np.float16).tobytes())
        self._write(passage_vectors.without_columns(record), len(encoded.sentences))

    def take_over(self, previous: FolderStore, number: int) -> None:
        """Write the next passage as the previous version has it."""
        if self.taken_over[number] >= 0:
            # Its features stand there once.
            self.add(previous.record(number))
            return
        self.taken_over[number] = len(self.sentences)
        record = previous.stored_record(number)
        self._write(record, passage_vectors.sentence_count(record))
        self._waiting.append(number)
        if len(self._waiting) >= _VECTORS_AT_A_TIME:
            self.flush()

    def flush(self) -> None:
        """Spool the dense vectors of passages that were taken over: one by one they take longer."""
        if self._waiting and self.previous is not None:
            self._files["dense"].write(self.previous.dense_vectors(self._waiting).astype(np.float16).tobytes())
            self._waiting.clear()

    def _write(self, stored: bytes, sentences: int) -> None:
        self._records.write(stored)
        self.bounds.append(self.bounds[-1] + len(stored))
        self.sentences.append(sentences)


def _write_sparse(target: Path, written: _Writer, spools: Mapping[str, Path], feature_count: int) -> None:
    features, weights = _spooled(spools["features"], np.uint16), _spooled(spools["weights"], np.float16)
    added, counts = np.array(written.added, np.int32), np.array(written.feature_counts, np.int64)
    ends = np.cumsum(counts)
    # Whole passages, as many as have about so many entries.
    cuts = [0, *np.searchsorted(ends, np.arange(_ENTRIES_AT_A_TIME, len(features), _ENTRIES_AT_A_TIME)), len(counts)]

    def rows() -> Iterator[Any]:
        for first, last in pairwise(cuts):
            entries = slice(ends[first - 1] if first else 0, ends[last - 1] if last else 0)
            yield np.repeat(added[first:last], counts[first:last]), features[entries], weights[entries]

    def allocate(name: str, length: int, kind: type[np.generic]) -> Any:
        return _mapped(target / f"{SPARSE}_{name}.npy", length, kind)

    def spool(name: str, length: int, kind: type[np.generic]) -> Any:
        return _mapped(target / f"added_{name}{_SPOOL}", length, kind)

    passages = len(written.sentences)
    if written.previous is not None and written.previous.sparse is not None:
        new = invert(rows, feature_count, passages, spool)
        numbers = np.array(written.taken_over, np.int32)
        postings = join(written.previous.sparse, numbers, new, allocate, _ENTRIES_AT_A_TIME)
    else:
        postings = invert(rows, feature_count, passages, allocate)
    save(target / f"{SPARSE}_offsets.npy", postings.offsets)


def _held_out(target: Path, written: _Writer) -> NDArray[np.float32]:
    """Return a random sample of the sentences, each of them as likely (Vitter's algorithm R, 1985)."""
    random = np.random.default_rng(0)
    ends = np.cumsum(np.array(written.sentences, np.int64))
    count = int(ends[-1])
    kept = list(range(min(count, _HELD_OUT)))
    for seen in range(_HELD_OUT, count):
        if (place := int(random.integers(seen + 1))) < _HELD_OUT:
            kept[place] = seen
    sample = []
    with (target / RECORDS).open("rb") as records:
        for sentence in kept:
            passage = int(np.searchsorted(ends, sentence, side="right"))
            records.seek(written.bounds[passage])
            record = records.read(written.bounds[passage + 1] - written.bounds[passage])
            sample.append(passage_vectors.unpack(record).sentences[sentence - ends[passage]])
    return np.array(sample, np.float32)


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
    path.write_bytes(buffer.getbuffer())


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
