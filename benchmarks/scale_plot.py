"""Plot what building and searching take against the number of passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PANELS = (
    ("Building, without encoding (s)", {"build_s": "build"}),
    (
        "Memory (MB)",
        {"build_peak_mb": "peak of building", "rss_mb": "after 220 searches", "rss_anonymous_mb": "of it not mapped"},
    ),
    ("A search with its encoding (ms)", {"search_ms_p50": "p50", "search_ms_p95": "p95"}),
)


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw a panel each for building, memory and searching, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(PANELS), figsize=(13, 4), layout="constrained")
    sizes = [row["passages"] for row in rows]
    for axis, (title, lines) in zip(axes, PANELS, strict=True):
        for name, label in lines.items():
            axis.plot(sizes, [row[name] for row in rows], marker="o", label=label)
        axis.set(title=title, xlabel="passages", xscale="log", yscale="log")
        axis.grid(visible=True, which="major", alpha=0.4)
        axis.legend()
    figure.savefig(path, dpi=110)
