"""A version of the index in Milvus as search uses it.

Vectors and postings are asked for; the tables and the moments of the vectors are copied once per version into the
folder of the index, because every question reads hundreds of their rows.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from index.errors import IndexDamaged, IndexMissing
from index.storage import moments, passage_vectors
from index.storage.dense import EXACT_PASSAGES
from index.storage.milvus.connection import (
    ANSWER_SECONDS,
    MOST_FOUND,
    NAMED,
    REPUBLISH,
    WORK_SECONDS,
    Milvus,
    files_of,
    from_strings,
)
from index.storage.milvus.files import copy_files, read_catalogue
from index.storage.postings import best_of, contained
from index.storage.store import MOMENTS, TABLES, check_match, load_array
from index.storage.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.settings import IndexSettings
    from index.storage.passage_vectors import PassageVectors
    from index.storage.postings import Posting
    from index.types import SparseVector

    # Numbers of passages and their scores.
    Scored = tuple[NDArray[np.int64], NDArray[np.float32]]

# Of what was asked for lately, in bytes; it is the memory of a bot that a long life adds.
_POSTINGS_KEPT, _VECTORS_KEPT = 32 << 20, 32 << 20
# Dense vectors fetched in one answer, 2 kB each.
VECTORS_AT_A_TIME = 2000
# A filter names so many ranges of passages at most; each article is one.
MOST_RANGES = 200

_Value = TypeVar("_Value")


class MilvusStore:
    """The version of the index in use in Milvus; see `Store`."""

    def __init__(self, milvus: Milvus, collection: str, catalogue: Mapping[str, Any], files: Path) -> None:
        self.manifest: dict[str, Any] = catalogue["manifest"]
        self.name = str(catalogue["version"])
        self._milvus = milvus
        self._collection = collection
        self._moments = np.array(load_array(files / MOMENTS))
        self._vectors: _RowCache[PassageVectors] = _RowCache(_VECTORS_KEPT, _bytes_of)
        self.tables = Tables(files / TABLES)
        self.lexical = MilvusWords(self)

    @classmethod
    def open(cls, settings: IndexSettings, fingerprint: dict[str, str] | None = None) -> MilvusStore:
        """Open the version that the alias names.

        Raises IndexMissing when there is none or Milvus cannot be reached, IndexDamaged when not all of it is there,
        IndexMismatch for another format or, with ``fingerprint``, another encoder, IndexUnwritable when the folder
        of the index takes no copies, and SettingsError without the libraries.
        """
        milvus = Milvus(settings)
        try:
            with milvus.asking(IndexDamaged, "does not give the index in use"):
                return cls._opened(milvus, settings.index, fingerprint)
        except BaseException:  # also Ctrl-C must close it; the error goes on to whoever says it
            milvus.close()
            raise

    @classmethod
    def _opened(cls, milvus: Milvus, index: Path, fingerprint: dict[str, str] | None) -> MilvusStore:
        collection = milvus.current()
        if collection is None:
            raise IndexMissing(f"there is no index in {NAMED}; run `python -m index build` with the same MILVUS_URI")
        for name in (files_of(collection), collection):
            milvus.client.load_collection(name, timeout=WORK_SECONDS)
        catalogue = read_catalogue(milvus, collection)
        check_match(NAMED, catalogue["manifest"], fingerprint)
        if milvus.count(collection) != catalogue["manifest"]["passages"]:
            raise IndexDamaged(f"the index in {NAMED} does not have all its passages; {REPUBLISH}")
        return cls(milvus, collection, catalogue, copy_files(milvus, collection, catalogue, index))

    def __len__(self) -> int:
        return int(self.manifest["passages"])

    def close(self) -> None:
        """Let go of the tables and of the connection."""
        self.tables.close()
        self._milvus.close()

    def search(
        self, field: str, questions: Sequence[Any], limit: int, passing: str = "", **options: Any
    ) -> list[Scored]:
        """Return for each question the passages with the best dot products in a field, best first.

        ``passing`` is a filter as Milvus reads it, ``options`` are those of the index of the field.
        """
        if not len(self) or not questions:
            return [(np.zeros(0, np.int64), np.zeros(0, np.float32)) for _ in questions]
        with self._milvus.asking(IndexDamaged, "does not answer a search"):
            found = self._milvus.client.search(
                self._collection,
                data=list(questions),
                anns_field=field,
                filter=passing,
                limit=min(limit, len(self), MOST_FOUND),
                output_fields=["number"],
                search_params={"metric_type": "IP", "params": options},
                timeout=ANSWER_SECONDS,
            )
        return [(np.array(hits.ids, np.int64), np.array(hits.distances, np.float32)) for hits in found]

    def dense_top(self, question: NDArray[np.float32], count: int, allowed: NDArray[np.int64] | None = None) -> Scored:
        """Return the nearest passages; see `Store`."""
        # The graph looks at as many passages as this, and finds nearly all of the nearest among twice as many.
        options: dict[str, Any] = {} if self._is_exact else {"ef": min(2 * count, MOST_FOUND)}
        if allowed is None:
            return self.search("dense", [question], count, **options)[0]
        ranges = _ranges(allowed)
        if len(ranges) <= MOST_RANGES:
            passing = " or ".join(f"(number >= {first} and number < {end})" for first, end in ranges)
            return self.search("dense", [question], count, passing, **options)[0] if ranges else _nothing()
        numbers, cosines = self.search("dense", [question], MOST_FOUND, ef=MOST_FOUND)[0]
        places = np.flatnonzero(np.isin(numbers, allowed))[:count]
        return numbers[places], cosines[places]

    def dense_scores(self, question: NDArray[np.float32], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return cosines; see `Store`."""
        if not self._is_exact:
            return np.asarray(self._dense(passages.tolist()) @ question, np.float32)
        cosines = np.zeros(len(self), np.float32)
        for first in range(0, len(self), MOST_FOUND):
            passing = f"number >= {first} and number < {first + MOST_FOUND}" if len(self) > MOST_FOUND else ""
            numbers, found = self.search("dense", [question], MOST_FOUND, passing)[0]
            cosines[numbers] = found
        return cosines[passages]

    def dense_spread(self, question: NDArray[np.float32]) -> tuple[float, float]:
        """Return how cosines are spread; see `Store`."""
        return moments.spread(self._moments, question)

    def sparse_scores(self, question: SparseVector) -> NDArray[np.float32] | None:
        """Return the scores of the learned sparse leg, zero for all but the best `MOST_FOUND`; see `Store`."""
        if not self.manifest["sparse_dimension"]:
            return None
        weights = dict(zip(question.indices.tolist(), question.weights.tolist(), strict=True))
        scores = np.zeros(len(self), np.float32)
        for numbers, found in self.search("sparse", [weights] if weights else [], MOST_FOUND):
            scores[numbers] = found
        return scores

    def vectors(self, passages: Sequence[int]) -> list[PassageVectors]:
        """Return the vectors of sentences and tokens; raise IndexDamaged for a record without its checksum."""
        return self._vectors.get(passages, self._fetch_vectors)

    @property
    def _is_exact(self) -> bool:
        return len(self) <= EXACT_PASSAGES

    def _fetch_vectors(self, passages: list[int]) -> list[PassageVectors]:
        try:
            return [passage_vectors.unpack_vectors(from_strings(row)) for row in self._rows("content", passages)]
        except (ValueError, passage_vectors.RecordError):
            raise IndexDamaged(f"a record in {NAMED} does not have its checksum; {REPUBLISH}") from None

    def _dense(self, passages: list[int]) -> NDArray[np.float32]:
        """Return the dense vectors of some passages (passages, d)."""
        starts = range(0, len(passages), VECTORS_AT_A_TIME)
        rows = [row for at in starts for row in self._rows("dense", passages[at : at + VECTORS_AT_A_TIME])]
        return np.array(rows, np.float32).reshape(len(passages), self._moments.shape[1])

    def _rows(self, field: str, passages: list[int]) -> list[Any]:
        """Return a field of some passages, in their order."""
        with self._milvus.asking(IndexDamaged, "does not give what it has of a passage"):
            found = self._milvus.client.get(
                self._collection, passages, output_fields=["number", field], timeout=ANSWER_SECONDS
            )
        by_number = {row["number"]: row[field] for row in found}
        if missing := set(passages) - by_number.keys():
            raise IndexDamaged(f"passage {min(missing)} is missing from the index in {NAMED}; {REPUBLISH}")
        return [by_number[passage] for passage in passages]


