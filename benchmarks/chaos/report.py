"""What came of the runs, as a table for people and as JSON."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks.chaos import ROOT
from benchmarks.chaos.verdict import MEANINGS, VIOLATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from benchmarks.chaos.results import Results


def figures(results: Results) -> dict[str, Any]:
    """Return the figures of one run."""
    return {
        "events": len(results.deliveries()),
        "cases": len(results.judgements),
        "outcomes": dict(results.outcomes()),
        "kinds": {kind: dict(row) for kind, row in results.by_kind().items()},
        "faults": results.journal.counts(),
        "acknowledged late": results.late(),
        "never acknowledged": results.unacknowledged(),
        "seconds": results.seconds(),
        "pings and foreign links": results.outside(),
        "errors in the log": results.complaints(),
        "violations": results.violations(),
    }


def is_good(runs: Mapping[str, dict[str, Any]]) -> bool:
    """Return whether nothing was lost, doubled, wrong, left or unwanted."""
    bad = (run["outcomes"].get(name, 0) for run in runs.values() for name in VIOLATIONS)
    return not any(bad) and not any(run["pings and foreign links"] for run in runs.values())


def table(runs: Iterable[dict[str, Any]]) -> str:
    """Return a table in Markdown: kinds of what people did by what came of it, all runs together."""
    rows: dict[str, Counter[str]] = {}
    for run in runs:
        for kind, row in run["kinds"].items():
            rows.setdefault(kind, Counter()).update(row)
    rows = dict(sorted(rows.items())) | {"all": sum(rows.values(), Counter())}
    columns = ["events", "cases", *(name for name in MEANINGS if name in VIOLATIONS or rows["all"][name])]
    lines = ["| what people did | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {kind} | " + " | ".join(str(row[name]) for name in columns) + " |" for kind, row in rows.items()]
    return "\n".join(lines)


def text(runs: Mapping[str, dict[str, Any]], told: int) -> str:
    """Return everything for people; ``told`` is how many violations are told in full."""
    lines = [table(runs.values()), ""]
    lines += [f"{name}: {meaning}" for name, meaning in MEANINGS.items()]
    for transport, run in runs.items():
        lines += ["", f"{transport}: {run['events']} events, {run['cases']} cases, {run['duration']} s"]
        lines += [f"faults: {run['faults']}", f"errors in the log: {json.dumps(run['errors in the log'], indent=1)}"]
        lines += [f"acknowledged late: {run['acknowledged late']}, never: {run['never acknowledged']}"]
        lines += [f"seconds to be {name}: {quantiles}" for name, quantiles in run["seconds"].items()]
        lines += [f"outside: {what}" for what in run["pings and foreign links"]]
        for name, happened in list(run["violations"].items())[:told]:
            lines += ["", f"{transport}, {name}", *(f"  {line}" for line in happened)]
    return "\n".join(lines)


def write(path: Path, seed: int, runs: Mapping[str, dict[str, Any]]) -> None:
    """Write the figures of all runs as JSON."""
    whole = {"seed": seed, "commit": commit(), "runs": runs}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def commit() -> str:
    """Return which version of the project this is."""
    described = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    return subprocess.run(described, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
