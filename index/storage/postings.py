"""An inverted index of weighted features: the shape of both the lexical and the learned sparse leg."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from mmap import MADV_DONTNEED
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from mmap import mmap

    from numpy.typing import NDArray

    # Passages, ascending, and a weight for each.
    Posting = tuple[NDArray[np.int32], NDArray[np.float32]]

# A question looks at so many entries at most, its strongest features first: with a million passages it has 45 million,
# which would take a third of a second.
MOST_ENTRIES = 4_000_000
# So many entries are added up at a time that they stay in the processor's cache; all at once took twice as long.
_ENTRIES_AT_A_TIME = 1 << 15
# Files with no more entries, of 6 bytes, are held in memory as far as they were read.
_MOST_HELD = 5_000_000


@dataclass(frozen=True, slots=True)
class Postings:
    """For each feature the passages that have it and how much it weighs there.

    ``offsets`` has one entry per feature and one more, int64; ``passages`` (int32) and ``weights`` (float16 or
    float32) of feature ``f`` stand at ``offsets[f]:offsets[f + 1]``, passages ascending. ``mapped`` are the files of
    the two, if they are mapped.
    """

    offsets: NDArray[np.int64]
    passages: NDArray[np.int32]
    weights: NDArray[np.floating]
    passage_count: int
    mapped: tuple[mmap, ...] = ()

    def posting(self, feature: int) -> Posting:
        """Return the passages that have a feature, ascending, and its weight in each."""
        first, last = self.offsets[feature], self.offsets[feature + 1]
        return self.passages[first:last], self.weights[first:last].astype(np.float32)

    def scores(self, features: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the dot product of a question with every passage, shape (passage_count,), strongest features first."""
        firsts, lasts = self.offsets[features], self.offsets[features + 1]
        used = int(np.searchsorted(np.cumsum(lasts - firsts), MOST_ENTRIES, side="right"))
        total = np.zeros(self.passage_count)
        for slices, factors in _portions(firsts[:used], lasts[:used], weights[:used]):
            passages = np.concatenate([self.passages[one] for one in slices])
            lengths = [one.stop - one.start for one in slices]
            products = np.concatenate([self.weights[one] for one in slices]) * np.repeat(factors, lengths)
            # Only with numbers of these types does numpy add without going through Python's objects.
            np.add.at(total, passages.astype(np.intp), products.astype(np.float64))
        self._give_back()
        return total.astype(np.float32)

    def best_of_each(self, meant: Sequence[Mapping[int, float]]) -> list[Posting]:
        """Return for each group of features its passages, and there the best of their weights times a factor."""
        found = [best_of([(self.posting(feature), factor) for feature, factor in group.items()]) for group in meant]
        self._give_back()
        return found

    def _give_back(self) -> None:
        """Let go of what was read of large files: each question reads other parts, until all of them are held.

        It stays with the system while that has room; reading it once more takes a fiftieth of the time of a search.
        """
        if len(self.passages) > _MOST_HELD:
            for file in self.mapped:
                file.madvise(MADV_DONTNEED)

    def passage_frequency(self, feature: int) -> int:
        """Return in how many passages a feature occurs."""
        return int(self.offsets[feature + 1] - self.offsets[feature])

    def have(self, feature: int, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some passages have a feature."""
        first, last = self.offsets[feature], self.offsets[feature + 1]
        return contained(passages, self.passages[first:last])

    def rows(self, first: int = 0, last: int | None = None) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Return the features and weights of every passage from ``first`` to before ``last``, features ascending."""
        count = (self.passage_count if last is None else last) - first
        inside = np.flatnonzero((self.passages >= first) & (self.passages < first + count))
        passages = self.passages[inside] - first
        inside = inside[np.argsort(passages, kind="stable")]
        features = np.searchsorted(self.offsets, inside, side="right").astype(np.int32) - np.int32(1)
        weights = self.weights[inside].astype(np.float32)
        ends = np.cumsum(np.bincount(passages, minlength=count))
        return [(features[a:b], weights[a:b]) for a, b in pairwise([0, *ends.tolist()])]


def _portions(
    firsts: NDArray[np.int64], lasts: NDArray[np.int64], weights: NDArray[np.float32]
) -> Iterator[tuple[list[slice], list[np.float32]]]:
    """Yield slices of postings with the weights of their features, as many as have `_ENTRIES_AT_A_TIME` or more."""
    slices: list[slice] = []
    factors: list[np.float32] = []
    count = 0
    for first, last, weight in zip(firsts.tolist(), lasts.tolist(), weights, strict=True):
        for start in range(first, last, _ENTRIES_AT_A_TIME):
            slices.append(slice(start, min(start + _ENTRIES_AT_A_TIME, last)))
            factors.append(weight)
            count += slices[-1].stop - start
            if count >= _ENTRIES_AT_A_TIME:
                yield slices, factors
                slices, factors, count = [], [], 0
    if slices:
        yield slices, factors


def best_of(postings: list[tuple[Posting, float]]) -> Posting:
    """Return every passage of some postings once, with the best of its weights, each times the posting's factor."""
    weighed = [(passages, np.float32(factor) * weights) for (passages, weights), factor in postings]
    if len(weighed) == 1:
        return weighed[0]
    passages = np.concatenate([np.zeros(0, np.int32), *(one for one, _ in weighed)])
    weights = np.concatenate([np.zeros(0, np.float32), *(one for _, one in weighed)])
    order = np.argsort(passages, kind="stable")
    passages, weights = passages[order], weights[order]
    firsts = first_of_each(passages)
    return passages[firsts], np.maximum.reduceat(weights, firsts) if len(firsts) else weights


def in_portions(passages: NDArray[np.int32], weights: NDArray[np.float32]) -> Iterator[tuple[Any, Any]]:
    """Yield portions of a posting that stay in the processor's cache, the passages as numpy adds fastest at them."""
    for first in range(0, len(passages), _ENTRIES_AT_A_TIME):
        portion = slice(first, first + _ENTRIES_AT_A_TIME)
        yield passages[portion].astype(np.intp), weights[portion]


def first_of_each(sorted_values: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return where in a sorted array each of its values stands first."""
    return np.flatnonzero(np.diff(sorted_values, prepend=-1))


def contained(wanted: NDArray[np.int64], ascending: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which of some values are in an ascending array."""
    if not len(ascending):
        return np.zeros(len(wanted), bool)
    places = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.asarray(ascending[places] == wanted)


def invert(
    rows: Callable[[], Iterator[tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.float16]]]],
    feature_count: int,
    passage_count: int,
    allocate: Callable[[str, int, type[np.generic]], NDArray[np.generic]],
) -> Postings:
    """Turn entries that come by passage into postings, in the memory of one portion of them.

    ``rows`` yields portions of entries, passages ascending: for each its passage, feature and weight; it is gone
    through twice. ``allocate`` makes the two long arrays, by name, length and type.
    """
    counts = np.zeros(feature_count, np.int64)
    for _, features, _ in rows():
        counts += np.bincount(features, minlength=feature_count)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    passages_of = allocate("passages", int(offsets[-1]), np.int32)
    weights_of = allocate("weights", int(offsets[-1]), np.float16)
    free = offsets[:-1].copy()
    for passages, features, weights in rows():
        order = np.argsort(features, kind="stable")
        added = np.bincount(features, minlength=feature_count)
        among_same = np.arange(len(order)) - np.repeat(np.cumsum(added) - added, added)
        places = np.repeat(free, added) + among_same
        passages_of[places] = passages[order]
        weights_of[places] = weights[order]
        free += added
    return Postings(offsets, passages_of, weights_of, passage_count)  # type: ignore[arg-type]


