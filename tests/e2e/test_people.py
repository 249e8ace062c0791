"""Who gets answers: members, not guests and strangers unless allowed; nobody without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running

SHARED = "C0SHARED"
PARTNER = "T0PARTNER"


def invite(bot: Running) -> Running:
    """Add guests, a colleague from a shared channel and the channel."""
    bot.slack.add_user("U0GUEST", "guest", is_restricted=True)
    bot.slack.add_user("U0SINGLE", "single", is_restricted=True, is_ultra_restricted=True)
    bot.slack.add_user("U0STRANGER", "stranger", PARTNER)
    bot.slack.add_user("U0OTHER", "other", PARTNER)
    bot.slack.add_channel(SHARED, "shared", shared_with=frozenset({PARTNER}))
    return bot


@pytest.fixture(scope="module")
def closed(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), questions_per_minute=3) as bot:
        yield invite(bot)


@pytest.mark.parametrize("user", ["U0GUEST", "U0SINGLE"])
def test_guests_are_declined_in_private(closed: Running, user: str) -> None:
    post = closed.ask(JAPANESE, user=user)
    notice = closed.slack.wait_for(
        lambda: [m for m in closed.slack.replies(ephemeral=True) if m.ephemeral_to == user], what="a notice"
    )
    assert notice[0].thread_ts == post.ts
    assert closed.is_quiet()
    assert closed.slack.replies(CHANNEL, post.ts) == []
    assert closed.slack.status_of(CHANNEL, post.ts) == ""


def test_strangers_are_declined_and_colleagues_beside_them_answered(closed: Running) -> None:
    post = closed.ask(JAPANESE, SHARED, "U0STRANGER")
    closed.slack.wait_for(
        lambda: [m for m in closed.slack.replies(SHARED, ephemeral=True) if m.ephemeral_to == "U0STRANGER"]
    )
    assert closed.is_quiet()
    assert closed.slack.replies(SHARED, post.ts) == []
    assert JAPANESE_ANSWER in closed.answer(closed.ask(JAPANESE, SHARED, "U0BOB"))


def test_who_asks_too_fast_is_told_once_and_others_are_not_held_up(closed: Running) -> None:
    closed.slack.add_user("U0HASTY", "hasty")
    posts = [closed.ask(JAPANESE, user="U0HASTY") for _ in range(8)]
    other = closed.ask(JAPANESE, user=USER)
    assert closed.answer(other)
    closed.slack.wait_until_quiet(1.0)
    answered = [post for post in posts if closed.slack.replies(CHANNEL, post.ts)]
    assert len(answered) == 3
    told = [m for m in closed.slack.replies(ephemeral=True) if m.ephemeral_to == "U0HASTY"]
    assert len(told) == 1


def test_settings_open_the_bot_to_guests_and_strangers(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, allow_guests="true", allow_external="true") as bot:
        invite(bot)
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, user="U0GUEST"))
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, SHARED, "U0STRANGER"))
