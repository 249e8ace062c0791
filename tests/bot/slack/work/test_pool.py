"""The answer pool is bounded, keeps going, and ends in time."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest

from bot.slack.incoming.unacknowledged import AcknowledgementGate
from bot.slack.work.pool import AnswerPool
from tests.support.patience import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


class Held:
    """Jobs that run until they are let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.started = threading.Semaphore(0)
        self.done: list[int] = []

    def job(self, number: int) -> None:
        self.started.release()
        assert self.go.wait(PATIENCE)
        self.done.append(number)

    def wait_until_running(self, count: int) -> None:
        for _ in range(count):
            assert self.started.acquire(timeout=PATIENCE)


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.go.set()


def fill(pool: AnswerPool, held: Held, count: int) -> list[bool]:
    return [pool.submit(lambda number=number: held.job(number)) for number in range(count)]


def test_what_neither_runs_nor_may_wait_is_refused(held: Held) -> None:
    pool = AnswerPool(2, 3)
    assert fill(pool, held, 7) == [True] * 5 + [False] * 2
    held.wait_until_running(2)
    assert pool.depth == 3
    held.go.set()
    assert pool.close(PATIENCE)
    assert sorted(held.done) == [0, 1, 2, 3, 4]
    assert pool.depth == 0


def test_a_place_is_free_again_after_a_job(held: Held) -> None:
    pool = AnswerPool(1, 1)
    assert fill(pool, held, 3) == [True, True, False]
    held.go.set()
    held.wait_until_running(2)
    wait_until(lambda: pool.submit(lambda: held.done.append(99)))
    assert pool.close(PATIENCE)
    assert held.done == [0, 1, 99]


def test_submitting_never_waits(held: Held) -> None:
    pool = AnswerPool(1, 1_000)
    held_up = fill(pool, held, 1)
    held.wait_until_running(1)
    # Were it to wait for a place, none would be refused, and some would be done.
    accepted = held_up + fill(pool, held, 4_999)
    assert (accepted.count(True), accepted.index(False), pool.depth) == (1_001, 1_001, 1_000)
    assert held.done == []


def test_a_failing_job_is_logged_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    pool = AnswerPool(1, 5)
    with caplog.at_level(logging.ERROR):
        pool.submit(lambda: 1 / 0)
        pool.submit(lambda: done.append("next"))
        assert pool.close(PATIENCE)
    assert done == ["next"]
    assert "ZeroDivisionError" in caplog.text


def test_closing_finishes_what_was_accepted_and_takes_no_more() -> None:
    done: list[int] = []

    def slow(number: int) -> None:
        time.sleep(0.02)
        done.append(number)

    pool = AnswerPool(2, 20)
    for number in range(20):
        assert pool.submit(lambda number=number: slow(number))
    assert pool.close(PATIENCE)
    assert sorted(done) == list(range(20))
    assert not pool.submit(lambda: done.append(20))
    assert pool.close(0)


def test_closing_does_not_wait_for_a_job_that_hangs(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    pool = AnswerPool(1, 5)
    fill(pool, held, 3)
    held.wait_until_running(1)
    with caplog.at_level(logging.WARNING):
        assert not pool.close(0.2)
    assert held.done == []
    assert "1 answers running and 2 waiting" in caplog.text
    held.go.set()
    # What waited is left to whoever answers the questions of a process that ended.
    assert pool.close(PATIENCE)
    assert held.done == [0]


def test_jobs_wait_until_everything_that_came_is_acknowledged() -> None:
    unacknowledged, done = AcknowledgementGate(), []
    pool = AnswerPool(2, 10, unacknowledged.wait)
    with unacknowledged, unacknowledged:
        for number in range(6):
            assert pool.submit(lambda number=number: done.append(number))
        time.sleep(0.2)
        assert (done, pool.depth) == ([], 4)
    assert pool.close(PATIENCE)
    assert sorted(done) == [0, 1, 2, 3, 4, 5]


def test_what_is_never_acknowledged_does_not_hold_jobs_up_for_ever() -> None:
    unacknowledged = AcknowledgementGate()
    with unacknowledged:
        assert not unacknowledged.wait(0.05)
    assert unacknowledged.wait(0)


def test_one_can_wait_until_nothing_is_answered() -> None:
    go = threading.Event()
    pool = AnswerPool(1, 1)
    assert pool.wait_until_idle(0)
    assert pool.submit(go.wait)
    assert pool.submit(lambda: None)
    assert not pool.wait_until_idle(0.05)
    go.set()
    assert pool.wait_until_idle(PATIENCE)
    assert pool.close(PATIENCE)
