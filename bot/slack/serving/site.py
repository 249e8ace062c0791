"""Serve over HTTP, as one WSGI application, Slack's requests, installations, and what operators look at."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import time
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from slack_bolt import BoltRequest
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from slack_bolt import App, BoltResponse

    from bot.settings import BotSettings
    from bot.slack.work.bot import SlackBot

log = logging.getLogger(__name__)

PLAIN = "text/plain; charset=utf-8"
JSON = "application/json"
# The same request need not come again: it will not get better.
NO_RETRY = ("X-Slack-No-Retry", "1")
# Older requests may be somebody's recording.
SIGNED_SECONDS = 300
# What a proxy adds: with one of them, the neighbour is the proxy and not who asks.
FORWARDED = re.compile(r"HTTP_(X_FORWARDED_\w+|FORWARDED|X_REAL_IP|VIA|TRUE_CLIENT_IP|CF_CONNECTING_IP)")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a request."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", PLAIN),)


class RequestRefused(Exception):
    """A request that is not served; the message is the reason, in the log and in the answer."""

    def __init__(self, status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers


class Site:
    """Answers every request; what is refused is one line in the log."""

    def __init__(self, bot: SlackBot, app: App, settings: BotSettings) -> None:
        self._bot = bot
        self._app = app
        self._signing_secret = _value(settings.slack_signing_secret)
        self._metrics_token = _value(settings.metrics_token)
        self._pages: dict[tuple[str, str], Callable[[WSGIEnvironment], Page]] = {
            ("GET", "/healthz"): self._healthz,
            ("GET", "/readyz"): self._readyz,
            ("GET", "/metrics"): self._metrics,
            ("POST", "/slack/events"): self._slack,
        }
        if app.oauth_flow is not None:
            self._pages |= {
                ("GET", app.oauth_flow.install_path): self._install,
                ("GET", app.oauth_flow.redirect_uri_path): self._finish_installation,
            }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        page = self._answer(environ)
        status = HTTPStatus(page.status)
        start_response(f"{status.value} {status.phrase}", [*page.headers, ("Content-Length", str(len(page.body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]

    def _answer(self, environ: WSGIEnvironment) -> Page:
        method = environ["REQUEST_METHOD"].replace("HEAD", "GET")
        try:
            return self._pages.get((method, environ["PATH_INFO"]), _no_page)(environ)
        except RequestRefused as refused:
            _log_refusal(environ, refused)
            return Page(refused.status, str(refused).encode(), (("Content-Type", PLAIN), NO_RETRY, *refused.headers))
        except Exception:  # whatever it is, it must not leave the caller without an answer
            log.exception("a request could not be answered", extra={"path": environ["PATH_INFO"]})
            return Page(HTTPStatus.INTERNAL_SERVER_ERROR, b"The request could not be answered; the bot's log says why.")

    def _healthz(self, _: WSGIEnvironment) -> Page:
        return Page(HTTPStatus.OK, b"ok")

    def _readyz(self, environ: WSGIEnvironment) -> Page:
        """Say whether questions can be answered: the index is open and the database answers."""
        self._check_operator(environ)
        waiting, processes = self._bot.metrics.totals("queue_depth", "processes")
        state: dict[str, Any] = {"index": self._bot.answerer.version, "waiting": waiting, "processes": processes}
        try:
            self._bot.records.received("readyz")
        except SQLAlchemyError:
            log.exception("the database does not answer")
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {**state, "database": "down"})
        return _json(HTTPStatus.OK, {**state, "database": "up"})

    def _metrics(self, environ: WSGIEnvironment) -> Page:
        self._check_operator(environ)
        return Page(HTTPStatus.OK, self._bot.metrics.render(), (("Content-Type", CONTENT_TYPE),))

    def _check_operator(self, environ: WSGIEnvironment) -> None:
        """Let in who has the token; without one in the settings, who asks from this machine and through no proxy."""
        if self._metrics_token is not None:
            given = environ.get("HTTP_AUTHORIZATION", "")
            if not _same(given, f"Bearer {self._metrics_token}"):
                raise RequestRefused(HTTPStatus.UNAUTHORIZED, "METRICS_TOKEN is wanted", ("WWW-Authenticate", "Bearer"))
        elif not ip_address(environ["REMOTE_ADDR"]).is_loopback or any(map(FORWARDED.fullmatch, environ)):
            raise RequestRefused(HTTPStatus.FORBIDDEN, "only this machine may see this while METRICS_TOKEN is not set")

    def _slack(self, environ: WSGIEnvironment) -> Page:
        """Hand what Slack signed to Bolt, as Socket Mode does: parsed."""
        body = environ["wsgi.input"].read()
        if not self._is_signed(environ, body):
            raise RequestRefused(HTTPStatus.UNAUTHORIZED, "it is not signed by Slack")
        try:
            payload = _payload(body.decode(), environ.get("CONTENT_TYPE", ""))
            request = BoltRequest(body=payload, headers=_headers(environ), mode="socket_mode")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise RequestRefused(HTTPStatus.BAD_REQUEST, "its payload cannot be understood") from None
        with self._bot.unacknowledged:
            return _page(self._app.dispatch(request))

    def _is_signed(self, environ: WSGIEnvironment, body: bytes) -> bool:
        # The verifier of slack_sdk 3.47 raises errors at stamps that are no number and bodies that are not UTF-8.
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        if self._signing_secret is None or not re.fullmatch(r"[0-9]{1,12}", stamp):
            return False
        signed = hmac.new(self._signing_secret.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256)
        is_fresh = abs(time.time() - int(stamp)) <= SIGNED_SECONDS
        return _same(environ.get("HTTP_X_SLACK_SIGNATURE", ""), f"v0={signed.hexdigest()}") and is_fresh

    def _install(self, environ: WSGIEnvironment) -> Page:
        return _page(self._app.oauth_flow.handle_installation(_visit(environ)))  # type: ignore[union-attr]

    def _finish_installation(self, environ: WSGIEnvironment) -> Page:
        return _page(self._app.oauth_flow.handle_callback(_visit(environ)))  # type: ignore[union-attr]


def _no_page(_: WSGIEnvironment) -> Page:
    raise RequestRefused(HTTPStatus.NOT_FOUND, "there is no such page")


def _value(secret: Any) -> str | None:
    return None if secret is None else str(secret.get_secret_value())


def _same(given: str, wanted: str) -> bool:
    # As bytes: of texts, those that are not ASCII cannot be compared. WSGI has the bytes of headers as Latin-1.
    return hmac.compare_digest(given.encode("latin-1"), wanted.encode())


def _payload(text: str, content_type: str) -> dict[str, Any]:
    """Return what Slack sent, from JSON or a form; raise ValueError when it is nothing that Slack sends."""
    if content_type.startswith(JSON) or text.startswith("{"):
        payload = json.loads(text)
    else:
        fields = dict(parse_qsl(text, keep_blank_values=True))
        # A command can be about a "payload", too.
        payload = fields if "command" in fields or "ssl_check" in fields else json.loads(fields["payload"])
    if not isinstance(payload, dict) or not ({"type", "command", "ssl_check"} & payload.keys()):
        raise ValueError("no payload of Slack's")
    event = payload.get("event", {"type": ""})
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise TypeError("no event")
    return payload


def _headers(environ: WSGIEnvironment) -> dict[str, Any]:
    return {name[5:].replace("_", "-").lower(): one for name, one in environ.items() if name.startswith("HTTP_")}


def _visit(environ: WSGIEnvironment) -> BoltRequest:
    """Return the request of somebody's browser, which has all that counts in its address."""
    query = environ.get("QUERY_STRING", "")
    if CONTROLS.search(unquote(query)):
        # Bolt would put them into a header of its answer.
        raise RequestRefused(HTTPStatus.BAD_REQUEST, "its address has control characters")
    return BoltRequest(body="", query=query, headers=_headers(environ))


def _page(response: BoltResponse) -> Page:
    headers = [(name, one) for name, values in response.headers.items() for one in values]
    if HTTPStatus.BAD_REQUEST <= response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        headers.append(NO_RETRY)
    return Page(response.status, response.body.encode(), tuple(headers))


def _json(status: HTTPStatus, value: dict[str, Any]) -> Page:
    return Page(status, json.dumps(value).encode(), (("Content-Type", JSON),))


def _log_refusal(environ: WSGIEnvironment, refused: RequestRefused) -> None:
    what = {"status": int(refused.status), "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"][:200]}
    log.warning("refused a request: %s", refused, extra={**what, "address": environ["REMOTE_ADDR"]})
