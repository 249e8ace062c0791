"""The lines of a passage that may be quoted, with how well each answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.quoting.line_scores import line_scores
from index.quoting.spans import is_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.quoting.line_scores import Criteria
    from index.searching.results import Hit, SearchResult
    from index.searching.search import Searcher
    from index.storage.tables import StoredPassage
    from index.types import Sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a passage with how well it answers, and by the reader, which share of the answer it is."""

    stored: StoredPassage
    sentence: Sentence
    score: float
    share: float


def lines_of(
    stored: StoredPassage, criteria: Criteria, result: SearchResult, searcher: Searcher, behind: float = 0.0
) -> Iterator[Line]:
    """Yield the lines of which a reader sees something; the head of a table comes with its rows.

    ``behind`` is by which part of the best passage's score the passage is behind it.
    """
    scores = line_scores(criteria, result, searcher, stored, behind)
    shares = criteria.shares(stored)
    for sentence, score, share in zip(stored.passage.sentences, scores, shares, strict=True):
        if sentence.plain and not is_head(stored.article.text, sentence):
            yield Line(stored, sentence, score, share)


def behind_best(hit: Hit, result: SearchResult) -> float:
    """Return by which part of the best passage's score another one is behind it."""
    best = result.hits[0].score
    return (best - hit.score) / max(abs(best), 1.0)
