"""``python -m bot http``: the app behind gunicorn, with health, readiness and metrics beside it."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from slack_bolt.adapter.wsgi import SlackRequestHandler
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import CONTENT_TYPE
from bot.slack.app import build_app
from bot.slack.bot import CLOSE_SECONDS
from bot.slack.opening import open_bot
from index.console import CANNOT_RUN
from index.errors import ReportBotError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from gunicorn.config import Config

    from bot.settings import BotSettings
    from bot.slack.bot import SlackBot

log = logging.getLogger(__name__)

# Requests are only written down, so that a few threads take a burst.
THREADS = 16
# Slack's largest payloads, forms with a whole message in them, have some hundred kilobytes.
LARGEST_BODY = 1_000_000
PLAIN = "text/plain; charset=utf-8"


class Site:
    """One WSGI application: Slack's requests, and what operators look at."""

    def __init__(self, bot: SlackBot, slack: WSGIApplication) -> None:
        self._bot = bot
        self._slack = slack
        self._pages: dict[str, Callable[[], tuple[str, str, bytes]]] = {
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        page = self._pages.get(environ["PATH_INFO"])
        if page is not None and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            status, content_type, body = page()
        elif int(environ.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            status, content_type, body = "413 Content Too Large", PLAIN, b"too large"
        else:
            return self._slack(environ, _asking_for_no_retry(start_response))
        start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    def _healthz(self) -> tuple[str, str, bytes]:
        return "200 OK", PLAIN, b"ok"

    def _readyz(self) -> tuple[str, str, bytes]:
        """Say whether questions can be answered: the index is open and the database answers."""
        state: dict[str, Any] = {"index": self._bot.answerer.version, "waiting": self._bot.depth}
        try:
            self._bot.records.received("readyz")
        except SQLAlchemyError:
            log.exception("the database does not answer")
            return "503 Service Unavailable", "application/json", json.dumps({**state, "database": "down"}).encode()
        return "200 OK", "application/json", json.dumps({**state, "database": "up"}).encode()

    def _metrics(self) -> tuple[str, str, bytes]:
        return "200 OK", CONTENT_TYPE, self._bot.metrics.render()


def _asking_for_no_retry(start_response: StartResponse) -> StartResponse:
    """Add to refusals that the same request need not come again: its signature will not get better."""

    def start(
        status: str,
        headers: list[tuple[str, str]],
        exc_info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None = None,
        /,
    ) -> Callable[[bytes], object]:
        more = [("X-Slack-No-Retry", "1")] if status.startswith("4") else []
        return start_response(status, [*headers, *more], exc_info)

    return start


class PlainLogger(Logger):
    """Gunicorn's logger without handlers of its own, so that its lines are formatted and redacted as ours."""

    def setup(self, cfg: Config) -> None:  # noqa: ARG002
        """Hand everything on; requests are not logged one by one."""
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)


class Server(BaseApplication):
    """Gunicorn run from here; one process, since the answers themselves are in its threads."""

    def __init__(self, settings: BotSettings) -> None:
        self._settings = settings
        self._bot: SlackBot | None = None
        super().__init__()  # type: ignore[no-untyped-call]

    def load_config(self) -> None:
        """Set gunicorn up; what it logs goes through our own handlers."""
        options = {
            "bind": f"0.0.0.0:{self._settings.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            # Opening a large index takes longer than the 30 seconds of the default.
            "timeout": 120,
            "graceful_timeout": int(CLOSE_SECONDS) + 5,
            "control_socket_disable": True,
            "logger_class": PlainLogger,
            "worker_exit": lambda _arbiter, _worker: self._close(),
        }
        cfg: Config = self.cfg  # type: ignore[assignment]  # made by the constructor before it calls this
        for name, value in options.items():
            cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Open the bot in the worker: neither threads nor database connections outlive a fork."""
        try:
            self._bot = open_bot(self._settings)
        except ReportBotError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(Arbiter.APP_LOAD_ERROR)
        return Site(self._bot, SlackRequestHandler(build_app(self._bot, self._settings)))

    def _close(self) -> None:
        if self._bot is not None:
            log.info("ending: finishing the answers in hand")
            self._bot.close()
            self._bot = None


def run(settings: BotSettings) -> None:
    """Serve until SIGTERM, then finish what is in hand."""
    settings.require("http")
    master = os.getpid()
    try:
        Server(settings).run()  # type: ignore[no-untyped-call]
    except SystemExit as ended:
        # The worker tells gunicorn by its exit code that it need not be started again; to the outside, ours
        # says that the sentence above explains everything. A worker comes by here, too.
        if os.getpid() == master and ended.code == Arbiter.APP_LOAD_ERROR:
            raise SystemExit(CANNOT_RUN) from None
        raise
