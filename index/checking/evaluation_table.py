"""An evaluation as lines of text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.checking.evaluate import DEEPEST
from index.checking.measures import DEPTHS, REFUSED_WRONGLY, SECTION_DEPTHS
from index.console import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.checking.evaluate import EvaluationReport, Miss
    from index.checking.measures import Measure, Reliability

HEADS = (
    *("", "n", "evidence@1", "@3", "@5", "section@1", "@3", "quoted", "first", "sections", "shown"),
    *("AUROC", "of cosine", "refused wrongly", "rightly", f"at {REFUSED_WRONGLY}"),
)


def as_table(report: EvaluationReport) -> str:
    """Return the figures and the worst misses."""
    measures = {"all": report.overall, **report.languages, **report.language_pairs, **report.types}
    lines = [*_aligned([HEADS, *(_cells(name, one) for name, one in measures.items())]), ""]
    if report.english_behind is not None:
        lines.append(f"English behind Japanese at evidence@{max(DEPTHS)}: {report.english_behind:.3f}")
    if report.passages:
        lines.append("Passages: median {median:.0f} characters, longest {longest:.0f}".format(**report.passages))
    if report.milliseconds:
        lines.append("Milliseconds: " + ", ".join(f"{name} {value:.1f}" for name, value in report.milliseconds.items()))
    if report.reliability:
        lines += ["Probability, and how many are answerable: " + ", ".join(map(_reliability, report.reliability))]
    return "\n".join([*lines, *_misses(report.misses)])


def _cells(name: str, one: Measure) -> tuple[str, ...]:
    figures = (
        *(one.evidence[depth] for depth in DEPTHS),
        *(one.section[depth] for depth in SECTION_DEPTHS),
        *(one.quoted, one.first_quoted, one.sections_quoted, one.shown, one.auroc, one.cosine_auroc),
        *(one.answerable_refused, one.unanswerable_refused, one.refused_at_limit),
    )
    return (printable(name), str(one.questions), *("–" if figure is None else f"{figure:.3f}" for figure in figures))


def _reliability(one: Reliability) -> str:
    return f"{one.probability:.2f} → {one.answerable:.2f} of {one.questions}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))


def _misses(misses: Sequence[Miss]) -> Iterator[str]:
    if misses:
        yield "\nThe worst of those whose evidence is not in the first passage:"
    for miss in misses:
        rank = f"rank {miss.rank}" if miss.rank is not None else f"not among the first {DEEPEST}"
        yield printable(f"- {miss.question}\n  {rank}; {miss.reason} first: {miss.first}")
