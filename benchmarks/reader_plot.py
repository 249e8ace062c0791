"""Plot how well the reader read what it had not seen against what it had learnt from.

    python benchmarks/reader_plot.py

Reads benchmarks/results/reader.json, which has what `python -m training.reader train` printed, and writes
docs/reader.png.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS = Path(__file__).with_name("results") / "reader.json"
PLOT = Path(__file__).parents[1] / "docs" / "reader.png"
FIGURES = {
    "passage_first": "right passage first of 8",
    "sentence_first": "right sentence first",
    "auroc": "AUROC, answered or not",
    "declined_at_limit": "declined where .08 are wrongly",
}
# Runs, their number that is plotted, and the title.
PANELS = (
    ("pairs", "pairs", "Pairs learnt from (all data, 8 layers)"),
    ("own data", "own", "Share of our own questions (60,000 pairs)"),
)


def main() -> None:
    """Draw both panels."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    rows = json.loads(RESULTS.read_text("utf-8"))["runs"]
    figure, axes = plt.subplots(1, len(PANELS), figsize=(11, 4), layout="constrained", sharey=True)
    for axis, (run, number, title) in zip(axes, PANELS, strict=True):
        draw(axis, [row for row in rows if row["run"] == run], number, title)
    axes[0].set_xscale("log")
    axes[0].legend()
    figure.savefig(PLOT, dpi=110)


def draw(axis: Any, rows: Sequence[dict[str, Any]], number: str, title: str) -> None:
    """Draw the figures over held-out invented reports."""
    for name, label in FIGURES.items():
        values = [row["figures"]["invented"][name] for row in rows]
        axis.plot([row[number] for row in rows], values, marker="o", label=label)
    axis.set(title=title, ylim=(0, 1))
    axis.grid(visible=True, alpha=0.4)


if __name__ == "__main__":
    main()
