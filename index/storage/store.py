"""One version of the index as search uses it: dense vectors, postings, records and tables, open for reading.

`Store` is what search needs of any store; `FolderStore` reads a version of the index folder, which
``version_writer.py`` wrote.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.errors import IndexDamaged, IndexMismatch
from index.storage import folder, moments, passage_vectors
from index.storage.dense import DenseIndex
from index.storage.postings import Postings
from index.storage.tables import Tables
from index.types import SparseVector

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.storage.passage_vectors import PassageVectors
    from index.storage.postings import Posting

FORMAT = 8

TABLES = "tables.sqlite"
DENSE = "dense.faiss"
MOMENTS = "moments.npy"
RECORDS = "records.bin"
BOUNDS = "record_bounds.npy"
LEXICAL, SPARSE = "lexical", "sparse"
# What only builds need: of every passage its key, how often each word stands in each, and the background questions.
KEYS = "keys.npy"
COUNTS = "lexical_counts.npy"
BACKGROUND = "background.bin"

# A record is checked when it is read, and what only builds read is checked by them.
CHECKED_LATER = frozenset({RECORDS, KEYS, COUNTS, BACKGROUND})

# Looking for the features of some passages takes a look at all postings.
_RECORDS_AT_A_TIME = 50_000

# numpy reads the header of a file through Python's ast module, which up to Python 3.11.7 fails now and then when two
# threads are in it at once ("AST constructor recursion depth mismatch").
_ONE_HEADER_AT_A_TIME = threading.Lock()


class Words(Protocol):
    """The words of the index, by their numbers, with the passages that have them."""

    @property
    def passage_count(self) -> int:
        """The number of passages."""

    def best_of_each(self, meant: Sequence[Mapping[int, float]]) -> list[Posting]:
        """Return for each group of words its passages, ascending, and there the best of its weights times its factor.

        All that a question means are asked for together: a store elsewhere is asked once.
        """

    def passage_frequency(self, feature: int) -> int:
        """Return in how many passages a word occurs."""

    def have(self, feature: int, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some passages have a word."""


