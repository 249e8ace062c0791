"""Ask a new index what no report answers, to know what its scores mean."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from index.searching import calibration
from index.storage.dense import EXACT_PASSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from index.models.encoder import Encoder
    from index.storage.store import FolderStore
    from index.storage.tables import ArticleEntry
    from index.types import EncodedQuestion, Language

    Passages = NDArray[np.int64]


def measure_background(made: FolderStore, encoder: Encoder) -> dict[Language, Any]:
    """Ask a new index the background questions and close it.

    Returns what the manifest keeps: mean and deviation by the language of the articles, and then of the questions.
    """
    strengths: dict[Language, dict[str, float]] = {}
    try:
        written = _by_language(made.tables.entries)
        for question in calibration.background_questions():
            encoded = encoder.encode_question(question)
            for language, passages in written.items():
                strengths.setdefault(language, {})[question] = _strongest(encoded, passages, made)
    finally:
        made.close()
    return {
        language: {asked: asdict(summary) for asked, summary in calibration.summarise(found).items()}
        for language, found in strengths.items()
    }


def _by_language(articles: Iterable[ArticleEntry]) -> dict[Language, Passages]:
    """Return the numbers of the passages of the articles in each language that has any, ascending."""
    written: dict[Language, list[Passages]] = {}
    for article in articles:
        written.setdefault(article.language, []).append(np.arange(*article.passage_range))
    return {language: np.concatenate(parts) for language, parts in written.items()}


def _strongest(question: EncodedQuestion, passages: Passages, made: FolderStore) -> float:
    """Return how strong the best match of a question is among some passages."""
    # Among very many, the graph of the nearest ones may lead to none of a few.
    few = len(passages) <= EXACT_PASSAGES
    cosines = made.dense_scores(question.dense, passages) if few else made.dense_top(question.dense, 1, passages)[1]
    scores = made.sparse_scores(question.sparse) if question.sparse is not None else None
    sparse = None if scores is None else float(scores[passages].max(initial=0.0))
    return calibration.strength(question, float(cosines.max(initial=0.0)), sparse)
