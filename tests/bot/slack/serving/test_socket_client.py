"""The client for Socket Mode against the local Slack server: refreshes, refusals, and connections that go dead."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

from bot.slack.serving import socket_client
from bot.slack.serving.socket_client import SocketClient
from tests.support.patience import PATIENCE
from tests.support.slack_server import Settings, SlackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.slack_server import Delivery

pytestmark = pytest.mark.e2e


@contextmanager
def connected(slack: SlackServer, work: Callable[[], object] = bool) -> Iterator[None]:
    """Run a client in a thread that does some work for each envelope."""
    web = WebClient(base_url=slack.api_url, retry_handlers=[])

    def new_address() -> str:
        return str(web.apps_connections_open(app_token=slack.world.app_token)["url"])

    def handle(envelope: dict[str, Any]) -> str:
        work()
        return json.dumps({"envelope_id": envelope["envelope_id"]})

    loop = asyncio.new_event_loop()
    client = SocketClient(new_address(), new_address, handle, nullcontext())
    connecting = loop.create_task(client.keep_connected())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        slack.wait_for_connection()
        yield
    finally:
        loop.call_soon_threadsafe(connecting.cancel)
        asyncio.run_coroutine_threadsafe(client.close(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """Yield a server that has patience: what it brings again was lost, and not held up by a slow machine."""
    with SlackServer(settings=Settings(ack_timeout=PATIENCE / 2)) as server:
        yield server


def deliver(slack: SlackServer, text: str = "") -> Delivery:
    return slack.deliver("events_api", {"type": "event_callback", "event": {"type": "message", "text": text}})


def refresh(slack: SlackServer, **how: Any) -> None:
    """Have the connection replaced and wait until the old one is gone."""
    old = list(slack.socket.connections)
    slack.refresh_connections(**how)
    slack.wait_for(lambda: not set(old) & set(slack.socket.connections))
    slack.wait_for_connection()


def assert_first_time(deliveries: list[Delivery]) -> None:
    """Fail if anything had to be brought again."""
    assert [(len(d.wait().attempts), d.acked) for d in deliveries] == [(1, True)] * len(deliveries)


@pytest.mark.parametrize(
    "how",
    [
        {"close_after": 0.3},
        {"warned": 0.3, "close_after": 0.3},
        {"warned": 0.0, "close_after": 0.3, "times": 3},
        {"warned": 1.0, "close_after": 0.0},
    ],
)
def test_there_is_always_a_connection_and_never_more_than_needed(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    # None of this is a failure, after which it would pause.
    monkeypatch.setattr(socket_client, "FIRST_DELAY_SECONDS", PATIENCE)
    monkeypatch.setattr(socket_client, "LONGEST_DELAY_SECONDS", PATIENCE)
    with connected(slack, partial(time.sleep, 0.2)):
        deliveries = []
        for _ in range(5):
            deliveries += [deliver(slack) for _ in range(5)]
            refresh(slack, patience=PATIENCE / 4, **how)
        assert_first_time(deliveries)
        assert slack.socket.gaps == []
        assert slack.socket.opened == 6
        assert slack.socket.unknown_acks == []


def test_an_acknowledgement_arrives_when_its_connection_is_closed_at_once(slack: SlackServer) -> None:
    with connected(slack, partial(time.sleep, 0.3)):
        for way in ("closed", "cut off"):
            deliveries = [deliver(slack) for _ in range(20)]
            slack.wait_for(lambda sent=deliveries: all(d.attempts for d in sent))
            if way == "closed":
                refresh(slack, close_after=0.0)
            else:
                slack.drop_connections()
            assert_first_time(deliveries)


def test_what_was_acknowledged_as_the_connection_ended_is_acknowledged_again(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_client, "IN_FLIGHT_SECONDS", PATIENCE)
    with connected(slack):
        # What the app sends is not read any more, as when it crosses Slack's closing of the connection.
        slack.socket.connections[0].deaf = True
        deliveries = [deliver(slack) for _ in range(5)]
        slack.wait_for(lambda: all(d.attempts for d in deliveries))
        time.sleep(0.3)
        refresh(slack, close_after=0.0)
        assert_first_time(deliveries)


def test_envelopes_that_queue_do_not_hold_up_the_new_connection(slack: SlackServer) -> None:
    replaced = threading.Event()
    with connected(slack, partial(replaced.wait, PATIENCE)):
        deliveries = [deliver(slack) for _ in range(3 * socket_client.THREADS)]
        slack.wait_for(lambda: all(d.attempts for d in deliveries))
        slack.disconnect(close_after=None)
        slack.wait_for_connection(count=2)
        replaced.set()
        assert_first_time(deliveries)


def test_the_old_connection_is_used_until_there_is_a_new_one(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_client, "LINGER_SECONDS", 0.2)
    with connected(slack):
        slack.socket.refusing = 99
        slack.disconnect("warning", close_after=None)
        slack.wait_for_call("apps.connections.open", count=3)
        assert_first_time([deliver(slack)])
        slack.socket.refusing = 0
        slack.wait_for_connection(count=2)
        # Slack did not close it.
        slack.wait_for(lambda: len(slack.socket.connections) == 1)
        assert slack.socket.gaps == []


def test_a_server_that_refuses_is_asked_again_ever_less_often(slack: SlackServer) -> None:
    with connected(slack):
        slack.socket.refusing = 99
        slack.drop_connections()
        slack.wait_for(lambda: len(slack.calls_to("apps.connections.open")) >= 4)
        calls = [call.time for call in slack.calls_to("apps.connections.open")][1:]
        # Each time at least half of a delay that doubles; the first refusal was the second failure.
        least = socket_client.FIRST_DELAY_SECONDS
        assert calls[1] - calls[0] >= least
        assert calls[2] - calls[1] >= 2 * least
        slack.faults.http_error("apps.connections.open")
        slack.socket.refusing = 0
        slack.wait_for_connection(count=2)
        assert_first_time([deliver(slack)])


def test_a_pause_that_slack_asks_for_is_kept(slack: SlackServer) -> None:
    with connected(slack):
        slack.faults.rate_limit("apps.connections.open", retry_after=3, times=99)
        slack.drop_connections()
        slack.wait_for_call("apps.connections.open", count=3)
        slack.faults.clear()
        slack.wait_for_connection(count=2)
        _, second, third, fourth = (call.time for call in slack.calls_to("apps.connections.open"))
        assert third - second >= 3
        assert fourth - third >= 3


def test_too_many_connections_end_in_a_few_tries_and_not_in_a_storm(slack: SlackServer) -> None:
    with connected(slack):
        slack.socket.max_connections = 0
        slack.drop_connections()
        slack.wait_for(lambda: slack.socket.opened >= 4)
        slack.socket.max_connections = 10
        time.sleep(2)
        assert slack.socket.opened <= 7
        slack.wait_for_connection()
        assert_first_time([deliver(slack)])


@pytest.mark.parametrize("reads", [True, False])
def test_a_connection_that_went_dead_is_replaced(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch, *, reads: bool
) -> None:
    usual = socket_client.PING_SECONDS
    monkeypatch.setattr(socket_client, "PING_SECONDS", 0.3)
    with connected(slack):
        # The new connection lives, and a slow machine may take longer to show it.
        monkeypatch.setattr(socket_client, "PING_SECONDS", usual)
        slack.silence_connections(reading=reads)
        slack.wait_for_connection(count=2)
        assert_first_time([deliver(slack)])


def test_large_envelopes_arrive(slack: SlackServer) -> None:
    with connected(slack):
        assert_first_time([deliver(slack, "大" * 300_000) for _ in range(10)])


def test_what_is_no_envelope_does_no_harm(slack: SlackServer) -> None:
    with connected(slack):
        for text in ("no JSON", "[]", "{}", '{"type": "hello"}', '{"type": "news", "payload": {}}', "1", '"hi"'):
            slack.send_raw(text)
        assert_first_time([deliver(slack)])
        assert slack.socket.opened == 1
