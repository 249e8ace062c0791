"""Enterprise Grid: installed in one workspace of an organisation, and in the organisation as a whole."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.grid import EAST, EVE, FAYE, GRID, HALL, PLACE, WALT, WEST, make_grid
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, UNKNOWN_JA, Running, process, running
from tests.support.slack_installing import OAUTH, install
from tests.support.slack_server import CHANNEL, Settings, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ["workspace", "organisation"]


def install_grid(bot: Running, kind: str) -> None:
    make_grid(bot.slack, kind, installed=False)
    install(bot, EAST)


@pytest.fixture(scope="module", params=KINDS)
def grid(request: pytest.FixtureRequest, real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running(real_index, tmp_path_factory.mktemp("bot"), "http", **OAUTH) as bot:
        install_grid(bot, request.param)
        yield bot


def token_of(bot: Running) -> str:
    return bot.slack.world.teams[EAST].bot_token


def private(bot: Running, channel: str, user: str) -> str:
    """Wait for what only one person is shown in a channel, and return the latest."""

    def told() -> list[Any]:
        return [m for m in bot.slack.replies(channel, ephemeral=True) if m.ephemeral_to == user]

    bot.slack.wait_until_quiet(1.0)
    return bot.slack.message_text(bot.slack.wait_for(told)[-1])


def test_mentions_and_follow_ups_are_answered_with_the_token_of_the_grid(grid: Running) -> None:
    post = grid.ask("What was the conclusion of track4?", PLACE, EVE)
    assert grid.answer(post)
    grid.slack.post_user_message(PLACE, EVE, "And track3?", post.ts, mention=False)
    assert "track3" in grid.answer(post, 2)
    assert {call.token for call in grid.slack.calls_to("chat.postMessage")} == {token_of(grid)}
    assert {call.token for call in grid.slack.calls_to("users.info")} == {token_of(grid)}


def test_an_edit_changes_the_answer_and_a_deletion_takes_it_away(grid: Running) -> None:
    post = grid.ask(UNKNOWN_JA, PLACE, EVE)
    reply = grid.reply(post)
    grid.slack.edit_message(post.message, f"<@{grid.slack.world.teams[EAST].bot_user}> {JAPANESE}")
    grid.slack.wait_for(lambda: JAPANESE_ANSWER in grid.slack.message_text(reply))
    grid.slack.delete_message(post.message)
    grid.slack.wait_for(lambda: not grid.slack.replies(PLACE, post.ts))


def test_direct_messages_are_answered(grid: Running) -> None:
    assert JAPANESE_ANSWER in grid.answer(grid.slack.direct_message(JAPANESE, EVE))


def test_commands_and_shortcuts_are_answered_and_shared(grid: Running) -> None:
    grid.slack.slash_command("/ask", JAPANESE, PLACE, EVE).wait()
    assert JAPANESE_ANSWER in private(grid, PLACE, EVE)
    command = grid.slack.replies(PLACE, ephemeral=True)[-1]
    grid.slack.click(command, "share").wait()
    assert JAPANESE_ANSWER in grid.slack.message_text(grid.slack.wait_for_reply(PLACE, matching=JAPANESE))
    remark = grid.slack.post_user_message(PLACE, EVE, JAPANESE, mention=False).message
    grid.slack.message_shortcut(remark, "find_in_reports", EVE).wait()
    assert JAPANESE_ANSWER in private(grid, PLACE, EVE)


def test_buttons_and_forms_work(grid: Running) -> None:
    post = grid.ask(UNKNOWN_JA, PLACE, EVE)
    reply = grid.reply(post)
    grid.slack.click(reply, "why", user=EVE).wait()
    grid.slack.close_view(grid.slack.wait_for(lambda: grid.slack.open_views(EVE))[-1])
    grid.slack.click(reply, "feedback", index=1, user=EVE).wait()
    form = grid.slack.wait_for(lambda: grid.slack.open_views(EVE))[-1]
    assert grid.slack.submit_view(form, {"comment": "The price is missing"}).wait().acked
    grid.slack.click(reply, "ask_suggestion", index=0, user=EVE).wait()
    assert grid.reply(post, 2)


def test_home_and_prompts_are_filled_and_asked_from(grid: Running) -> None:
    opening = grid.slack.open_app_home("home", EVE)
    assert opening is not None
    home = grid.slack.wait_for(lambda: grid.slack.home(EVE))
    assert "AWS Carnival 2023" in json.dumps(home.data, ensure_ascii=False)
    conversation = opening.event["channel"]
    grid.slack.click(home, "home_search", value=JAPANESE).wait()
    grid.slack.wait_for_reply(conversation, matching=JAPANESE)
    grid.slack.open_app_home("messages", EVE)
    assert grid.slack.wait_for(lambda: grid.slack.world.prompts.get(conversation))


def test_a_colleague_from_another_workspace_is_answered_and_a_stranger_is_not(grid: Running) -> None:
    assert JAPANESE_ANSWER in grid.answer(grid.ask(JAPANESE, HALL, WALT))
    post = grid.ask(JAPANESE, HALL, FAYE)
    assert private(grid, HALL, FAYE)
    assert grid.slack.replies(HALL, post.ts) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_left_over_is_answered_after_a_restart(real_index: Path, tmp_path: Path, kind: str) -> None:
    # Without a word of the organisation in users.info, what events said of the workspace has to be remembered.
    with SlackServer("http", settings=Settings(enterprise_users=False)) as slack:
        with process(slack, real_index, tmp_path, **OAUTH) as bot:
            install_grid(Running(slack, bot), kind)
            slack.faults.slow("users.info", 3, times=9)
            post = slack.post_user_message(PLACE, EVE, JAPANESE).wait()
            os.kill(bot.pid, signal.SIGKILL)
        slack.faults.clear()
        with process(slack, real_index, tmp_path, **OAUTH):
            reply = slack.wait_for_reply(PLACE, post.ts)
            assert JAPANESE_ANSWER in slack.message_text(reply)


def test_an_organisations_other_workspaces_are_served_by_the_same_installation(
    real_index: Path, tmp_path: Path
) -> None:
    with running(real_index, tmp_path, "http", **OAUTH) as bot:
        install_grid(bot, "organisation")
        bot.slack.add_channel("C0WEST", "west", WEST)
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, "C0WEST", WALT))
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, PLACE, EVE))
        # Who reads along from the other workspace presses a button that names that one, or none.
        reply = bot.reply(bot.ask(JAPANESE, HALL, EVE))
        bot.slack.click(reply, "why", user=WALT).wait()
        assert bot.slack.wait_for(lambda: bot.slack.open_views(WALT))


@pytest.mark.parametrize("org_wide", [False, True])
def test_a_single_token_of_a_grid_keeps_working(real_index: Path, tmp_path: Path, org_wide: bool) -> None:
    with SlackServer() as slack:
        slack.team.enterprise_id, slack.team.org_wide = GRID, org_wide
        with process(slack, real_index, tmp_path) as started:
            bot = Running(slack, started)
            assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
            slack.slash_command("/ask", JAPANESE).wait()
            assert JAPANESE_ANSWER in slack.message_text(bot.notice())
            slack.add_team(WEST, enterprise_id=GRID, installed=False)
            slack.add_user(WALT, "walt", WEST)
            slack.add_channel(HALL, "hall", shared_with=frozenset({WEST}))
            assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, HALL, WALT))
            assert slack.calls_to("chat.postMessage")[-1].args["channel"] == HALL
            assert slack.replies(CHANNEL)
