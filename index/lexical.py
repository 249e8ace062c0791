"""The lexical leg: BM25 weights of words, computed by bm25s when the index is built.

bm25s scores eagerly: the weight of every word in every passage is known when the index is built, so that
answering needs only the postings and not the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Sequence


def weigh(passages: Sequence[Sequence[str]]) -> tuple[list[str], Postings]:
    """Return the vocabulary, sorted, and the BM25 weights of its words in every passage.

    The formula is Lucene's (Kamphuis et al., "Which BM25 do you mean?", 2020) with k1 = .3 and b = .75. With the
    usual k1 of 1.2, a passage that repeats the name of its event came before the one that answers.
    """
    from bm25s import BM25

    vocabulary = sorted({word for words in passages for word in words})
    if not vocabulary:
        return [], Postings(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), len(passages))
    numbers = {word: number for number, word in enumerate(vocabulary)}
    model: Any = BM25(method="lucene", k1=0.3, b=0.75)
    model.index(
        ([[numbers[word] for word in words] for words in passages], numbers),
        show_progress=False,
        create_empty_token=False,
    )
    matrix = model.scores
    return vocabulary, Postings(
        matrix["indptr"].astype(np.int64),
        matrix["indices"].astype(np.int32),
        matrix["data"].astype(np.float32),
        len(passages),
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
