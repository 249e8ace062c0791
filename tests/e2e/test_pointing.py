"""Called without a question of its own: the bot answers the message above, or the forwarded one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import ENGLISH, JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Post

BOB = "U0BOB"
CALLS = ("", "これ分かる？", "上の質問に答えて", "can you answer this?")


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot")) as started:
        yield started


def said(bot: Running, text: str, thread: Post | None = None) -> Post:
    """Have Bob say something to people."""
    return bot.slack.post_user_message(CHANNEL, BOB, text, thread.ts if thread else None, mention=False)


def test_the_question_above_is_answered(bot: Running) -> None:
    asked = [said(bot, JAPANESE) for _ in CALLS]
    for root, call in zip(asked, CALLS, strict=True):
        bot.ask(call, thread_ts=root.ts)
    for root in asked:
        assert JAPANESE_ANSWER in bot.answer(root)


def test_the_last_question_counts_and_an_answer_of_the_bot_is_none(bot: Running) -> None:
    root = said(bot, JAPANESE)
    bot.ask("これ分かる？", thread_ts=root.ts)
    assert JAPANESE_ANSWER in bot.answer(root)
    said(bot, ENGLISH, root)
    said(bot, "no idea, sorry", root)
    bot.ask("any idea?", thread_ts=root.ts)
    assert "11/4" in bot.answer(root, 2)


def test_a_forwarded_question_is_answered(bot: Running) -> None:
    message = said(bot, JAPANESE).message
    posts = [bot.slack.post_user_message(text=call, forwarded=message) for call in CALLS]
    alone = bot.slack.direct_message("", forwarded=message)
    for post in [*posts, alone]:
        assert JAPANESE_ANSWER in bot.answer(post)


def test_a_forwarded_answer_of_the_bot_is_no_question(bot: Running) -> None:
    answer = bot.reply(bot.ask(JAPANESE))
    post = bot.slack.post_user_message(text="", forwarded=answer)
    assert bot.notice(matching="ボットの名前に続けて")
    assert bot.slack.replies(CHANNEL, post.ts) == []


def test_edits_point_and_ask_anew(bot: Running) -> None:
    root = said(bot, JAPANESE)
    post = bot.ask(ENGLISH, thread_ts=root.ts)
    reply = bot.reply(root)
    assert "11/4" in bot.slack.message_text(reply)
    tag = f"<@{bot.slack.team.bot_user}>"
    bot.slack.edit_message(post.message, f"{tag} これ分かる？")
    bot.slack.wait_for(lambda: JAPANESE_ANSWER in bot.slack.message_text(reply))
    bot.slack.edit_message(post.message, f"{tag} {ENGLISH}")
    bot.slack.wait_for(lambda: "11/4" in bot.slack.message_text(reply))


def test_organisers_see_the_question_that_was_pointed_at(bot: Running) -> None:
    missing = "鯨の夕べの駐車場の屋根は何色に塗られましたか？"
    root = said(bot, missing)
    post = bot.ask("これ分かる？", thread_ts=root.ts)
    reply = bot.reply(root)
    assert post.ts
    assert JAPANESE_ANSWER not in bot.slack.message_text(reply)
    bot.slack.wait_for(lambda: missing in unanswered(bot))
    assert "これ分かる？" not in unanswered(bot)


def unanswered(bot: Running) -> set[str]:
    """Return the questions that organisers see."""
    return {json.loads(line)["question"] for line in bot.command("unanswered").splitlines()}
