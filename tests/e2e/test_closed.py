"""Closed to guests and strangers, and to whom Slack does not name: questions, Home, prompts, buttons and forms."""

from __future__ import annotations

import json
import os
import signal
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from bot.slack.api import people
from bot.texts import texts
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, UNKNOWN_JA, process, running
from tests.support.slack_installing import OAUTH, install
from tests.support.slack_server import CHANNEL, TEAM, USER, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.texts import NoticeKind
    from tests.support.slack_bot import Running
    from tests.support.slack_server import Delivery, Message

SHARED, PARTNER, OTHER = "C0SHARED", "T0PARTNER", "T0OTHER"
GUEST, SINGLE, STRANGER = "U0GUEST", "U0SINGLE", "U0STRANGER"
REFUSED: dict[str, NoticeKind] = {GUEST: "guest", SINGLE: "guest", STRANGER: "external"}
TITLE = "AWS Carnival 2023"


def invite(slack: SlackServer) -> None:
    slack.add_user(GUEST, "guest", is_restricted=True)
    slack.add_user(SINGLE, "single", is_restricted=True, is_ultra_restricted=True)
    slack.add_user(STRANGER, "stranger", PARTNER)
    slack.add_channel(SHARED, "shared", shared_with=frozenset({PARTNER}))


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot")) as started:
        invite(started.slack)
        yield started


def notices(bot: Running, user: str) -> list[str]:
    """Return what one person alone was told, in channels and in the direct conversation."""
    channels = [CHANNEL, SHARED, *(c.id for c in bot.slack.world.channels.values() if c.user == user)]
    private = [m for c in channels for m in bot.slack.replies(c, ephemeral=True) if m.ephemeral_to == user]
    return [bot.slack.message_text(m) for m in private]


def is_told(bot: Running, user: str, kind: NoticeKind, count: int = 1) -> bool:
    """Wait for a notice, and return whether it is all that somebody was told."""
    said = {texts("ja").notices[kind], texts("en").notices[kind]}
    bot.slack.wait_for(lambda: len([t for t in notices(bot, user) if said & set(t.split("\n"))]) >= count, 25, kind)
    bot.slack.wait_until_quiet(0.8)
    return len(notices(bot, user)) == count


# Whom Slack does not name

FAULTS: dict[str, Any] = {
    "missing_scope": lambda faults, times: faults.error("users.info", "missing_scope", times=times),
    "user_not_found": lambda faults, times: faults.error("users.info", "user_not_found", times=times),
    "internal_error": lambda faults, times: faults.error("users.info", "internal_error", times=times),
    "500": lambda faults, times: faults.http_error("users.info", times=times),
    "502": lambda faults, times: faults.http_error("users.info", status=502, times=times),
    "limited": lambda faults, times: faults.rate_limit("users.info", retry_after=1, times=times),
    "drop": lambda faults, times: faults.drop("users.info", times=times),
}


def fail(bot: Running, name: str, times: int = 60) -> None:
    FAULTS[name](bot.slack.faults, times)


@pytest.mark.parametrize("fault", FAULTS)
def test_whoever_slack_says_nothing_of_is_asked_to_come_again(bot: Running, fault: str) -> None:
    user = bot.slack.add_user(f"U0{fault.upper()}", fault).id
    fail(bot, fault)
    post = bot.ask(JAPANESE, user=user)
    assert is_told(bot, user, "unknown")
    assert bot.slack.replies(CHANNEL, post.ts) == []
    bot.slack.faults.clear()
    # It said "in a moment".
    bot.slack.wait_until_quiet(people.UNKNOWN_SECONDS)
    assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, user=user))


