"""A question belongs to one process at a time, whichever of them dies and whatever their clocks say."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bot.records.leases import LEASE_SECONDS, RENEW_SECONDS
from bot.records.records import Records
from tests.support.databases import let_leases_end, opened, question
from tests.support.patience import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


# A process that dies


def test_what_a_live_process_answers_is_not_taken(records: Records, other: Records) -> None:
    records.receive(question())
    assert other.unanswered_since(300) == []
    assert not other.claim(question().key)
    assert records.claim(question().key)


def test_what_a_dead_process_left_is_claimed_by_one(url: str, records: Records, other: Records) -> None:
    records.receive(question(1, received_at=time.time() - 20))
    records.receive(question(2, received_at=time.time() - 10))
    let_leases_end(url)
    assert [one.ts for one in other.unanswered_since(300)] == [question(1).ts, question(2).ts]
    claimed = {key: [one.claim(key) for one in (other, records)] for key in (question(1).key, question(2).key)}
    assert list(claimed.values()) == [[True, False]] * 2
    assert other.unanswered_since(300) == []


def test_many_claim_at_once_and_one_gets_it(url: str, records: Records) -> None:
    records.receive(question())
    let_leases_end(url)
    rivals = [Records.open(url, 90) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        claims = list(threads.map(lambda rival: rival.claim(question().key), rivals))
    for rival in rivals:
        rival.close()
    assert claims.count(True) == 1


def test_what_is_too_old_is_left(url: str, records: Records) -> None:
    records.receive(question(received_at=time.time() - 301))
    let_leases_end(url)
    assert records.unanswered_since(300) == []


def test_what_was_answered_or_forgotten_is_not_claimed(url: str, records: Records, other: Records) -> None:
    records.receive(question(1))
    records.receive(question(2))
    records.answered(question(1).key, "failed", 0.0, "", "en", None)
    records.forget(question(2).key)
    let_leases_end(url)
    assert other.unanswered_since(300) == []
    assert not other.claim(question(1).key)
    assert not records.claim(question(2).key)


def test_closing_leaves_questions_to_others_at_once(url: str, other: Records) -> None:
    with opened(url) as ending:
        ending.receive(question())
        assert other.unanswered_since(300) == []
    assert [one.key for one in other.unanswered_since(300)] == [question().key]
    assert other.claim(question().key)


DIES = """
import sys, time
from bot.records.records import ReceivedQuestion, Records
records = Records.open(sys.argv[1], 90)
records.receive(ReceivedQuestion("k", "e", "T", "C", "U", "1.0", None, "who?", "dm", None, time.time()))
print("received", flush=True)
time.sleep(60)
"""


def test_the_lease_lasts_while_the_process_lives_and_ends_after_it_was_killed(url: str, records: Records) -> None:
    fast = "import bot.records.leases as l, bot.records.records as r; l.LEASE_SECONDS, r.RENEW_SECONDS = 2.0, 0.1\n"
    with subprocess.Popen([sys.executable, "-c", fast + DIES, url], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"received"
        # Longer than a lease it is renewed.
        for _ in range(15):
            assert not records.claim("k")
            time.sleep(0.2)
        process.kill()
        process.wait(PATIENCE)
        assert not records.claim("k")
        wait_until(lambda: records.unanswered_since(300))
        assert records.claim("k")
    assert not records.receive(question(key="k", event_id="other"))


def test_renewing_survives_a_database_that_is_locked_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.records.database.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("bot.records.records.RENEW_SECONDS", 0.05)
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        records.receive(question())
        first = lease_end(path)
        locker = sqlite3.connect(path, isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        time.sleep(0.4)
        locker.execute("ROLLBACK")
        locker.close()
        wait_until(lambda: lease_end(path) >= first + 0.3)
    assert lease_end(path) == 0


def lease_end(path: Path) -> float:
    connection = sqlite3.connect(path)
    [(until,)] = connection.execute("SELECT leased_until FROM questions").fetchall()
    connection.close()
    return float(until)


def test_a_lease_outlasts_several_renewals() -> None:
    assert RENEW_SECONDS * 3 <= LEASE_SECONDS


# Clocks that do not agree

ANOTHER_CLOCK = """
import sys, time
true_time = time.time
time.time = lambda: true_time() + float(sys.argv[2])
from bot.records.records import ReceivedQuestion, Records
records = Records.open(sys.argv[1], 90)
for line in sys.stdin:
    command, key = line.split()
    if command == "receive":
        given = ReceivedQuestion(key, key, "T", "C", "U", "1.0", None, "who?", "dm", None, time.time())
        answer = records.receive(given)
    elif command == "revise":
        answer = records.revise(key, "what?", "2.0") is not None
    elif command == "claim":
        answer = records.claim(key)
    else:
        answer = sorted(one.key for one in records.unanswered_since(300))
    print(answer, flush=True)
"""


@contextmanager
def machine(url: str, seconds_off: float) -> Iterator[Callable[[str], str]]:
    """Run records on a machine whose clock is wrong; yield what sends it commands and returns what it says."""
    command = [sys.executable, "-c", ANOTHER_CLOCK, url, str(seconds_off)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def say(line: str) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        try:
            yield say
        finally:
            process.kill()


@pytest.mark.parametrize("seconds_off", [15, -15, 3600, -3600, 86_400])
def test_machines_whose_clocks_differ_leave_each_others_questions_alone(
    url: str, records: Records, seconds_off: float
) -> None:
    with machine(url, seconds_off) as other:
        records.receive(question(1))
        assert other("receive k") == "True"
        assert other("unanswered -") == "[]"
        assert other(f"claim {question(1).key}") == "False"
        assert records.unanswered_since(300) == []
        assert not records.claim("k")
        assert other("revise k") == "True"
        assert not records.claim("k")
        assert (other("claim k"), records.claim(question(1).key)) == ("True", True)


@pytest.mark.parametrize("seconds_off", [15, -15, 3600, -3600])
def test_what_a_machine_with_another_clock_left_is_as_old_as_it_is(
    url: str, records: Records, seconds_off: float
) -> None:
    with machine(url, seconds_off) as dying:
        assert dying("receive k") == "True"
    records.receive(question(1, received_at=time.time() - 301))
    let_leases_end(url)
    assert [one.key for one in records.unanswered_since(300)] == ["k"]
    with machine(url, seconds_off) as other:
        assert other("unanswered -") == "['k']"