class MilvusWords:
    """The words of the passages; see `Words`. Of a word in more than `MOST_FOUND` passages, those it weighs most in."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store
        self._postings: _RowCache[Posting] = _RowCache(_POSTINGS_KEPT, _bytes_of)

    @property
    def passage_count(self) -> int:
        """The number of passages."""
        return len(self._store)

    def best_of_each(self, meant: Sequence[Mapping[int, float]]) -> list[Posting]:
        """Return the passages of each group of words, and the best of its weights; see `Words`."""
        features = list(dict.fromkeys(feature for group in meant for feature in group))
        postings = dict(zip(features, self._postings.get(features, self._fetch), strict=True))
        return [best_of([(postings[feature], factor) for feature, factor in group.items()]) for group in meant]

    def passage_frequency(self, feature: int) -> int:
        """Return in how many passages a word occurs."""
        return self._store.tables.word_frequency(feature)

    def have(self, feature: int, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some passages have a word."""
        (posting,) = self._postings.get([feature], self._fetch)
        return contained(passages, posting[0])

    def _fetch(self, features: list[int]) -> list[Posting]:
        postings = []
        for numbers, weights in self._store.search("lexical", [{feature: 1.0} for feature in features], MOST_FOUND):
            order = np.argsort(numbers)
            postings.append((numbers[order].astype(np.int32), weights[order]))
        return postings


class _RowCache(Generic[_Value]):
    """A cache of what was fetched lately by its number, up to so many bytes."""

    def __init__(self, most_bytes: int, size: Callable[[_Value], int]) -> None:
        self._found: Any = import_module("cachetools").LRUCache(most_bytes, size)
        self._lock = threading.Lock()

    def get(self, wanted: Sequence[int], fetch: Callable[[list[int]], list[_Value]]) -> list[_Value]:
        """Return the values of some numbers after fetching those that are not kept, all at once."""
        with self._lock:
            known = {number: self._found[number] for number in wanted if number in self._found}
        if missing := [number for number in dict.fromkeys(wanted) if number not in known]:
            fetched = dict(zip(missing, fetch(missing), strict=True))
            with self._lock:
                self._found.update(fetched)
            known.update(fetched)
        return [known[number] for number in wanted]


def _bytes_of(arrays: PassageVectors | Posting) -> int:
    return sum(array.nbytes for array in arrays if array is not None)


def _nothing() -> Scored:
    return np.zeros(0, np.int64), np.zeros(0, np.float32)


def _ranges(ascending: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the ranges that some numbers make up, each as its first number and the first behind it."""
    firsts = np.flatnonzero(np.diff(ascending, prepend=-2) != 1)
    ends = np.append(firsts[1:], len(ascending)) - 1
    return list(zip(ascending[firsts].tolist(), (ascending[ends] + 1).tolist(), strict=True)) if len(firsts) else []
