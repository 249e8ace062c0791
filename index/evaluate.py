"""Measure search on questions whose evidence is known."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from index.errors import ReportBotError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.search import Searcher, SearchResult

DEPTHS = (1, 3, 5)
# What a question has to have; only an answerable one needs evidence.
ROW = {"question": str, "lang": str, "article": str | None, "evidence": str | None, "answerable": bool}
# The probability from which the bot answers, unless a setting says otherwise.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures over some questions: shares of 0 to 1, None where there is no such question.

    ``evidence`` says for each depth k in which share of the answerable questions one of the first k passages
    has the evidence, white space aside. ``auroc`` is the probability that a random answerable question gets a
    higher probability than a random unanswerable one.
    """

    questions: int
    evidence: dict[int, float | None]
    auroc: float | None
    answerable_refused: float | None
    unanswerable_refused: float | None


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The measures over all questions and by language, and the questions whose evidence was not found."""

    groups: dict[str, Measure]
    misses: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return all figures by group."""
        return {
            **{name: asdict(measure) for name, measure in self.groups.items()},
            "misses": list(self.misses),
        }

    def as_table(self) -> str:
        """Return the figures as lines of text."""
        heads = (
            "",
            "n",
            *(f"evidence@{k}" for k in DEPTHS),
            "AUROC",
            "answerable refused",
            "unanswerable refused",
        )
        rows = [heads]
        for name, one in self.groups.items():
            figures = (*one.evidence.values(), one.auroc, one.answerable_refused, one.unanswerable_refused)
            rows.append((name, str(one.questions), *("–" if f is None else f"{f:.3f}" for f in figures)))
        widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
        table = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([*table, "", "Evidence not among the first five passages:", *self.misses])


@dataclass(frozen=True, slots=True)
class _Judged:
    language: str
    answerable: bool
    probability: float
    rank: int | None
    question: str


def evaluate_search(searcher: Searcher, lines: Iterable[str]) -> EvaluationReport:
    """Ask every question of some JSON lines; raise ReportBotError for a line that is none."""
    judged = [_judge(searcher, _row(number, line)) for number, line in enumerate(lines, 1) if line.strip()]
    groups = {"all": _measure(judged)}
    for language in sorted({one.language for one in judged}):
        groups[language] = _measure([one for one in judged if one.language == language])
    misses = tuple(one.question for one in judged if one.answerable and one.rank is None)
    return EvaluationReport(groups, misses)


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        line.encode()
        row = {key: value for key, value in json.loads(line).items() if key in ROW and isinstance(value, ROW[key])}
    except (ValueError, AttributeError):
        row = {}
    if row.keys() != ROW.keys() or (row["answerable"] and row["evidence"] is None):
        raise ReportBotError(
            f"line {number} of the questions is not a JSON object with question, lang, article, evidence, answerable"
        )
    return row


def _judge(searcher: Searcher, row: dict[str, Any]) -> _Judged:
    result = searcher.search(row["question"], max(DEPTHS))
    rank = _rank(result, row["article"], row["evidence"]) if row["answerable"] else None
    return _Judged(row["lang"], row["answerable"], result.answerable, rank, row["question"])


def _rank(result: SearchResult, article: str, evidence: str) -> int | None:
    """Return the rank of the first passage that has the evidence, white space aside."""
    wanted = re.sub(r"\s+", "", evidence)
    for hit in result.hits:
        if hit.stored.article.path == article and wanted in re.sub(r"\s+", "", hit.stored.text):
            return hit.rank
    return None


def _measure(judged: Sequence[_Judged]) -> Measure:
    answerable = [one for one in judged if one.answerable]
    unanswerable = [one for one in judged if not one.answerable]
    return Measure(
        questions=len(judged),
        evidence={k: _share([one.rank is not None and one.rank <= k for one in answerable]) for k in DEPTHS},
        auroc=_auroc([one.probability for one in answerable], [one.probability for one in unanswerable]),
        answerable_refused=_share([one.probability < THRESHOLD for one in answerable]),
        unanswerable_refused=_share([one.probability < THRESHOLD for one in unanswerable]),
    )


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    if not positive or not negative:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))
