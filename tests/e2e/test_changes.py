"""Edited and deleted questions while Slack, the database or the process fail."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.faulty_database import refusing, statuses
from tests.support.slack_bot import (
    ENGLISH,
    JAPANESE,
    JAPANESE_ANSWER,
    NOT_FOUND_JA,
    UNKNOWN_JA,
    database_of,
    process,
    running,
)
from tests.support.slack_server import CHANNEL, Settings, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Message, Post

ENGLISH_ANSWER = "札幌"
POST, UPDATE, DELETE = "chat.postMessage", "chat.update", "chat.delete"
RECEIVED = "INSERT ON questions"
# What the bot waits for is shorter here; that it waits stays.
SOONER = """
import bot.slack.work.deletions as deletions, bot.slack.work.later as later, bot.slack.work.left_over as left_over
import bot.records.leases as leases, bot.records.records as records
later.PUT_OFF_SECONDS, left_over.RESUME_SECONDS, deletions.AGAIN_SECONDS = 2.0, 0.5, 2.0
leases.LEASE_SECONDS, records.RENEW_SECONDS = 3.0, 0.5
"""
# Slack brings an event again when it is not acknowledged.
IMPATIENT = Settings(ack_timeout=1.0)


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), platform=IMPATIENT, prelude=SOONER) as started:
        yield started


def answered(bot: Running) -> tuple[Post, Message]:
    """Ask something that the reports answer."""
    post = bot.ask(JAPANESE)
    return post, bot.reply(post, matching=JAPANESE_ANSWER)


def edit(bot: Running, post: Post, text: str) -> None:
    """Edit a question, with the mention that is in it."""
    bot.slack.edit_message(post.message, f"<@{bot.slack.team.bot_user}> {text}")


def says(bot: Running, reply: Message, text: str) -> bool:
    """Wait until a message says something else."""
    return bool(bot.slack.wait_for(lambda: text in bot.slack.message_text(reply), 60, text))


def is_gone(bot: Running, post: Post) -> bool:
    """Wait until there is no reply to a question."""
    return bool(bot.slack.wait_for(lambda: not bot.slack.replies(CHANNEL, post.ts), 60, "no reply"))


def told(bot: Running, post: Post) -> list[str]:
    """Return what only the asker was told about a question."""
    return [m.text for m in bot.slack.replies(CHANNEL, post.ts, ephemeral=True)]


# An answer that Slack does not let the bot change


@pytest.mark.parametrize("code", ["cant_update_message", "edit_window_closed", "msg_too_long", "some_new_code"])
def test_an_answer_that_must_stay_is_neither_lost_nor_apologised_for(bot: Running, code: str) -> None:
    post, reply = answered(bot)
    # Both forms of the message.
    bot.slack.faults.error(UPDATE, code, times=2)
    edit(bot, post, UNKNOWN_JA)
    bot.slack.wait_for(lambda: told(bot, post))
    bot.slack.faults.clear()
    assert told(bot, post) == [texts("ja").notices["outdated"]]
    assert bot.slack.replies(CHANNEL, post.ts) == [reply]
    assert JAPANESE_ANSWER in bot.slack.message_text(reply)
    # The next edit and the deletion are about the same answer.
    edit(bot, post, ENGLISH)
    assert says(bot, reply, ENGLISH_ANSWER)
    bot.slack.delete_message(post.message)
    assert is_gone(bot, post)


def test_an_answer_that_must_stay_and_is_still_right_is_no_matter(bot: Running) -> None:
    post, reply = answered(bot)
    bot.slack.faults.error(UPDATE, "cant_update_message")
    edit(bot, post, JAPANESE.replace("？", "?"))
    bot.slack.wait_for(lambda: bot.slack.faults.left(UPDATE) == 0)
    assert bot.is_quiet(1.5)
    assert told(bot, post) == []
    assert bot.slack.replies(CHANNEL, post.ts) == [reply]
    assert statuses(database_of(bot.bot))[-1] == "answered"


def test_an_edit_that_comes_before_slack_says_that_the_answer_arrived_is_about_that_answer(bot: Running) -> None:
    bot.slack.faults.slow(POST, 2.0, after=True)
    post, reply = answered(bot)
    # Edited while the bot still waits for Slack.
    edit(bot, post, JAPANESE.replace("？", "?"))
    bot.slack.faults.error(UPDATE, "cant_update_message")
    bot.slack.wait_for(lambda: bot.slack.faults.left(UPDATE) == 0)
    assert bot.is_quiet(1.5)
    assert told(bot, post) == []
    assert bot.slack.replies(CHANNEL, post.ts) == [reply]
    assert statuses(database_of(bot.bot))[-1] == "answered"


def test_an_answer_that_is_gone_comes_anew(bot: Running) -> None:
    post, reply = answered(bot)
    bot.slack.delete_message(reply)
    edit(bot, post, UNKNOWN_JA)
    anew = bot.reply(post, matching=NOT_FOUND_JA)
    assert anew.ts != reply.ts
    edit(bot, post, ENGLISH)
    assert says(bot, anew, ENGLISH_ANSWER)
    assert told(bot, post) == []
    bot.slack.delete_message(post.message)
    assert is_gone(bot, post)


@pytest.mark.parametrize("fault", ["http_error", "ratelimited", "internal_error", "drop"])
def test_an_answer_that_cannot_be_changed_now_is_changed_later(bot: Running, fault: str) -> None:
    post, reply = answered(bot)
    if fault == "http_error":
        bot.slack.faults.http_error(UPDATE, times=3)
    elif fault == "drop":
        bot.slack.faults.drop(UPDATE, times=3)
    else:
        bot.slack.faults.error(UPDATE, fault)
    edit(bot, post, UNKNOWN_JA)
    assert says(bot, reply, NOT_FOUND_JA)
    assert bot.slack.replies(CHANNEL, post.ts) == [reply]
    assert told(bot, post) == []


def test_an_answer_that_cannot_be_found_leaves_the_old_one_and_says_so_privately(
    real_index: Path, tmp_path: Path
) -> None:
    broken = """
