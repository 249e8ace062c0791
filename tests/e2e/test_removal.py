"""The app is taken off a workspace, and the database away from under the bot."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.grid import EAST, EVE, GRID, PLACE, make_grid
from tests.support.slack_bot import ENGLISH, JAPANESE, JAPANESE_ANSWER, Running, process, running
from tests.support.slack_installing import OAUTH, install
from tests.support.slack_server import CHANNEL, TEAM, Settings, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER = "T0OTHER"
TABLES = ("questions", "feedback")


def database(bot: Running) -> Path:
    return Path(bot.bot.env["DATABASE_URL"].removeprefix("sqlite:///"))


def select(bot: Running, query: str) -> list[Any]:
    with closing(sqlite3.connect(database(bot))) as connection:
        return [row[0] for row in connection.execute(query)]


def teams(bot: Running) -> dict[str, set[str]]:
    """Return what the database has of which workspaces."""
    found = {name: set(select(bot, f"SELECT team FROM {name}")) for name in TABLES}
    own_id = "CASE WHEN is_enterprise_install THEN enterprise_id ELSE team_id END"
    installed = {
        name: set(select(bot, f"SELECT {own_id} FROM {name}")) for name in ("slack_bots", "slack_installations")
    }
    return found | installed


def say_something(bot: Running, channel: str, user: str) -> None:
    reply = bot.reply(bot.ask(JAPANESE, channel, user))
    bot.slack.click(reply, "feedback", index=0, user=user).wait()
    bot.slack.wait_until_quiet(0.8)


@pytest.fixture(params=["workspace", "organisation"])
def two(request: pytest.FixtureRequest, real_index: Path, tmp_path: Path) -> Iterator[tuple[Running, str]]:
    """Install the app in two places that are asked in, one of them in a Grid; return it with the id of that one."""
    with running(real_index, tmp_path, "http", **OAUTH) as bot:
        make_grid(bot.slack, request.param, installed=False)
        bot.slack.add_team(OTHER, "Other", installed=False)
        bot.slack.add_user("U0OTTO", "otto", OTHER)
        bot.slack.add_channel("C0OTHER", "other", OTHER)
        install(bot, EAST, OTHER)
        say_something(bot, PLACE, EVE)
        say_something(bot, "C0OTHER", "U0OTTO")
        yield bot, EAST if request.param == "workspace" else GRID


@pytest.mark.parametrize("told", [("app_uninstalled",), ("tokens_revoked",), ("tokens_revoked", "app_uninstalled")])
def test_all_of_a_workspace_that_took_the_app_off_is_deleted(two: tuple[Running, str], told: tuple[str, ...]) -> None:
    bot, gone = two
    assert all(found == {gone, OTHER} for found in teams(bot).values())
    for event in bot.slack.uninstall(EAST, told=told):
        assert event.wait().acked
    assert all(found == {OTHER} for found in teams(bot).values())
    assert "the app was uninstalled" in bot.bot.output()
    assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, "C0OTHER", "U0OTTO"))
    install(bot, EAST)
    assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, PLACE, EVE))


def test_late_news_of_a_removal_does_not_undo_a_new_installation(two: tuple[Running, str]) -> None:
    bot, gone = two
    events = bot.slack.uninstall(EAST, told=("app_uninstalled",))
    events[0].wait()
    install(bot, EAST)
    say_something(bot, PLACE, EVE)
    late = {**events[0].payload, "event_id": "EvLATE", "event_time": events[0].payload["event_time"] - 600}
    assert bot.slack.deliver("events_api", late).wait().acked
    assert all(gone in found for found in teams(bot).values())


def test_tokens_of_people_are_none_of_the_bots(two: tuple[Running, str]) -> None:
    bot, gone = two
    [event] = bot.slack.uninstall(EAST, told=("tokens_revoked",))
    event.wait()
    install(bot, EAST)
    say_something(bot, PLACE, EVE)
    people = {"type": "tokens_revoked", "tokens": {"oauth": [EVE]}}
    payload = {**event.payload, "event_id": "EvPEOPLE", "event_time": event.payload["event_time"] + 60, "event": people}
    assert bot.slack.deliver("events_api", payload).wait().acked
    assert all(gone in found for found in teams(bot).values())


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_a_single_workspace_is_forgotten_too(real_index: Path, tmp_path: Path, transport: str) -> None:
    with running(real_index, tmp_path, transport) as bot:
        bot.answer(bot.ask(JAPANESE))
        bot.slack.wait_until_quiet(0.5)
        assert select(bot, "SELECT team FROM questions") == [TEAM]
        [event] = bot.slack.uninstall(TEAM, told=("app_uninstalled",))
        assert event.wait().acked
        assert select(bot, "SELECT team FROM questions") == []


def test_states_of_installations_nobody_finished_are_purged(real_index: Path, tmp_path: Path) -> None:
    with SlackServer("http") as slack:
        with process(slack, real_index, tmp_path, **OAUTH) as started:
            bot = Running(slack, started)
            bot.get("/slack/install").raise_for_status()
        with closing(sqlite3.connect(database(bot))) as connection, connection:
            connection.execute("UPDATE slack_oauth_states SET expire_at = '2020-01-01 00:00:00.000000'")
        assert len(select(bot, "SELECT id FROM slack_oauth_states")) == 1
        with process(slack, real_index, tmp_path, **OAUTH):
            slack.wait_for(lambda: not select(bot, "SELECT id FROM slack_oauth_states"))


# The database


def ready(bot: Running) -> tuple[int, str]:
    answer = bot.get("/readyz")
    return answer.status_code, answer.json()["database"]


def test_a_database_that_is_taken_away_is_noticed_and_made_anew(real_index: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    platform = Settings(http_retry_delays=(1.0,) * 10)
    umask = os.umask(0)
    try:
        with running(real_index, tmp_path, "http", platform, database_url=f"sqlite:///{data}/records.sqlite") as bot:
            assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
            # What is not known to be answered goes along into the new file.
            bot.slack.wait_for(lambda: select(bot, "SELECT status FROM questions") == ["answered"])
            assert {stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()} == {0o600}
            assert ready(bot) == (200, "up")
            shutil.rmtree(data)
            assert ready(bot) == (503, "down")
            # Nothing is acknowledged that cannot be written down; Slack brings it again.
            lost = bot.ask(ENGLISH)
            bot.slack.wait_for(lambda: all(delivery.attempts for delivery in lost.deliveries))
            bot.slack.wait_for(lambda: all(delivery.status == 500 for delivery in lost.deliveries))
            data.mkdir()
            assert ready(bot) == (200, "up")
            assert "2023" in bot.answer(lost)
            assert bot.is_quiet(0.5)
            assert len(bot.slack.replies(CHANNEL, lost.ts)) == 1
            assert select(bot, "SELECT text FROM questions") == [ENGLISH]
            assert "was removed or replaced" in bot.bot.output()
            assert {stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()} == {0o600}
    finally:
        os.umask(umask)
