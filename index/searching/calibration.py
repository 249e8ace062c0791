"""From scores to the probability that the reports answer a question.

No score means the same in two indexes, with two models, nor in two languages. So every build asks the new index some
background questions that no event report answers, and a question is judged by how far its first passage stands above
theirs: those in its language, among the articles in the language of that passage. Beside it count the lead of the first
passage over the tenth, which share of the question's words the best passages have, and the rarest word that their
article lacks.

The weights of the logistic regression come from ``training/calibration.py``; where the reader has read, it has the
greater say, with weights from ``training/reader/calibration.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from index.language.detection import language_of
from index.types import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.types import EncodedQuestion


# What the logit of the search, that of the reader and the lack of the asked kind of thing weigh where the reader has
# read; training/reader/calibration.py fits them.
READ_BIAS = 1.5
SEARCH_WEIGHT = 0.15
READER_WEIGHT = 0.38
LACKS_TYPE_WEIGHT = -3.18


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and standard deviation of how strongly background questions in one language match articles in one."""

    mean: float
    deviation: float

    def standardise(self, score: float) -> float:
        """Return how many standard deviations a score stands above the background."""
        return (score - self.mean) / max(self.deviation, 1e-6)


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals that tell whether the reports answer a question.

    ``above_background`` is the standardised strength of the first passage, ``lead`` by how many standard deviations
    of all scores it is before the tenth. ``words_found`` is the weighted share of the question's words that the
    best of the judged passages has, ``rarest_missing`` the inverse document frequency of the rarest word that their
    article lacks. ``lacks_type`` says that none of them has the kind of thing that is asked for, such as a price.
    ``reading`` is the logit of the passage that most likely answers by the reader, None where it has no say, and
    ``names_unknown`` says that the question has a name that no report has.
    """

    above_background: float
    lead: float
    words_found: float
    rarest_missing: float
    lacks_type: bool
    reading: float | None = None
    names_unknown: bool = False


def background_questions() -> list[str]:
    """Return the questions that no event report answers, half Japanese, half English."""
    text = resources.files("index").joinpath("data/background_questions.txt").read_text("utf-8")
    return text.splitlines()


def summarise(strengths: Mapping[str, float]) -> dict[Language, Background]:
    """Summarise the strength of the best match of every background question by the language it is asked in."""
    summary: dict[Language, Background] = {}
    for language in LANGUAGES:
        scores = [score for question, score in strengths.items() if language_of(question, "en") == language]
        summary[language] = Background(float(np.mean(scores)), float(np.std(scores)))
    return summary


def strength(question: EncodedQuestion, dense: float, sparse: float | None) -> float:
    """Return how strong a match is: learned sparse where there is that leg, else the cosine.

    The sparse score is divided by the length of the question's features, or else a long question would
    always match better than a short one.
    """
    if sparse is None or question.sparse is None:
        return dense
    length = float(np.linalg.norm(question.sparse.weights))
    return sparse / length if length else 0.0


def probability(signals: Signals) -> float:
    """Return the probability, 0 to 1, that the reports answer the question."""
    searched = 0.0 if signals.lacks_type else _sigmoid(search_logit(signals))
    if signals.reading is None:
        return searched
    read = _sigmoid(
        READ_BIAS
        + SEARCH_WEIGHT * search_logit(signals)
        + READER_WEIGHT * signals.reading
        + LACKS_TYPE_WEIGHT * signals.lacks_type
    )
    # About what they never heard of, passages look alike to the reader.
    return min(read, searched) if signals.names_unknown else read


def search_logit(signals: Signals) -> float:
    """Return how surely the reports answer by the search alone."""
    return (
        -4.19
        + 0.47 * signals.above_background
        + 0.37 * signals.lead
        + 5.07 * signals.words_found
        - 0.20 * signals.rarest_missing
    )


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
