"""A limit of time for a request as a whole, whatever its server does meanwhile.

Limits for connecting and for every read, which HTTP clients have, are no limit for a server that sends a byte now and
then, in headers or in the text.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class Deadline:
    """Shuts the connections that it was told of when its seconds are over; to be entered."""

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._seconds = seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def passed(self) -> float:
        """The seconds since it began."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._seconds - self.passed

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn of a connection: what httpcore2's extension "trace" calls at every step of a request."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
            if self.is_over:
                self._shut()

    def _end(self) -> None:
        self.is_over = True
        self._shut()

    def _shut(self) -> None:
        """Wake whoever reads from the connection; it is not closed, as its number could get another file."""
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
