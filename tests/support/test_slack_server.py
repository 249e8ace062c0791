"""The local Slack server behaves as Slack does, towards a real Bolt process and the real SDK client."""

from __future__ import annotations

import http.client
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.webhook import WebhookClient

from tests.support import slack_server
from tests.support.slack_server import CHANNEL, TEAM, USER, BotProcess, Settings, SlackServer, free_port
from tests.support.slack_server.audit import links_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., SlackServer]

TINY_BOT = Path(slack_server.__file__).with_name("tiny_bot.py")
FAST: dict[str, Any] = {"ack_timeout": 0.8, "http_retry_delays": (0.0, 0.1, 0.1), "ping_interval": 0.2}


@pytest.fixture
def start() -> Iterator[Callable[..., SlackServer]]:
    """Start a server with the tiny bot on it, over either transport."""
    with ExitStack() as stack:

        def started(transport: Any = "socket", bots: int = 1, **settings: Any) -> SlackServer:
            server = stack.enter_context(SlackServer(transport, settings=Settings(**(FAST | settings))))
            command = [sys.executable, str(TINY_BOT)]
            if transport == "http":
                port = free_port()
                server.bot_url = f"http://127.0.0.1:{port}/slack/events"
                command.append(str(port))
            for _ in range(bots):
                stack.enter_context(BotProcess(server, command))
            return server

        yield started


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """Start a server alone."""
    with SlackServer(settings=Settings(**FAST)) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    """Return the SDK's client with the bot's token, without retries."""
    return WebClient(slack.team.bot_token, base_url=slack.api_url, retry_handlers=[])


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Return what Slack answers to a call it refuses."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def section(text: str, **more: Any) -> dict[str, Any]:
    """Return a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def plain(text: str) -> dict[str, Any]:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


both = pytest.mark.parametrize("transport", ["socket", "http"])


# A real bot


@both
def test_a_mention_is_one_post_and_two_events_and_gets_its_reply(start: Start, transport: str) -> None:
    slack = start(transport)
    post = slack.post_user_message(CHANNEL, USER, "when is PyCon?").wait()
    reply = slack.wait_for_reply(CHANNEL, post.ts)
    assert "echo: when is PyCon?" in reply.text
    mention, message = post.deliveries
    assert (mention.type, message.type) == ("app_mention", "message")
    assert mention.event["ts"] == message.event["ts"] == post.ts
    assert mention.event_id != message.event_id
    assert message.event["channel_type"] == "channel"
    assert "channel_type" not in mention.event
    body = mention.payload
    assert (body["team_id"], body["authorizations"][0]["team_id"]) == (TEAM, TEAM)
    assert (body["type"], body["is_ext_shared_channel"]) == ("event_callback", False)
    assert [attempt.acked_at is None for attempt in mention.attempts] == [False]
    slack.wait_until_quiet()
    assert len(slack.replies(CHANNEL, post.ts)) == 1
    # The bot's own answer comes back to it as an event, as Slack does, and it keeps quiet.
    assert [d.event.get("bot_id") for d in slack.deliveries[2:]] == [slack.team.bot_id]
    assert slack.deliveries[2].acked


@both
def test_an_event_without_an_ack_comes_again(start: Start, transport: str) -> None:
    slack = start(transport, subscriptions=frozenset({"app_mention"}))
    [delivery] = slack.post_user_message(text="dawdle please").deliveries
    delivery.wait()
    first, second = delivery.attempts[:2]
    assert (first.retry_num, second.retry_num) == (0, 1)
    assert second.retry_reason == ("timeout" if transport == "socket" else "http_timeout")
    assert second.sent_at - first.sent_at >= 0.9 * FAST["ack_timeout"]
    assert delivery.event_id == delivery.payload["event_id"]
    slack.wait_until_quiet(1.5)
    # Bolt does not tell the two apart.
    assert len(slack.replies(CHANNEL)) == 2


@both
def test_a_burst_is_answered_once_each(start: Start, transport: str) -> None:
    slack = start(transport, ack_timeout=3.0)
    posts = [slack.post_user_message(text=f"number {number}") for number in range(30)]
    for post in posts:
        slack.wait_for_reply(CHANNEL, post.ts)
    slack.wait_until_quiet()
    assert len(slack.replies()) == 30
    assert all(len(delivery.attempts) == 1 for delivery in slack.deliveries)


@both
def test_a_redelivery_on_demand_has_the_same_event_id(start: Start, transport: str) -> None:
    slack = start(transport)
    first = slack.post_user_message(text="again").wait().deliveries[0]
    again = slack.redeliver(first).wait()
    assert again.event_id == first.event_id
    assert (again.attempts[0].retry_num, again.attempts[0].retry_reason) == (1, "timeout")
    slack.wait_for_reply(CHANNEL, count=2)


@both
def test_a_slash_command_is_acknowledged_and_answered_by_its_link(start: Start, transport: str) -> None:
    slack = start(transport)
    slack.add_channel("C0ELSE", "elsewhere", is_member=False)
    delivery = slack.slash_command("/ask", "what & when?", channel="C0ELSE").wait()
    assert delivery.acked
    answer = slack.wait_for_reply("C0ELSE", matching="asked: what & when?", ephemeral=True)
    assert answer.ephemeral_to == USER
    assert slack.wait_for_reply("C0ELSE", matching="thinking", ephemeral=True).thread_ts is None


@both
def test_buttons_forms_and_feedback(start: Start, transport: str) -> None:
    slack = start(transport)
    slack.post_user_message(text="hello")
    reply = slack.wait_for_reply()
    thumbs = slack.click(reply, "thumbs", text="Bad").wait()
    assert thumbs.payload["actions"][0]["value"] == "negative_button"
    assert thumbs.payload["message"]["ts"] == thumbs.payload["container"]["message_ts"] == reply.ts
    slack.wait_for_reply(matching="thanks for negative_button", ephemeral=True)

    assert slack.click(reply, "why").wait().acked
    [view] = slack.wait_for(slack.open_views)
    refused = slack.submit_view(view, {"reason": "bad"}).wait()
    assert refused.response == {"response_action": "errors", "errors": {"reason": "say more"}}
    assert slack.open_views() == [view]
    assert slack.submit_view(view, {"reason": "it was late"}).wait().acked
    assert slack.open_views() == []
    with pytest.raises(LookupError, match="must be filled in"):
        slack.submit_view(view)
    with pytest.raises(LookupError, match="0 elements fit"):
        slack.click(reply, "nothing")


@both
def test_home_direct_messages_and_shortcuts(start: Start, transport: str) -> None:
    slack = start(transport)
    slack.open_app_home("home")
    home = slack.wait_for(lambda: slack.home(USER))
    assert home.data["blocks"][0]["text"]["text"] == f"Hello {USER}"
    assert slack.open_app_home("home").payload["event"]["view"]["id"] == home.id

    post = slack.direct_message("just us")
    assert [d.event["channel_type"] for d in post.deliveries] == ["im"]
    assert slack.wait_for_reply(post.channel, post.ts).text == "private: just us"
    assert slack.message_shortcut(post.message, "summarize").wait().acked
    slack.wait_for_reply(post.channel, matching="about: just us", ephemeral=True)


def test_the_bot_connects_again_when_told_to_and_when_cut_off(start: Start) -> None:
    slack = start()
    slack.disconnect("refresh_requested")
    slack.wait_for_connection(count=2)
    slack.post_user_message(text="after the refresh")
    slack.wait_for_reply(matching="after the refresh")
    slack.drop_connections()
    slack.wait_for_connection(count=3)
    slack.post_user_message(text="after the cut")
    slack.wait_for_reply(matching="after the cut")
    slack.disconnect("warning", close_after=None)
    slack.wait_for_connection(count=4)
    opened = slack.calls_to("apps.connections.open")
    assert [call.token for call in opened] == [slack.world.app_token] * 4


def test_pings_are_answered_and_events_go_to_one_connection(start: Start) -> None:
    slack = start(bots=2)
    slack.wait_for_connection(count=2)
    slack.wait_for(lambda: all(connection.pongs for connection in slack.socket.connections))
    posts = [slack.post_user_message(text=f"number {number}") for number in range(6)]
    for post in posts:
        slack.wait_for_reply(CHANNEL, post.ts)
    slack.wait_until_quiet()
    assert {attempt.connection for d in slack.deliveries for attempt in d.attempts} == {1, 2}
    assert len(slack.replies()) == 6


def test_events_wait_for_a_connection() -> None:
    with SlackServer(settings=Settings(**FAST)) as slack:
        post = slack.post_user_message(text="anybody there?")
        with BotProcess(slack, [sys.executable, str(TINY_BOT)]) as bot:
            slack.wait_for_reply(CHANNEL, post.ts)
            assert bot.stop() == 0
        slack.wait_for(lambda: not slack.socket.connections)


def test_the_tiny_bot_ends_when_told_to_while_it_connects_again() -> None:
    for _ in range(4):
        with SlackServer(settings=Settings(**FAST)) as slack, BotProcess(slack, [sys.executable, str(TINY_BOT)]) as bot:
            slack.disconnect("refresh_requested")
            slack.wait_for_connection(count=2)
            assert bot.stop(timeout=10) == 0


def test_a_bot_that_does_not_end_is_killed_and_reported(slack: SlackServer) -> None:
    deaf = "import runpy, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal = lambda *_: None"
    command = [sys.executable, "-c", f"{deaf}; runpy.run_path({str(TINY_BOT)!r}, run_name='__main__')"]
    with pytest.raises(TimeoutError, match="did not end when told to"), BotProcess(slack, command) as bot:
        bot.patience = 0.5


def test_the_address_is_verified_and_forged_requests_are_refused(start: Start) -> None:
    slack = start("http", subscriptions=frozenset({"app_mention"}))
    assert slack.verify_url()
    for how in ("wrong_signature", "old_timestamp", "no_signature"):
        slack.tamper(how)
        [forged] = slack.post_user_message(text=how).deliveries
        assert (forged.wait().acked, forged.status) == (False, 401)
        assert len(forged.attempts) == 1
    [honest] = slack.post_user_message(text="honest").deliveries
    assert honest.wait().status == 200
    slack.wait_for_reply(matching="honest")
    slack.wait_until_quiet()
    assert len(slack.replies()) == 1


def test_http_delivery_gives_up_after_its_retries(slack: SlackServer) -> None:
    slack.transport = "http"
    slack.bot_url = f"http://127.0.0.1:{free_port()}/slack/events"
    [mention, _] = slack.post_user_message(text="nobody home").deliveries
    assert not mention.wait().acked
    assert [a.retry_num for a in mention.attempts] == [0, 1, 2, 3]
    assert {a.retry_reason for a in mention.attempts[1:]} == {"connection_failed"}


def test_the_bot_recovers_from_a_rate_limit(start: Start) -> None:
    slack = start()
    slack.faults.rate_limit("chat.postMessage", retry_after=1)
    post = slack.post_user_message(text="busy")
    slack.wait_for_reply(CHANNEL, post.ts)
    limited, accepted = slack.calls_to("chat.postMessage")
    assert (limited.status, limited.fault) == (429, "rate_limit")
    assert accepted.time - limited.time >= 1.0


def test_the_bot_falls_back_when_blocks_are_refused(start: Start) -> None:
    slack = start()
    post = slack.post_user_message(text="a long answer please")
    assert slack.wait_for_reply(CHANNEL, post.ts).text == "short instead of invalid_blocks"
    slack.faults.error("chat.postMessage", "invalid_blocks", "no more than 50 items allowed [json-pointer:/blocks]")
    post = slack.post_user_message(text="a short one")
    assert slack.wait_for_reply(CHANNEL, post.ts).text == "short instead of invalid_blocks"


def test_streams_become_messages(start: Start) -> None:
    slack = start()
    post = slack.post_user_message(text="stream it")
    assert slack.wait_for_reply(CHANNEL, post.ts).text == "first second"
    start_call = slack.calls_to("chat.startStream")[0]
    assert (start_call.args["recipient_team_id"], start_call.args["recipient_user_id"]) == (TEAM, USER)


# Faults


def test_faults_come_in_order_and_then_end(slack: SlackServer, client: WebClient) -> None:
    post = {"channel": CHANNEL, "text": "x"}
    slack.faults.http_error("chat.postMessage")
    slack.faults.error("*", "internal_error")
    slack.faults.drop("chat.postMessage")
    slack.faults.drop("chat.postMessage", after=True)
    slack.faults.slow("chat.postMessage", 0.3)
    with pytest.raises(SlackApiError, match="non-JSON"):
        client.chat_postMessage(**post)
    broken = (http.client.HTTPException, OSError)
    with pytest.raises(broken):
        client.chat_postMessage(**post)
    assert slack.messages() == []
    with pytest.raises(broken):
        client.chat_postMessage(**post)
    assert len(slack.messages()) == 1
    begun = time.monotonic()
    client.chat_postMessage(**post)
    assert time.monotonic() - begun >= 0.3
    assert slack.faults.left("chat.postMessage") == 0
    assert refusal(client.chat_postMessage, **post)["error"] == "internal_error"
    assert client.chat_postMessage(**post)["ok"]


# Tokens, channels, threads


def test_tokens(slack: SlackServer, client: WebClient) -> None:
    me = client.auth_test()
    assert (me["team_id"], me["user_id"], me["bot_id"]) == (TEAM, slack.team.bot_user, slack.team.bot_id)
    assert refusal(client.auth_test, token="xoxb-other")["error"] == "invalid_auth"
    assert refusal(client.auth_test, token=slack.world.app_token)["error"] == "not_allowed_token_type"
    connect = client.apps_connections_open
    assert refusal(connect, app_token=slack.team.bot_token)["error"] == "not_allowed_token_type"
    assert refusal(connect, app_token="xapp-other")["error"] == "invalid_auth"
    assert connect(app_token=slack.world.app_token)["url"].startswith("ws://127.0.0.1:")
    assert refusal(client.api_call, "made.up")["error"] == "unknown_method"
    slack.world.settings.scopes = frozenset({"chat:write"})
    assert refusal(client.users_info, user=USER)["needed"] == "users:read"


def test_channels_and_threads(slack: SlackServer, client: WebClient) -> None:
    slack.add_channel("C0OUT", "outside", is_member=False)
    slack.add_channel("G0PRIVATE", "private", kind="group", is_member=False)
    slack.add_channel("C0OLD", "old", is_archived=True)
    post = client.chat_postMessage
    for channel, error in {
        "C0NONE": "channel_not_found",
        "C0OUT": "not_in_channel",
        "G0PRIVATE": "channel_not_found",
        "C0OLD": "is_archived",
    }.items():
        assert refusal(post, channel=channel, text="x")["error"] == error
    assert client.conversations_info(channel="C0OUT")["channel"]["is_member"] is False
    assert post(channel="#events", text="by name")["channel"] == CHANNEL
    assert post(channel=USER, text="to a person")["channel"].startswith("D")
    assert refusal(post, channel=CHANNEL, text="x", thread_ts="12.5")["error"] == "invalid_thread_ts"
    empty = {"channel": CHANNEL, "text": "  "}
    assert refusal(client.api_call, "chat.postMessage", json=empty)["error"] == "no_text"

    question = slack.post_user_message(text="gone soon")
    reply = post(channel=CHANNEL, text="kept", thread_ts=question.ts)
    # A reply to a reply belongs to the same thread.
    assert post(channel=CHANNEL, text="deeper", thread_ts=reply["ts"])["message"]["thread_ts"] == question.ts
    thread = client.conversations_replies(channel=CHANNEL, ts=question.ts, limit=2)
    assert [m["text"] for m in thread["messages"]][1:] == ["kept"]
    assert thread["has_more"]
    cursor = thread["response_metadata"]["next_cursor"]
    rest = client.conversations_replies(channel=CHANNEL, ts=question.ts, limit=2, cursor=cursor)
    assert [m["text"] for m in rest["messages"]] == ["deeper"]
    assert rest["messages"][0]["parent_user_id"] == USER
    history = client.conversations_history(channel=CHANNEL)["messages"]
    assert [m.get("reply_count") for m in history] == [2, None]
    link = client.chat_getPermalink(channel=CHANNEL, message_ts=reply["ts"])["permalink"]
    assert f"?thread_ts={question.ts}&cid={CHANNEL}" in link

    lone = slack.post_user_message(text="deleted before the answer")
    slack.delete_message(lone.message)
    assert "thread_ts" not in post(channel=CHANNEL, text="late", thread_ts=lone.ts)["message"]
    slack.world.settings.missing_parent = "thread_not_found"
    assert refusal(post, channel=CHANNEL, text="late", thread_ts=lone.ts)["error"] == "thread_not_found"


def test_updates_and_deletes(slack: SlackServer, client: WebClient) -> None:
    sent = client.chat_postMessage(channel=CHANNEL, text="a" * 40_001, blocks=[section("kept")])
    [message] = slack.messages()
    assert len(message.text) == 40_000
    place = {"channel": CHANNEL, "ts": sent["ts"]}
    assert refusal(client.chat_update, **place, text="b" * 4_001)["error"] == "msg_too_long"
    client.chat_update(**place, text="short")
    assert message.text == "short"
    assert message.blocks[0]["text"]["text"] == "kept"
    assert len(slack.history(message)) == 1
    theirs = slack.post_user_message(text="mine")
    other = {"channel": CHANNEL, "ts": theirs.ts}
    assert refusal(client.chat_update, **other, text="x")["error"] == "cant_update_message"
    assert refusal(client.chat_delete, **other)["error"] == "cant_delete_message"
    client.chat_delete(**place)
    assert refusal(client.chat_update, **place, text="x")["error"] == "message_not_found"
    whisper = client.chat_postEphemeral(channel=CHANNEL, user=USER, text="psst")["message_ts"]
    refused = refusal(client.chat_update, channel=CHANNEL, ts=whisper, text="x")
    assert refused["error"] == "message_not_found"


def test_streams_expire(slack: SlackServer, client: WebClient) -> None:
    thread = slack.post_user_message(text="tell me").ts
    refused = refusal(client.chat_startStream, channel=CHANNEL, thread_ts=thread)
    assert refused["error"] == "missing_recipient_team_id"
    who = {"recipient_team_id": TEAM, "recipient_user_id": USER}
    ts = client.chat_startStream(channel=CHANNEL, thread_ts=thread, markdown_text="a", **who)["ts"]
    place = {"channel": CHANNEL, "ts": ts}
    assert refusal(client.chat_update, **place, text="x")["error"] == "streaming_state_conflict"
    assert refusal(client.chat_delete, **place)["error"] == "cant_delete_message"
    too_long = refusal(client.chat_appendStream, **place, markdown_text="a" * 12_001)
    assert too_long["error"] == "msg_too_long"
    client.chat_appendStream(**place, markdown_text="b")
    slack.advance(31)
    for method in (client.chat_appendStream, client.chat_stopStream):
        assert refusal(method, **place, markdown_text="c")["error"] == "message_not_in_streaming_state"
    assert client.chat_update(**place, text="abc")["ok"]


# Blocks

BUTTON = {"type": "button", "action_id": "a", "text": plain("ok")}
THUMBS = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": plain("+"), "value": "1"},
    "negative_button": {"text": plain("-"), "value": "0"},
}
OPTION = {"text": plain("one"), "value": "1"}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """Return an actions block."""
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **option: Any) -> dict[str, Any]:
    """Return a select menu in an actions block."""
    return actions({"type": "static_select", "action_id": "s", "options": [OPTION | option] * count})


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
        ({"type": "poem"}, "unsupported type: poem [json-pointer:/blocks/0/type]"),
        (section("x", colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        (
            section("x", block_id="b" * 256),
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
        ({"type": "header", "text": section("x")["text"]}, "unsupported type: mrkdwn"),
        ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items allowed"),
        (actions(*[{**BUTTON, "action_id": str(n)} for n in range(26)]), "no more than 25 items allowed"),
        (actions(BUTTON, BUTTON), "`action_id` a already exists for another element"),
        (actions({**BUTTON, "action_id": "a" * 256}), "must be less than 256 characters"),
        (actions({**BUTTON, "text": plain("x" * 76)}), "must be less than 76 characters"),
        (actions({**BUTTON, "value": "x" * 2001}), "must be less than 2001 characters"),
        (actions({**BUTTON, "url": "https://a.example/" + "x" * 3000}), "must be less than 3001 characters"),
        (actions({**BUTTON, "url": "javascript:x"}), "must be a valid URL"),
        (actions(THUMBS), "unsupported type: feedback_buttons [json-pointer:/blocks/0/elements/0/type]"),
        ({"type": "context_actions", "elements": [BUTTON]}, "unsupported type: button"),
        (select(101), "no more than 100 items allowed"),
        (select(1, text=plain("x" * 76)), "must be less than 76 characters"),
        (select(1, value="x" * 151), "must be less than 151 characters"),
        ({"type": "image", "image_url": "https://a.example/i.png"}, "missing required field: alt_text"),
        (
            {"type": "markdown", "text": "# h\n\ntext\n\n" * 26},
            "no more than 50 items allowed [json-pointer:/blocks]",
        ),
    ],
)
def test_malformed_blocks_are_refused_as_slack_says_it(client: WebClient, block: dict[str, Any], message: str) -> None:
    answer = refusal(client.chat_postMessage, channel=CHANNEL, text="x", blocks=[block])
    assert answer["error"] == "invalid_blocks"
    assert any(message in line for line in answer["errors"])
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {line}" for line in answer["errors"]]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([section("x")] * 51, "invalid_blocks"),
        ([section("x", block_id="same")] * 2, "invalid_blocks"),
        ([{"type": "markdown", "text": "x" * 12_001}], "msg_too_long"),
        ([section("x" * 2_700)] * 5, "msg_blocks_too_long"),
        ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "invalid_attachments"),
        ("not json", "invalid_blocks_format"),
    ],
)
def test_messages_over_the_limits_are_refused(client: WebClient, blocks: Any, error: str) -> None:
    assert refusal(client.chat_postMessage, channel=CHANNEL, text="x", blocks=blocks)["error"] == error


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x" * 3000, accessory=BUTTON), {"type": "divider"}],
        [{"type": "markdown", "text": "x" * 12_000}, {"type": "context_actions", "elements": [THUMBS]}],
        [section("x")] * 50,
        [select(100)],
        [{"type": "markdown", "text": "```\n# no heading\n---\n```\n" * 60}],
    ],
)
def test_messages_within_the_limits_are_accepted(client: WebClient, blocks: Any) -> None:
    assert client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)["ok"]


def test_views(slack: SlackServer, client: WebClient) -> None:
    modal = {"type": "modal", "title": plain("t"), "blocks": [section("x")]}
    trigger = slack.world.new_trigger(USER, TEAM)
    long_title = {**modal, "title": plain("t" * 25)}
    refused = refusal(client.views_open, trigger_id=trigger, view=long_title)
    assert refused["error"] == "invalid_arguments"
    assert "must be less than 25 characters [json-pointer:/view/title/text]" in refused["errors"]
    view = client.views_open(trigger_id=trigger, view=modal)["view"]
    assert refusal(client.views_open, trigger_id=trigger, view=modal)["error"] == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2", view=modal)["error"] == "invalid_trigger_id"
    late = slack.world.new_trigger(USER, TEAM)
    slack.advance(4)
    assert refusal(client.views_open, trigger_id=late, view=modal)["error"] == "expired_trigger_id"
    renewed = client.views_update(view_id=view["id"], hash=view["hash"], view=modal)["view"]
    stale = refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=modal)
    assert (stale["error"], renewed["id"]) == ("hash_conflict", view["id"])
    home = {"type": "home", "blocks": [section("x")] * 100}
    assert client.views_publish(user_id=USER, view=home)["view"]["type"] == "home"
    too_many = {"type": "home", "blocks": [section("x")] * 101}
    assert refusal(client.views_publish, user_id=USER, view=too_many)["error"] == "invalid_arguments"


def test_statuses_prompts_and_reactions(slack: SlackServer, client: WebClient) -> None:
    ts = slack.post_user_message(text="hm").ts
    place = {"channel_id": CHANNEL, "thread_ts": ts}
    client.assistant_threads_setStatus(**place, status="is reading")
    assert slack.status_of(CHANNEL, ts) == "is reading"
    client.chat_postMessage(channel=CHANNEL, thread_ts=ts, text="done")
    assert slack.status_of(CHANNEL, ts) == ""
    client.assistant_threads_setStatus(**place, status="is reading on")
    slack.advance(121)
    assert slack.status_of(CHANNEL, ts) == ""
    eleven = ["x"] * 11
    refused = refusal(client.assistant_threads_setStatus, **place, status="s", loading_messages=eleven)
    assert refused["error"] == "invalid_arguments"
    prompts = [{"title": "a", "message": "b"}]
    client.assistant_threads_setSuggestedPrompts(**place, prompts=prompts)
    assert slack.world.prompts == {}
    client.assistant_threads_setSuggestedPrompts(channel_id=CHANNEL, prompts=prompts)
    assert slack.world.prompts[CHANNEL]["prompts"] == prompts
    client.assistant_threads_setTitle(**place, title="About it")
    assert slack.world.titles[CHANNEL, ts] == "About it"
    reaction = {"channel": CHANNEL, "timestamp": ts, "name": "eyes"}
    client.reactions_add(**reaction)
    assert refusal(client.reactions_add, **reaction)["error"] == "already_reacted"
    client.reactions_remove(**reaction)
    assert refusal(client.reactions_remove, **reaction)["error"] == "no_reaction"


# Response links


def test_a_response_url_takes_five_answers_in_half_an_hour(slack: SlackServer, client: WebClient) -> None:
    client.chat_postMessage(channel=CHANNEL, text="original", blocks=[actions(BUTTON)])
    [original] = slack.messages()
    hook = WebhookClient(slack.click(original, "a").payload["response_url"])
    assert hook.send(text="").body == "no_text"
    assert hook.send(text="x", blocks=[section("x" * 3001)]).status_code == 400
    assert hook.send(text="changed", replace_original=True).status_code == 200
    assert (original.text, original.blocks) == ("changed", [])
    assert hook.send(text="for you").status_code == 200
    assert hook.send(text="for all", response_type="in_channel").status_code == 200
    assert hook.send(delete_original=True).status_code == 200
    assert [(m.text, m.ephemeral_to) for m in slack.messages()] == [("for you", USER), ("for all", None)]
    slack.faults.http_error("response_url", status=500)
    assert hook.send(text="broken").status_code == 500
    assert hook.send(text="fifth").status_code == 200
    assert (hook.send(text="sixth").status_code, hook.send(text="sixth").body) == (
        404,
        '{"ok": false, "error": "used_url"}',
    )
    late = WebhookClient(slack.slash_command("/ask", "x").payload["response_url"])
    slack.advance(1801)
    assert "expired_url" in late.send(text="late").body


# People


def test_people_from_elsewhere_and_other_bots(slack: SlackServer, client: WebClient) -> None:
    slack.add_user("U0GUEST", "guest", is_restricted=True, is_ultra_restricted=True)
    slack.add_user("U0STRANGER", "stranger", "T0PARTNER")
    slack.add_channel("C0SHARED", "shared", shared_with=frozenset({"T0PARTNER"}))
    guest = client.users_info(user="U0GUEST")["user"]
    assert (guest["is_restricted"], guest["is_ultra_restricted"], guest["is_stranger"]) == (True, True, False)
    stranger = client.users_info(user="U0STRANGER")["user"]
    assert (stranger["is_stranger"], stranger["team_id"]) == (True, "T0PARTNER")
    assert refusal(client.users_info, user="U0NOBODY")["error"] == "user_not_found"
    mention, message = slack.post_user_message("C0SHARED", "U0STRANGER", "hi").deliveries
    for delivery in (mention, message):
        assert delivery.payload["is_ext_shared_channel"] is True
        assert (delivery.payload["team_id"], delivery.event["user_team"]) == (TEAM, "T0PARTNER")
    [classic] = slack.bot_message(text="from a bot", user=None).deliveries
    assert (classic.event["subtype"], classic.event["bot_id"]) == ("bot_message", "B0OTHER")
    modern = slack.bot_message(text="ping", mention=True).deliveries[0]
    assert (modern.type, modern.event["bot_profile"]["id"]) == ("app_mention", "B0OTHER")


def test_edits_and_deletions_are_events_of_their_own(slack: SlackServer, client: WebClient) -> None:
    post = slack.post_user_message(text="wihtout a mention", mention=False)
    assert [d.type for d in post.deliveries] == ["message"]
    changed, mention = slack.edit_message(post.message, f"<@{slack.team.bot_user}> with one")
    assert (changed.event["subtype"], mention.type) == ("message_changed", "app_mention")
    assert changed.event["previous_message"]["text"] == "wihtout a mention"
    assert mention.event["edited"]["user"] == USER
    client.chat_postMessage(channel=CHANNEL, thread_ts=post.ts, text="answer")
    [tombstone] = slack.delete_message(post.message)
    assert tombstone.event["message"]["subtype"] == "tombstone"
    [deleted] = slack.delete_message(slack.post_user_message(text="x", mention=False).message)
    assert (deleted.event["subtype"], deleted.event["hidden"]) == ("message_deleted", True)


def test_what_the_app_does_not_hear(slack: SlackServer) -> None:
    slack.add_channel("C0OUT", "outside", is_member=False)
    assert slack.post_user_message("C0OUT", text="not here").deliveries == []
    assert len(slack.post_user_message("C0OUT", text="but forced", deliver=True).deliveries) == 2
    slack.world.settings.subscriptions = frozenset({"app_mention"})
    assert [d.type for d in slack.post_user_message(text="x").deliveries] == ["app_mention"]
    with pytest.raises(KeyError):
        slack.post_user_message("C0TYPO", text="x")


def test_a_second_workspace_is_installed_by_oauth(slack: SlackServer, client: WebClient, tmp_path: Path) -> None:
    other = slack.add_team("T0OTHER", "Other", installed=False)
    slack.add_user("U0OTTO", "otto", "T0OTHER")
    slack.add_channel("C0OTHER", "other", "T0OTHER")
    assert refusal(client.auth_test, token=other.bot_token)["error"] == "account_inactive"
    access: dict[str, Any] = {"client_id": slack.world.client_id, "client_secret": slack.world.client_secret}
    assert refusal(client.oauth_v2_access, **access, code="made-up")["error"] == "invalid_code"
    store = FileInstallationStore(base_dir=str(tmp_path))
    flow = OAuthFlow(client=client, settings=OAuthSettings(**access, installation_store=store))
    installation = flow.run_installation(slack.install_code("T0OTHER"))
    assert installation is not None
    assert (installation.team_id, installation.bot_id) == ("T0OTHER", other.bot_id)
    store.save(installation)
    bot = store.find_bot(enterprise_id=None, team_id="T0OTHER")
    assert bot is not None
    assert refusal(client.chat_postMessage, channel="C0OTHER", text="x")["error"] == "channel_not_found"
    theirs = WebClient(bot.bot_token, base_url=slack.api_url)
    assert theirs.chat_postMessage(channel="C0OTHER", text="x")["ok"]
    [mention, _] = slack.post_user_message("C0OTHER", "U0OTTO", "hi").deliveries
    assert mention.payload["authorizations"][0]["user_id"] == other.bot_user


# Audit


def test_texts_links_and_pings_are_found_everywhere(slack: SlackServer, client: WebClient) -> None:
    slack.assert_no_ping()
    client.chat_postMessage(
        channel=CHANNEL,
        text="see <https://a.example/?x=1&amp;y=2|the &lt;!here&gt; page>",
        blocks=[
            {"type": "markdown", "text": "[b](https://b.example/p_(q)) and https://c.example/d."},
            actions({**BUTTON, "url": "https://e.example/"}),
        ],
    )
    assert slack.links() == [
        "https://e.example/",
        "https://a.example/?x=1&y=2",
        "https://b.example/p_(q)",
        "https://c.example/d",
    ]
    assert "ok" in slack.all_texts()
    slack.assert_no_ping()
    refusal(client.chat_postMessage, channel="C0NONE", text="<!channel> wake up")
    client.views_publish(user_id=USER, view={"type": "home", "blocks": [section("hi <@U0BOB>")]})
    with pytest.raises(AssertionError, match=r"<!channel>.*<@U0BOB>"):
        slack.assert_no_ping()
    with pytest.raises(AssertionError, match=r"ping: <!channel> in '<!channel> wake up'$"):
        slack.assert_no_ping(allowed_users={"U0BOB"})


@pytest.mark.parametrize("loud", ["<!here>", "<!subteam^S1|@all>", "<@U0BOB>", "<#C0EVENTS>"])
def test_every_live_mention_is_a_ping(slack: SlackServer, client: WebClient, loud: str) -> None:
    client.chat_postMessage(channel=CHANNEL, text="x", blocks=[{"type": "markdown", "text": f"`{loud}`"}])
    with pytest.raises(AssertionError, match="the app would ping"):
        slack.assert_no_ping()


def test_mentions_without_brackets_are_pings_when_slack_makes_them_live(slack: SlackServer, client: WebClient) -> None:
    client.chat_postMessage(channel=CHANNEL, text="mail a@here.example, ask @here")
    slack.assert_no_ping()
    rich = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
    client.chat_postMessage(channel=CHANNEL, text="x", blocks=[{"type": "rich_text", "elements": [rich]}])
    client.chat_postMessage(channel=CHANNEL, text="ask @here", link_names=True)
    with pytest.raises(AssertionError, match=r"broadcast.*@here"):
        slack.assert_no_ping()


def test_links_are_read_as_slack_reads_them() -> None:
    assert links_in("詳細は https://a.example/b。") == ["https://a.example/b。"]
    assert links_in("(https://a.example/b)、<mailto:a@b.example|mail>") == [
        "mailto:a@b.example",
        "https://a.example/b)、",
    ]
    assert links_in("[https://safe.example](https://evil.example)") == [
        "https://evil.example",
        "https://safe.example",
    ]


# The server itself


def test_many_servers_run_side_by_side_and_leave_nothing_behind() -> None:
    before = set(threading.enumerate())
    with ExitStack() as stack:
        servers = [stack.enter_context(SlackServer()) for _ in range(20)]
        assert len({server.api_url for server in servers}) == 20
        for number, server in enumerate(servers):
            WebClient(server.team.bot_token, base_url=server.api_url).chat_postMessage(
                channel=CHANNEL, text=str(number)
            )
        assert [server.messages()[0].text for server in servers] == [str(n) for n in range(20)]
    assert set(threading.enumerate()) == before


def test_stopping_does_not_wait_for_slow_answers_or_lost_events() -> None:
    with SlackServer() as slack:
        slack.faults.slow("auth.test", 60)
        client = WebClient(slack.team.bot_token, base_url=slack.api_url, retry_handlers=[])
        broken: list[Exception] = []

        def ask() -> None:
            try:
                client.auth_test()
            except (http.client.HTTPException, OSError) as error:
                broken.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        slack.wait_for(lambda: slack.calls_to("auth.test"))
        slack.post_user_message(text="no bot is there")
        with pytest.raises(TimeoutError, match="quiet did not come true"):
            slack.wait_until_quiet(timeout=0.2)
    # Far less than the minute for which the answer was held back.
    asking.join(30)
    assert not asking.is_alive()
    assert broken


def test_timestamps_rise_and_look_like_slacks(slack: SlackServer) -> None:
    stamps = [slack.post_user_message(text="x").ts for _ in range(50)]
    assert stamps == sorted(set(stamps))
    assert all(len(ts) == 17 and ts[10] == "." for ts in stamps)
