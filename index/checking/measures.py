"""Put into figures what came of questions whose evidence is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEPTHS = (1, 3, 5)
SECTION_DEPTHS = (1, 3)
# The probability from which the bot answers, unless a setting says otherwise.
THRESHOLD = 0.5
REFUSED_WRONGLY = 0.08
# Ranges of probabilities of which each has its reliability.
RANGES = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures over some questions: shares of 0 to 1, None where there is no such question.

    ``evidence`` says for each depth k in which share of the answerable questions one of the first k passages
    has the evidence, white space aside, and ``section`` in which share one of them is of the right section,
    among those that name it. ``quoted`` is the share whose quotes have the evidence, ``first_quoted`` the share whose
    first section quoted has it, ``sections_quoted`` how many sections an answer quotes, and ``shown`` the share quoted
    where the bot also answers. ``auroc`` is the probability that a random answerable question gets a higher
    probability than a random unanswerable one, ``cosine_auroc`` the same of the best cosine. ``refused_at_limit`` is
    the share of the unanswerable ones that is refused where `REFUSED_WRONGLY` of the answerable ones are.
    """

    questions: int
    evidence: dict[int, float | None]
    section: dict[int, float | None]
    quoted: float | None
    first_quoted: float | None
    sections_quoted: float | None
    shown: float | None
    auroc: float | None
    cosine_auroc: float | None
    answerable_refused: float | None
    unanswerable_refused: float | None
    refused_at_limit: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of the questions with a probability in some range: their number, its mean, and the share that is answerable."""

    questions: int
    probability: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The extent to which an answerable question was answered; ``section`` is None where the row does not name it."""

    rank: int | None
    section: dict[int, bool] | None
    quoted: bool
    first_quoted: bool
    sections_quoted: int
    first: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one question; ``found`` is None for one that the reports do not answer.

    ``written`` is the language of the report that it is about, "" where that is not named or not in the index.
    """

    question: str
    language: str
    written: str
    kind: str
    probability: float
    cosine: float
    search_milliseconds: float
    answer_milliseconds: float
    found: Retrieval | None


def measure_by(judged: Sequence[Verdict], group: Callable[[Verdict], str]) -> dict[str, Measure]:
    """Return the figures over each group of questions, by the name that ``group`` gives it; "" is no group."""
    names = sorted({group(one) for one in judged} - {""})
    return {name: measure([one for one in judged if group(one) == name]) for name in names}


def measure(judged: Sequence[Verdict]) -> Measure:
    """Return the figures over some questions."""
    found = [(one, one.found) for one in judged if one.found is not None]
    answerable = [one for one, _ in found]
    unanswerable = [one for one in judged if one.found is None]
    sections = [one.section for _, one in found if one.section is not None]
    return Measure(
        questions=len(judged),
        evidence={k: _share([one.rank is not None and one.rank <= k for _, one in found]) for k in DEPTHS},
        section={k: _share([section[k] for section in sections]) for k in SECTION_DEPTHS},
        quoted=_share([one.quoted for _, one in found]),
        first_quoted=_share([one.first_quoted for _, one in found]),
        sections_quoted=_share([one.sections_quoted for _, one in found]),
        shown=_share([one.quoted and asked.probability >= THRESHOLD for asked, one in found]),
        auroc=auroc([one.probability for one in answerable], [one.probability for one in unanswerable]),
        cosine_auroc=auroc([one.cosine for one in answerable], [one.cosine for one in unanswerable]),
        answerable_refused=_share([one.probability < THRESHOLD for one in answerable]),
        unanswerable_refused=_share([one.probability < THRESHOLD for one in unanswerable]),
        refused_at_limit=refused_at_limit(
            [one.probability for one in answerable], [one.probability for one in unanswerable]
        ),
    )


def reliability(judged: Sequence[Verdict]) -> tuple[Reliability, ...]:
    """Return how reliable the probabilities are in each of some ranges of the same width in which there are any."""
    groups: list[list[Verdict]] = [[] for _ in range(RANGES)]
    for one in judged:
        groups[min(int(one.probability * RANGES), RANGES - 1)].append(one)
    return tuple(
        Reliability(
            len(group),
            sum(one.probability for one in group) / len(group),
            sum(one.found is not None for one in group) / len(group),
        )
        for group in groups
        if group
    )


def refused_at_limit(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """Return the share of the unanswerable ones below the probability below which few of the answerable ones are."""
    if not answerable or not unanswerable:
        return None
    limit = sorted(answerable)[int(REFUSED_WRONGLY * len(answerable))]
    return _share([one < limit for one in unanswerable])


def _share(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the share of pairs in which the positive one is greater; equal ones count half."""
    if not positive or not negative:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))
