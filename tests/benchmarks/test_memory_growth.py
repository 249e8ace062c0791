"""Growth of memory is told from noise, from a beginning and from other processes."""

from __future__ import annotations

import os
from random import Random

import pytest

from benchmarks.memory_growth import Sample, Sampler, slope, slopes, together


def held(each_thousand: float, *, noise: float = 2.0, pid: int = 1, until: int = 5_000) -> list[Sample]:
    """Return samples of a process that fills its caches with 40 MB in 500 questions and then grows so fast."""
    dice = Random(pid)
    found = []
    for asked in range(0, until, 20):
        memory = 100 + min(asked, 500) * 0.08 + asked * each_thousand / 1000 + dice.uniform(-noise, noise)
        found.append(Sample(0.0, pid, asked, memory + 100, memory, memory, 30, 40))
    return found


def test_a_line_is_fitted() -> None:
    found = slope([(0, 10), (1000, 12), (2000, 14), (3000, 16)])
    assert (found.each_thousand, found.error, found.points) == (2.0, 0.0, 4)


@pytest.mark.parametrize(("each_thousand", "is_growth"), [(0.0, False), (-3.0, False), (0.1, False), (3.0, True)])
def test_what_grows_is_told_from_noise_and_from_filling_caches(each_thousand: float, is_growth: bool) -> None:
    [found] = slopes(held(each_thousand), "anonymous").values()
    assert found.is_growth == is_growth
    assert abs(found.each_thousand - each_thousand) < 3 * found.error + 0.01


def test_processes_are_looked_at_one_by_one_and_those_too_short_not_at_all() -> None:
    samples = [*held(2.0, pid=1), *held(4.0, pid=2), *held(9.0, pid=3, until=1_500)]
    found = slopes(samples, "anonymous")
    assert set(found) == {1, 2}
    assert 2.0 < together(list(found.values())).each_thousand < 4.0
    assert {one.each_thousand for one in slopes(samples, "threads").values()} == {0.0}


def test_a_sample_is_of_the_process_that_runs() -> None:
    asked = iter((5, 9, 9))
    pids = iter((os.getpid(), os.getpid(), None))
    sampler = Sampler(lambda: next(pids), lambda: next(asked), seconds=1.0)
    for _ in range(3):
        sampler.look()
    first, second = sampler.samples
    # By its own questions, not by those before it began.
    assert (first.asked, second.asked) == (0, 4)
    assert first.resident >= first.anonymous > 1
    assert first.threads >= 1
    assert first.files >= 1