WAYS: dict[str, Any] = {
    "command": lambda slack, _, user: slack.slash_command("/ask", JAPANESE, user=user),
    "shortcut": lambda slack, reply, user: slack.message_shortcut(reply, "find_in_reports", user),
    "button": lambda slack, reply, user: slack.click(reply, "ask_suggestion", index=0, user=user),
    "follow_up": lambda slack, reply, user: slack.post_user_message(
        CHANNEL, user, JAPANESE, reply.thread_ts, mention=False
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_that_holds_wherever_they_ask(bot: Running, way: str) -> None:
    user = bot.slack.add_user(f"U0BY{way.upper()}", way).id
    reply = bot.reply(bot.ask(UNKNOWN_JA))
    public = len(bot.slack.replies())
    fail(bot, "missing_scope")
    WAYS[way](bot.slack, reply, user)
    assert is_told(bot, user, "unknown")
    assert len(bot.slack.replies()) == public


def test_that_holds_in_direct_messages_and_on_home(bot: Running) -> None:
    user = bot.slack.add_user("U0DIRECT", "direct").id
    fail(bot, "missing_scope")
    told = bot.slack.wait_for_reply(bot.slack.direct_message(JAPANESE, user).channel)
    assert texts("ja").notices["unknown"] in bot.slack.message_text(told)
    bot.slack.open_app_home("home", user)
    home = shown_at_home(bot, user)
    assert texts("en").notices["unknown"] in home
    assert TITLE not in home


@pytest.mark.parametrize("fault", ["internal_error", "500", "502", "limited", "drop"])
def test_what_passes_is_waited_for(bot: Running, fault: str) -> None:
    user = bot.slack.add_user(f"U0ONCE{fault.upper()}", fault).id
    fail(bot, fault, times=2)
    assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, user=user))
    assert notices(bot, user) == []


def test_with_both_settings_open_slack_need_not_say_anything(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, allow_guests="true", allow_external="true") as open_bot:
        open_bot.slack.faults.error("users.info", "missing_scope", times=60)
        assert JAPANESE_ANSWER in open_bot.answer(open_bot.ask(JAPANESE))


@pytest.mark.parametrize("setting", ["allow_guests", "allow_external"])
def test_with_one_of_them_it_has_to(real_index: Path, tmp_path: Path, setting: str) -> None:
    with running(real_index, tmp_path, **{setting: "true"}) as half_open:
        invite(half_open.slack)
        half_open.slack.faults.error("users.info", "missing_scope", times=60)
        half_open.ask(JAPANESE)
        assert is_told(half_open, USER, "unknown")


# People from elsewhere, after a restart


def test_a_workspace_that_only_the_event_named_is_not_forgotten(real_index: Path, tmp_path: Path) -> None:
    with SlackServer() as slack:
        slack.add_channel(SHARED, "shared", shared_with=frozenset({PARTNER}))
        with process(slack, real_index, tmp_path) as started:
            slack.faults.slow("users.info", 3, times=9)
            post = slack.post_user_message(SHARED, "U0BOB", JAPANESE, team=PARTNER).wait()
            os.kill(started.pid, signal.SIGKILL)
        slack.faults.clear()
        with process(slack, real_index, tmp_path):
            [told] = slack.wait_for(lambda: slack.replies(SHARED, ephemeral=True))
            assert texts("ja").notices["external"] in slack.message_text(told)
            slack.wait_until_quiet(0.8)
            assert slack.replies(SHARED, post.ts) == []


# Home and prompts


def shown_at_home(bot: Running, user: str) -> str:
    view = bot.slack.wait_for(lambda: bot.slack.world.homes.get((TEAM, user)))
    return json.dumps(view.data, ensure_ascii=False)


@pytest.mark.parametrize("user", REFUSED)
def test_home_tells_those_who_may_not_ask_why_and_nothing_else(bot: Running, user: str) -> None:
    conversation = bot.slack.world.dm_with(user, TEAM)
    event = {"type": "app_home_opened", "user": user, "channel": conversation.id, "event_ts": "1.0"}
    bot.slack.deliver_event({**event, "tab": "home"}, conversation)
    home = shown_at_home(bot, user)
    assert texts("ja").notices[REFUSED[user]] in home
    assert TITLE not in home
    assert "track" not in home
    assert "home_search" not in home
    bot.slack.deliver_event({**event, "tab": "messages"}, conversation)
    assert bot.is_quiet(0.8)
    assert bot.slack.world.prompts.get(conversation.id) is None


