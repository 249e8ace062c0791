"""The real bot under some of the faults of benchmarks/chaos: nothing is lost, doubled, stale or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.chaos.report import figures
from benchmarks.chaos.run import Options, library, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

# What does not build indexes nor takes long; all of it is in `python -m benchmarks.chaos --quick`.
FAULTS = ("Slack: 429", "Slack: 500", "Slack: dropped", "Slack: posted", "Slack: update", "Slack: delete", "Slack: thr")
MACHINE = ("database: locked", "connection", "process: kill")
NEVER = ("lost", "twice", "both", "stale", "left")


def test_under_faults_everything_is_answered_once_to_its_last_text(real_index: Path) -> None:
    options = Options(seed=7, events=150, pace=12.0, brevity=0.1, fresh_minutes=2, only=FAULTS + MACHINE)
    with library(7, real_index) as books:
        done = figures(run("socket", options, books))
    assert done["events"] >= 150
    assert {name for name in done["faults"] if name.startswith(MACHINE)}
    assert {name for name in done["faults"] if name.startswith("Slack")}
    assert done["pings and foreign links"] == []
    assert {name: done["outcomes"].get(name, 0) for name in NEVER} == dict.fromkeys(NEVER, 0), done["violations"]
