"""Every question is answered once or told once that there is no answer, whatever breaks while that is sent."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.faulty_database import full_disk, locked, refusing, statuses
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, database_of, process, running
from tests.support.slack_server import CHANNEL, Settings, SlackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support.slack_bot import Running
    from tests.support.slack_server import BotProcess, Message

POST, LINK, PEOPLE, THREAD = "chat.postMessage", "response_url", "users.info", "conversations.replies"
OUTCOMES = "UPDATE OF status ON questions"
# What the bot waits for is shorter here, and so is what it waits with; that it waits stays.
SOONER = """
import bot.slack.work.answering as answering, bot.slack.work.later as later, bot.slack.work.left_over as left_over
import bot.records.database as database, bot.records.leases as leases, bot.records.records as records
import bot.slack.work.bot as taking
taking.CLICK_PATIENCE = 0.5
later.PUT_OFF_SECONDS, left_over.RESUME_SECONDS, answering.DATABASE_SECONDS = 2.0, 0.5, 9.0
database.BUSY_SECONDS, leases.LEASE_SECONDS, records.RENEW_SECONDS = 1.0, 3.0, 0.5
"""
SOON_GIVEN_UP = SOONER + "answering.DATABASE_SECONDS = 3.0"
IMPATIENT = Settings(ack_timeout=1.0)


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), platform=IMPATIENT, prelude=SOONER) as started:
        yield started


def private(slack: SlackServer) -> list[Message]:
    """Return what only the asker saw, in the channel."""
    return slack.replies(ephemeral=True)


def wait_until_written(slack: SlackServer, bot: BotProcess) -> list[str | None]:
    """Wait until something became of every question, and return what."""
    return slack.wait_for(lambda: (found := statuses(database_of(bot))) and None not in found and found)


# Slack breaks


@pytest.mark.parametrize("after", [True, False], ids=["posted", "not posted"])
@pytest.mark.parametrize("fault", ["http_error", "drop", "error"])
def test_what_may_be_posted_is_neither_repeated_nor_apologised_for(bot: Running, fault: str, after: bool) -> None:
    if fault == "error":
        bot.slack.faults.error(POST, "internal_error", after=after)
    else:
        getattr(bot.slack.faults, fault)(POST, after=after)
    # For a while the thread cannot be seen, at first and at the second look.
    bot.slack.faults.http_error(THREAD, times=3)
    bot.slack.faults.error(THREAD, "internal_error")
    post, before = bot.ask(JAPANESE), len(private(bot.slack))
    bot.slack.wait_for(lambda: bot.slack.faults.left(THREAD) == 0)
    assert JAPANESE_ANSWER in bot.answer(post)
    assert wait_until_written(bot.slack, bot.bot)[-1] == "answered"
    assert bot.is_quiet(2.5)
    assert len(bot.slack.replies(CHANNEL, post.ts)) == 1
    assert len(private(bot.slack)) == before


def test_what_can_never_be_looked_for_is_told_privately_in_the_end(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, prelude=SOONER, fresh_minutes=0) as bot:
        bot.slack.faults.http_error(POST, after=True)
        bot.slack.faults.error(THREAD, "missing_scope", times=99)
        post = bot.ask(JAPANESE)
        assert bot.notice().text == texts("ja").notices["unsure"]
        assert bot.is_quiet(2.0)
        assert len(bot.slack.replies(CHANNEL, post.ts)) == 1
        assert len(private(bot.slack)) == 1
        # An answer that is there is still to be taken away, once it can be seen.
        bot.slack.faults.clear()
        bot.slack.delete_message(post.message)
        bot.slack.wait_for(lambda: not bot.slack.replies(CHANNEL, post.ts))


@pytest.mark.parametrize("fault", ["http_error", "drop"])
def test_a_private_answer_that_may_have_arrived_is_not_sent_again(bot: Running, fault: str) -> None:
    before = len(private(bot.slack))
    getattr(bot.slack.faults, fault)(LINK, after=True)
    bot.slack.slash_command("/ask", JAPANESE)
    bot.slack.wait_for(lambda: len(private(bot.slack)) > before + 1)
    assert bot.is_quiet(2.5)
    answer, hint = private(bot.slack)[before:]
    assert JAPANESE_ANSWER in bot.slack.message_text(answer)
    assert hint.text == texts("ja").notices["unsure"]


def test_a_private_answer_that_has_not_arrived_comes_another_way(bot: Running) -> None:
    before = len(private(bot.slack))
    bot.slack.faults.rate_limit(LINK, retry_after=0, times=4)
    bot.slack.slash_command("/ask", JAPANESE)
    bot.slack.wait_for(lambda: len(private(bot.slack)) > before)
    assert bot.is_quiet(2.5)
    [answer] = private(bot.slack)[before:]
    assert JAPANESE_ANSWER in bot.slack.message_text(answer)


def test_an_apology_that_may_be_posted_is_not_repeated(real_index: Path, tmp_path: Path) -> None:
    broken = """
