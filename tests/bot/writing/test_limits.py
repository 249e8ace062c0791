"""A server is asked only so often in a day by all processes, and left alone while it keeps failing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bot.records.database import open_engine
from bot.writing.limits import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker, Budget
from tests.support.databases import rows

if TYPE_CHECKING:
    from bot.records.records import Records


def test_as_many_as_may_be_and_no_more(records: Records, other: Records) -> None:
    first, second = Budget(records.engine), Budget(other.engine)
    assert [one.take(3) for one in (first, second, first, second, first)] == [True, True, True, False, False]
    assert first.taken() == second.taken() == 3
    # The setting was changed.
    assert second.take(4)


def test_many_at_a_time_are_counted_exactly(records: Records, other: Records) -> None:
    taken: list[bool] = []
    both = [Budget(records.engine), Budget(other.engine)]
    threads = [threading.Thread(target=lambda one=one: taken.append(one.take(10))) for one in both * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 10 + [True] * 10


def test_a_new_day_begins_anew_and_old_ones_are_forgotten(url: str, records: Records) -> None:
    budget = Budget(records.engine)
    assert budget.take(1)
    rows(url, "UPDATE writes SET day = day - 1")
    assert budget.taken() == 0
    assert budget.take(1)
    records.purge(now=0.0)
    assert len(rows(url, "SELECT * FROM writes")) == 2
    (day,) = rows(url, "SELECT MAX(day) FROM writes")[0]
    records.purge(now=(day + 90) * 86_400.0)
    assert rows(url, "SELECT day FROM writes") == [(day,)]


def test_a_database_of_an_earlier_version_gets_the_table(url: str, records: Records) -> None:
    rows(url, "DROP TABLE writes")
    engine = open_engine(url)
    assert Budget(engine).take(1)
    engine.dispose()


def test_the_count_outlives_a_removed_file(tmp_path) -> None:
    path = tmp_path / "records.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    budget = Budget(engine)
    assert budget.take(2)
    path.unlink()
    assert [budget.take(2), budget.take(2)] == [True, False]
    engine.dispose()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def begun(breaker: Breaker) -> int:
    number = breaker.begin()
    assert number is not None
    return number


def lets_through(breaker: Breaker) -> bool:
    return breaker.begin() is not None


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        breaker.failed(begun(breaker))


def test_failures_in_a_row_pause_it_and_one_question_tries_it() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker, FAILURES - 1)
    breaker.succeeded()
    fail(breaker)
    assert not lets_through(breaker)
    clock.now += FIRST_PAUSE
    assert [lets_through(breaker) for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert all(lets_through(breaker) for _ in range(3))


def test_pauses_grow_up_to_the_longest() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker)
    pauses = []
    for _ in range(6):
        began = clock.now
        while (number := breaker.begin()) is None:
            clock.now += 1
        pauses.append(clock.now - began)
        breaker.failed(number)
    assert pauses == [60, 120, 240, 480, LONGEST_PAUSE, LONGEST_PAUSE]


def test_what_lasts_pauses_it_at_once() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed(begun(breaker), lasting=True)
    clock.now += LONGEST_PAUSE - 1
    assert not lets_through(breaker)
    clock.now += 1
    assert lets_through(breaker)


def test_a_try_that_nobody_made_is_made_later() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker)
    clock.now += FIRST_PAUSE
    assert lets_through(breaker)
    clock.now += FIRST_PAUSE
    assert lets_through(breaker)


def pause_of(breaker: Breaker, clock: Clock) -> float:
    began = clock.now
    while not lets_through(breaker):
        clock.now += 1
    return clock.now - began


def test_failures_at_the_same_time_make_one_pause() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    numbers = [begun(breaker) for _ in range(FAILURES + 4)]
    for number in numbers:
        breaker.failed(number)
    assert pause_of(breaker, clock) == FIRST_PAUSE
    # So does one that began before the pause and ends behind the one that is let through after it.
    slow = begun(Breaker(clock))
    breaker.failed(slow)
    clock.now += FIRST_PAUSE
    breaker.failed(begun(breaker))
    breaker.failed(slow)
    assert pause_of(breaker, clock) == 2 * FIRST_PAUSE


def test_one_that_began_before_a_pause_and_succeeds_ends_it() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    begun(breaker)
    fail(breaker)
    breaker.succeeded()
    fail(breaker)
    assert pause_of(breaker, clock) == FIRST_PAUSE


def test_a_try_that_is_given_back_is_made_by_the_next_one() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker)
    clock.now += FIRST_PAUSE
    breaker.unused(begun(breaker))
    number = begun(breaker)
    assert not lets_through(breaker)
    # One of before the pause has nothing to give back.
    breaker.unused(number - 1)
    assert not lets_through(breaker)
