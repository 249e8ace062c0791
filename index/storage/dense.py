"""The FAISS index of the dense vectors: exact while it is small, a graph (HNSW) with measured recall beyond.

The vectors are kept as float16, which changes a cosine by less than .001, and mapped into memory when the index is
opened. Among more than `EXACT_PASSAGES`, a search follows a graph of near neighbours (Malkov and Yashunin, 2016) and
keeps as many candidates on its way as are needed to find `WANTED_RECALL` of what an exact search finds, measured on
held-out queries when the index is built. With as much recall, inverted lists took ten times as long to search: the
passages of a report lie in no clusters that lists could part.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

# An exact search of so many vectors takes as long as encoding the question does.
EXACT_PASSAGES = 20_000
# The held-out queries are sentences of the passages, which are somewhat easier to find than what questions ask for.
WANTED_RECALL = 0.995
RECALL_DEPTH = 10
# Neighbours of a vector in the graph, and candidates while it is built: FAISS's usual 32 and twice its usual 40.
_NEIGHBOURS = 32
_BUILDING_CANDIDATES = 80
_MOST_CANDIDATES = 4096
_ADDED_AT_A_TIME = 50_000


@dataclass(frozen=True, slots=True)
class DenseIndexReport:
    """The way in which the vectors are searched, for the manifest.

    ``recall`` is the share of the exact ten nearest passages that a search finds which keeps ``candidates`` on its way,
    over ``queries`` held-out queries. An exact search has no candidates.
    """

    type: str
    candidates: int = 0
    recall: float = 1.0
    queries: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return all by name."""
        return asdict(self)


def build_dense(vectors: NDArray[np.float16], held_out: Callable[[], Matrix]) -> tuple[Any, DenseIndexReport]:
    """Return the FAISS index of vectors (n, d), which may be mapped from a file, and how it is searched.

    ``held_out`` returns vectors (q, d) like those that will be searched for, none of them among the vectors. It is
    asked where a graph is made, whose recall has to be measured.
    """
    faiss: Any = import_module("faiss")
    count, dimension = vectors.shape
    kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    if count <= EXACT_PASSAGES:
        exact = faiss.IndexScalarQuantizer(dimension, kind, metric)
        for portion in _portions(vectors):
            exact.add(portion)
        return exact, DenseIndexReport("exact, float16")
    graph = faiss.IndexHNSWSQ(dimension, kind, _NEIGHBOURS, metric)
    graph.hnsw.efConstruction = _BUILDING_CANDIDATES
    # The opened indexes have set it to one.
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    # Numbers of 16 bits need no training, but the index wants to be told so.
    graph.train(vectors[:1].astype(np.float32))
    for portion in _portions(vectors):
        graph.add(portion)
    queries = held_out()
    candidates, recall = _enough_candidates(graph, queries, exact_nearest(_portions(vectors), queries))
    return graph, DenseIndexReport("HNSW, float16", candidates, recall, len(queries))


def write_dense(path: Path, index: Any) -> None:
    """Write the index; raise OSError when the disk refuses."""
    faiss: Any = import_module("faiss")

    refused: list[OSError] = []

    def write(data: bytes) -> None:
        try:
            file.write(data)
        except OSError as error:
            refused.append(error)
            raise

    with path.open("wb") as file:
        try:
            faiss.write_index(index, faiss.PyCallbackIOWriter(write))
        except RuntimeError:
            # FAISS forgets what the disk said.
            raise refused[0] if refused else OSError(None, "FAISS cannot write its index") from None


class DenseIndex:
    """The FAISS index of one version, mapped from its file; safe to use from several threads."""

    def __init__(self, path: Path, candidates: int) -> None:
        faiss: Any = import_module("faiss")
        # A search is too small to gain from a second core; when that is busy, the threads wait for each other.
        faiss.omp_set_num_threads(1)
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged(f"{path.name} is no FAISS index") from error
        self._candidates = candidates

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def top(
        self, question: Matrix, count: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], Matrix]:
        """Return the numbers and the cosines of the passages nearest to a question (d,), the nearest first.

        They are ``count`` at most, of the passages ``allowed`` where some are given.
        """
        if not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        faiss: Any = import_module("faiss")
        selected = None if allowed is None else faiss.IDSelectorBatch(allowed)
        if self._candidates:
            parameters = faiss.SearchParametersHNSW(sel=selected, efSearch=self._candidates)
        else:
            parameters = faiss.SearchParameters(sel=selected)
        cosines, numbers = self._index.search(question[None, :], min(count, len(self)), params=parameters)
        found = numbers[0] >= 0
        return numbers[0][found], cosines[0][found]

    def vector(self, passage: int) -> Matrix:
        """Return the vector of a passage (d,)."""
        return np.asarray(self._index.reconstruct(passage), np.float32)

    def vectors(self, passages: Sequence[int]) -> Matrix:
        """Return the vectors of some passages (n, d)."""
        return np.asarray(self._index.reconstruct_batch(np.array(passages, np.int64)), np.float32)

    def cosines(self, question: Matrix, passages: NDArray[np.int64]) -> Matrix:
        """Return the cosine of a question (d,) with each of some passages."""
        if len(passages) == len(self) and not self._candidates:
            # A search for all of them compares them as they are; reconstructing them would copy them.
            numbers, found = self.top(question, len(self))
            cosines = np.empty(len(self), np.float32)
            cosines[numbers] = found
            return cosines[passages]
        return np.asarray(self._index.reconstruct_batch(passages) @ question, np.float32)


def _portions(vectors: NDArray[np.float16]) -> Iterator[Matrix]:
    for first in range(0, len(vectors), _ADDED_AT_A_TIME):
        yield vectors[first : first + _ADDED_AT_A_TIME].astype(np.float32)


def exact_nearest(portions: Iterable[Matrix], queries: Matrix) -> NDArray[np.int64]:
    """Return the numbers of those vectors, which come in portions (n, d), nearest to each query (q, RECALL_DEPTH)."""
    best = np.full((len(queries), RECALL_DEPTH), -np.inf, np.float32)
    numbers = np.zeros((len(queries), RECALL_DEPTH), np.int64)
    first = 0
    for portion in portions:
        cosines = np.hstack([best, queries @ portion.T])
        places = np.argpartition(-cosines, RECALL_DEPTH, axis=1)[:, :RECALL_DEPTH]
        new = np.broadcast_to(np.arange(first, first + len(portion)), (len(queries), len(portion)))
        known = np.hstack([numbers, new])
        best, numbers = np.take_along_axis(cosines, places, 1), np.take_along_axis(known, places, 1)
        first += len(portion)
    return numbers


def _enough_candidates(graph: Any, queries: Matrix, exact: NDArray[np.int64]) -> tuple[int, float]:
    """Return how many candidates a search has to keep for the wanted recall, and which recall that gives."""
    candidates = 64
    while True:
        graph.hnsw.efSearch = candidates
        _, found = graph.search(queries, RECALL_DEPTH)
        recall = float(np.mean([np.isin(right, some).mean() for right, some in zip(exact, found, strict=True)]))
        if recall >= WANTED_RECALL or candidates >= _MOST_CANDIDATES:
            return candidates, recall
        candidates *= 2
