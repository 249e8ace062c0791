"""Ask an OpenAI-compatible server for a text, in bounded time whatever it does.

Servers agree on little more than ``model``, ``messages`` and ``stream``, so a request has these, and the options that
the settings name; one that a server refuses by its name is left out from then on.
"""

from __future__ import annotations

import json
import re
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import httpx2

from bot.writing.deadline import Deadline
from bot.writing.reply import Reply, code_in, refuses
from bot.writing.types import Completion, EndpointFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import BotSettings

CONNECT_SECONDS = 3.0
# A server that has not said anything in so much of the time will hardly say all of it in the rest.
SILENT_SHARE = 0.5
# As much of an error as its code and the name of an option are in.
ERROR_BYTES = 8_192
PATH = "/chat/completions"
# The key, the model or the address is wrong, which no repetition mends.
LASTING = {401, 403, 404}
# A request has a field that the server does not take.
REFUSED_FIELD = {400, 422}
BUSY = 429


class _Again(Exception):
    """The same may be asked once more, after some seconds; ``failed`` is what it was otherwise."""

    def __init__(self, failed: EndpointFailed, after: float = 0.0) -> None:
        super().__init__(str(failed))
        self.failed, self.after = failed, after


class _WithoutOption(Exception):
    """An option was refused and is left out from now on."""


class Endpoint:
    """One server and model, for any number of threads; it imports and makes what it needs when it is made."""

    def __init__(self, settings: BotSettings) -> None:
        self.model = settings.llm_model or ""
        self._url = completions_url(settings.llm_url or "")
        self._seconds = settings.llm_seconds
        self._headers = _headers(settings)
        self._options: dict[str, Any] = {"stream": True, **settings.options_for_llm()}
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        limit = settings.llm_seconds
        self._client = httpx2.Client(
            # Where nothing is encrypted there is nothing to verify, and reading all certificates takes its time.
            verify=self._url.startswith("https:"),
            timeout=httpx2.Timeout(limit * SILENT_SHARE, connect=min(CONNECT_SECONDS, limit)),
            # A connection that was kept may be closed when it is needed, and a few hundred questions a day need none.
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    @property
    def options(self) -> dict[str, Any]:
        """What is asked beside model and messages: the options that the server has not refused."""
        with self._lock:
            return {name: value for name, value in self._options.items() if name not in self._refused}

    def complete(self, prompt: str) -> Completion:
        """Return what the model says to a prompt; raise EndpointFailed where it says nothing that can be used."""
        with Deadline(self._seconds) as deadline:
            may_repeat = True
            while True:
                try:
                    return self._ask(prompt, deadline)
                except _WithoutOption:
                    continue
                except _Again as again:
                    if not may_repeat or again.after >= deadline.left:
                        raise again.failed from None
                    may_repeat = False
                    time.sleep(again.after)

    def close(self) -> None:
        """Let go of all connections."""
        self._client.close()

    def _ask(self, prompt: str, deadline: Deadline) -> Completion:
        body = json.dumps({"model": self.model, "messages": _messages(prompt), **self.options}).encode()
        if deadline.left <= 0:
            raise EndpointFailed("timeout")
        try:
            asked = self._client.build_request(
                "POST", self._url, content=body, headers=self._headers, extensions={"trace": deadline.watch}
            )
            response = self._client.send(asked, stream=True, follow_redirects=False)
        except httpx2.InvalidURL:
            raise EndpointFailed("http", "no address", lasting=True) from None
        except httpx2.HTTPError as error:
            raise _unreached(error, deadline) from None
        try:
            return self._read(response, deadline)
        finally:
            response.close()

    def _read(self, response: httpx2.Response, deadline: Deadline) -> Completion:
        pieces = _pieces(response, deadline)
        if response.status_code != httpx2.codes.OK:
            self._refuse(response, _beginning(pieces), deadline)
        if response.headers.get("content-encoding", "identity").casefold() != "identity":
            raise EndpointFailed("http", "encoded")
        reply, first = Reply(), None
        try:
            for piece in pieces:
                first = deadline.passed if first is None else first
                if not reply.add(piece):
                    break
        except httpx2.HTTPError:
            # What was said before the connection was lost may be enough.
            if not reply.text.strip():
                raise EndpointFailed("stream_error", "connection lost") from None
        reply.end()
        return Completion(reply.text, reply.is_whole, deadline.passed, first or deadline.passed, reply.tokens)

    def _refuse(self, response: httpx2.Response, body: str, deadline: Deadline) -> None:
        """Raise what a response means that is no success."""
        status = response.status_code
        code = code_in(_object_in(body))
        failed = EndpointFailed("http", f"{status} {code}".rstrip(), lasting=status in LASTING)
        if status in REFUSED_FIELD and refuses(body[:ERROR_BYTES]):
            raise EndpointFailed("refused", code)
        if status in REFUSED_FIELD and (named := self._named_in(body)) is not None:
            with self._lock:
                self._refused.add(named)
            raise _WithoutOption
        if status == BUSY and (after := _retry_after(response)) is not None and after < deadline.left:
            raise _Again(failed, after)
        raise failed

    def _named_in(self, body: str) -> str | None:
        """Return the option that an error names."""
        return next((name for name in self.options if re.search(rf"\b{re.escape(name)}\b", body)), None)


def completions_url(url: str) -> str:
    """Return the address to ask from that of an API, with its query."""
    address = urlsplit(url)
    path = address.path.rstrip("/")
    return urlunsplit(address._replace(path=path if path.endswith(PATH) else path + PATH, fragment=""))


def _messages(prompt: str) -> list[dict[str, str]]:
    # One message of the user: some models refuse others, or read them last when there is no room.
    return [{"role": "user", "content": prompt}]


def _headers(settings: BotSettings) -> dict[str, str]:
    key = settings.llm_key
    headers = {
        "accept": "text/event-stream, application/json",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "user-agent": "event-report-bot",
    }
    bearer = {"authorization": f"Bearer {key.get_secret_value()}"} if key is not None else {}
    given = {name.casefold(): value for name, value in settings.headers_for_llm().items()}
    return headers | bearer | given


def _pieces(response: httpx2.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield what comes, piece by piece as the network gives it; raise EndpointFailed when the time is over."""
    try:
        for piece in response.iter_raw():
            yield piece
            if deadline.is_over:
                break
    except httpx2.HTTPError as error:
        if deadline.is_over or isinstance(error, httpx2.TimeoutException):
            raise EndpointFailed("timeout") from None
        raise
    if deadline.is_over:
        raise EndpointFailed("timeout")


def _beginning(pieces: Iterator[bytes]) -> str:
    """Return the beginning of an error, which need not be whole."""
    body = b""
    try:
        for piece in pieces:
            body += piece
            if len(body) >= ERROR_BYTES:
                break
    except httpx2.HTTPError:
        pass
    return body[:ERROR_BYTES].decode("utf-8", "replace")


def _unreached(error: httpx2.HTTPError, deadline: Deadline) -> Exception:
    """Return what it means that no response has begun."""
    if deadline.is_over or isinstance(error, httpx2.TimeoutException):
        return EndpointFailed("timeout")
    failed = EndpointFailed("http", "no connection")
    lost = isinstance(error, httpx2.NetworkError | httpx2.RemoteProtocolError)
    return _Again(failed) if lost else failed


def _object_in(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else {}


def _retry_after(response: httpx2.Response) -> float | None:
    given = response.headers.get("retry-after", "")
    return float(given) if re.fullmatch(r"\d{1,4}(?:\.\d{1,3})?", given) else None
