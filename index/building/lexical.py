"""The lexical leg: BM25 weights of words, computed by bm25s when the index is built.

bm25s scores eagerly: the weight of every word in every passage is known when the index is built, so that
answering needs only the postings and not the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.storage.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


class WordsOfPassages:
    """Collects the words of passages, one after the other; of every word only a number is kept."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._passages: list[NDArray[np.int32]] = []

    def add(self, words: Iterable[str]) -> None:
        """Add the words of the next passage, each as often as it stands there."""
        numbers = self._numbers
        self._passages.append(np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int32))

    def weigh(self) -> tuple[list[str], Postings]:
        """Return the vocabulary, sorted, and the BM25 weights of its words in every passage.

        The formula is Lucene's (Kamphuis et al., "Which BM25 do you mean?", 2020) with k1 = .3 and b = .75. With
        the usual k1 of 1.2, a passage that repeats the name of its event came before the one that answers.
        """
        from bm25s import BM25

        count = len(self._passages)
        vocabulary = sorted(self._numbers)
        if not vocabulary:
            return [], Postings(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float16), count)
        sorted_number = np.empty(len(vocabulary), np.int32)
        sorted_number[[self._numbers[word] for word in vocabulary]] = np.arange(len(vocabulary))
        model: Any = BM25(method="lucene", k1=0.3, b=0.75)
        model.index(
            ([sorted_number[words] for words in self._passages], {word: n for n, word in enumerate(vocabulary)}),
            show_progress=False,
            create_empty_token=False,
        )
        matrix = model.scores
        return vocabulary, Postings(
            matrix["indptr"].astype(np.int64),
            matrix["indices"].astype(np.int32),
            matrix["data"].astype(np.float16),
            count,
        )


def join(first: tuple[list[str], Postings], second: tuple[list[str], Postings]) -> tuple[list[str], Postings]:
    """Return two vocabularies over the same passages, whose words differ, as one."""
    (words, postings), (more_words, more) = first, second
    offsets = np.concatenate([postings.offsets, postings.offsets[-1] + more.offsets[1:]])
    return [*words, *more_words], Postings(
        offsets,
        np.concatenate([postings.passages, more.passages]),
        np.concatenate([postings.weights, more.weights]),
        postings.passage_count,
    )
