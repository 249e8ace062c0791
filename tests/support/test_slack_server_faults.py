"""Faults of the local Slack server that a test or benchmarks/chaos asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.support.slack_server import CHANNEL, SlackServer
from tests.support.slack_server.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return WebClient(slack.team.bot_token, base_url=slack.api_url, retry_handlers=[])


def test_an_error_after_the_work_leaves_the_work_done(slack: SlackServer, client: WebClient) -> None:
    slack.faults.http_error("chat.postMessage", after=True)
    with pytest.raises(SlackApiError, match="non-JSON"):
        client.chat_postMessage(channel=CHANNEL, text="arrived")
    [message] = slack.messages()
    [call] = slack.calls
    assert (message.text, call.made, call.done, call.heard) == ("arrived", message.ts, True, False)


@pytest.mark.parametrize("kind", ["http_error", "drop"])
def test_a_response_url_can_break_after_the_work(slack: SlackServer, kind: str) -> None:
    delivery = slack.slash_command("/ask", "x")
    hook = WebhookClient(delivery.payload["response_url"], retry_handlers=[])
    getattr(slack.faults, kind)("response_url", after=True)
    try:
        assert hook.send(text="arrived").status_code == 500
    except OSError:
        assert kind == "drop"
    assert hook.send(text="again").status_code == 200
    assert [message.text for message in slack.messages()] == ["arrived", "again"]
    assert [(call.made, call.heard) for call in slack.calls] == [
        (message.ts, heard) for message, heard in zip(slack.messages(), (False, True), strict=True)
    ]
    assert {call.link for call in slack.calls} == {delivery.payload["response_url"].rpartition("/")[2]}


def test_a_request_can_be_chosen_to_fail_when_none_is_queued(slack: SlackServer, client: WebClient) -> None:
    asked: list[tuple[str, Any]] = []

    def choose(method: str, args: dict[str, Any]) -> Fault | None:
        asked.append((method, args["text"]))
        return Fault("error", code="fatal_error") if args["text"] == "b" else None

    slack.faults.choose = choose
    slack.faults.error("chat.postMessage", "internal_error")
    for text, error in (("a", "internal_error"), ("b", "fatal_error")):
        with pytest.raises(SlackApiError, match=error):
            client.chat_postMessage(channel=CHANNEL, text=text)
    client.chat_postMessage(channel=CHANNEL, text="c")
    assert asked == [("chat.postMessage", "b"), ("chat.postMessage", "c")]
