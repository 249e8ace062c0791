"""``python -m bot socket``: the app over Socket Mode, until it is told to end.

The WebSocket is that of the package websocket-client: the one that slack_sdk brings along loses frames of more
than some hundred kilobytes and bursts of them, and takes a minute to notice a connection that broke.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.slack.app import build_app
from bot.slack.clients import UNREACHABLE, new_client, refused_token, unreachable
from bot.slack.opening import open_bot

if TYPE_CHECKING:
    from pydantic import SecretStr
    from slack_sdk.socket_mode.websocket_client import SocketModeClient

    from bot.settings import BotSettings
    from bot.slack.bot import SlackBot

log = logging.getLogger(__name__)

# Each only writes down what came; Slack sends one envelope after the other and bursts of them.
CONCURRENCY = 10
PING_SECONDS = 10
# Three pings without an answer: the other end is gone, though the connection does not know it yet.
DEAD_SECONDS = 35


def run(settings: BotSettings) -> None:
    """Answer over Socket Mode until SIGTERM or SIGINT, then finish what is in hand."""
    settings.require("socket")
    token = settings.slack_app_token
    if token is None:
        raise AssertionError("settings.require was not called")
    address = _first_address(settings, token)
    bot = open_bot(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    client = _client(bot, settings, token)
    client.wss_uri = address
    try:
        client.connect()
        log.info("ready: connecting to Slack")
        _keep_connected(client, stop)
        log.info("ending: finishing the answers in hand")
    finally:
        # First no more questions, then the answers. The client's own threads are daemons and end with us:
        # its close() would wait for a ping, up to ten seconds of the thirty that there are.
        bot.stop_taking()
        client.auto_reconnect_enabled = False
        client.closed = True
        client.disconnect()
        bot.close()


def _client(bot: SlackBot, settings: BotSettings, token: SecretStr) -> SocketModeClient:
    handler = SocketModeHandler(
        build_app(bot, settings),
        token.get_secret_value(),
        web_client=new_client(settings),
        ping_interval=PING_SECONDS,
        concurrency=CONCURRENCY,
    )
    # Its monitor takes a connection that is being made for a lost one; ``_keep_connected`` is in its place.
    handler.client.current_app_monitor_started = True
    return handler.client


def _keep_connected(client: SocketModeClient, stop: threading.Event) -> None:
    """Wait for the end, and connect anew when Slack has fallen silent without closing the connection."""
    session, since = client.current_session, time.time()
    while not stop.wait(PING_SECONDS / 2):
        if client.current_session is not session:
            session, since = client.current_session, time.time()
        elif session is not None and max(since, session.last_pong_tm) < time.time() - DEAD_SECONDS:
            log.warning("Slack does not answer pings any more: connecting anew")
            _reconnect(client)


def _reconnect(client: SocketModeClient) -> None:
    try:
        client.connect_to_new_endpoint(force=True)
    except UNREACHABLE as error:
        log.warning("cannot connect yet: %s", error)


def _first_address(settings: BotSettings, token: SecretStr) -> str:
    """Return where to connect first, which also tries the token: with a wrong one the client would go on for ever."""
    try:
        return str(new_client(settings).apps_connections_open(app_token=token.get_secret_value())["url"])
    except SlackApiError as error:
        raise refused_token("SLACK_APP_TOKEN", error) from None
    except UNREACHABLE as error:
        raise unreachable(settings, error) from None
