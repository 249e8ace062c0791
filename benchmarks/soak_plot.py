"""Plot what the processes held against the questions they were asked: benchmarks/results/soak.json to docs/soak.png.

python benchmarks/soak_plot.py
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULTS = Path(__file__).with_name("results") / "soak.json"
PLOT = Path(__file__).parents[1] / "docs" / "soak.png"
# Where they stand in a row of samples, see benchmarks/memory_growth.py.
PID, LINES = 1, {"resident": 3, "anonymous": 5}


def draw(runs: Mapping[str, dict[str, Any]]) -> None:
    """Draw a panel for each run; a dotted line is where another process begins."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(runs), figsize=(4.5 * len(runs), 4), layout="constrained", squeeze=False)
    for axis, (name, run) in zip(axes[0], runs.items(), strict=True):
        _panel(axis, name, run["samples"])
    axes[0][0].set_ylabel("MB")
    axes[0][0].legend()
    figure.savefig(PLOT, dpi=110)


def _panel(axis: Any, name: str, samples: list[list[float]]) -> None:
    asked = [0.0]
    for before, after in pairwise(samples):
        asked.append(asked[-1] + (after[2] - before[2] if after[PID] == before[PID] else 0))
        if after[PID] != before[PID]:
            axis.axvline(asked[-1], linestyle=":", color="grey")
    for label, column in LINES.items():
        axis.plot(asked, [sample[column] for sample in samples], label=label, linewidth=1)
    axis.set(title=name, xlabel="questions", ylim=(0, None))
    axis.grid(visible=True, alpha=0.4)


if __name__ == "__main__":
    draw(json.loads(RESULTS.read_text("utf-8"))["runs"])
