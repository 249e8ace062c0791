"""What is sent arrives once, quietly and readably, whatever Slack and the network do: over real HTTP."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from bot.metrics import Metrics
from bot.slack.api.failures import DeliveryFailed, Uncertain
from bot.slack.sending.delivery import SETTLE_SECONDS, Delivery
from bot.slack.sending.history import PAGE_MESSAGES, Mark, PostedMessage
from bot.slack.views.message import Message
from tests.support.slack_server import CHANNEL, TEAM, USER, Settings, SlackServer, free_port
from tests.support.slack_server.payloads import response_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.slack_server import Call

pytestmark = pytest.mark.e2e

ANSWER = Message("It rained.", [{"type": "section", "text": {"type": "mrkdwn", "text": "It *rained*."}}], "It rained!")
TOO_LONG = Message("It rained.", [{"type": "section", "text": {"type": "mrkdwn", "text": "rain " * 700}}], "It rained!")
TOO_MUCH = Message("It rained.", [{"type": "markdown", "text": "rain " * 2_000}] * 2, "It rained!")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    # Without subscriptions there are no events to wait for.
    with SlackServer(settings=Settings(subscriptions=frozenset())) as server:
        yield server


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.sending.delivery.SETTLE_SECONDS", 0.1)
    monkeypatch.setattr("bot.slack.sending.delivery.PAUSE_SECONDS", 0.1)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def delivery(slack: SlackServer, metrics: Metrics) -> Delivery:
    return delivery_to(slack, metrics)


def delivery_to(slack: SlackServer, metrics: Metrics, **client: Any) -> Delivery:
    return Delivery(
        lambda team: WebClient(slack.world.teams[team].bot_token, base_url=slack.api_url, **client), metrics
    )


@pytest.fixture
def asked(slack: SlackServer) -> str:
    """Return the ts of a question."""
    return slack.post_user_message(CHANNEL, USER, "How was the weather?").ts


def failure(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DeliveryFailed) as caught:
        call(*args, **kwargs)
    return caught.value.error


def errors(metrics: Metrics, method: str, error: str) -> float:
    [counted] = metrics.slack_errors_total.collect()
    wanted = ("slack_errors_total", {"method": method, "error": error})
    return sum(sample.value for sample in counted.samples if (sample.name, sample.labels) == wanted)


def posts(slack: SlackServer) -> list[Call]:
    return slack.calls_to("chat.postMessage")


# Posting


def test_a_post_lands_in_its_thread_without_previews_or_pings(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    [reply] = slack.replies(CHANNEL, asked)
    assert (reply.ts, reply.text) == (ts, "It rained.")
    [call] = posts(slack)
    wanted = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
    assert {name: call.args[name] for name in wanted} == wanted


@pytest.mark.parametrize("message", [TOO_LONG, TOO_MUCH], ids=["invalid_blocks", "msg_blocks_too_long"])
def test_a_rejected_post_comes_as_short_plain_text(
    slack: SlackServer, delivery: Delivery, metrics: Metrics, asked: str, message: Message
) -> None:
    ts = delivery.post(TEAM, CHANNEL, message, asked)
    [reply] = slack.replies(CHANNEL, asked)
    assert (reply.ts, reply.text, reply.blocks) == (ts, "It rained!", [])
    first, second = posts(slack)
    assert (first.ok, second.ok) == (False, True)
    assert errors(metrics, "chat.postMessage", str(first.error)) == 1
    assert second.args["unfurl_links"] is False


def test_what_is_rejected_even_as_plain_text_fails_with_slacks_reason(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    slack.faults.error("chat.postMessage", "invalid_blocks", times=2)
    assert failure(delivery.post, TEAM, CHANNEL, ANSWER, asked) == "invalid_blocks"
    assert len(posts(slack)) == 2


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "channel_not_found", "missing_scope"])
def test_plain_text_is_not_tried_where_it_cannot_help(
    slack: SlackServer, delivery: Delivery, asked: str, code: str
) -> None:
    slack.faults.error("chat.postMessage", code)
    assert failure(delivery.post, TEAM, CHANNEL, ANSWER, asked) == code
    assert len(posts(slack)) == 1


def test_a_reply_to_a_deleted_question_does_not_stay_in_the_channel(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    [question] = slack.messages(CHANNEL)
    slack.delete_message(question)
    assert failure(delivery.post, TEAM, CHANNEL, ANSWER, asked) == "thread_not_found"
    assert slack.replies(CHANNEL) == []


def test_many_threads_post_at_once(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(lambda _: delivery.post(TEAM, CHANNEL, ANSWER, asked), range(40)))
    assert sorted(sent) == sorted(reply.ts for reply in slack.replies(CHANNEL, asked))


# Once, whatever happens


def test_a_rate_limit_is_waited_for(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    slack.faults.rate_limit("chat.postMessage", retry_after=1, times=2)
    started = time.monotonic()
    delivery.post(TEAM, CHANNEL, ANSWER, asked)
    assert time.monotonic() - started >= 2
    assert len(slack.replies(CHANNEL, asked)) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_tried_again_when_nothing_was_posted(
    slack: SlackServer, delivery: Delivery, metrics: Metrics, asked: str, status: int
) -> None:
    slack.faults.http_error("chat.postMessage", status=status)
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    assert [reply.ts for reply in slack.replies(CHANNEL, asked)] == [ts]
    assert len(slack.calls_to("conversations.replies")) == 1
    assert errors(metrics, "chat.postMessage", f"http_{status}") == 1


@pytest.mark.parametrize("code", ["fatal_error", "internal_error"])
def test_an_error_inside_slack_counts_as_uncertain(
    slack: SlackServer, delivery: Delivery, asked: str, code: str
) -> None:
    slack.faults.error("chat.postMessage", code)
    delivery.post(TEAM, CHANNEL, ANSWER, asked)
    assert len(slack.calls_to("conversations.replies")) == 1
    assert len(slack.replies(CHANNEL, asked)) == 1


def test_a_page_of_a_proxy_in_place_of_slacks_answer_counts_as_uncertain(
    slack: SlackServer, delivery: Delivery, metrics: Metrics, asked: str
) -> None:
    slack.faults.http_error("chat.postMessage", status=200, body="<h1>Please log in to this network</h1>")
    delivery.post(TEAM, CHANNEL, ANSWER, asked)
    [reply] = slack.replies(CHANNEL, asked)
    assert reply.blocks
    assert errors(metrics, "chat.postMessage", "http_200") == 1


def test_a_connection_that_breaks_before_the_work_is_tried_again(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    slack.faults.drop("chat.postMessage")
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    assert [reply.ts for reply in slack.replies(CHANNEL, asked)] == [ts]
    assert len(posts(slack)) == 2


def test_a_connection_that_breaks_after_the_work_does_not_double_the_post(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    slack.faults.drop("chat.postMessage", after=True)
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    assert [reply.ts for reply in slack.replies(CHANNEL, asked)] == [ts]
    assert len(posts(slack)) == 1


def test_an_answer_of_slack_that_comes_too_late_does_not_double_the_post(
    slack: SlackServer, metrics: Metrics, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.sending.delivery.SETTLE_SECONDS", SETTLE_SECONDS)
    slack.faults.slow("chat.postMessage", 1 + SETTLE_SECONDS / 2)
    ts = delivery_to(slack, metrics, timeout=1).post(TEAM, CHANNEL, ANSWER, asked)
    assert [reply.ts for reply in slack.replies(CHANNEL, asked)] == [ts]
    assert len(posts(slack)) == 1


def test_a_direct_message_outside_of_a_thread_is_looked_for_in_the_conversation(
    slack: SlackServer, delivery: Delivery
) -> None:
    place = slack.direct_message("How was the weather?").channel
    slack.faults.drop("chat.postMessage", after=True)
    ts = delivery.post(TEAM, place, ANSWER, None)
    assert [reply.ts for reply in slack.replies(place)] == [ts]
    assert len(posts(slack)) == 1


def test_what_cannot_be_looked_for_is_not_posted_twice(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    slack.faults.drop("chat.postMessage", after=True)
    slack.faults.error("conversations.replies", "missing_scope")
    with pytest.raises(Uncertain, match="RemoteDisconnected"):
        delivery.post(TEAM, CHANNEL, ANSWER, asked)
    assert len(slack.replies(CHANNEL, asked)) == 1


def test_what_slack_may_still_be_at_is_not_posted_a_second_time(
    slack: SlackServer, metrics: Metrics, asked: str
) -> None:
    slack.faults.slow("chat.postMessage", 3)
    with pytest.raises(Uncertain, match="TimeoutError"):
        delivery_to(slack, metrics, timeout=1).post(TEAM, CHANNEL, ANSWER, asked)
    slack.wait_for_reply(CHANNEL, asked)
    assert len(posts(slack)) == 1


def test_it_gives_up_in_the_end(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    slack.faults.http_error("chat.postMessage", times=9)
    with pytest.raises(DeliveryFailed, match="http_500") as caught:
        delivery.post(TEAM, CHANNEL, ANSWER, asked)
    # It was looked for each time: nothing is there.
    assert not isinstance(caught.value, Uncertain)
    assert slack.replies(CHANNEL, asked) == []


def test_a_slack_that_cannot_be_reached_is_a_failure_like_any_other(metrics: Metrics) -> None:
    nowhere = WebClient("xoxb-nothing", base_url=f"http://127.0.0.1:{free_port()}/api/")
    assert failure(Delivery(lambda _: nowhere, metrics).delete, TEAM, CHANNEL, "1.0") == "URLError"


def test_an_answer_is_found_again_after_a_restart(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    delivery.post(TEAM, CHANNEL, ANSWER, asked, Mark("other question", asked))
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked, Mark("this question", asked))
    sorry = delivery.post(TEAM, CHANNEL, ANSWER, asked, Mark("hard question", asked, apology=True))
    after = delivery_to(slack, Metrics())
    assert after.find(TEAM, CHANNEL, asked, Mark("this question", asked)) == PostedMessage(ts, apology=False)
    assert after.find(TEAM, CHANNEL, asked, Mark("hard question", asked)) == PostedMessage(sorry, apology=True)
    assert after.find(TEAM, CHANNEL, asked, Mark("third question", asked)) is None


def test_an_answer_is_found_behind_any_number_of_messages_and_hours(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    talk(slack, asked, PAGE_MESSAGES)
    in_thread = delivery.post(TEAM, CHANNEL, ANSWER, asked, Mark("k", asked))
    in_channel = delivery.post(TEAM, CHANNEL, ANSWER, None, Mark("k", asked))
    slack.advance(3600)
    for thread in (asked, None):
        talk(slack, thread, 2 * PAGE_MESSAGES)
    assert delivery.find(TEAM, CHANNEL, asked, Mark("k", asked)) == PostedMessage(in_thread, apology=False)
    assert delivery.find(TEAM, CHANNEL, None, Mark("k", asked)) == PostedMessage(in_channel, apology=False)


def test_a_search_that_does_not_end_says_so(
    slack: SlackServer, delivery: Delivery, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.sending.history.PAGES", 1)
    talk(slack, asked, PAGE_MESSAGES + 1)
    assert failure(delivery.find, TEAM, CHANNEL, asked, Mark("k", asked)) == "too_many_messages"


def test_a_message_is_read_as_it_is_now(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    reply = slack.post_user_message(CHANNEL, USER, "And on Sunday?", asked)
    gone = slack.post_user_message(CHANNEL, USER, "And on Monday?", asked)
    [root] = [m for m in slack.messages(CHANNEL) if m.ts == asked]
    slack.edit_message(root, "How was the weather in Sapporo?")
    slack.edit_message(reply.message, "And on Saturday?")
    slack.delete_message(gone.message)

    def text(ts: str, thread: str | None) -> str | None:
        message = delivery.message(TEAM, CHANNEL, ts, thread)
        return message["text"] if message is not None else None

    assert text(asked, asked) == "How was the weather in Sapporo?"
    assert "Saturday" in str(text(reply.ts, asked))
    assert text(gone.ts, asked) is None
    # What has replies leaves a stone behind.
    slack.delete_message(root)
    assert text(asked, asked) is None
    assert text("1700000000.000100", "1700000000.000100") is None
    slack.faults.error("conversations.history", "missing_scope")
    assert failure(delivery.message, TEAM, CHANNEL, asked, None) == "missing_scope"


def talk(slack: SlackServer, thread: str | None, count: int) -> None:
    """Have people write a lot."""
    for number in range(count):
        slack.post_user_message(CHANNEL, USER, f"And {number}", thread, mention=False)


# Updating and deleting


def test_an_update_replaces_text_and_blocks(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "It snowed."}}]
    slack.faults.http_error("chat.update")
    delivery.update(TEAM, CHANNEL, ts, Message("It snowed.", blocks, "It snowed!"))
    [reply] = slack.replies(CHANNEL, asked)
    assert (reply.ts, reply.text, reply.blocks[0]["text"]["text"]) == (ts, "It snowed.", "It snowed.")
    call = slack.calls_to("chat.update", ok=True)[0]
    assert (call.args["link_names"], call.args["parse"]) == (False, "none")


def test_a_rejected_update_leaves_no_block_of_the_old_version(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    delivery.update(TEAM, CHANNEL, ts, TOO_LONG)
    [reply] = slack.replies(CHANNEL, asked)
    assert (reply.text, reply.blocks) == ("It rained!", [])


def test_deleting_what_is_gone_is_fine_and_other_refusals_are_not(
    slack: SlackServer, delivery: Delivery, asked: str
) -> None:
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    slack.faults.drop("chat.delete", after=True)
    delivery.delete(TEAM, CHANNEL, ts)
    delivery.delete(TEAM, CHANNEL, ts)
    assert slack.replies(CHANNEL, asked) == []
    assert failure(delivery.delete, TEAM, CHANNEL, asked) == "cant_delete_message"


# For one person


def test_an_ephemeral_message_is_shown_to_one_person(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    slack.faults.drop("chat.postEphemeral")
    delivery.ephemeral(TEAM, CHANNEL, USER, ANSWER, asked)
    [shown] = slack.replies(CHANNEL, asked, ephemeral=True)
    assert (shown.ephemeral_to, shown.text) == (USER, "It rained.")
    delivery.ephemeral(TEAM, CHANNEL, USER, TOO_LONG)
    assert slack.replies(CHANNEL, ephemeral=True)[-1].text == "It rained!"
    assert failure(delivery.ephemeral, TEAM, CHANNEL, "U0NOBODY", ANSWER) == "user_not_in_channel"


def new_link(slack: SlackServer, message_ts: str | None = None) -> str:
    return str(response_link(slack.world, slack.world.new_response_url(TEAM, CHANNEL, USER, message_ts)))


def test_a_command_is_answered_through_its_link(slack: SlackServer, delivery: Delivery) -> None:
    link = new_link(slack)
    delivery.respond(link, ANSWER)
    delivery.respond(link, TOO_LONG, ephemeral=False)
    [private] = slack.replies(CHANNEL, ephemeral=True)
    [public] = slack.replies(CHANNEL)
    assert (private.ephemeral_to, private.text, public.text) == (USER, "It rained.", "It rained!")
    assert all(call.args["unfurl_links"] is False for call in slack.calls_to("response_url"))


def test_a_click_replaces_its_message(slack: SlackServer, delivery: Delivery, asked: str) -> None:
    ts = delivery.post(TEAM, CHANNEL, ANSWER, asked)
    delivery.respond(new_link(slack, ts), Message("Thanks.", [], "Thanks."), replace_original=True)
    assert [(reply.ts, reply.text) for reply in slack.replies(CHANNEL, asked)] == [(ts, "Thanks.")]


def test_a_link_survives_limits_and_breaks(slack: SlackServer, delivery: Delivery) -> None:
    link = new_link(slack)
    slack.faults.rate_limit("response_url", retry_after=0)
    slack.faults.http_error("response_url")
    delivery.respond(link, ANSWER)
    slack.faults.drop("response_url")
    delivery.respond(link, ANSWER)
    assert len(slack.replies(CHANNEL, ephemeral=True)) == 2


@pytest.mark.parametrize("method", ["response_url", "chat.postEphemeral"])
def test_what_may_not_come_twice_is_sent_once_to_one_person_too(
    slack: SlackServer, delivery: Delivery, method: str
) -> None:
    def send() -> None:
        if method == "response_url":
            delivery.respond(link, ANSWER, once=True)
        else:
            delivery.ephemeral(TEAM, CHANNEL, USER, ANSWER, once=True)

    link = new_link(slack)
    for break_it in (slack.faults.drop, slack.faults.http_error):
        break_it(method, after=True)
        with pytest.raises(Uncertain):
            send()
    assert len(slack.replies(CHANNEL, ephemeral=True)) == 2
    # What has certainly not arrived is sent again all the same.
    slack.faults.rate_limit(method, retry_after=0)
    send()
    assert len(slack.replies(CHANNEL, ephemeral=True)) == 3


def test_a_link_that_is_used_up_is_a_failure(slack: SlackServer, delivery: Delivery, metrics: Metrics) -> None:
    link = new_link(slack)
    for _ in range(5):
        delivery.respond(link, ANSWER)
    assert failure(delivery.respond, link, ANSWER) == "used_url"
    assert len(slack.calls_to("response_url")) == 6
    assert errors(metrics, "response_url", "used_url") == 1


# Status, logs


def test_a_status_is_shown_and_its_failure_only_logged(
    slack: SlackServer, delivery: Delivery, metrics: Metrics, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    delivery.status(TEAM, CHANNEL, asked, "is looking it up …")
    assert slack.status_of(CHANNEL, asked) == "is looking it up …"
    slack.faults.error("assistant.threads.setStatus", "not_allowed_token_type")
    with caplog.at_level(logging.INFO):
        delivery.status(TEAM, CHANNEL, asked, "")
    assert "not_allowed_token_type" in caplog.text
    assert errors(metrics, "assistant.threads.setStatus", "not_allowed_token_type") == 1


def test_no_token_is_logged_whatever_goes_wrong(
    slack: SlackServer, delivery: Delivery, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.error("chat.postMessage", "invalid_auth")
    slack.faults.drop("chat.postMessage")
    slack.faults.error("conversations.replies", "missing_scope")
    with caplog.at_level(logging.DEBUG):
        for expected in ("invalid_auth", "RemoteDisconnected"):
            with pytest.raises(DeliveryFailed, match=expected) as caught:
                delivery.post(TEAM, CHANNEL, ANSWER, asked)
            logging.getLogger("test").error("failed", exc_info=caught.value)
    assert "missing_scope" in caplog.text
    assert slack.team.bot_token not in caplog.text
