"""Figures and table: how often the evidence is in the first passages, how fast, how large."""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEPTHS = (1, 3, 5)
HEADS = (
    ("", "evidence@1", "@3", "@5", "@1 ja / en", "@5 ja / en"),
    ("passages", "median / longest", "build, CPU time", "question p50 / p95", "peak memory"),
)


def figures(output: Mapping[str, Any], way: str, questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Measure one way of asking the questions.

    ``output`` has ``built`` (how the build ended), ``lengths`` of all passages, and in ``ways`` for each way
    ``answers`` to the questions in their order, as `harness.run` prints them, and ``peak_mb``.
    """
    built, asked = output["built"], output["ways"][way]
    answers = asked["answers"]
    ranks = [rank(answer["hits"], question) for answer, question in zip(answers, questions, strict=True)]
    languages = [question["lang"] for question in questions]
    groups = {"all": ranks}
    for language in sorted(set(languages), reverse=True):
        groups[language] = [found for found, spoken in zip(ranks, languages, strict=True) if spoken == language]
    percentiles = statistics.quantiles([answer["ms"] for answer in answers], n=100)
    return {
        "evidence": {name: {str(k): share(group, k) for k in DEPTHS} for name, group in groups.items()},
        "passages": len(output["lengths"]),
        "median_characters": statistics.median(output["lengths"]),
        "longest_characters": max(output["lengths"]),
        "build_seconds": round(built.seconds, 1),
        "build_cpu_seconds": round(built.cpu_seconds, 1),
        "p50_ms": round(percentiles[49], 2),
        "p95_ms": round(percentiles[94], 2),
        "peak_mb": round(built.peak_mb),
        "asking_peak_mb": round(asked["peak_mb"]),
    }


def rank(hits: Sequence[Mapping[str, str]], question: Mapping[str, Any]) -> int | None:
    """Return the rank of the first passage that has the evidence, as `index.checking.evaluate` does."""
    wanted = re.sub(r"\s+", "", question["evidence"])
    for number, hit in enumerate(hits, 1):
        if hit["article"] == question["article"] and wanted in re.sub(r"\s+", "", hit["text"]):
            return number
    return None


def share(ranks: Sequence[int | None], depth: int) -> float:
    """Return the share of questions whose evidence is among the first passages."""
    return round(sum(found is not None and found <= depth for found in ranks) / len(ranks), 3)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Draw a Markdown table; times and memory are multiples of the first row's, which is ours.

    Builds are compared by the time of the processor, which other programs on the machine disturb less.
    """
    heads = [head for part in HEADS for head in part]
    cells = [_cells(row, rows[0]) for row in rows]
    lines = [heads, ["---"] * len(heads), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    evidence = row["evidence"]
    return [
        f"**{row['name']}**" if row is ours else row["name"],
        *(_share(evidence["all"][str(k)]) for k in DEPTHS),
        *(" / ".join(_share(evidence[code][str(k)]) for code in evidence if code != "all") for k in (1, 5)),
        f"{row['passages']:,}",
        f"{row['median_characters']:.0f} / {row['longest_characters']:,}",
        *(_ours(row) if row is ours else _ratios(row, ours)),
    ]


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _ours(row: Mapping[str, Any]) -> list[str]:
    memory = f"{row['peak_mb']:,} MB, asking {row['asking_peak_mb']:,} MB"
    return [f"{row['build_cpu_seconds']:.0f} s", f"{row['p50_ms']:.0f} / {row['p95_ms']:.0f} ms", memory]


def _ratios(row: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    keys = ("build_cpu_seconds", "p50_ms", "p95_ms", "peak_mb", "asking_peak_mb")
    build, p50, p95, peak, asking = (f"× {row[key] / ours[key]:.2f}" for key in keys)
    return [build, f"{p50} / {p95}", f"{peak}, asking {asking}"]
