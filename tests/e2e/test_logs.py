"""What people write, and who they are, is in no log, whatever its level and whatever goes wrong."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import JAPANESE, running
from tests.support.slack_server import CHANNEL, TEAM, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running

# In everything that is written in these tests, and in nothing else.
MARK = "okapi"


@pytest.fixture(scope="module", params=["socket", "http"])
def bot(
    request: pytest.FixtureRequest, real_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("bot")
    with running(real_index, folder, request.param, log_level="DEBUG") as started:
        started.slack.add_user("U0ZOO", "okapi-person")
        yield started


def everything_asked(bot: Running) -> None:
    """Ask, comment, edit and delete in every way there is."""
    slack = bot.slack
    post = bot.ask(f"{MARK}: {JAPANESE}", user="U0ZOO")
    reply = bot.reply(post)
    bot.ask(f"{MARK}, tell me more", thread_ts=post.ts)
    bot.reply(post, 2)
    slack.edit_message(post.message, f"<@{slack.team.bot_user}> {MARK} what is OLAP?")
    slack.delete_message(bot.ask(f"{MARK} deleted").message)
    slack.direct_message(f"{MARK} directly").wait()
    slack.slash_command("/ask", f"{MARK} {JAPANESE}").wait()
    slack.message_shortcut(slack.bot_message(text=f"{MARK} by a bot").message, "find_in_reports").wait()
    slack.open_app_home("home")
    slack.click(slack.wait_for(slack.home), "home_search", value=f"{MARK} at home").wait()
    slack.click(reply, "feedback", index=1, user="U0ZOO").wait()
    view = slack.wait_for(lambda: slack.open_views("U0ZOO"))[-1]
    slack.submit_view(view, {"comment": f"{MARK} is missing"}).wait()


def test_no_way_of_asking_writes_words_into_the_log(bot: Running) -> None:
    everything_asked(bot)
    assert bot.is_quiet(1.0)
    shown = bot.bot.output()
    # It does log at that level.
    assert '"level": "debug"' in shown
    assert MARK not in shown.casefold()
    given = [bot.bot.env[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")]
    assert [secret for secret in given if secret in shown] == []


def test_what_nobody_listens_to_is_named_without_its_words(bot: Running) -> None:
    person = {"user": {"id": USER}, "team": {"id": TEAM}}
    typed = {"type": "block_suggestion", "action_id": "none", "value": MARK, **person}
    bot.slack.deliver("interactive", {**typed, "api_app_id": "A", "container": {}}).wait()
    bot.slack.wait_for(lambda: "block_suggestion" in bot.bot.output())
    assert MARK not in bot.bot.output().casefold()


def test_answers_of_slack_that_are_no_json_are_not_repeated(bot: Running) -> None:
    bot.slack.faults.http_error("chat.postMessage", status=200, body=f"{MARK} and some words of a thread")
    bot.ask(JAPANESE).wait()
    bot.slack.wait_for(lambda: "non-JSON" in bot.bot.output())
    assert bot.is_quiet(1.0)
    assert MARK not in bot.bot.output().casefold()


def test_a_broken_database_is_logged_without_the_values(bot: Running) -> None:
    file = bot.bot.env["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as database:
        database.execute("ALTER TABLE questions RENAME TO away")
        try:
            bot.ask(f"{MARK} while it is broken")
            bot.slack.wait_for(lambda: "no such table" in bot.bot.output())
        finally:
            database.execute("ALTER TABLE away RENAME TO questions")
    # What could not be taken twice comes a third time after a minute.
    assert bot.is_quiet(1.0)
    assert MARK not in bot.bot.output().casefold()


def test_every_line_of_the_log_is_an_entry_that_commands_no_terminal(bot: Running) -> None:
    bot.slack.slash_command("/ask\x1b[2J\u202e", f"\x1b]0;{MARK}\x07").wait()
    assert bot.is_quiet(0.5)
    lines = bot.bot.output().splitlines()
    assert [line for line in lines if not isinstance(json.loads(line), dict)] == []
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", bot.bot.output())
    assert CHANNEL in bot.bot.output()
