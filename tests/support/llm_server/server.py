"""The server: a thread for every connection, which reads one request and lets a script answer it."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from .scripts import Script


@dataclass(frozen=True)
class Request:
    """What the bot has sent; header names are in small letters."""

    target: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        (message,) = self.body["messages"]
        assert message["role"] == "user"
        return str(message["content"])


class Exchange:
    """One request and the connection to answer it on; ``ended`` is set when the server closes."""

    def __init__(self, connection: socket.socket, request: Request, ended: threading.Event) -> None:
        self.connection = connection
        self.request = request
        self.ended = ended

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)


class LlmServer:
    """Answers each request with the next script given, and when none is left with the last one."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = deque(scripts)
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        self.requests: list[Request] = []
        self.connections = 0
        threading.Thread(target=self._accept, name="llm-server", daemon=True).start()

    def then(self, *scripts: Script) -> None:
        """Answer with these from the next request on."""
        self._scripts.clear()
        self._scripts.extend(scripts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        # Closing alone would not wake the thread that waits for a connection.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # Whoever asks may have enough before a script has ended.
        with connection, suppress(OSError):
            request = _read(connection)
            if request is None:
                return
            self.requests.append(request)
            script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
            script(Exchange(connection, request, self._ended))
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            _drain(connection)


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Request(first.split()[1], headers, json.loads(body))


def _drain(connection: socket.socket) -> None:
    """Wait for the other side to close: closing first could take what it has not read yet from it."""
    connection.settimeout(5)
    while connection.recv(65_536):
        pass
