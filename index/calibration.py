"""From scores to the probability that the reports answer a question.

No score means the same in two indexes: the more passages, the better the best of them looks. So every build
asks the new index some background questions that no event report answers, and a question is judged by how
far its best score stands above theirs. Beside it counts which share of the question's words the best
passages have, rare words more than common ones.

The weights of the logistic regression come from ``benchmarks/fit_calibration.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from index.language import LANGUAGES, Language, language_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from index.types import EncodedQuestion

    Scores = NDArray[np.float32]

# Word weights of a smaller index would all be alike: a handful of passages says little about what is rare.
LEAST_PASSAGES = 500


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and standard deviation of the strengths of the background questions in one language."""

    mean: float
    deviation: float

    def standardise(self, score: float) -> float:
        """Return how many standard deviations a score stands above the background."""
        return (score - self.mean) / max(self.deviation, 1e-6)


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells whether the reports answer a question.

    ``above_background`` is the standardised strength of the best match, ``words_found`` the weighted share of
    the question's words that the best passages have. ``lacks_type`` says that none of them has the kind of
    thing that is asked for, such as a price.
    """

    above_background: float
    words_found: float
    lacks_type: bool
    language: Language


def background_questions() -> list[str]:
    """Return the questions that no event report answers, half Japanese, half English."""
    text = resources.files("index").joinpath("data/background_questions.txt").read_text("utf-8")
    return text.splitlines()


def measure_background(strengths: Mapping[str, float]) -> dict[Language, Background]:
    """Summarise the strength of the best match of every background question by language."""
    summary: dict[Language, Background] = {}
    for language in LANGUAGES:
        scores = [score for question, score in strengths.items() if language_of(question, "en") == language]
        summary[language] = Background(float(np.mean(scores)), float(np.std(scores)))
    return summary


def words_found(frequencies: Mapping[str, int], passages: Sequence[Collection[str]], count: int) -> float:
    """Return the weighted share of the question's words that the best of some passages has, 0 to 1.

    ``frequencies`` says in how many of ``count`` passages each word of the question stands. A word weighs its
    inverse document frequency as in BM25.
    """
    total = max(count, LEAST_PASSAGES)
    weights = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in frequencies.items()}
    if not weights:
        return 0.0
    found = (sum(weight for word, weight in weights.items() if word in words) for words in passages)
    return max(found, default=0.0) / sum(weights.values())


def strength(question: EncodedQuestion, dense: Scores, sparse: Scores | None) -> float:
    """Return how strong the best match is: learned sparse where there is that leg, else the best cosine.

    The sparse score is divided by the length of the question's features, or else a long question would
    always match better than a short one.
    """
    if sparse is None or question.sparse is None:
        return float(dense.max(initial=0.0))
    length = float(np.linalg.norm(question.sparse.weights))
    return float(sparse.max(initial=0.0)) / length if length else 0.0


def probability(signals: Signals) -> float:
    """Return the probability, 0 to 1, that the reports answer the question."""
    if signals.lacks_type:
        return 0.0
    logit = -3.0 + 0.65 * signals.above_background + 4.52 * signals.words_found
    if signals.language == "ja":
        # Japanese questions share more words with Japanese reports, whether these answer or not.
        logit += 3.78 * signals.words_found - 2.84
    return 1 / (1 + math.exp(-logit))
