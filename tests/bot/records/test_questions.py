"""A question is answered once, over threads, processes and restarts: on real databases."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.records.received import DeletedQuestion, Progress
from bot.records.records import Feedback, Records
from tests.support.databases import CHANNEL, TEAM, USER, let_leases_end, opened, question, rows
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES = 4
KEYS = 200
POSTED = "1700000100.000200"


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
        start.wait(PATIENCE)
        accepted.put([f"k{n}" for n in order if records.receive(question(key=f"k{n}", event_id=f"e{n}"))])


@pytest.mark.slow
def test_processes_that_receive_the_same_share_it(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    start, accepted = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=receive_all, args=(url, number, start, accepted)) for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    shares = [accepted.get(timeout=PATIENCE) for _ in processes]
    for process in processes:
        process.join(PATIENCE)
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


# Answers


def test_the_reply_to_a_question_is_known_once_it_was_posted(records: Records) -> None:
    asked = question()
    assert records.progress(asked.key) is None
    records.receive(asked)
    assert records.progress(asked.key) == Progress(None, sending=False, answer_text="", edited=False)
    assert records.begin_sending(asked)
    assert records.progress(asked.key) == Progress(None, sending=True, answer_text="", edited=False)
    assert records.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED, question=asked.text)
    assert records.progress(asked.key) == Progress(POSTED, sending=False, answer_text="It rained.", edited=False)


def test_nothing_is_sent_for_what_somebody_else_answers_or_what_changed(
    url: str, records: Records, other: Records
) -> None:
    for number in range(1, 5):
        records.receive(question(number))
    records.answered(question(1).key, "refused", 0.0, "", "en", None)
    records.revise(question(2).key, "What happened then?", "1.0")
    records.delete(question(3).key, "9.0")
    let_leases_end(url)
    assert other.claim(question(4).key)
    assert [records.begin_sending(question(number)) for number in range(1, 5)] == [False] * 4
    assert other.begin_sending(question(4))


def test_what_was_not_sent_after_all_is_not_looked_for(records: Records) -> None:
    records.receive(question())
    records.begin_sending(question())
    records.nothing_sent(question().key)
    progress = records.progress(question().key)
    assert progress is not None
    assert not progress.sending


def test_a_known_reply_stays_known(records: Records) -> None:
    asked = question()
    records.receive(asked)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED)
    revised = records.revise(asked.key, "What happened on day 2?", "1.0")
    assert revised is not None
    assert records.answered(asked.key, "failed", 0.0, "", "en", None, question=revised.text)
    progress = records.progress(asked.key)
    assert progress is not None
    assert progress.reply_ts == POSTED


# Edits


def test_an_edited_question_is_open_again_and_keeps_its_reply(records: Records, other: Records) -> None:
    asked = question(received_at=time.time() - 3600)
    records.receive(asked)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED)
    revised = other.revise(asked.key, "What happened on day 2?", "1.0")
    assert revised is not None
    assert (revised.text, revised.key) == ("What happened on day 2?", asked.key)
    assert revised.received_at > asked.received_at
    # It belongs to the process that was told of the edit.
    assert other.claim(asked.key)
    assert not records.claim(asked.key)
    assert other.progress(asked.key) == Progress(POSTED, sending=False, answer_text="It rained.", edited=True)


def test_an_edit_of_what_was_no_question_does_nothing(records: Records) -> None:
    assert records.revise("unknown", "text", "1.0") is None


def test_of_edits_in_any_order_the_latest_counts_and_each_once(records: Records, other: Records) -> None:
    records.receive(question())
    key = question().key
    assert records.revise(key, "third", "3.0") is not None
    assert other.revise(key, "second", "2.0") is None
    assert other.revise(key, "third", "3.0") is None
    # The same text again, as when Slack adds a preview, asks nothing; what is older than that neither.
    assert other.revise(key, "third", "5.0") is None
    assert records.revise(key, "fourth", "4.0") is None
    kept = records.received(key)
    assert kept is not None
    assert kept.text == "third"


def test_an_edit_during_the_answer_leaves_the_question_open(records: Records) -> None:
    asked = question()
    records.receive(asked)
    records.begin_sending(asked)
    records.revise(asked.key, "What happened then?", "1.0")
    assert records.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED, question=asked.text)
    assert records.claim(asked.key)
    assert records.progress(asked.key) == Progress(POSTED, sending=False, answer_text="It rained.", edited=True)


@pytest.mark.parametrize("change", ["edit", "deletion"])
def test_a_change_that_comes_before_its_question_is_remembered_without_its_words(
    url: str, records: Records, other: Records, change: str
) -> None:
    key, at = question().key, ("1700000002.000200", "1700000003.000300")
    # In any order, and to any process.
    for one in reversed(at):
        if change == "edit":
            assert other.revise(key, "What people say to each other.", one) is None
        else:
            assert not other.delete(key, one)
    assert records.changed_early(key) is None
    assert rows(url, "SELECT mark FROM seen") == [(f"changed {key}",)]
    records.receive(question())
    assert records.changed_early(key) == at[1]
    assert records.revise(key, question().text, at[1]) is None
    assert records.changed_early(key) is None


@pytest.mark.parametrize("statement", range(6))
def test_a_change_and_its_question_do_not_miss_each_other(records: Records, other: Records, statement: int) -> None:
    asked, begun = question(), itertools.count()

    def receive_amid(*_: object) -> None:
        if next(begun) == statement:
            # SQLite lets nobody write in the middle of a transaction.
            with contextlib.suppress(OperationalError):
                other.receive(asked, patience=0.05)

    event.listen(records.engine, "before_cursor_execute", receive_amid)
    revised = records.revise(asked.key, "What then?", "1700000002.000200")
    event.remove(records.engine, "before_cursor_execute", receive_amid)
    other.receive(asked)
    assert other.claim(asked.key) or revised is not None
    assert revised is not None or other.changed_early(asked.key) == "1700000002.000200"


def test_an_edit_that_its_question_has_in_it_is_no_later_one(records: Records) -> None:
    records.revise(question().key, "What then?", "1700000002.000200")
    records.receive(question(changed_at="1700000002.000200"))
    assert records.changed_early(question().key) is None


# Deletions


def test_a_deleted_question_is_forgotten_and_not_received_again(records: Records) -> None:
    asked = question()
    records.receive(asked)
    records.add_feedback(Feedback(asked.key, TEAM, USER, helpful=True, reason=None, at=time.time()))
    assert not records.delete(asked.key, "9.0")
    assert not records.answered(asked.key, "answered", 0.9, "It rained.", "en", "1.0")
    assert records.received(asked.key) is None
    assert records.progress(asked.key) is None
    assert records.feedback() == []
    assert records.deleted() == []
    assert not records.receive(asked)


def test_an_answer_that_is_to_be_taken_away_is_known_until_it_is(url: str, records: Records, other: Records) -> None:
    asked = question()
    records.receive(asked)
    records.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED)
    assert records.delete(asked.key, "9.0")
    assert records.delete(asked.key, "9.0")
    assert records.received(asked.key) is None
    assert records.revise(asked.key, "Did it?", "9.0") is None
    assert records.history(TEAM, CHANNEL, asked.ts) == []
    assert rows(url, "SELECT text, answer_text FROM questions") == [("", None)]
    deleted = [DeletedQuestion(asked.key, TEAM, CHANNEL, asked.ts, asked.ts, POSTED)]
    assert (other.deleted(), records.deleted(asked.key), records.deleted("another")) == (deleted, deleted, [])
    other.forget(asked.key)
    assert records.deleted() == []


def test_a_question_deleted_while_its_answer_is_sent_says_so_to_the_sender(
    url: str, records: Records, other: Records
) -> None:
    asked = question()
    records.receive(asked)
    records.begin_sending(asked)
    assert other.delete(asked.key, "9.0")
    # Its process lives, and takes the answer away itself.
    assert other.deleted() == []
    let_leases_end(url)
    assert [one.reply_ts for one in other.deleted()] == [None]
    assert not records.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED, question=asked.text)
    assert [one.reply_ts for one in other.deleted()] == [POSTED]


def test_a_message_that_nobody_is_to_see_answered_leaves_nothing(records: Records) -> None:
    for number in (1, 2):
        records.receive(question(number))
    records.begin_sending(question(2))
    assert records.drop(question(1).key)
    assert not records.drop(question(2).key)
    assert records.received(question(1).key) is None


# A database that cannot be written to


def test_a_click_does_not_wait_for_a_locked_database_as_long_as_an_event(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        locker = sqlite3.connect(path, isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            records.receive(question(1), patience=0.1)
        locker.execute("ROLLBACK")
        # The same connection has all its patience again.
        held = threading.Barrier(2)

        def hold() -> None:
            with sqlite3.connect(path, isolation_level=None) as other:
                other.execute("BEGIN IMMEDIATE")
                held.wait(PATIENCE)
                time.sleep(0.5)
                other.execute("ROLLBACK")

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait(PATIENCE)
        assert records.receive(question(1))
        holder.join()
