"""What was written beside an answer: kept with it, and only while it stands there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.records.records import Feedback, Records
from bot.types import Written
from index.types import Place
from tests.support.databases import TEAM, USER, question, rows

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion

POSTED = "1700000100.000200"
WRITTEN = Written(
    "It rained all day.\nIn Kobe.",
    "",
    "keeper-1",
    1.5,
    {"name": 1},
    leans_on=((0, 1), (1,)),
    places=(Place("rain.md", 10, 20), Place("rain.md", 30, 40)),
    index_version="v1",
)


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
    records.leave_edit(begun(records, asked))
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


def test_what_an_earlier_version_kept_can_be_read(url: str, records: Records, asked: ReceivedQuestion) -> None:
    early = '{"text": "It rained.", "reason": "", "model": "m", "seconds": 1.0, "dropped": {}}'
    rows(url, f"UPDATE questions SET written = '{early}'")
    standing = records.standing(asked)
    assert standing is not None
    assert standing.written == Written("It rained.", "", "m", 1.0)


# Edits of messages


def let_edits_end(url: str) -> None:
    """Do to the edits what time does when the process died that is at them."""
    rows(url, "UPDATE edits SET leased_until = 0")


def begun(records: Records, asked: ReceivedQuestion) -> str:
    mark = records.begin_edit(asked)
    assert mark is not None
    return mark


def test_an_edit_that_a_live_process_is_at_is_left_alone(
    url: str, records: Records, other: Records, asked: ReceivedQuestion
) -> None:
    mark = begun(records, asked)
    assert other.unfinished_edits() == []
    let_edits_end(url)
    records.renew()
    assert other.unfinished_edits() == []
    assert records.keep_written(asked, POSTED, WRITTEN, mark)
    assert rows(url, "SELECT * FROM edits") == []


def test_an_edit_that_a_dead_process_left_is_found_once(
    url: str, records: Records, other: Records, asked: ReceivedQuestion
) -> None:
    begun(records, asked)
    let_edits_end(url)
    assert other.unfinished_edits() == [asked.key]
    assert other.reopen(asked.key) is not None
    assert other.unfinished_edits() == []
    assert other.claim(asked.key)
    # Who looked at the same time does not draw it once more.
    other.answered(asked.key, "answered", 0.9, "It rained.", "en", POSTED)
    assert records.reopen(asked.key) is None


def test_while_a_question_is_answered_its_unfinished_edit_waits(
    url: str, records: Records, other: Records, asked: ReceivedQuestion
) -> None:
    mark = begun(records, asked)
    other.revise(asked.key, "Did it snow?", "9.0")
    assert not records.keep_written(asked, POSTED, WRITTEN, mark)
    assert other.unfinished_edits() == [asked.key]
    assert other.reopen(asked.key) is None
    other.answered(asked.key, "not_found", 0.1, "No.", "en", POSTED)
    assert other.unfinished_edits() == [asked.key]
    assert other.reopen(asked.key) is not None
    assert records.unfinished_edits() == []


def test_an_edit_that_came_to_nothing_or_is_in_doubt(
    url: str, records: Records, other: Records, asked: ReceivedQuestion
) -> None:
    records.end_edit(begun(records, asked))
    assert rows(url, "SELECT * FROM edits") == []
    records.leave_edit(begun(records, asked))
    assert other.unfinished_edits() == [asked.key]
    # It is not kept up by who left it.
    records.renew()
    assert other.unfinished_edits() == [asked.key]


def test_an_edit_that_cannot_be_written_down_is_looked_at_again(
    url: str, records: Records, asked: ReceivedQuestion
) -> None:
    mark = begun(records, asked)
    with pytest.raises(TypeError):
        records.keep_written(asked, POSTED, Written(dropped={"name": object()}), mark)
    records.let_edit_go(mark)
    let_edits_end(url)
    records.renew()
    assert records.unfinished_edits() == [asked.key]


def test_nothing_is_edited_below_a_question_that_changed(url: str, records: Records, asked: ReceivedQuestion) -> None:
    records.revise(asked.key, "Did it snow?", "9.0")
    assert records.begin_edit(asked) is None
    assert rows(url, "SELECT * FROM edits") == []


@pytest.mark.parametrize("gone", [False, True], ids=["deleted", "forgotten"])
def test_the_edit_of_a_deleted_question_is_forgotten(
    url: str, records: Records, asked: ReceivedQuestion, gone: bool
) -> None:
    begun(records, asked)
    let_edits_end(url)
    records.delete(asked.key, "9.0")
    if gone:
        records.forget(asked.key)
    for key in records.unfinished_edits():
        assert records.reopen(key) is None
    assert rows(url, "SELECT * FROM edits") == []


def test_a_wish_counts_once_for_each_person_and_kind(records: Records, other: Records) -> None:
    assert records.first_wish("T:C:1", USER, again=False)
    assert not other.first_wish("T:C:1", USER, again=False)
    assert records.first_wish("T:C:1", USER, again=True)
    assert records.first_wish("T:C:1", "U0BOB", again=False)
    assert records.first_wish("T:C:2", USER, again=False)
    records.forget_wish("T:C:1", USER, again=False)
    assert not records.first_wish("T:C:1", USER, again=True)
    assert records.first_wish("T:C:1", USER, again=False)


def test_feedback_has_what_was_written(records: Records, asked: ReceivedQuestion) -> None:
    records.add_feedback(Feedback(asked.key, TEAM, USER, helpful=False, reason="unfaithful", at=asked.received_at))
    assert [row.written for row in records.feedback()] == [""]
    records.keep_written(asked, POSTED, WRITTEN)
    assert [row.written for row in records.feedback()] == [WRITTEN.text]
