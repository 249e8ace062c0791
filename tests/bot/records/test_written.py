"""What was written beside an answer: kept with it, and only while it stands there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.records.records import Feedback, Records
from bot.types import Written
from tests.support.databases import TEAM, USER, question, rows

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion

POSTED = "1700000100.000200"
WRITTEN = Written("It rained all day.", "", "keeper-1", 1.5, {"name": 1})


@pytest.fixture
def asked(records: Records) -> ReceivedQuestion:
    received = question()
    records.receive(received)
    records.answered(received.key, "answered", 0.9, "It rained.", "en", POSTED)
    return received


def test_it_is_kept_beside_the_answer_for_all_processes(
    records: Records, other: Records, asked: ReceivedQuestion
) -> None:
    assert records.keep_written(asked, POSTED, WRITTEN)
    standing = other.standing(asked)
    assert standing is not None
    assert (standing.reply_ts, standing.written) == (POSTED, WRITTEN)


def test_it_is_kept_only_where_the_answer_still_stands(records: Records, asked: ReceivedQuestion) -> None:
    assert not records.keep_written(asked, "1700000999.000200", WRITTEN)
    assert not records.keep_written(replace(asked, text="another"), POSTED, WRITTEN)
    records.revise(asked.key, "Did it snow?", "9.0")
    assert records.standing(asked) is None
    assert not records.keep_written(asked, POSTED, WRITTEN)


def test_a_new_answer_has_nothing_beside_it(records: Records, asked: ReceivedQuestion) -> None:
    records.keep_written(asked, POSTED, WRITTEN)
    revised = records.revise(asked.key, "Did it snow?", "9.0")
    assert revised is not None
    records.answered(asked.key, "answered", 0.9, "It snowed.", "en", POSTED)
    standing = records.standing(revised)
    assert standing is not None
    assert standing.written is None


def test_it_goes_with_a_deleted_question(url: str, records: Records, asked: ReceivedQuestion) -> None:
    records.keep_written(asked, POSTED, WRITTEN)
    assert records.delete(asked.key, "9.0")
    assert rows(url, "SELECT written FROM questions") == [(None,)]


def test_a_question_is_answered_once_more_when_whoever_is_at_it_is_through(
    records: Records, other: Records, asked: ReceivedQuestion
) -> None:
    revised = other.revise(asked.key, "Did it snow?", "9.0")
    assert revised is not None
    assert records.reopen(asked.key) is None
    other.answered(asked.key, "not_found", 0.1, "No.", "en", POSTED)
    assert records.reopen(asked.key) is not None
    assert records.claim(asked.key)
    assert not other.claim(asked.key)
    records.answered(asked.key, "not_found", 0.1, "No.", "en", POSTED)
    records.delete(asked.key, "9.1")
    assert records.reopen(asked.key) is None


def test_a_wish_counts_once_for_each_person_and_kind(records: Records, other: Records) -> None:
    assert records.first_wish("T:C:1", USER, again=False)
    assert not other.first_wish("T:C:1", USER, again=False)
    assert records.first_wish("T:C:1", USER, again=True)
    assert records.first_wish("T:C:1", "U0BOB", again=False)
    assert records.first_wish("T:C:2", USER, again=False)


def test_feedback_has_what_was_written(records: Records, asked: ReceivedQuestion) -> None:
    records.add_feedback(Feedback(asked.key, TEAM, USER, helpful=False, reason="unfaithful", at=asked.received_at))
    assert [row.written for row in records.feedback()] == [""]
    records.keep_written(asked, POSTED, WRITTEN)
    assert [row.written for row in records.feedback()] == [WRITTEN.text]
