"""``python -m bot socket``: the app over Socket Mode, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.ending import hand_over
from bot.metrics import Metrics
from bot.slack.api.clients import UNREACHABLE, new_client, refused_token, unreachable
from bot.slack.serving.app import build_app
from bot.slack.serving.opening import open_bot
from bot.slack.serving.socket_client import SocketClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr
    from slack_bolt import App
    from slack_sdk import WebClient

    from bot.settings import BotSettings
    from bot.slack.serving.socket_client import Message
    from bot.slack.work.bot import SlackBot

log = logging.getLogger(__name__)


def run(settings: BotSettings) -> None:
    """Answer over Socket Mode until SIGTERM or SIGINT, then finish what is in hand."""
    settings.require("socket")
    token = settings.slack_app_token
    if token is None:
        raise AssertionError("settings.require was not called")
    if settings.web_concurrency > 1:
        log.info("WEB_CONCURRENCY is for `python -m bot http`: over Socket Mode this one process answers")
    first = _first_address(settings, token)
    bot = open_bot(settings, Metrics())
    handle = partial(acknowledgement, build_app(bot, settings))
    client = SocketClient(first, _later_addresses(settings, token), handle, bot.unacknowledged)
    try:
        # Not asyncio.run, which would wait at the end for a look-up of a name that hangs.
        asyncio.new_event_loop().run_until_complete(_serve(bot, client))
    finally:
        bot.close()


async def _serve(bot: SlackBot, client: SocketClient) -> None:
    """Stay connected until the process is told to end."""
    connecting = asyncio.create_task(client.keep_connected())
    hand_over()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, connecting.cancel)
    log.info("ready: connecting to Slack")
    try:
        await connecting
    except asyncio.CancelledError:
        log.info("ending: finishing the answers in hand")
        # First no more questions, then the answers.
        bot.stop_taking()
        await client.close()


def acknowledgement(app: App, envelope: Message) -> str | None:
    """Have an envelope handled and return what acknowledges it; None leaves it to Slack to bring it again."""
    kept = _Acknowledgement()
    try:
        request = SocketModeRequest.from_dict(envelope)
        if request is not None:
            send_response(kept, request, run_bolt_app(app, request), time.time())
    except Exception:  # the thread is needed for the next envelope
        log.exception("an envelope could not be handled")
    return kept.text


class _Acknowledgement(BaseSocketModeClient):
    """Stands where Bolt sends to; what it would send is kept."""

    logger = log
    text: str | None = None

    def send_message(self, message: str) -> None:
        """Keep the only message of an envelope."""
        self.text = message


def _addresses(client: WebClient, token: SecretStr) -> Callable[[], str]:
    """Return what asks Slack where to connect."""
    return lambda: str(client.apps_connections_open(app_token=token.get_secret_value())["url"])


def _first_address(settings: BotSettings, token: SecretStr) -> str:
    """Return where to connect first, which also tries the token: with a wrong one the client would go on for ever."""
    try:
        return _addresses(new_client(settings), token)()
    except SlackApiError as error:
        raise refused_token("SLACK_APP_TOKEN", error) from None
    except UNREACHABLE as error:
        raise unreachable(settings, error) from None


def _later_addresses(settings: BotSettings, token: SecretStr) -> Callable[[], str]:
    """Return what asks for every other address; how long to wait after a refusal is up to the caller."""
    client = new_client(settings)
    client.retry_handlers.clear()
    return _addresses(client, token)