class Store(Protocol):
    """One version of the index as search needs it; safe to use from several threads. Passages are numbered from 0."""

    manifest: dict[str, Any]
    name: str
    tables: Tables

    @property
    def lexical(self) -> Words:
        """The words of the passages."""

    def __len__(self) -> int:
        """Return the number of passages."""

    def dense_top(
        self, question: NDArray[np.float32], count: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return numbers and cosines of the passages nearest to a question (d,), ``count`` at most, nearest first."""

    def dense_scores(self, question: NDArray[np.float32], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of a question (d,) with each of some passages."""

    def dense_spread(self, question: NDArray[np.float32]) -> tuple[float, float]:
        """Return mean and standard deviation of the cosines of a question (d,) with all passages."""

    def sparse_scores(self, question: SparseVector) -> NDArray[np.float32] | None:
        """Return the dot product of a question's features with those of every passage; None without that leg."""

    def vectors(self, passages: Sequence[int]) -> list[PassageVectors]:
        """Return the vectors of the sentences and tokens of some passages."""

    def close(self) -> None:
        """Let go of what is open."""


class FolderStore:
    """A version of the index folder; see `Store`."""

    def __init__(self, source: Path, name: str, manifest: dict[str, Any]) -> None:
        self.manifest = manifest
        self.name = name
        self._source = source
        self._dense = DenseIndex(source / DENSE, manifest["dense"]["candidates"])
        self._moments = np.array(load_array(source / MOMENTS))
        self.lexical = _load_postings(source, LEXICAL, len(self))
        self.sparse = _load_postings(source, SPARSE, len(self)) if manifest["sparse_dimension"] else None
        self._bounds = load_array(source / BOUNDS)
        self.tables = Tables(source / TABLES)
        self._records = os.open(source / RECORDS, os.O_RDONLY)
        self._features: dict[int, tuple[NDArray[np.int32], NDArray[np.float32]]] = {}

    @classmethod
    def open(
        cls,
        index: Path,
        *,
        fingerprint: dict[str, str] | None = None,
        unchecked: Collection[str] = CHECKED_LATER,
    ) -> FolderStore:
        """Open the version in use after checking every file, but for those whose rows are checked when they are read.

        Raises IndexMissing, IndexDamaged, or IndexMismatch when the index has another format or, with
        ``fingerprint``, was made by another encoder.
        """
        while True:
            version = folder.open_version(index)
            check_match(index, version.manifest, fingerprint)
            problems = folder.damaged_files(version, unread=unchecked)
            try:
                if not problems:
                    return cls(version.folder, version.name, version.manifest)
            except (OSError, IndexDamaged) as error:
                problems = [str(error)]
            # A build may have swapped in a new version and removed this one while we were reading.
            if folder.current_name(index) == version.name:
                raise IndexDamaged(f"the index in {index} is damaged: {problems[0]}; {folder.REBUILD}")

    def __len__(self) -> int:
        return len(self._dense)

    @property
    def dimension(self) -> int:
        """The length of the dense vectors."""
        return int(self._moments.shape[1])

    def close(self) -> None:
        """Let go of the files."""
        self.tables.close()
        os.close(self._records)

    def dense_top(
        self, question: NDArray[np.float32], count: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the nearest passages; see `Store`."""
        return self._dense.top(question, count, allowed)

    def dense_scores(self, question: NDArray[np.float32], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return cosines; see `Store`."""
        return self._dense.cosines(question, passages)

    def dense_spread(self, question: NDArray[np.float32]) -> tuple[float, float]:
        """Return how cosines are spread; see `Store`."""
        return moments.spread(self._moments, question)

    def sparse_scores(self, question: SparseVector) -> NDArray[np.float32] | None:
        """Return the scores of the learned sparse leg; see `Store`."""
        return None if self.sparse is None else self.sparse.scores(question.indices, question.weights)

    def vectors(self, passages: Sequence[int]) -> list[PassageVectors]:
        """Return the vectors of sentences and tokens; raise IndexDamaged for a record without its checksum."""
        try:
            return [passage_vectors.unpack_vectors(self._read(passage)) for passage in passages]
        except passage_vectors.RecordError:
            raise IndexDamaged(
                f"{RECORDS} in {self._source} does not have the checksum that stands in it; {folder.REBUILD}"
            ) from None

    def record(self, passage: int) -> bytes:
        """Return the whole record of a passage, as it was encoded; raise RecordError.

        Those of neighbours are looked for together.
        """
        sparse = None
        if self.sparse is not None:
            if passage not in self._features:
                first = passage - passage % _RECORDS_AT_A_TIME
                last = min(first + _RECORDS_AT_A_TIME, len(self))
                self._features = dict(enumerate(self.sparse.rows(first, last), first))
            sparse = SparseVector(*self._features[passage])
        return passage_vectors.with_columns(self._read(passage), self._dense.vector(passage), sparse)

    def stored_record(self, passage: int) -> bytes:
        """Return the record of a passage as it stands here, without what stands in columns; it is not checked."""
        return self._read(passage)

    def dense_vectors(self, passages: Sequence[int]) -> NDArray[np.float32]:
        """Return the dense vectors of some passages (n, d)."""
        return self._dense.vectors(passages)

    def _read(self, passage: int) -> bytes:
        first, last = self._bounds[passage : passage + 2].tolist()
        return os.pread(self._records, last - first, first)


def check_match(index: Path | str, manifest: dict[str, Any], fingerprint: dict[str, str] | None = None) -> None:
    """Raise IndexMismatch for another format or, with ``fingerprint``, another encoder."""
    if manifest.get("format") != FORMAT:
        raise IndexMismatch(
            f"the index in {index} has format {manifest.get('format')} and this program reads format {FORMAT};"
            f" {folder.REBUILD}"
        )
    if fingerprint is None or fingerprint == manifest["fingerprint"]:
        return
    stored = manifest["fingerprint"]
    differing = sorted(key for key in {*stored, *fingerprint} if stored.get(key) != fingerprint.get(key))
    name = differing[0]
    raise IndexMismatch(
        f"the index in {index} was made with {name} {stored.get(name)!r} and the settings ask for"
        f" {fingerprint.get(name)!r}; set it back, or {folder.REBUILD}"
    )


def _load_postings(source: Path, name: str, passage_count: int) -> Postings:
    passages, passage_file = _map_array(source / f"{name}_passages.npy")
    weights, weight_file = _map_array(source / f"{name}_weights.npy")
    offsets = load_array(source / f"{name}_offsets.npy")
    return Postings(offsets, passages, weights, passage_count, (passage_file, weight_file))


def load_array(path: Path) -> Any:
    """Return the array in a file, mapped."""
    return _map_array(path)[0]


def _map_array(path: Path) -> tuple[Any, Any]:
    with _ONE_HEADER_AT_A_TIME:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    # A slice of numpy's class for mapped arrays takes ten times as long as one of an array.
    return mapped.view(np.ndarray), mapped.base
