"""Sharing a private answer: it is said to be shared when it was, and is shared once, whatever breaks."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.faulty_database import refusing
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, Running, database_of, process, running
from tests.support.slack_server import CHANNEL, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_server import Message

POST, LINK, CHANNEL_HISTORY = "chat.postMessage", "response_url", "conversations.history"
NOTICES = texts("ja").notices
OUTSIDE = "C0OUTSIDE"
# A click that died is waited for a shorter time; that it is waited for stays.
SOONER = "import bot.records.shares as shares\nshares.SHARE_SECONDS = 4.0"


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), prelude=SOONER) as started:
        started.slack.add_channel(OUTSIDE, "outside", is_member=False)
        yield started


def private_answer(slack: SlackServer, channel: str = CHANNEL) -> Message:
    """Ask in private."""
    before = len(slack.replies(channel, ephemeral=True))
    slack.slash_command("/ask", JAPANESE, channel)
    answers = slack.wait_for(lambda: slack.replies(channel, ephemeral=True)[before:])
    assert JAPANESE_ANSWER in slack.message_text(answers[0])
    return answers[0]


def press(bot: Running, answer: Message, public: int) -> str:
    """Press "share", and return what is said to it, in the private answer's place or below it."""
    seen = {m.ts: m.text for m in bot.slack.replies(answer.channel, ephemeral=True)}
    bot.slack.click(answer, "share")

    def said() -> list[str]:
        return [m.text for m in bot.slack.replies(answer.channel, ephemeral=True) if seen.get(m.ts) != m.text]

    [text] = bot.slack.wait_for(said)
    assert bot.is_quiet(1.0)
    assert len(said()) == 1
    assert len(bot.slack.replies(answer.channel)) == public
    return text


def press_patiently(bot: Running, answer: Message, public: int) -> str:
    """Press "share" until no click that was begun before is waited for any more."""
    while (said := press(bot, answer, public)) == NOTICES["sharing"]:
        time.sleep(1)
    return said


def test_what_slack_does_not_let_the_bot_share_is_not_said_to_be_shared(bot: Running) -> None:
    public, answer = len(bot.slack.replies()), private_answer(bot.slack)
    bot.slack.faults.error(POST, "is_archived")
    bot.slack.faults.http_error(LINK, status=404, body="expired_url")
    assert press(bot, answer, public) == NOTICES["not_shared"]
    assert JAPANESE_ANSWER in bot.slack.message_text(answer)
    assert press(bot, answer, public + 1) == NOTICES["shared"]


@pytest.mark.parametrize("after", [True, False], ids=["posted", "not posted"])
@pytest.mark.parametrize("fault", ["http_error", "drop", "error"])
def test_what_may_be_shared_is_looked_for_by_the_next_click(bot: Running, fault: str, after: bool) -> None:
    public, answer = len(bot.slack.replies()), private_answer(bot.slack)
    if fault == "error":
        bot.slack.faults.error(POST, "internal_error", after=after)
    else:
        getattr(bot.slack.faults, fault)(POST, after=after)
    bot.slack.faults.error(CHANNEL_HISTORY, "internal_error", times=2)
    for _ in range(2):
        # At once, and while it still cannot be looked for.
        assert press(bot, answer, public + after) == NOTICES["maybe_shared"]
    assert press(bot, answer, public + 1) == NOTICES["shared"]


@pytest.mark.parametrize("fault", ["http_error", "drop"])
def test_what_may_be_shared_where_the_bot_cannot_look_is_not_shared_again(bot: Running, fault: str) -> None:
    answer, public = private_answer(bot.slack, OUTSIDE), len(bot.slack.replies(OUTSIDE))
    getattr(bot.slack.faults, fault)(LINK, after=True)
    for _ in range(2):
        assert press(bot, answer, public + 1) == NOTICES["maybe_shared"]


def test_nothing_is_shared_without_having_been_written_down(bot: Running) -> None:
    public, answer = len(bot.slack.replies()), private_answer(bot.slack)
    with refusing(database_of(bot.bot), "UPDATE ON questions"):
        assert press(bot, answer, public) not in NOTICES.values()
    assert press(bot, answer, public + 1) == NOTICES["shared"]


def test_what_was_shared_and_not_written_down_is_not_shared_again(bot: Running) -> None:
    public, answer = len(bot.slack.replies()), private_answer(bot.slack)
    before = answer.text, answer.blocks
    with refusing(database_of(bot.bot), "UPDATE OF shared_ts ON questions"):
        assert press(bot, answer, public + 1) == NOTICES["shared"]
    # Whoever still sees the button presses it again.
    answer.text, answer.blocks = before
    assert press_patiently(bot, answer, public + 1) == NOTICES["shared"]


def test_a_click_outlives_the_process(real_index: Path, tmp_path: Path) -> None:
    with SlackServer() as slack:
        with process(slack, real_index, tmp_path, SOONER) as bot:
            answer = private_answer(slack)
            slack.faults.slow(POST, 2)
            slack.click(answer, "share").wait()
            slack.wait_for(lambda: slack.calls_to(POST))
            os.kill(bot.pid, signal.SIGKILL)
        slack.wait_for(slack.replies)
        with process(slack, real_index, tmp_path, SOONER) as bot:
            assert press_patiently(Running(slack, bot), answer, 1) == NOTICES["shared"]
