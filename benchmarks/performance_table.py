"""The rows of the performance table: what this project must reach, and what others reached in the same run."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Stands for this project where others stand with name and version.
OURS = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, in which unit, and the limits it is held against.

    ``at_least`` says that more is better; ``note`` has what belongs to the figure; ``peers`` has what other frameworks
    reach, by their titles.
    """

    name: str
    measured: float
    unit: str
    must: float | None = None
    aim: float | None = None
    at_least: bool = False
    note: str = ""
    peers: Mapping[str, float] = field(default_factory=dict)


def compared(
    name: str,
    unit: str,
    rounds: Sequence[Mapping[str, Any]],
    figure: Callable[[Any], float],
    must: float | None = None,
    aim: float | None = None,
    note: str = "",
) -> Row:
    """Return a row with everyone's median of a figure over the rounds that they took part in."""
    titles = dict.fromkeys(title for found in rounds for title in found)
    medians = {title: statistics.median(figure(found[title]) for found in rounds if title in found) for title in titles}
    return Row(name, medians.pop(OURS), unit, must, aim, note=note, peers=medians)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown; what is missed is bold, with how far it is from what it must be."""
    titles = list(dict.fromkeys(title for row in rows for title in row.peers))
    lines = [["", "must", "aim", "measured", *titles, ""], ["---"] * (5 + len(titles))]
    for row in rows:
        limits = ["" if limit is None else f"{limit:g} {row.unit}" for limit in (row.must, row.aim)]
        peers = [cell(row.peers[title], row.unit) if title in row.peers else "" for title in titles]
        lines.append([row.name, *limits, cell(row.measured, row.unit), *peers, remark(row)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(figure: float, unit: str) -> str:
    return f"{figure:,.0f} {unit}" if figure >= 100 else f"{figure:.3g} {unit}"


def remark(row: Row) -> str:
    def keeps(limit: float | None) -> bool:
        return limit is not None and (row.measured >= limit if row.at_least else row.measured <= limit)

    if row.must is None:
        verdict = "" if row.aim is None else f"{row.measured / row.aim:.2f} of the aim"
    elif not keeps(row.must):
        verdict = f"**misses the must: {row.measured / row.must:.2f} of it**"
    elif row.aim is None or keeps(row.aim):
        verdict = "kept" if row.aim is None else "aim reached"
    else:
        verdict = f"kept; {row.measured / row.aim:.2f} of the aim"
    return "; ".join(part for part in (verdict, row.note) if part)
