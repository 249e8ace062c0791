"""The records keep their promises over threads, processes and restarts, on a real database.

SQLite always; PostgreSQL too when RECORDS_TEST_URL names an empty database there.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from bot.conversation import Place, Topic
from bot.database import METADATA, open_engine
from bot.records import (
    DAY,
    LEASE_SECONDS,
    SEEN_SECONDS,
    Feedback,
    FeedbackRow,
    Received,
    Records,
    Reply,
    Turn,
    UnansweredRow,
)
from index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTGRESQL = os.environ.get("RECORDS_TEST_URL")
PROCESSES = 4
KEYS = 200

TEAM, CHANNEL, USER = "T0LOCAL", "C0EVENTS", "U0ALICE"


def question(number: int = 1, **more: object) -> Received:
    ts = f"17000000{number:02d}.000100"
    received = Received(
        key=f"{TEAM}:{CHANNEL}:{ts}",
        event_id=f"Ev{number}",
        team=TEAM,
        channel=CHANNEL,
        user=USER,
        ts=ts,
        thread_ts=ts,
        text=f"What happened on day {number}?",
        surface="mention",
        response_url=None,
        received_at=time.time(),
    )
    return replace(received, **more)


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRESQL else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    engine = create_engine(POSTGRESQL.replace("postgresql:", "postgresql+psycopg:"))
    METADATA.drop_all(engine)
    engine.dispose()
    return POSTGRESQL


@contextmanager
def opened(url: str, retention_days: int = 90) -> Iterator[Records]:
    records = Records.open(url, retention_days)
    try:
        yield records
    finally:
        records.close()


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    with opened(url) as records:
        yield records


@pytest.fixture
def other(url: str, records: Records) -> Iterator[Records]:
    """Another process' records on the same database."""
    with opened(url) as other:
        yield other


def let_leases_end(url: str) -> None:
    """Do to the database what time does when a process died without a word."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE questions SET leased_until = 0")
    engine.dispose()


# Once only


def test_a_question_is_received_once(records: Records) -> None:
    asked = question()
    assert records.receive(asked)
    assert not records.receive(asked)
    assert records.received(asked.key) == asked


def test_the_twin_of_a_message_is_not_received(records: Records) -> None:
    assert records.receive(question(event_id="EvMention"))
    assert not records.receive(question(event_id="EvMessage"))
    # The twin's event counts as seen all the same.
    assert not records.seen_event("EvMessage")


def test_the_same_event_with_another_key_is_not_received(records: Records) -> None:
    assert records.receive(question(1))
    again = question(2, event_id="Ev1")
    assert not records.receive(again)
    assert records.received(again.key) is None


def test_questions_without_an_event_count_by_their_key(records: Records) -> None:
    assert records.receive(question(1, key="command:1", event_id=None))
    assert records.receive(question(1, key="command:2", event_id=None))
    assert not records.receive(question(1, key="command:2", event_id=None))


def test_another_event_is_seen_once(records: Records) -> None:
    assert records.seen_event("EvEdit")
    assert not records.seen_event("EvEdit")
    assert not records.receive(question(event_id="EvEdit"))


def test_what_was_received_stays_so_after_a_restart(url: str) -> None:
    with opened(url) as before:
        assert before.receive(question())
    with opened(url) as after:
        assert not after.receive(question())


def test_threads_that_receive_the_same_get_one_yes(records: Records) -> None:
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: records.receive(question()), range(64)))
    assert outcomes.count(True) == 1


def receive_all(
    url: str, number: int, start: multiprocessing.synchronize.Barrier, accepted: multiprocessing.Queue[list[str]]
) -> None:
    """Receive the same questions as every other process, at the same time."""
    order = random.Random(number).sample(range(KEYS), KEYS)
    with opened(url) as records:
        start.wait(30)
        accepted.put([f"k{n}" for n in order if records.receive(question(key=f"k{n}", event_id=f"e{n}"))])


def test_processes_that_receive_the_same_share_it(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    start, accepted = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=receive_all, args=(url, number, start, accepted)) for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    shares = [accepted.get(timeout=30) for _ in processes]
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert sorted(key for share in shares for key in share) == sorted(f"k{n}" for n in range(KEYS))
    # They were at it together: nobody took all before the others came.
    assert sum(bool(share) for share in shares) > 1


def test_strange_text_is_kept_as_far_as_a_database_can(records: Records) -> None:
    records.receive(question(text="a\0b \ud83d 🎉 「引用」"))
    records.answered(question().key, "answered", 0.9, "\0\udc00", "ja", None)
    kept = records.received(question().key)
    assert kept is not None
    assert kept.text == "ab ? 🎉 「引用」"


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
from bot.records import Received, Records
records = Records.open(sys.argv[1], 90)
records.receive(Received("k", "e", "T", "C", "U", "1.0", None, "who?", "dm", None, time.time()))
print("received", flush=True)
time.sleep(60)
"""