import bot.answers.reload as reload
answer = reload.ReloadingAnswerer.answer
def sometimes(self, question, *more):
    if "Naples" in question:
        raise RuntimeError("the index is broken")
    return answer(self, question, *more)
reload.ReloadingAnswerer.answer = sometimes
"""
    with running(real_index, tmp_path, prelude=broken) as bot:
        post, reply = answered(bot)
        edit(bot, post, "What is the best pizza in Naples?")
        bot.slack.wait_for(lambda: told(bot, post))
        assert bot.slack.replies(CHANNEL, post.ts) == [reply]
        edit(bot, post, ENGLISH)
        assert says(bot, reply, ENGLISH_ANSWER)


# Edits and deletions while the database fails


def test_an_edit_and_a_deletion_outlast_a_database_that_fails(bot: Running) -> None:
    edited, deleted = answered(bot), answered(bot)
    with refusing(database_of(bot.bot), "UPDATE ON questions"):
        edit(bot, edited[0], UNKNOWN_JA)
        bot.slack.delete_message(deleted[0].message)
        changes = [d for d in bot.slack.deliveries if d.event.get("subtype") == "message_changed"][-2:]
        bot.slack.wait_for(lambda: all(len(change.attempts) > 1 for change in changes))
        assert not any(change.acked for change in changes)
    assert says(bot, edited[1], NOT_FOUND_JA)
    assert is_gone(bot, deleted[0])
    assert told(bot, edited[0]) == []


def test_a_change_that_comes_twice_counts_once(bot: Running) -> None:
    post, reply = answered(bot)
    edit(bot, post, UNKNOWN_JA)
    assert says(bot, reply, NOT_FOUND_JA)
    [change] = [d for d in bot.slack.deliveries if d.event.get("message", {}).get("ts") == post.ts][-1:]
    edit(bot, post, ENGLISH)
    assert says(bot, reply, ENGLISH_ANSWER)
    before = len(bot.slack.calls_to(UPDATE))
    assert bot.slack.redeliver(change).wait().acked
    assert bot.is_quiet(1.0)
    assert len(bot.slack.calls_to(UPDATE)) == before


def test_an_edit_just_before_the_outcome_is_written_down_is_not_lost(bot: Running) -> None:
    bot.slack.faults.slow("chat.postMessage", 2)
    post = bot.ask(JAPANESE)
    bot.slack.wait_for(lambda: bot.slack.faults.left("chat.postMessage") == 0)
    edit(bot, post, UNKNOWN_JA)
    reply = bot.reply(post)
    assert says(bot, reply, NOT_FOUND_JA)
    assert len(bot.slack.replies(CHANNEL, post.ts)) == 1


@pytest.mark.parametrize("change", ["edit", "edit without mention", "deletion"])
def test_a_change_counts_whichever_process_its_question_comes_to_later(
    real_index: Path, tmp_path: Path, change: str
) -> None:
    with SlackServer(settings=Settings(ack_timeout=1.0, socket_retries=60)) as slack:
        with process(slack, real_index, tmp_path, SOONER) as bot, refusing(tmp_path / "records.sqlite", RECEIVED):
            post = slack.post_user_message(text=JAPANESE)
            slack.wait_for(lambda: all(len(delivery.attempts) > 1 for delivery in post.deliveries))
            mention = "" if change == "edit without mention" else f"<@{slack.team.bot_user}> "
            for delivery in (
                slack.delete_message(post.message)
                if change == "deletion"
                else slack.edit_message(post.message, f"{mention}{UNKNOWN_JA}")
            ):
                assert delivery.wait().acked
            os.kill(bot.pid, signal.SIGKILL)
        with process(slack, real_index, tmp_path, SOONER):
            post.wait()
            if change == "edit":
                slack.wait_for_reply(CHANNEL, post.ts, matching=NOT_FOUND_JA)
            slack.wait_until_quiet(2.0)
        assert len(slack.replies()) == (1 if change == "edit" else 0)
        assert slack.replies(ephemeral=True) == []


def test_who_took_the_mention_back_is_not_told_that_the_queue_is_full(real_index: Path, tmp_path: Path) -> None:
    with (
        SlackServer(settings=Settings(ack_timeout=1.0, socket_retries=60)) as slack,
        process(slack, real_index, tmp_path, SOONER, answer_workers=1, answer_queue=1) as bot,
    ):
        slack.faults.slow("chat.postMessage", 6, times=2)
        waiting = [slack.post_user_message(text=JAPANESE).wait()]
        # The second question finds room only once the first one is being answered.
        slack.wait_for(lambda: slack.faults.left("chat.postMessage") == 1)
        waiting.append(slack.post_user_message(text=JAPANESE).wait())
        with refusing(tmp_path / "records.sqlite", RECEIVED):
            post = slack.post_user_message(text=JAPANESE)
            slack.wait_for(lambda: all(len(delivery.attempts) > 1 for delivery in post.deliveries))
            for delivery in slack.edit_message(post.message, JAPANESE):
                assert delivery.wait().acked
        post.wait()
        slack.wait_for(lambda: "the queue is full" in bot.output())
        for one in waiting:
            slack.wait_for_reply(CHANNEL, one.ts)
        slack.wait_until_quiet(3.0)
        assert len(slack.replies()) == len(waiting)
        assert slack.replies(ephemeral=True) == []


# Deletions while Slack or the process fails


def test_an_answer_is_taken_away_as_soon_as_slack_lets_the_bot(bot: Running) -> None:
    posts = [answered(bot)[0] for _ in range(4)]
    bot.slack.faults.http_error(DELETE, times=6)
    for code in ("ratelimited", "internal_error", "cant_delete_message"):
        bot.slack.faults.error(DELETE, code)
    for post in posts:
        bot.slack.delete_message(post.message)
    for post in posts:
        assert is_gone(bot, post)
        assert told(bot, post) == []


def test_an_answer_whose_outcome_nobody_knows_is_looked_for_and_taken_away(bot: Running) -> None:
    bot.slack.faults.http_error("chat.postMessage", after=True)
    bot.slack.faults.error("conversations.replies", "internal_error", times=3)
    post = bot.ask(JAPANESE)
    bot.reply(post)
    bot.slack.wait_for(lambda: bot.slack.faults.left("conversations.replies") < 3)
    bot.slack.delete_message(post.message)
    assert is_gone(bot, post)
    assert bot.is_quiet(3.0)
    assert bot.slack.replies(CHANNEL, post.ts) == []
    assert told(bot, post) == []


@pytest.mark.parametrize("code", [None, "ratelimited", "internal_error"])
def test_what_is_posted_below_a_question_that_is_gone_stays_nowhere(bot: Running, code: str | None) -> None:
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.faults.slow("chat.postMessage", 1)
    if code is not None:
        bot.slack.faults.error(DELETE, code)
    post = bot.ask(JAPANESE)
    bot.slack.wait_for(lambda: bot.slack.faults.left("chat.postMessage") == 0)
    deletions = len(bot.slack.calls_to(DELETE))
    # Slack knows it before the event comes.
    post.message.deleted = True
    bot.slack.wait_for(lambda: len(bot.slack.calls_to(DELETE)) > deletions)
    bot.slack.delete_message(post.message)
    bot.slack.wait_for(lambda: all(reply.thread_ts for reply in bot.slack.replies()))
    assert bot.is_quiet(3.0)
    assert all(reply.thread_ts for reply in bot.slack.replies())
    assert len(bot.slack.replies(ephemeral=True)) == before


def test_a_deletion_outlives_the_process(real_index: Path, tmp_path: Path) -> None:
    with SlackServer() as slack:
        with process(slack, real_index, tmp_path, SOONER) as bot:
            post = slack.post_user_message(text=JAPANESE)
            slack.wait_for_reply(CHANNEL, post.ts)
            slack.faults.error(DELETE, "internal_error", times=99)
            for delivery in slack.delete_message(post.message):
                assert delivery.wait().acked
            slack.wait_for_call(DELETE)
            os.kill(bot.pid, signal.SIGKILL)
        assert len(slack.replies(CHANNEL, post.ts)) == 1
        slack.faults.clear()
        with process(slack, real_index, tmp_path, SOONER):
            slack.wait_for(lambda: not slack.replies(CHANNEL, post.ts))
        assert statuses(tmp_path / "records.sqlite") == []
