"""A short soak of the real bot: everything is answered once or told why, and what it held is in the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.chaos.run import library
from benchmarks.soak import Plan, soak

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_questions_are_answered_once_while_things_go_wrong(real_index: Path) -> None:
    plan = Plan(60, each_round=30, small_fault=8, end=35, sample_seconds=0.3)
    with library(7, real_index) as books:
        done = soak("socket", plan, books)
    assert done["questions"] >= 60
    assert {"Slack: 429", "connection: refreshed", "process: kill -9"} <= set(done["faults"])
    assert done["outside"] == []
    assert done["violations"] == {}
    assert done["is good"]
    assert done["outcomes"]["right"] > 40
    # The one that was killed, and the one that came after it.
    assert len({sample[1] for sample in done["samples"]}) >= 2
