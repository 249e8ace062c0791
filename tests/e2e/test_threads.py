"""Threads: follow-ups without a mention, silence while people talk, edits and deletions."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import ENGLISH, JAPANESE, JAPANESE_ANSWER, NOT_FOUND, UNKNOWN, running
from tests.support.slack_server import CHANNEL, USER, payloads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Post

BOB = "U0BOB"
# Asked of the reports, which don't say.
UNSAID = "What did they say about Kubernetes?"
TOLD = (
    "Thanks, good to know.",
    "なるほど、ありがとう！",
    "I was there too, great talk",
    "それで進めます",
    "あと5分で行きます",
    "OK?",
    "<https://video.example/watch?v=track4>",
    "`track4 ? 結論 : null`",
    ":question: :question:",
    "次の発表は誰がやる？",
    "これどう思う？",
    "これ、レビューお願いできますか？",
    "明日の15時でどうですか？",
    "Anna, who spoke in track3?",
    "can you review this before lunch?",
    "should we use SQS for ours?",
    "what time works for you?",
    "what's the wifi password?",
    "What is the best pizza in Naples?",
)


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot")) as started:
        yield started


@pytest.fixture
def thread(bot: Running) -> Post:
    """Start a thread with a question and its answer."""
    post = bot.ask("What was the conclusion of track4?")
    bot.answer(post)
    return post


def say(bot: Running, thread: Post, text: str, user: str = USER) -> Post:
    """Write into a thread without tagging the bot."""
    return bot.slack.post_user_message(CHANNEL, user, text, thread.ts, mention=False)


def count(bot: Running, thread: Post) -> int:
    """Return how many answers a thread has once nothing more comes."""
    assert bot.is_quiet(0.8)
    return len(bot.slack.replies(CHANNEL, thread.ts))


# Follow-ups


def test_a_follow_up_needs_no_mention_and_leans_on_what_was_asked(bot: Running, thread: Post) -> None:
    say(bot, thread, "And track3?")
    assert "track3" in bot.answer(thread, 2)
    assert count(bot, thread) == 2


def test_a_quoted_line_is_not_what_somebody_says(bot: Running, thread: Post) -> None:
    say(bot, thread, "&gt; What was track2 about?\nnice one")
    say(bot, thread, "&gt; cheers!\nAnd track3?")
    assert "track3" in bot.answer(thread, 2)
    assert count(bot, thread) == 2


def test_who_asked_before_hears_that_the_reports_do_not_say(bot: Running, thread: Post) -> None:
    say(bot, thread, UNSAID)
    assert NOT_FOUND in bot.answer(thread, 2)


def test_others_get_answers_but_no_noise(bot: Running, thread: Post) -> None:
    say(bot, thread, UNSAID, BOB)
    assert count(bot, thread) == 1
    bot.ask("once more: " + JAPANESE, thread_ts=thread.ts)
    bot.answer(thread, 2)
    say(bot, thread, ENGLISH, BOB)
    assert bot.answer(thread, 3)


@pytest.mark.parametrize("user", [USER, BOB])
def test_what_people_tell_each_other_is_left_alone(bot: Running, user: str) -> None:
    threads = [(bot.ask(JAPANESE), line) for line in TOLD]
    for thread, _ in threads:
        bot.answer(thread)
    for thread, line in threads:
        say(bot, thread, line, user)
    assert bot.is_quiet(0.8)
    assert [line for thread, line in threads if len(bot.slack.replies(CHANNEL, thread.ts)) > 1] == []


def test_a_message_to_somebody_else_is_not_answered_nor_what_follows(bot: Running, thread: Post) -> None:
    say(bot, thread, f"<@{BOB}> what did you think of track3?")
    say(bot, thread, "What was track3 about?")
    assert count(bot, thread) == 1
    bot.ask("What was track3 about?", thread_ts=thread.ts)
    assert bot.answer(thread, 2)
    say(bot, thread, "And track4?")
    assert bot.answer(thread, 3)


def test_people_who_talk_to_each_other_are_left_alone_until_they_mention_the_bot(bot: Running, thread: Post) -> None:
    say(bot, thread, "I liked it a lot")
    say(bot, thread, "Which track did you like most?", BOB)
    say(bot, thread, "What was track3 about again?")
    assert count(bot, thread) == 1
    bot.ask(JAPANESE, user=BOB, thread_ts=thread.ts)
    assert JAPANESE_ANSWER in bot.answer(thread, 2)


def test_threads_it_was_not_called_into_are_none_of_its_business(bot: Running) -> None:
    root = bot.slack.post_user_message(text=ENGLISH, mention=False)
    say(bot, root, JAPANESE)
    assert count(bot, root) == 0


def test_what_people_say_to_each_other_is_not_kept(bot: Running, thread: Post) -> None:
    say(bot, thread, "I liked it a lot")
    secret = say(bot, thread, "Shall we keep my surprise party a secret?", BOB)
    assert count(bot, thread) == 1
    with sqlite3.connect(bot.bot.env["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        assert database.execute("SELECT 1 FROM questions WHERE ts = ?", (secret.ts,)).fetchall() == []


# Other bots


@pytest.mark.parametrize("user", ["U0OTHERBOT", None])
@pytest.mark.parametrize("mention", [True, False])
def test_other_bots_are_ignored(bot: Running, thread: Post, user: str | None, mention: bool) -> None:
    bot.slack.bot_message(text=JAPANESE, user=user, mention=mention, thread_ts=thread.ts)
    alone = bot.slack.bot_message(text=JAPANESE, user=user, mention=mention)
    assert count(bot, thread) == 1
    assert bot.slack.replies(CHANNEL, alone.ts) == []


@pytest.mark.parametrize("subtype", ["channel_join", "bot_message", "reminder_add", "me_message"])
def test_messages_of_the_system_are_ignored(bot: Running, subtype: str) -> None:
    post = bot.slack.post_user_message(text=JAPANESE, subtype=subtype)
    slackbot = bot.slack.add_user("USLACKBOT", "slackbot")
    told = bot.slack.direct_message(JAPANESE, user=slackbot.id)
    assert bot.is_quiet(0.8)
    assert bot.slack.replies(CHANNEL, post.ts) == []
    assert bot.slack.replies(told.channel) == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_question_with_a_file_or_sent_to_the_channel_too_is_one(bot: Running, subtype: str) -> None:
    assert JAPANESE_ANSWER in bot.answer(bot.slack.post_user_message(text=JAPANESE, subtype=subtype))


# Edits and deletions


def test_an_edited_question_changes_its_answer(bot: Running) -> None:
    post = bot.ask(UNKNOWN)
    reply = bot.reply(post)
    bot.slack.edit_message(post.message, f"<@{bot.slack.team.bot_user}> {JAPANESE}")
    bot.slack.wait_for(lambda: JAPANESE_ANSWER in bot.slack.message_text(reply))
    assert count(bot, post) == 1
    say(bot, post, "And track3?")
    assert bot.answer(post, 2)


def test_an_edit_that_adds_the_mention_asks(bot: Running) -> None:
    post = bot.slack.post_user_message(text=JAPANESE, mention=False)
    assert count(bot, post) == 0
    bot.slack.edit_message(post.message, f"<@{bot.slack.team.bot_user}> {JAPANESE}")
    assert JAPANESE_ANSWER in bot.answer(post)
    assert count(bot, post) == 1


@pytest.mark.parametrize("event", ["message", "app_mention"])
def test_either_event_of_such_an_edit_is_enough(bot: Running, event: str) -> None:
    post = bot.slack.post_user_message(text=JAPANESE, mention=False)
    bot.slack.world.settings.subscriptions -= {"message.channels", "app_mention"} - {event, f"{event}.channels"}
    try:
        bot.slack.edit_message(post.message, f"<@{bot.slack.team.bot_user}> {JAPANESE}")
        assert JAPANESE_ANSWER in bot.answer(post)
    finally:
        bot.slack.world.settings.subscriptions |= {"message.channels", "app_mention"}


def test_an_edit_that_adds_the_mention_to_what_was_said_to_others_asks(bot: Running, thread: Post) -> None:
    said = say(bot, thread, f"<@{BOB}> I wonder")
    more = say(bot, thread, "What was track3 about?")
    assert count(bot, thread) == 1
    bot.slack.edit_message(more.message, f"<@{bot.slack.team.bot_user}> What was track3 about?")
    assert "track3" in bot.answer(thread, 2)
    bot.slack.edit_message(said.message, "I wonder")
    assert count(bot, thread) == 2


@pytest.mark.parametrize("in_thread", [False, True])
def test_when_the_mention_is_edited_away_the_answer_goes(bot: Running, thread: Post, in_thread: bool) -> None:
    post = bot.ask(JAPANESE, thread_ts=thread.ts if in_thread else None)
    answer = bot.answer(post, 2 if in_thread else 1)
    assert JAPANESE_ANSWER in answer
    bot.slack.edit_message(post.message, JAPANESE)
    bot.slack.wait_for(lambda: len(bot.slack.replies(CHANNEL, post.thread)) == in_thread)
    # Neither is it a follow-up from now on.
    bot.slack.edit_message(post.message, f"{JAPANESE} {ENGLISH}")
    assert count(bot, post if not in_thread else thread) == in_thread


def test_a_mention_edited_away_at_once_is_not_answered(bot: Running) -> None:
    bot.slack.faults.slow("chat.postMessage", 0.5)
    post = bot.ask(JAPANESE)
    bot.slack.edit_message(post.message, JAPANESE)
    assert count(bot, post) == 0


def test_a_mention_that_comes_after_its_removal_is_not_answered(bot: Running) -> None:
    bot.slack.world.settings.subscriptions -= {"message.channels", "app_mention"}
    post = bot.ask(JAPANESE)
    tagged = payloads.mention_event(bot.slack.world, bot.slack.world.channel(CHANNEL), post.message)
    bot.slack.world.settings.subscriptions |= {"message.channels", "app_mention"}
    for edit in bot.slack.edit_message(post.message, JAPANESE):
        edit.wait()
    bot.slack.deliver_event(tagged, bot.slack.world.channel(CHANNEL))
    assert count(bot, post) == 0


def test_a_follow_up_that_is_edited_to_address_somebody_else_loses_its_answer(bot: Running, thread: Post) -> None:
    post = say(bot, thread, "And track3?")
    bot.answer(thread, 2)
    bot.slack.edit_message(post.message, "And track2?")
    bot.slack.wait_for(lambda: "track2" in bot.slack.message_text(bot.slack.replies(CHANNEL, thread.ts)[1]))
    bot.slack.edit_message(post.message, f"<@{BOB}> and track2?")
    bot.slack.wait_for(lambda: len(bot.slack.replies(CHANNEL, thread.ts)) == 1)


def test_edits_that_come_twice_or_change_nothing_are_no_work(bot: Running, thread: Post) -> None:
    before = len(bot.slack.calls_to("chat.update"))
    edits = bot.slack.edit_message(thread.message, thread.message.text)
    edits += bot.slack.edit_message(thread.message, f"<@{bot.slack.team.bot_user}> {JAPANESE}")
    bot.slack.wait_for_call("chat.update", count=before + 1)
    for edit in edits:
        bot.slack.redeliver(edit).wait()
    assert count(bot, thread) == 1
    assert len(bot.slack.calls_to("chat.update")) == before + 1


def test_an_edit_right_after_the_question_wins(bot: Running) -> None:
    post = bot.ask(UNKNOWN)
    bot.slack.edit_message(post.message, f"<@{bot.slack.team.bot_user}> {JAPANESE}")
    reply = bot.reply(post)
    bot.slack.wait_for(lambda: JAPANESE_ANSWER in bot.slack.message_text(reply))
    assert count(bot, post) == 1


def test_the_answer_to_a_deleted_question_is_deleted(bot: Running, thread: Post) -> None:
    [deletion] = bot.slack.delete_message(thread.message)
    bot.slack.wait_for(lambda: not bot.slack.replies(CHANNEL, thread.ts))
    bot.slack.redeliver(deletion).wait()
    assert bot.is_quiet()
    assert len(bot.slack.calls_to("chat.delete", ok=True)) == len(bot.slack.calls_to("chat.delete"))


def test_a_question_deleted_at_once_leaves_no_answer(bot: Running) -> None:
    post = bot.ask(JAPANESE)
    bot.slack.delete_message(post.message)
    assert bot.is_quiet(1.0)
    assert [m for m in bot.slack.messages() if m.bot_id and m.thread_ts == post.ts] == []
