"""The records keep what people ask and say, on a real database."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from bot.records.database import open_engine
from bot.records.records import Feedback, FeedbackRow, Records, Turn, UnansweredRow
from bot.records.retention import DAY, SEEN_SECONDS
from bot.types import Topic
from index.errors import SettingsError
from index.types import Place
from tests.support.databases import CHANNEL, TEAM, USER, opened, question
from tests.support.patience import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path


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
    bob = FeedbackRow(200.0, True, None, "U0BOB", asked.key, asked.text, "It rained.", "")
    alice = FeedbackRow(300.0, True, None, USER, asked.key, asked.text, "It rained.", "")
    assert records.feedback() == [bob, alice]
    assert records.feedback(since=250.0) == [alice]


def test_feedback_outlives_its_question(records: Records) -> None:
    records.add_feedback(Feedback("gone", TEAM, USER, helpful=True, reason="nice", at=100.0))
    assert records.feedback() == [FeedbackRow(100.0, True, "nice", USER, "gone", "", "", "")]


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
    monkeypatch.setattr("bot.records.records.RENEW_SECONDS", 0.05)
    with opened(url, retention_days=1) as records:
        records.receive(question(received_at=time.time() - 2 * DAY))
        wait_until(lambda: records.received(question().key) is None)


# Opening


def test_a_connection_that_cannot_write_is_not_used_again(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'records.sqlite'}") as records:
        with records.engine.connect() as connection:
            # As one is that was opened while the disk was read-only; it goes back to the pool.
            connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(OperationalError, match="readonly database"):
            records.receive(question())
        assert records.receive(question())


def test_sqlite_is_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}"):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()


def test_many_open_a_new_database_at_once(url: str) -> None:
    start = threading.Barrier(8)

    def open_and_close(_: int) -> None:
        start.wait(PATIENCE)
        open_engine(url).dispose()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_and_close, range(8)))


IN_MEMORY = (
    "DATABASE_URL must name a file and nothing else, as in sqlite:///records.sqlite:"
    " what is kept in memory does not outlive the process"
)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL is not a URL such as sqlite:///records.sqlite"),
        ("mysql://u:secret@host/db", "DATABASE_URL must begin with sqlite:/// or postgresql://"),
        ("sqlite://", IN_MEMORY),
        ("sqlite:///:memory:", IN_MEMORY),
        ("sqlite:////no/such/folder/x", "DATABASE_URL: there is no folder /no/such/folder for the database"),
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
