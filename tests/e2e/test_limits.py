"""What one person may ask in a minute: questions, edits of questions and clicks, each of which costs an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, UNKNOWN_JA, running
from tests.support.slack_server import CHANNEL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Message

TOO_MUCH = texts("ja").notices["rate_limited"]


def told(bot: Running, channel: str = CHANNEL) -> list[str]:
    """Return what only the asker was told in a channel, as far as it is not an answer."""
    messages = bot.slack.replies(channel, ephemeral=True)
    return [m.text for m in messages if JAPANESE_ANSWER not in bot.slack.message_text(m)]


def edit(bot: Running, message: Message, text: str) -> None:
    for delivery in bot.slack.edit_message(message, f"<@{bot.slack.team.bot_user}> {text}"):
        assert delivery.wait().acked


def test_a_refused_question_does_not_get_its_answer_by_being_edited(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, questions_per_minute=2) as bot:
        answered = [bot.ask(JAPANESE) for _ in range(2)]
        for post in answered:
            bot.reply(post)
        refused = [bot.ask(JAPANESE) for _ in range(3)]
        bot.notice()
        for post in refused:
            edit(bot, post.message, UNKNOWN_JA)
            edit(bot, post.message, JAPANESE)
        # Neither does an answered one get more of them.
        edit(bot, answered[0].message, UNKNOWN_JA)
        assert bot.is_quiet(3.0)
        assert [len(bot.slack.replies(CHANNEL, post.ts)) for post in (*answered, *refused)] == [1, 1, 0, 0, 0]
        assert bot.slack.calls_to("chat.update") == []
        # Where others read along, too much is said at most once a minute.
        assert told(bot) == [TOO_MUCH]
        # What was answered before the limit still goes with its question.
        bot.slack.delete_message(answered[0].message)
        bot.slack.wait_for(lambda: not bot.slack.replies(CHANNEL, answered[0].ts))


def test_an_edit_counts_like_a_question(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, questions_per_minute=3) as bot:
        post = bot.ask(JAPANESE)
        bot.reply(post)
        for number, text in enumerate((UNKNOWN_JA, JAPANESE), 1):
            edit(bot, post.message, text)
            bot.slack.wait_for_call("chat.update", 60, count=number)
        edit(bot, post.message, UNKNOWN_JA)
        assert bot.notice().text == TOO_MUCH
        assert bot.is_quiet(2.0)
        assert len(bot.slack.calls_to("chat.update")) == 2


@pytest.mark.parametrize("surface", ["command", "shortcut", "dm", "home"])
def test_who_alone_sees_it_is_told_of_the_limit_each_time(real_index: Path, tmp_path: Path, surface: str) -> None:
    with running(real_index, tmp_path, questions_per_minute=1) as bot:
        message = bot.slack.post_user_message(text=JAPANESE, mention=False).message
        opening = bot.slack.open_app_home("home")
        assert opening is not None
        home = bot.slack.wait_for(bot.slack.home)
        ask = {
            "command": lambda: bot.slack.slash_command("/ask", JAPANESE),
            "shortcut": lambda: bot.slack.message_shortcut(message, "find_in_reports"),
            "dm": lambda: bot.slack.direct_message(JAPANESE),
            "home": lambda: bot.slack.click(home, "home_search", value=JAPANESE),
        }
        for _ in range(4):
            ask[surface]().wait()
        place = opening.event["channel"] if surface in {"dm", "home"} else CHANNEL
        privately = place == CHANNEL

        def said() -> list[str]:
            return [m.text for m in bot.slack.replies(place, ephemeral=privately)]

        bot.slack.wait_for(lambda: len(said()) == 4)
        assert bot.is_quiet(1.0)
        assert said().count(TOO_MUCH) == 3


@pytest.mark.parametrize("action", ["why", "feedback", "share", "ask_suggestion"])
def test_clicks_count_and_whoever_presses_too_much_is_told_so(real_index: Path, tmp_path: Path, action: str) -> None:
    with running(real_index, tmp_path, questions_per_minute=3) as bot:
        if action == "share":
            bot.slack.slash_command("/ask", JAPANESE)
            answer = bot.notice(matching=JAPANESE_ANSWER)
        else:
            answer = bot.reply(bot.ask(UNKNOWN_JA if action == "ask_suggestion" else JAPANESE))
        # What is shared loses its buttons, but for those who still see the old message.
        blocks = answer.blocks
        pressed = {"feedback": {"index": 0}, "ask_suggestion": {"index": 0}}.get(action, {})
        for _ in range(5):
            answer.blocks = blocks
            assert bot.slack.click(answer, action, **pressed).wait().acked
        enough = 1 if action == "ask_suggestion" else 3
        bot.slack.wait_for(lambda: told(bot).count(TOO_MUCH) == enough)
        assert bot.is_quiet(2.0)
        assert told(bot).count(TOO_MUCH) == enough
        # Nobody else is held up by that.
        answer.blocks = blocks
        assert bot.slack.click(answer, "why", user="U0BOB").wait().acked
        assert bot.slack.wait_for(lambda: bot.slack.open_views("U0BOB"))
        done = {
            "why": lambda: len(bot.slack.open_views()),
            "feedback": lambda: told(bot).count(texts("ja").notices["thanks"]),
            "share": lambda: len(bot.slack.replies()),
            "ask_suggestion": lambda: len(bot.slack.replies()) - 1,
        }
        assert done[action]() == (1 if action == "share" else 2)
