"""What goes wrong at Slack: limits, errors, lost connections, refused messages, bursts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import ENGLISH, JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running

POST = "chat.postMessage"
STATUS = "assistant.threads.setStatus"


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot")) as started:
        yield started


def answered_once(bot: Running, text: str = JAPANESE) -> str:
    """Ask, and return the one answer."""
    post = bot.ask(text)
    answer = bot.answer(post)
    bot.slack.wait_until_quiet(0.8)
    assert len(bot.slack.replies(CHANNEL, post.ts)) == 1
    return answer


def test_a_limited_post_is_sent_when_slack_says(bot: Running) -> None:
    bot.slack.faults.rate_limit(POST, retry_after=1, times=2)
    assert JAPANESE_ANSWER in answered_once(bot)


@pytest.mark.parametrize("status", [500, 503])
def test_a_broken_slack_is_tried_again(bot: Running, status: int) -> None:
    bot.slack.faults.http_error(POST, status=status)
    assert JAPANESE_ANSWER in answered_once(bot)


@pytest.mark.parametrize("after", [False, True])
def test_a_lost_connection_neither_loses_nor_doubles_an_answer(bot: Running, after: bool) -> None:
    bot.slack.faults.drop(POST, after=after)
    assert JAPANESE_ANSWER in answered_once(bot)


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
def test_a_refused_message_comes_again_as_plain_text(bot: Running, code: str) -> None:
    bot.slack.faults.error(POST, code, "must be less than 3001 characters")
    assert JAPANESE_ANSWER in answered_once(bot)
    [refused, accepted] = bot.slack.calls_to(POST)[-2:]
    assert (refused.ok, accepted.ok) == (False, True)
    assert not accepted.args.get("blocks")


def test_a_status_that_fails_stops_nothing(bot: Running) -> None:
    bot.slack.faults.error(STATUS, "internal_error", times=5)
    assert JAPANESE_ANSWER in answered_once(bot)


def test_a_slow_status_does_not_hold_up_the_answer_nor_stay_behind(bot: Running) -> None:
    bot.slack.faults.slow(STATUS, 8)
    before = len(bot.slack.calls_to(STATUS))
    post = bot.ask(JAPANESE)
    status = bot.slack.wait_for(lambda: bot.slack.calls_to(STATUS)[before:])[0]
    bot.reply(post)
    assert status.status is None
    bot.slack.wait_for(lambda: status.status is not None)
    bot.slack.wait_until_quiet(1.0)
    assert bot.slack.status_of(CHANNEL, post.ts) == ""


def test_a_failure_is_told_with_a_number_that_is_in_the_log(bot: Running) -> None:
    bot.slack.faults.error(POST, "restricted_action")
    post = bot.ask(ENGLISH)
    apology = bot.answer(post)
    found = re.search(r"\b[0-9a-f]{8}\b", apology)
    assert found is not None
    assert "Traceback" not in apology
    assert "restricted_action" not in apology
    bot.slack.wait_for(lambda: found[0] in bot.bot.output())
    assert "restricted_action" in bot.bot.output()


def test_who_cannot_be_answered_in_the_channel_is_told_directly(bot: Running) -> None:
    bot.slack.faults.error(POST, "is_archived", times=2)
    bot.slack.faults.error("chat.postEphemeral", "is_archived")
    bot.ask(ENGLISH)
    conversation = bot.slack.world.dm_with(USER, bot.slack.team.id)
    assert re.search(r"\b[0-9a-f]{8}\b", bot.slack.message_text(bot.slack.wait_for_reply(conversation.id)))


def test_a_form_that_cannot_be_opened_is_apologised_for(bot: Running) -> None:
    reply = bot.reply(bot.ask(JAPANESE))
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.faults.error("views.open", "expired_trigger_id")
    bot.slack.click(reply, "why").wait()
    apology = bot.slack.message_text(bot.notice(count=before + 1))
    assert re.search(r"\b[0-9a-f]{8}\b", apology)


def test_a_private_answer_survives_a_dead_link(bot: Running) -> None:
    bot.slack.faults.http_error("response_url", status=404, body="expired_url", times=2)
    before = len(bot.slack.replies(ephemeral=True))
    bot.slack.slash_command("/ask", JAPANESE)
    assert JAPANESE_ANSWER in bot.slack.message_text(bot.notice(count=before + 1))


def test_broken_views_leave_the_bot_alive(bot: Running) -> None:
    bot.slack.faults.error("views.publish", "internal_error", times=4)
    bot.slack.open_app_home("home")
    bot.slack.wait_for_call("views.publish")
    assert JAPANESE_ANSWER in answered_once(bot)


def test_a_burst_beyond_the_queue_is_told_so_and_everything_acknowledged(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, answer_workers=1, answer_queue=3) as bot:
        bot.slack.faults.slow(POST, 0.5, times=4)
        posts = [bot.ask(JAPANESE) for _ in range(20)]
        for post in posts:
            post.wait()
            assert all(delivery.time_to_ack < 3 for delivery in post.deliveries)
        bot.slack.wait_until_quiet(1.0)
        answered = [post for post in posts if bot.slack.replies(CHANNEL, post.ts)]
        told = [m.thread_ts for m in bot.slack.replies(ephemeral=True)]
        assert len(answered) >= 4
        assert sorted([post.ts for post in answered] + told) == sorted(post.ts for post in posts)
        assert all(len(bot.slack.replies(CHANNEL, post.ts)) == 1 for post in answered)


def test_a_follow_up_that_meets_a_full_queue_is_answered_when_there_is_room(real_index: Path, tmp_path: Path) -> None:
    sooner = "import bot.slack.work.later as later\nlater.PUT_OFF_SECONDS = 1.0"
    with running(real_index, tmp_path, prelude=sooner, answer_workers=1, answer_queue=1) as bot:
        root = bot.ask(JAPANESE)
        bot.reply(root)
        bot.slack.faults.slow(POST, 2, times=2)
        bot.ask(JAPANESE)
        # The second question finds room only once the first one is being answered.
        bot.slack.wait_for(lambda: bot.slack.faults.left(POST) == 1)
        bot.ask(JAPANESE).wait()
        follow_up = bot.slack.post_user_message(text="track3は？", thread_ts=root.ts, mention=False).wait()
        bot.slack.wait_for(lambda: "the queue is full" in bot.bot.output())
        bot.slack.wait_for(lambda: len(bot.slack.replies(CHANNEL, root.ts)) == 2)
        bot.slack.wait_until_quiet(2.0)
        assert len(bot.slack.replies(CHANNEL, follow_up.thread)) == 2
        assert bot.slack.replies(ephemeral=True) == []
