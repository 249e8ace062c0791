"""The lexical leg: BM25 weights of words, computed when the index is built.

Scores are eager, as in bm25s (Lù, 2024): the weight of every word in every passage is known when the index is built, so
that answering needs nothing but the postings. How often each word stands in each passage is kept for the next build,
which takes that over for all passages that have not changed, and only weighs the words anew.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.storage.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

# With the usual k1 of 1.2, a passage that repeats the name of its event came before the one that answers.
_K1, _B = 0.3, 0.75


class Occurrences(NamedTuple):
    """Words by number, the passages that they stand in and how often, in no order."""

    words: NDArray[np.int32]
    passages: NDArray[np.int32]
    counts: NDArray[np.uint16]


NOWHERE = Occurrences(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.uint16))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A vocabulary, sorted, with the weights of its words in every passage, and beside each how often it stands there.

    ``kept`` has the numbers that words of the previous version have there and here.
    """

    words: list[str]
    postings: Postings
    counts: NDArray[np.uint16]
    kept: tuple[NDArray[np.int32], NDArray[np.int32]]


class WordsOfPassages:
    """Collects the words of passages, one after the other; of every word only a number is kept.

    ``previous`` and ``occurrences`` are the words of the previous version, whose passages can be taken over, and where
    they stand.
    """

    def __init__(self, previous: Sequence[str] = (), occurrences: Occurrences = NOWHERE) -> None:
        self._previous = previous
        self._occurrences = occurrences
        self._taken = array("i")
        self._numbers: dict[str, int] = {}
        self._words, self._counts, self._passages = array("i"), array("H"), array("i")
        self._count = 0

    def add(self, words: Iterable[str]) -> None:
        """Add the words of the next passage, each as often as it stands there."""
        numbers = self._numbers
        counted = Counter(words)
        self._words.extend([numbers.setdefault(word, len(numbers)) for word in counted])
        self._counts.extend(counted.values())
        self._passages.extend([self._count] * len(counted))
        self._count += 1

    def take_over(self, first: int, last: int) -> None:
        """Take over as the next passages those of the previous version from ``first`` to before ``last``."""
        for old in range(first, last):
            self._taken.extend((old, self._count))
            self._count += 1

    def weigh(self) -> Weighed:
        """Return the vocabulary and the BM25 weights of its words in every passage.

        The formula is Lucene's (Kamphuis et al., "Which BM25 do you mean?", 2020).
        """
        old = self._taken_over()
        old_numbers = np.flatnonzero(np.bincount(old.words, minlength=len(self._previous)))
        vocabulary = sorted({*self._numbers, *(self._previous[number] for number in old_numbers.tolist())})
        number_of = {word: number for number, word in enumerate(vocabulary)}
        kept = np.array([number_of[self._previous[number]] for number in old_numbers.tolist()], np.int32)
        added = np.array([number_of[word] for word in self._numbers], np.int32)
        number_here = np.zeros(len(self._previous), np.int32)
        number_here[old_numbers] = kept
        words = np.concatenate([number_here[old.words], added[np.array(self._words, np.int32)]])
        passages = np.concatenate([old.passages, np.array(self._passages, np.int32)])
        counts = np.concatenate([old.counts, np.array(self._counts, np.uint16)])
        # What is taken over is sorted already, which a stable sort of one key makes use of.
        order = np.argsort(words.astype(np.int64) * self._count + passages, kind="stable")
        words, passages, counts = words[order], passages[order], counts[order]
        frequencies = np.bincount(words, minlength=len(vocabulary))
        weights = _weights(words, passages, counts, frequencies, self._count)
        offsets = np.concatenate(([0], np.cumsum(frequencies))).astype(np.int64)
        postings = Postings(offsets, passages, weights, self._count)
        return Weighed(vocabulary, postings, counts, (old_numbers.astype(np.int32), kept))

    def _taken_over(self) -> Occurrences:
        """Return the occurrences in those passages that are taken over, with their new numbers."""
        if not self._taken:
            return NOWHERE
        words, passages, counts = self._occurrences
        taken = np.array(self._taken, np.int32).reshape(-1, 2)
        new_number = np.full(max(int(passages.max(initial=0)), int(taken[:, 0].max())) + 1, -1, np.int32)
        new_number[taken[:, 0]] = taken[:, 1]
        renumbered = new_number[passages]
        found = renumbered >= 0
        return Occurrences(words[found], renumbered[found], counts[found])


def _weights(
    words: NDArray[np.int32],
    passages: NDArray[np.int32],
    counts: NDArray[np.uint16],
    frequencies: NDArray[np.int64],
    passage_count: int,
) -> NDArray[np.float16]:
    lengths = np.bincount(passages, counts, minlength=passage_count)
    mean = lengths.mean() if len(words) else 1.0
    rarity = np.zeros(int(frequencies.max(initial=0)) + 1, np.float32)
    for frequency in np.unique(frequencies).tolist():
        rarity[frequency] = math.log(1 + (passage_count - frequency + 0.5) / (frequency + 0.5))
    saturation = _K1 * ((1 - _B) + _B * lengths / mean)
    shares = counts / (saturation[passages] + counts)
    return (rarity[frequencies][words] * shares).astype(np.float32).astype(np.float16)


class TermsAndReadings:
    """Collects the terms and the readings of passages; among the words of an index the terms come first.

    ``previous`` are the words of the previous version, of which so many as ``terms`` are terms, and ``occurrences``
    where they stand, in the order of the words.
    """

    def __init__(self, previous: Sequence[str] = (), terms: int = 0, occurrences: Occurrences = NOWHERE) -> None:
        words, passages, counts = occurrences
        self._known_terms = terms
        end = int(np.searchsorted(words, terms))
        self._terms = WordsOfPassages(previous[:terms], Occurrences(words[:end], passages[:end], counts[:end]))
        readings = Occurrences(words[end:] - np.int32(terms), passages[end:], counts[end:])
        self._readings = WordsOfPassages(previous[terms:], readings)

    def add(self, terms: Iterable[str], readings: Iterable[str] = ()) -> None:
        """Add those of the next passage."""
        self._terms.add(terms)
        self._readings.add(readings)

    def take_over(self, first: int, last: int) -> None:
        """Take over as the next passages those of the previous version from ``first`` to before ``last``."""
        self._terms.take_over(first, last)
        self._readings.take_over(first, last)

    def weigh(self) -> Weighed:
        """Return all words with their weights."""
        first, second = self._terms.weigh(), self._readings.weigh()
        postings, more = first.postings, second.postings
        joined = Postings(
            np.concatenate([postings.offsets, postings.offsets[-1] + more.offsets[1:]]),
            np.concatenate([postings.passages, more.passages]),
            np.concatenate([postings.weights, more.weights]),
            postings.passage_count,
        )
        before = self._known_terms, len(first.words)
        old, new = (
            np.concatenate([one, other + np.int32(number)])
            for one, other, number in zip(first.kept, second.kept, before, strict=True)
        )
        counts = np.concatenate([first.counts, second.counts])
        return Weighed([*first.words, *second.words], joined, counts, (old, new))
