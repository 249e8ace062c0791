"""Private questions in threads: they neither steer what others are answered nor call the bot into the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import ENGLISH, JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Message, Post

BOB = "U0BOB"


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot")) as started:
        yield started


def say(bot: Running, thread: Post, text: str, user: str, *, mention: bool = False) -> Post:
    return bot.slack.post_user_message(CHANNEL, user, text, thread.ts, mention=mention)


def look_up(bot: Running, message: Message, user: str = USER) -> Message:
    """Use the shortcut on a message and wait for its private answer."""
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.message_shortcut(message, "find_in_reports", user=user).wait()
    return bot.notice(count=before + 1)


def public(bot: Running, thread: Post) -> int:
    assert bot.is_quiet(1.0)
    return len(bot.slack.replies(CHANNEL, thread.ts))


def test_a_shortcut_does_not_make_the_bot_answer_untagged_posts(bot: Running) -> None:
    thread = bot.slack.post_user_message(text="I am writing about the carnival", user=BOB, mention=False)
    remark = say(bot, thread, ENGLISH, BOB).message
    look_up(bot, remark)
    say(bot, thread, JAPANESE, BOB)
    assert public(bot, thread) == 0


def test_a_button_below_a_private_answer_does_not_either(bot: Running) -> None:
    thread = bot.slack.post_user_message(text="Where to eat?", user=BOB, mention=False)
    remark = say(bot, thread, "What is the best pizza in Naples?", BOB).message
    private = look_up(bot, remark)
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.click(private, "ask_suggestion", index=0).wait()
    bot.notice(count=before + 1)
    say(bot, thread, JAPANESE, BOB)
    assert public(bot, thread) == 0


@pytest.mark.parametrize("asker", [USER, BOB])
def test_a_private_question_does_not_change_what_tell_me_more_means(bot: Running, asker: str) -> None:
    told = []
    for looks_up in (False, True):
        thread = bot.ask("What was the conclusion of track4?")
        bot.answer(thread)
        remark = say(bot, thread, "I liked track3 and its monolith", BOB).message
        # What it answered has to be written down before somebody can lean on it.
        assert public(bot, thread) == 1
        if looks_up:
            look_up(bot, remark, asker)
        say(bot, thread, "tell me more", USER, mention=True)
        told.append(bot.answer(thread, 2))
    assert told[0] == told[1]


def test_a_private_follow_up_goes_on_from_the_thread_and_stays_private(bot: Running) -> None:
    thread = bot.ask(JAPANESE)
    assert JAPANESE_ANSWER in bot.answer(thread)
    remark = say(bot, thread, "track3は？", BOB).message
    before = public(bot, thread)
    private = look_up(bot, remark)
    assert "track3" in bot.slack.message_text(private)
    assert public(bot, thread) == before


def test_below_a_shared_answer_others_go_on_from_it(bot: Running) -> None:
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.slash_command("/ask", "What was the conclusion of track4?").wait()
    bot.slack.click(bot.notice(count=before + 1), "share").wait()
    shared = bot.slack.wait_for_reply(matching="What was the conclusion of track4?")
    bot.slack.wait_until_quiet(0.8)
    bot.slack.click(shared, "why", user=BOB).wait()
    assert bot.slack.wait_for(lambda: bot.slack.open_views(BOB))
    bot.slack.post_user_message(CHANNEL, BOB, "And track3?", shared.ts, mention=False)
    told = bot.slack.wait_for_reply(CHANNEL, shared.ts)
    assert "track3" in bot.slack.message_text(told)