def join(
    old: Postings,
    numbers: NDArray[np.int32],
    added: Postings,
    allocate: Callable[[str, int, type[np.generic]], NDArray[np.generic]],
    at_a_time: int,
) -> Postings:
    """Put passages of other postings beside those that were added, in the memory of so many entries at a time.

    ``numbers`` has for each passage of the others its number here, under which ``added`` has none, or -1 when it is
    left out. ``allocate`` is that of `invert`.
    """
    ends = old.offsets + added.offsets
    cuts = [0, *np.searchsorted(ends, np.arange(at_a_time, ends[-1], at_a_time)).tolist(), len(ends) - 1]
    kept = sum(np.count_nonzero(numbers[old.passages[slice(*old.offsets[[a, b]])]] >= 0) for a, b in pairwise(cuts))
    length = int(kept) + len(added.passages)
    passages_of, weights_of = allocate("passages", length, np.int32), allocate("weights", length, np.float16)
    counts, at = np.zeros(len(ends) - 1, np.int64), 0
    for first, last in pairwise(cuts):
        parts = [_entries(old, first, last, numbers), _entries(added, first, last)]
        features, passages, weights = (np.concatenate(both) for both in zip(*parts, strict=True))
        # The two are sorted already, but where passages taken over come in another order: merging them takes no time.
        order = np.argsort(features * added.passage_count + passages, kind="stable")
        passages_of[at : at + len(order)], weights_of[at : at + len(order)] = passages[order], weights[order]
        counts[first:last] = np.bincount(features - first, minlength=last - first)
        at += len(order)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    return Postings(offsets, passages_of, weights_of, added.passage_count)  # type: ignore[arg-type]


def _entries(
    postings: Postings, first: int, last: int, numbers: NDArray[np.int32] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.floating]]:
    """Return the entries of the features from ``first`` to before ``last``: features, passages and weights.

    ``numbers`` are others for the passages, -1 for those that are left out.
    """
    entries = slice(*postings.offsets[[first, last]])
    features = np.repeat(np.arange(first, last), np.diff(postings.offsets[first : last + 1]))
    passages, weights = postings.passages[entries], postings.weights[entries]
    if numbers is None:
        return features, passages, weights
    passages = numbers[passages]
    kept = passages >= 0
    return features[kept], passages[kept], weights[kept]