import bot.answers.reload as reload
def fail(self, *_):
    raise RuntimeError("the index is broken")
reload.ReloadingAnswerer.answer = fail
"""
    with running(real_index, tmp_path, prelude=SOONER + broken) as bot:
        bot.slack.faults.http_error(POST, after=True)
        bot.slack.faults.error(THREAD, "internal_error", times=2)
        post = bot.ask(JAPANESE)
        bot.reply(post)
        assert wait_until_written(bot.slack, bot.bot) == ["failed"]
        assert bot.is_quiet(2.5)
        assert len(bot.slack.replies(CHANNEL, post.ts)) == 1
        assert private(bot.slack) == []
        # It goes with its question like an answer.
        bot.slack.delete_message(post.message)
        bot.slack.wait_for(lambda: not bot.slack.replies(CHANNEL, post.ts))


# The database breaks


def test_a_command_that_cannot_be_written_down_is_told_so_once(bot: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    # As patient as Slack really is: on a busy machine little would be left of a second after the wait for the lock.
    monkeypatch.setattr(bot.slack.world.settings, "ack_timeout", Settings().ack_timeout)
    before, kept = len(private(bot.slack)), len(statuses(database_of(bot.bot)))
    with locked(database_of(bot.bot)):
        command = bot.slack.slash_command("/ask", JAPANESE)
        bot.slack.wait_for(lambda: len(private(bot.slack)) > before)
        assert command.wait().acked
    assert bot.is_quiet(2.5)
    [told] = private(bot.slack)[before:]
    assert told.text == texts("ja").notices["unwritable"]
    assert len(statuses(database_of(bot.bot))) == kept


def test_an_event_that_cannot_be_written_down_is_brought_again(bot: Running) -> None:
    with locked(database_of(bot.bot)):
        post = bot.ask(JAPANESE)
        bot.slack.wait_for(lambda: any(len(delivery.attempts) > 1 for delivery in post.deliveries))
        assert not any(delivery.acked for delivery in post.deliveries)
    assert JAPANESE_ANSWER in bot.answer(post)
    assert bot.is_quiet(2.5)
    assert len(bot.slack.replies(CHANNEL, post.ts)) == 1


@pytest.mark.parametrize("moment", [PEOPLE, POST], ids=["before it is sent", "while it is sent"])
def test_a_public_answer_comes_once_from_a_database_that_is_locked_for_long(
    real_index: Path, tmp_path: Path, moment: str
) -> None:
    with running(real_index, tmp_path, prelude=SOONER) as bot:
        bot.slack.faults.slow(moment, 2, times=2)
        post = bot.ask(JAPANESE).wait()
        bot.slack.wait_for(lambda: bot.slack.calls_to(moment))
        with locked(database_of(bot.bot)):
            # Longer than the lease, and than writers wait.
            time.sleep(5)
        assert wait_until_written(bot.slack, bot.bot) == ["answered"]
        assert bot.is_quiet(2.5)
        assert JAPANESE_ANSWER in bot.answer(post)
        assert len(bot.slack.replies(CHANNEL, post.ts)) == 1
        assert private(bot.slack) == []


@pytest.mark.parametrize("moment", [PEOPLE, LINK], ids=["before it is sent", "while it is sent"])
def test_a_private_answer_comes_once_from_a_database_that_is_locked_for_long(
    real_index: Path, tmp_path: Path, moment: str
) -> None:
    with running(real_index, tmp_path, prelude=SOONER) as bot:
        bot.slack.faults.slow(moment, 2, times=2)
        bot.slack.slash_command("/ask", JAPANESE).wait()
        bot.slack.wait_for(lambda: bot.slack.calls_to(moment))
        with locked(database_of(bot.bot)):
            time.sleep(5)
        assert wait_until_written(bot.slack, bot.bot) == ["answered"]
        assert bot.is_quiet(2.5)
        [answer] = private(bot.slack)
        assert JAPANESE_ANSWER in bot.slack.message_text(answer)


@pytest.mark.parametrize("fault", ["full disk", "refusing"])
@pytest.mark.parametrize("surface", ["mention", "command"])
def test_a_database_that_stays_unwritable_is_told_once(
    real_index: Path, tmp_path: Path, surface: str, fault: str
) -> None:
    with running(real_index, tmp_path, prelude=SOON_GIVEN_UP) as bot:
        bot.slack.faults.slow(PEOPLE, 2, times=2)
        (bot.ask(JAPANESE) if surface == "mention" else bot.slack.slash_command("/ask", JAPANESE)).wait()
        bot.slack.wait_for(lambda: bot.slack.calls_to(PEOPLE))
        with breaking(bot, fault):
            bot.slack.wait_for(lambda: private(bot.slack))
            assert bot.is_quiet(2.5)
        assert wait_until_written(bot.slack, bot.bot) == ["failed"]
        assert bot.is_quiet(2.5)
        [told] = private(bot.slack)
        assert JAPANESE_ANSWER not in bot.slack.message_text(told)
        assert bot.slack.replies() == []


@pytest.mark.parametrize("surface", ["mention", "command"])
def test_who_waits_for_a_database_that_is_gone_is_told_when_the_process_ends(
    real_index: Path, tmp_path: Path, surface: str
) -> None:
    with running(real_index, tmp_path, prelude=SOONER) as bot:
        bot.slack.faults.slow(PEOPLE, 2, times=2)
        (bot.ask(JAPANESE) if surface == "mention" else bot.slack.slash_command("/ask", JAPANESE)).wait()
        bot.slack.wait_for(lambda: bot.slack.calls_to(PEOPLE))
        with closing(sqlite3.connect(database_of(bot.bot), isolation_level=None)) as connection:
            connection.execute("ALTER TABLE questions RENAME TO gone")
        bot.slack.wait_for(lambda: "trying again later" in bot.bot.output())
        assert bot.bot.stop() == 0
        [told] = private(bot.slack)
        assert re.search(r"\b[0-9a-f]{8}\b", told.text)
        assert bot.slack.replies() == []


def breaking(bot: Running, fault: str) -> AbstractContextManager[None]:
    if fault == "full disk":
        return full_disk(bot.bot.pid)
    return refusing(database_of(bot.bot), "UPDATE ON questions")


# The process dies before it can write down what became of a question


@pytest.mark.parametrize("surface", ["mention", "dm", "busy thread", "busy conversation"])
def test_an_answer_that_was_not_written_down_is_found_by_the_next_process(
    real_index: Path, tmp_path: Path, surface: str
) -> None:
    with SlackServer() as slack:
        ask: dict[str, Callable[[], str]] = {
            "mention": lambda: slack.post_user_message(text=JAPANESE).channel,
            "dm": lambda: slack.direct_message(JAPANESE).channel,
            "busy thread": lambda: ask_in_a_busy_thread(slack),
            "busy conversation": lambda: ask_on_home(slack),
        }
        with process(slack, real_index, tmp_path, SOONER) as bot, refusing(database_of(bot), OUTCOMES):
            channel = ask[surface]()
            reply = slack.wait_for_reply(channel)
            slack.wait_for(lambda: "cannot be written down" in bot.output())
            os.kill(bot.pid, signal.SIGKILL)
        if surface == "busy conversation":
            talk(slack, channel, None)
        with process(slack, real_index, tmp_path, SOONER) as bot:
            assert wait_until_written(slack, bot) == ["answered"]
            slack.wait_until_quiet(1.0)
        assert slack.replies(channel) == [reply]


def ask_in_a_busy_thread(slack: SlackServer) -> str:
    """Ask in a thread that has more messages than one page shows."""
    root = slack.post_user_message(text="Who was there?", mention=False, deliver=False).ts
    talk(slack, CHANNEL, root)
    return slack.post_user_message(text=JAPANESE, thread_ts=root).channel


def talk(slack: SlackServer, channel: str, thread_ts: str | None) -> None:
    for number in range(250):
        slack.post_user_message(channel, text=f"And {number}", thread_ts=thread_ts, mention=False, deliver=False)


def ask_on_home(slack: SlackServer) -> str:
    """Ask on the Home tab, and return the conversation that the answer comes in."""
    opening = slack.open_app_home("home")
    assert opening is not None
    slack.click(slack.wait_for(slack.home), "home_search", value=JAPANESE)
    return str(opening.event["channel"])


def test_a_private_answer_that_was_not_written_down_is_not_sent_by_the_next_process(
    real_index: Path, tmp_path: Path
) -> None:
    with SlackServer() as slack:
        with process(slack, real_index, tmp_path, SOONER) as bot, refusing(database_of(bot), OUTCOMES):
            slack.slash_command("/ask", JAPANESE)
            slack.wait_for_reply(ephemeral=True)
            slack.wait_for(lambda: "cannot be written down" in bot.output())
            os.kill(bot.pid, signal.SIGKILL)
        with process(slack, real_index, tmp_path, SOONER) as bot:
            wait_until_written(slack, bot)
            slack.wait_until_quiet(1.0)
        answer, hint = private(slack)
        assert JAPANESE_ANSWER in slack.message_text(answer)
        assert hint.text == texts("ja").notices["unsure"]


def test_a_private_question_that_was_only_received_is_answered_by_the_next_process(
    real_index: Path, tmp_path: Path
) -> None:
    with SlackServer() as slack:
        with process(slack, real_index, tmp_path, SOONER) as bot:
            slack.faults.slow(PEOPLE, 5, times=9)
            slack.slash_command("/ask", JAPANESE).wait()
            os.kill(bot.pid, signal.SIGKILL)
        slack.faults.clear()
        with process(slack, real_index, tmp_path, SOONER) as bot:
            assert wait_until_written(slack, bot) == ["answered"]
        [answer] = private(slack)
        assert JAPANESE_ANSWER in slack.message_text(answer)