def test_home_is_open_to_guests_and_strangers_by_setting(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, allow_guests="true", allow_external="true") as open_bot:
        invite(open_bot.slack)
        open_bot.slack.open_app_home("home", GUEST)
        assert TITLE in shown_at_home(open_bot, GUEST)


# Buttons and forms


def feedback(bot: Running) -> str:
    bot.slack.wait_until_quiet(0.8)
    return bot.command("feedback")


@pytest.mark.parametrize(("user", "place"), [(GUEST, CHANNEL), (STRANGER, SHARED)])
def test_those_who_may_not_ask_may_not_use_the_buttons(bot: Running, user: str, place: str) -> None:
    reply = bot.reply(bot.ask(JAPANESE, place, "U0BOB"))
    before = len(notices(bot, user))
    for count, (button, index) in enumerate((("why", None), ("feedback", 0), ("feedback", 1)), 1):
        bot.slack.click(reply, button, index=index, user=user).wait()
        assert is_told(bot, user, REFUSED[user], before + count)
    assert bot.slack.open_views(user) == []
    assert user not in feedback(bot)


def private_answer(bot: Running) -> Message:
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.slash_command("/ask", JAPANESE).wait()
    return bot.notice(count=before + 1)


def test_a_private_answer_is_for_who_asked(bot: Running) -> None:
    answer = private_answer(bot)
    public, before = len(bot.slack.replies()), len(notices(bot, "U0BOB"))
    buttons = (("why", None), ("feedback", 0), ("feedback", 1), ("share", None))
    for count, (button, index) in enumerate(buttons, 1):
        bot.slack.click(answer, button, index=index, user="U0BOB").wait()
        assert is_told(bot, "U0BOB", "gone", before + count)
    assert bot.slack.open_views("U0BOB") == []
    assert "U0BOB" not in feedback(bot)
    assert len(bot.slack.replies()) == public
    bot.slack.click(answer, "why").wait()
    bot.slack.close_view(bot.slack.wait_for(bot.slack.open_views)[-1])


def test_a_form_is_no_way_around(bot: Running) -> None:
    reply = bot.reply(bot.ask(JAPANESE))
    bot.slack.click(reply, "feedback", index=1, user="U0BOB").wait()
    form = bot.slack.wait_for(lambda: bot.slack.open_views("U0BOB"))[-1]
    of_alice = bot.slack.click(private_answer(bot), "feedback", index=1)
    of_alice.wait()
    form.data["private_metadata"] = bot.slack.wait_for(bot.slack.open_views)[-1].data["private_metadata"]
    assert bot.slack.submit_view(form, {"comment": "around"}).wait().acked
    assert "around" not in feedback(bot)


def elsewhere(click: Delivery, team: str, user: str) -> dict[str, Any]:
    """Return a click as it would come from another workspace."""
    payload = deepcopy(click.payload)
    payload["team"] = {"id": team, "domain": team.lower()}
    payload["user"] |= {"id": user, "team_id": team}
    return payload


def test_a_click_from_another_workspace_finds_nothing(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, "http", **OAUTH) as two:
        two.slack.add_team(OTHER, "Other", installed=False)
        two.slack.add_user("U0OTTO", "otto", OTHER)
        install(two, TEAM, OTHER)
        reply = two.reply(two.ask(JAPANESE))
        for button, index in (("why", None), ("feedback", 0), ("feedback", 1)):
            own = two.slack.click(reply, button, index=index).wait()
            two.slack.wait_until_quiet(0.8)
            told = len(two.slack.replies(ephemeral=True))
            two.slack.deliver("interactive", elsewhere(own, OTHER, "U0OTTO")).wait()
            assert texts("ja").notices["gone"] in two.slack.message_text(two.notice(count=told + 1))
        assert two.slack.open_views("U0OTTO") == []
        assert "U0OTTO" not in feedback(two)
