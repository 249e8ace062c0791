"""Hostile questions on every surface: no ping, no foreign link, no crash, no silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.hostile import QUESTIONS
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running


# Thousands of characters take seconds each to search for; a few of them are enough here.
LONG = [text for text in QUESTIONS if len(text) > 300]
HOSTILE = [text for text in QUESTIONS if len(text) <= 300] + LONG[::6]


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    wide_open = {"answer_queue": 10_000, "questions_per_minute": 100_000}
    with running(real_index, tmp_path_factory.mktemp("bot"), **wide_open) as started:
        yield started


def test_every_hostile_question_is_answered_and_harms_nobody(bot: Running) -> None:
    mentions = [bot.ask(text) for text in HOSTILE[::3]]
    direct = [bot.slack.direct_message(text) for text in HOSTILE[1::6]]
    commands = [bot.slack.slash_command("/ask", text) for text in HOSTILE[4::6]]

    def heard() -> bool:
        told = [m.thread_ts for m in bot.slack.replies(ephemeral=True)]
        answered = {m.thread_ts for post in (*mentions[:1], *direct[:1]) for m in bot.slack.replies(post.channel)}
        return {post.ts for post in (*mentions, *direct)} <= answered | set(told) and told.count(None) >= len(commands)

    bot.slack.wait_for(heard, 100, "an answer to everything")
    bot.slack.wait_until_quiet(1.0)
    assert all(one.acked and one.time_to_ack < 3 for one in bot.slack.deliveries)
    assert len(bot.slack.replies()) <= len(mentions)
    harmless(bot)


def test_hostile_messages_are_harmless_under_the_shortcut_and_the_search(bot: Running) -> None:
    bot.slack.open_app_home("home")
    home = bot.slack.wait_for(bot.slack.home)
    for text in HOSTILE[::16]:
        message = bot.slack.bot_message(text=text).message
        assert bot.slack.message_shortcut(message, "find_in_reports").wait().acked
        assert bot.slack.click(home, "home_search", value=text).wait().acked
    bot.slack.wait_until_quiet(6.0)
    harmless(bot)


def test_the_bot_is_as_well_as_before(bot: Running) -> None:
    assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))


def harmless(bot: Running) -> None:
    """Check everything the bot sent so far."""
    bot.slack.assert_no_ping()
    assert [link for link in bot.slack.links() if not link.startswith("https://zenn.dev/reporter/")] == []
    assert "Traceback" not in bot.bot.output()
    assert [c for c in bot.slack.calls if c.error and c.method != "assistant.threads.setStatus"] == []
