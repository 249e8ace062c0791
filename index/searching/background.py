"""Ask a new index what no report answers, to know what its scores mean."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from index.searching import calibration
from index.storage import passage_vectors
from index.storage.dense import EXACT_PASSAGES
from index.types import EncodedPassage, EncodedQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from index.models.encoder import Encoder
    from index.storage.store import FolderStore
    from index.storage.tables import ArticleEntry
    from index.types import Language

    Passages = NDArray[np.int64]

_NO_VECTOR = np.zeros(0, np.float32)


def encoded_questions(encoder: Encoder) -> bytes:
    """Encode the background questions; the next build of the same encoder need not do so again.

    A line says how long the record of each is; the records follow it. Where there are features, they are all of it.
    """
    records = {}
    for question in calibration.background_questions():
        encoded = encoder.encode_question(question)
        dense = encoded.dense if encoded.sparse is None else _NO_VECTOR
        vectors = EncodedPassage(dense, _NO_VECTOR.reshape(0, len(dense)), encoded.sparse, None)
        records[question] = passage_vectors.pack(vectors)
    lengths = {question: len(record) for question, record in records.items()}
    return b"".join((json.dumps(lengths, ensure_ascii=False).encode(), b"\n", *records.values()))


def are_questions(data: bytes) -> bool:
    """Return whether these are the questions of today."""
    return list(json.loads(data.partition(b"\n")[0])) == calibration.background_questions()


def measure_background(made: FolderStore, questions: bytes) -> dict[Language, Any]:
    """Ask a new index the encoded background questions and close it.

    Returns what the manifest keeps: mean and deviation by the language of the articles, and then of the questions.
    """
    strengths: dict[Language, dict[str, float]] = {}
    try:
        written = _by_language(made.tables.entries)
        for question, encoded in _unpacked(questions).items():
            for language, strongest in _strongest(encoded, written, made).items():
                strengths.setdefault(language, {})[question] = strongest
    finally:
        made.close()
    return {
        language: {asked: asdict(summary) for asked, summary in calibration.summarise(found).items()}
        for language, found in strengths.items()
    }


def _unpacked(data: bytes) -> dict[str, EncodedQuestion]:
    head, _, records = data.partition(b"\n")
    questions, at = {}, 0
    for question, length in json.loads(head).items():
        encoded = passage_vectors.unpack(records[at : at + length])
        questions[question] = EncodedQuestion(encoded.dense, encoded.sparse, None)
        at += length
    return questions


def _by_language(articles: Iterable[ArticleEntry]) -> dict[Language, Passages]:
    """Return the numbers of the passages of the articles in each language that has any, ascending."""
    written: dict[Language, list[Passages]] = {}
    for article in articles:
        written.setdefault(article.language, []).append(np.arange(*article.passage_range))
    return {language: np.concatenate(parts) for language, parts in written.items()}


def _strongest(
    question: EncodedQuestion, written: Mapping[Language, Passages], made: FolderStore
) -> dict[Language, float]:
    """Return how strong the best match of a question is among the passages in each language."""
    scores = None if question.sparse is None else made.sparse_scores(question.sparse)
    if scores is not None:
        best = {language: float(scores[passages].max(initial=0.0)) for language, passages in written.items()}
        return {language: calibration.strength(question, 0.0, score) for language, score in best.items()}
    return {
        language: calibration.strength(question, _nearest(question, passages, made), None)
        for language, passages in written.items()
    }


def _nearest(question: EncodedQuestion, passages: Passages, made: FolderStore) -> float:
    # Among very many, the graph of the nearest ones may lead to none of a few.
    few = len(passages) <= EXACT_PASSAGES
    cosines = made.dense_scores(question.dense, passages) if few else made.dense_top(question.dense, 1, passages)[1]
    return float(cosines.max(initial=0.0))
