"""What only one person sees: /ask, the shortcut, Home, prompts, and the buttons below answers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import (
    ENGLISH,
    JAPANESE,
    JAPANESE_ANSWER,
    NOT_FOUND,
    NOT_FOUND_JA,
    UNKNOWN,
    UNKNOWN_JA,
    running,
)
from tests.support.slack_server import CHANNEL, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Delivery, Message, View


@pytest.fixture(scope="module", params=["socket", "http"])
def both(
    request: pytest.FixtureRequest, real_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), request.param) as bot:
        yield bot


def private_answer(bot: Running, asking: Delivery, matching: str, channel: str = CHANNEL) -> Message:
    """Wait for the private answer to a command or a shortcut."""
    asking.wait()
    assert asking.time_to_ack < 3
    before = asking.ack.acked_at if asking.ack and asking.ack.acked_at else 0.0

    def found() -> list[Message]:
        told = bot.slack.replies(channel, ephemeral=True)
        return [m for m in told if float(m.ts) > before - 3 and matching in bot.slack.message_text(m)]

    return bot.slack.wait_for(found)[-1]


def modal(bot: Running, count: int = 1) -> View:
    """Wait for a modal to open."""
    return bot.slack.wait_for(lambda: bot.slack.open_views()[count - 1 :])[-1]


# /ask


def test_a_command_is_answered_privately_and_shared_once(both: Running) -> None:
    public = len(both.slack.replies())
    answer = private_answer(both, both.slack.slash_command("/ask", JAPANESE), JAPANESE_ANSWER)
    assert answer.ephemeral_to == USER
    assert JAPANESE in both.slack.message_text(answer)
    assert len(both.slack.replies()) == public
    first = both.slack.click(answer, "share")
    second = both.slack.click(answer, "share", user=USER)
    first.wait()
    second.wait()
    shared = both.slack.wait_for_reply(count=public + 1)
    assert JAPANESE_ANSWER in both.slack.message_text(shared)
    assert JAPANESE in both.slack.message_text(shared)
    assert both.is_quiet()
    assert len(both.slack.replies()) == public + 1
    assert JAPANESE_ANSWER not in both.slack.message_text(answer)


def test_a_command_works_where_the_bot_is_no_member(both: Running) -> None:
    both.slack.add_channel("C0OUT", "outside", is_member=False)
    answer = private_answer(both, both.slack.slash_command("/ask", JAPANESE, "C0OUT"), JAPANESE_ANSWER, "C0OUT")
    both.slack.click(answer, "share")
    both.slack.wait_for_reply("C0OUT")


def test_an_empty_command_gets_a_hint(both: Running) -> None:
    before = len(both.slack.replies(ephemeral=True))
    both.slack.slash_command("/ask", "  ").wait()
    hint = both.notice(count=before + 1)
    assert both.slack.message_text(hint)


# The shortcut


def test_the_shortcut_finds_what_a_message_is_about(both: Running) -> None:
    message = both.slack.post_user_message(text=ENGLISH, user="U0BOB", mention=False).message
    answer = private_answer(both, both.slack.message_shortcut(message, "find_in_reports"), "2023")
    assert answer.ephemeral_to == USER
    both.slack.click(answer, "share").wait()
    assert both.slack.wait_for_reply(matching="2023")


def test_the_shortcut_reads_other_peoples_marks_as_text(both: Running) -> None:
    message = both.slack.bot_message(text="<!here> &lt;b&gt; <https://evil.example|x> " + UNKNOWN).message
    private_answer(both, both.slack.message_shortcut(message, "find_in_reports"), NOT_FOUND)


# Home and prompts


def test_home_shows_the_reports_and_asks_in_the_conversation(both: Running) -> None:
    opening = both.slack.open_app_home("home")
    assert opening is not None
    home = both.slack.wait_for(both.slack.home)
    assert "AWS Carnival 2023" in json.dumps(home.data, ensure_ascii=False)
    conversation = opening.event["channel"]
    both.slack.click(home, "home_search", value=JAPANESE).wait()
    answer = both.slack.wait_for_reply(conversation, matching=JAPANESE_ANSWER)
    assert JAPANESE in both.slack.message_text(answer)
    before = len(both.slack.replies(conversation))
    both.slack.click(home, "ask_example", index=0).wait()
    both.slack.wait_for_reply(conversation, count=before + 1)


def test_an_empty_search_on_home_asks_nothing(both: Running) -> None:
    both.slack.open_app_home("home")
    home = both.slack.wait_for(both.slack.home)
    assert both.slack.click(home, "home_search", value="  ").wait().acked


def test_the_messages_tab_suggests_questions(both: Running) -> None:
    opening = both.slack.open_app_home("messages")
    assert opening is not None
    channel = opening.event["channel"]
    prompts = both.slack.wait_for(lambda: both.slack.world.prompts.get(channel))["prompts"]
    assert 0 < len(prompts) <= 4
    assert all("thread_ts" not in call.args for call in both.slack.calls_to("assistant.threads.setSuggestedPrompts"))
    answer = both.answer(both.slack.direct_message(prompts[0]["message"]))
    assert NOT_FOUND_JA not in answer


def test_home_speaks_the_persons_language(both: Running) -> None:
    texts = {}
    for user, locale in (("U0EN", "en-GB"), ("U0JA", "ja-JP")):
        both.slack.add_user(user, user.lower(), locale=locale)
        both.slack.open_app_home("home", user)
        texts[user] = json.dumps(both.slack.wait_for(lambda user=user: both.slack.home(user)).data)
    assert texts["U0EN"] != texts["U0JA"]


# Buttons below answers


def test_suggestions_are_asked_where_they_are(both: Running) -> None:
    post = both.ask(UNKNOWN_JA)
    unknown = both.reply(post)
    both.slack.click(unknown, "ask_suggestion", index=0).wait()
    asked = both.reply(post, 2)
    assert NOT_FOUND_JA not in both.slack.message_text(asked)
    private = private_answer(both, both.slack.slash_command("/ask", UNKNOWN_JA), NOT_FOUND_JA)
    public = len(both.slack.replies())
    private_answer(both, both.slack.click(private, "ask_suggestion", index=1), "")
    assert both.is_quiet()
    assert len(both.slack.replies()) == public


def test_why_shows_scores_version_and_lines(both: Running) -> None:
    reply = both.reply(both.ask(JAPANESE))
    both.slack.click(reply, "why").wait()
    view = modal(both)
    text = json.dumps(view.data, ensure_ascii=False)
    assert "aws-carnival-2023.md" in text
    assert "%" in text
    assert both.slack.calls_to("views.open", ok=False) == []
    both.slack.close_view(view)


def test_feedback_is_thanked_for_and_asked_about(both: Running, tmp_path: Path) -> None:
    reply = both.reply(both.ask(JAPANESE))
    told = len(both.slack.replies(ephemeral=True))
    both.slack.click(reply, "feedback", index=0).wait()
    assert both.notice(count=told + 1).ephemeral_to == USER
    both.slack.click(reply, "feedback", index=1, user="U0BOB").wait()
    view = both.slack.wait_for(lambda: both.slack.open_views("U0BOB"))[-1]
    assert both.slack.submit_view(view, {"comment": "The year is missing"}).wait().acked
    said = {row["user"]: row for row in command(both, "feedback")}
    assert said[USER]["helpful"] is True
    assert (said["U0BOB"]["helpful"], said["U0BOB"]["reason"]) == (False, "The year is missing")
    assert said["U0BOB"]["question"] == JAPANESE


def test_organisers_see_what_was_not_answered(both: Running) -> None:
    both.answer(both.ask("What is the airspeed of an unladen swallow?"))
    both.answer(both.ask("what is the airspeed of an unladen swallow"))
    rows = [row for row in command(both, "unanswered") if "swallow" in row["question"]]
    assert [row["count"] for row in rows] == [2]
    assert rows[0]["nearest"]


def command(bot: Running, name: str) -> list[dict[str, Any]]:
    """Run a command for organisers on the records of the bot."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", name, "--json"],
        env=bot.bot.env,
        cwd=bot.bot.cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_nothing_pings_and_no_link_is_foreign(both: Running) -> None:
    both.slack.assert_no_ping()
    assert [link for link in both.slack.links() if not link.startswith("https://zenn.dev/reporter/")] == []
    assert both.slack.world.ack_errors == []