def test_the_lease_lasts_while_the_process_lives_and_ends_after_it_was_killed(url: str, records: Records) -> None:
    fast = "import bot.records as r; r.LEASE_SECONDS, r.RENEW_SECONDS = 0.6, 0.1\n"
    with subprocess.Popen([sys.executable, "-c", fast + DIES, url], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"received"
        # Several leases long it is renewed.
        for _ in range(8):
            assert not records.claim("k")
            time.sleep(0.2)
        process.kill()
        process.wait(10)
        assert not records.claim("k")
        deadline = time.monotonic() + 5
        while not records.unanswered_since(300):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert records.claim("k")
    assert not records.receive(question(key="k", event_id="other"))


def test_renewing_survives_a_database_that_is_locked_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.database.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("bot.records.RENEW_SECONDS", 0.05)
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        records.receive(question())
        first = lease_end(path)
        locker = sqlite3.connect(path, isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        time.sleep(0.4)
        locker.execute("ROLLBACK")
        locker.close()
        deadline = time.monotonic() + 5
        while lease_end(path) < first + 0.3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert lease_end(path) == 0


def lease_end(path: Path) -> float:
    connection = sqlite3.connect(path)
    [(until,)] = connection.execute("SELECT leased_until FROM questions").fetchall()
    connection.close()
    return float(until)


def test_a_lease_outlasts_several_renewals() -> None:
    from bot import records

    assert records.RENEW_SECONDS * 3 <= LEASE_SECONDS


# Answers, edits and deletions


def test_the_reply_to_a_message_is_known_once_it_was_posted(records: Records) -> None:
    asked = question()
    assert records.reply_to(TEAM, CHANNEL, asked.ts) is None
    records.receive(asked)
    assert records.reply_to(TEAM, CHANNEL, asked.ts) == Reply(asked.key, None, asked.ts)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", "1700000100.000200")
    assert records.reply_to(TEAM, CHANNEL, asked.ts) == Reply(asked.key, "1700000100.000200", asked.ts)
    assert records.reply_to("T0OTHER", CHANNEL, asked.ts) is None


def test_an_edited_question_is_open_again_and_keeps_its_reply(records: Records, other: Records) -> None:
    asked = question(received_at=time.time() - 3600)
    records.receive(asked)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", "1700000100.000200")
    revised = other.revise(asked.key, "What happened on day 2?")
    assert revised is not None
    assert (revised.text, revised.key) == ("What happened on day 2?", asked.key)
    assert revised.received_at > asked.received_at
    # It belongs to the process that was told of the edit.
    assert other.claim(asked.key)
    assert not records.claim(asked.key)
    reply = other.reply_to(TEAM, CHANNEL, asked.ts)
    assert reply is not None
    assert reply.reply_ts == "1700000100.000200"


def test_an_edit_of_what_was_no_question_does_nothing(records: Records) -> None:
    assert records.revise("unknown", "text") is None


def test_a_deleted_question_is_forgotten_and_not_received_again(records: Records) -> None:
    asked = question()
    records.receive(asked)
    records.add_feedback(Feedback(asked.key, TEAM, USER, helpful=True, reason=None, at=time.time()))
    records.forget(asked.key)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", "1.0")
    assert records.received(asked.key) is None
    assert records.reply_to(TEAM, CHANNEL, asked.ts) is None
    assert records.feedback() == []
    assert not records.receive(asked)


# Conversations


def test_the_history_of_a_thread_is_in_order_and_limited(records: Records) -> None:
    root = question(1).ts
    for number in (3, 1, 2, 4):
        asked = question(number, thread_ts=root)
        records.receive(asked)
        records.answered(asked.key, "answered", 0.9, f"answer {number}", "en", None)
    records.receive(question(5, thread_ts=root))
    records.receive(question(6))
    failed = question(7, thread_ts=root)
    records.receive(failed)
    records.answered(failed.key, "failed", 0.0, "", "en", None)
    turns = records.history(TEAM, CHANNEL, root)
    assert [turn.answer_text for turn in turns] == ["answer 1", "answer 2", "answer 3", "answer 4"]
    about = Topic(question(1).text, question(1).text, "en")
    assert turns[0] == Turn(question(1).text, "answer 1", "en", "answered", about)
    before = records.history(TEAM, CHANNEL, root, before_ts=question(4).ts, limit=2)
    assert [turn.answer_text for turn in before] == ["answer 2", "answer 3"]


def test_what_a_conversation_was_about_is_kept(records: Records) -> None:
    about = Topic(
        "雨は？", "雨は？\nwhen?", "ja", "rain.md", "Rain 2023", (Place("rain.md", 3, 9), Place("rain.md", 20, 30))
    )
    records.receive(question())
    records.answered(question().key, "answered", 0.9, "It rained.", "ja", None, topic=about)
    [turn] = records.history(TEAM, CHANNEL, question().ts)
    assert turn.topic == about


def test_a_database_of_an_earlier_version_is_taken_over(url: str) -> None:
    with opened(url) as before:
        before.receive(question(1))
        before.answered(question(1).key, "answered", 0.9, "It rained.", "en", None)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE questions DROP COLUMN topic")
    engine.dispose()
    with opened(url) as after:
        later = question(2, thread_ts=question(1).ts)
        after.receive(later)
        about = Topic("where?", "where?", "en", "rain.md")
        after.answered(later.key, "answered", 0.9, "Here.", "en", None, topic=about)
        turns = after.history(TEAM, CHANNEL, question(1).ts)
    assert [turn.topic for turn in turns] == [Topic(question(1).text, question(1).text, "en"), about]


def test_a_thread_is_known_once_something_was_asked_in_it(records: Records) -> None:
    records.receive(question(1))
    assert records.in_thread(TEAM, CHANNEL, question(1).ts)
    assert not records.in_thread(TEAM, CHANNEL, question(2).ts)
    assert not records.in_thread(TEAM, "C0OTHER", question(1).ts)


# What people say and miss


def test_feedback_is_one_per_user_and_answer_and_the_last_counts(records: Records) -> None:
    asked = question()
    records.receive(asked)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", "1.0")
    records.add_feedback(Feedback(asked.key, TEAM, USER, helpful=False, reason="wrong day", at=100.0))
    records.add_feedback(Feedback(asked.key, TEAM, "U0BOB", helpful=True, reason=None, at=200.0))
    records.add_feedback(Feedback(asked.key, TEAM, USER, helpful=True, reason=None, at=300.0))
    bob = FeedbackRow(200.0, True, None, "U0BOB", asked.key, asked.text, "It rained.")
    alice = FeedbackRow(300.0, True, None, USER, asked.key, asked.text, "It rained.")
    assert records.feedback() == [bob, alice]
    assert records.feedback(since=250.0) == [alice]


def test_feedback_outlives_its_question(records: Records) -> None:
    records.add_feedback(Feedback("gone", TEAM, USER, helpful=True, reason="nice", at=100.0))
    assert records.feedback() == [FeedbackRow(100.0, True, "nice", USER, "gone", "", "")]


def test_unanswered_questions_are_grouped_however_they_are_written(records: Records) -> None:
    texts = ("Where is  PyCon?", "where is pycon", "Ｗｈｅｒｅ is PyCon？", "参加費は？", "who won?")
    for number, text in enumerate(texts, 1):
        asked = question(number, text=text, received_at=1000.0 + number)
        records.receive(asked)
        status = "answered" if text == "who won?" else "not_found"
        records.answered(asked.key, status, 0.1, "", "en", None, nearest=[f"report.md#{number}"])
    where = UnansweredRow("Ｗｈｅｒｅ is PyCon？", "en", 3, 1003.0, ("report.md#3",))
    fee = UnansweredRow("参加費は？", "en", 1, 1004.0, ("report.md#4",))
    assert records.unanswered() == [where, fee]
    assert records.unanswered(since=1004.0) == [fee]


# Retention


def test_what_is_older_than_the_retention_is_removed(url: str) -> None:
    now = time.time()
    with opened(url, retention_days=30) as records:
        records.receive(question(1, received_at=now - 31 * DAY))
        records.receive(question(2, received_at=now - 20 * DAY))
        records.add_feedback(Feedback("old", TEAM, USER, helpful=True, reason=None, at=now - 31 * DAY))
        records.add_feedback(Feedback("new", TEAM, USER, helpful=True, reason=None, at=now))
        assert records.purge(now) == 2
        assert records.purge(now) == 0
        assert records.received(question(1).key) is None
        assert records.received(question(2).key) is not None
        assert [row.key for row in records.feedback()] == ["new"]
        assert not records.receive(question(1))
        # Slack has long stopped repeating these: four marks of two questions.
        assert records.purge(now + SEEN_SECONDS + 60) == 4


def test_the_retention_is_kept_without_anybody_asking(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.records.RENEW_SECONDS", 0.05)
    with opened(url, retention_days=1) as records:
        records.receive(question(received_at=time.time() - 2 * DAY))
        deadline = time.monotonic() + 5
        while records.received(question().key) is not None:
            assert time.monotonic() < deadline
            time.sleep(0.02)


# Opening


def test_sqlite_is_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}"):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()


def test_many_open_a_new_database_at_once(url: str) -> None:
    start = threading.Barrier(8)

    def open_and_close(_: int) -> None:
        start.wait(10)
        open_engine(url).dispose()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_and_close, range(8)))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL is not a URL such as sqlite:///records.sqlite"),
        ("mysql://u:secret@host/db", "DATABASE_URL must begin with sqlite:/// or postgresql://"),
        ("sqlite://", "DATABASE_URL must name a file: what is kept in memory does not outlive the process"),
        ("sqlite:///:memory:", "DATABASE_URL must name a file: what is kept in memory does not outlive the process"),
        ("sqlite:////no/such/folder/x", "DATABASE_URL: the database cannot be opened: unable to open database file"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Records.open(url, 90)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_needs_its_driver_or_its_server_and_says_so_without_the_password(scheme: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: the d") as caught:
        Records.open(f"{scheme}://someone:s3cret@127.0.0.1:1/records", 90)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.write_text("this is not a database, and it is long enough to be sure of that" * 20)
    with pytest.raises(SettingsError, match="the database cannot be opened: file is not a database"):
        Records.open(f"sqlite:///{path}", 90)
