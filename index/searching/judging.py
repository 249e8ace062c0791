"""Judging: gather what tells whether the passages that were found answer a question, and judge what it may mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.asking.answer_type import lacks_asked_type
from index.searching import calibration
from index.searching.question_words import found_shares, rarest_missing
from index.searching.reading import JUDGED_HITS, strongest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.asking.question import Question
    from index.searching.question_words import QuestionWord
    from index.searching.results import Hit, SearchResult
    from index.storage.store import Store
    from index.types import EncodedQuestion

LEAD_OVER = 10


def signals_of(
    question: Question,
    encoded: EncodedQuestion,
    words: Sequence[QuestionWord],
    hits: Sequence[Hit],
    lead: float,
    store: Store,
) -> calibration.Signals:
    """Gather what tells whether the best passages answer a question; ``lead`` is that of the first over the others."""
    first, judged = hits[0], hits[:JUDGED_HITS]
    measured = store.manifest["background"][first.stored.entry.language]
    background = calibration.Background(**measured[question.language or "en"])
    strength = calibration.strength(encoded, first.dense, first.sparse)
    passages = np.array([hit.stored.number for hit in judged])
    article = np.arange(*first.stored.entry.passage_range)
    return calibration.Signals(
        above_background=background.standardise(strength),
        lead=lead,
        words_found=float(found_shares(words, store.lexical, passages).max()),
        rarest_missing=rarest_missing(words, store.lexical, article),
        lacks_type=_lacks_type(question.dated, judged),
    )


def answerable(hits: Sequence[Hit], signals: calibration.Signals | None) -> float:
    """Return the probability that what was found answers; what front matter says is certain."""
    if signals is None:
        return 0.0
    return 1.0 if hits[0].stated else calibration.probability(signals)


def of_hits(result: SearchResult, hits: tuple[Hit, ...]) -> SearchResult:
    """Return a search result with some of its hits, judged by what the reader says of these."""
    if result.signals is None or result.signals.reading is None or not hits:
        return replace(result, hits=hits)
    signals = replace(result.signals, reading=strongest(hits))
    return replace(result, hits=hits, signals=signals, answerable=answerable(hits, signals))


def probability(asked: Question, found: SearchResult, readings: Iterable[SearchResult]) -> float:
    """Return the probability that what was found answers a question that may mean several things.

    ``readings`` are what was found for each of them; one must be answered. Whether what was found has the kind of
    thing that is asked for is judged by the question as it is. What front matter says is certain.
    """
    if found.is_stated:
        return 1.0
    lacks_type = _lacks_type(asked.text, found.hits)
    signals = [replace(one.signals, lacks_type=lacks_type) for one in readings if one.signals is not None]
    # What is put together from two questions is none that the reader has learnt to read: it only helps.
    unread = [replace(one, reading=None) for one in signals]
    return max(calibration.probability(one) for one in (*signals, *unread))


def _lacks_type(asked: str, hits: Sequence[Hit]) -> bool:
    judged = (hit.stored for hit in hits[:JUDGED_HITS])
    return lacks_asked_type(asked, ["\n".join((*one.passage.section.headings, one.text)) for one in judged])
