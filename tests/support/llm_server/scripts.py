"""What servers say, well or badly: a script is a function that answers one request."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .server import Exchange

    Script = Callable[[Exchange], None]

DONE = b"data: [DONE]\n\n"


def response(status: int, kind: str, body: bytes = b"", **headers: str) -> bytes:
    """Return a response that ends with the connection."""
    fields = {"content-type": kind, "connection": "close", **{n.replace("_", "-"): v for n, v in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body


def chunk(content: Any = None, finish: str | None = None, **delta: Any) -> bytes:
    """Return one event with a piece of a reply."""
    said = delta if content is None else {"content": content, **delta}
    return _event({"id": "c-1", "choices": [{"index": 0, "delta": said, "finish_reason": finish}]})


def _event(value: Any) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n\n"


def events(*values: Any) -> list[bytes]:
    return [_event(value) for value in values]


def sse(*pieces: bytes) -> Script:
    """Send a stream of events, each piece by itself."""

    def script(exchange: Exchange) -> None:
        exchange.send(response(200, "text/event-stream"))
        for piece in pieces:
            exchange.send(piece)

    return script


def reply(text: str, finish: str | None = "stop", *, size: int = 7, done: bool = True) -> Script:
    """Say a text, some characters at a time, and end as servers do."""
    pieces = [chunk(text[at : at + size]) for at in range(0, len(text), size)]
    ending = [chunk("", finish)] if finish else []
    return sse(chunk(role="assistant"), *pieces, *ending, *([DONE] if done else []))


def citing(sentence: str, told: str) -> Script:
    """Say a sentence with the number of the first line that has a text, as a model does that reads its lines."""

    def script(exchange: Exchange) -> None:
        numbers = [number for number, line in lines_in(exchange.request.prompt).items() if told in line]
        reply(f"{sentence} [{numbers[0]}]\n")(exchange)

    return script


def completion(message: Any, finish: str = "stop", **more: Any) -> Script:
    """Answer with one JSON object, as where no stream is asked for."""
    body = {"choices": [{"index": 0, "message": message, "finish_reason": finish}], **more}
    return whole(200, "application/json", json.dumps(body).encode())


def whole(status: int, kind: str, body: bytes, **headers: str) -> Script:
    return lambda exchange: exchange.send(response(status, kind, body, **headers))


def error(status: int, code: str = "", message: str = "", **headers: str) -> Script:
    body = {"error": {"code": code or None, "message": message}}
    return whole(status, "application/json", json.dumps(body).encode(), **headers)


def html(status: int = 200) -> Script:
    return whole(status, "text/html", b"<html><head><title>Welcome</title></head><body>Please sign in</body></html>")


def drip(data: bytes | Iterable[bytes], seconds: float, *, head: bytes | None = None) -> Script:
    """Send a head, and then piece after piece at intervals until there are no more or the server closes."""

    def script(exchange: Exchange) -> None:
        exchange.send(response(200, "text/event-stream") if head is None else head)
        for piece in data:
            exchange.send(bytes([piece]) if isinstance(piece, int) else piece)
            if exchange.ended.wait(seconds):
                return

    return script


def hangs_up(*, after: bytes = b"") -> Script:
    """Send some bytes and close the connection hard."""

    def script(exchange: Exchange) -> None:
        import socket
        import struct

        exchange.send(after)
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        exchange.connection.close()

    return script


class Held:
    """A script that says nothing before it is let go, and knows how many wait."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._go = threading.Event()
        self.asked = threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        self.asked.set()
        self._go.wait(PATIENCE)
        self._script(exchange)

    def let_go(self) -> None:
        self._go.set()

    def is_asked(self) -> bool:
        return self.asked.wait(PATIENCE)


def silent(exchange: Exchange) -> None:
    """Take a request and say nothing."""
    exchange.ended.wait(PATIENCE)


def lines_in(prompt: str) -> dict[int, str]:
    """Return the numbered lines of a prompt."""
    return {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)}
