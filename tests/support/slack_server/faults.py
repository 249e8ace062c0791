"""Answers that go wrong on demand, in the order they were queued."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .state import Json

Kind = Literal["rate_limit", "http_error", "error", "slow", "drop"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that goes wrong."""

    kind: Kind
    seconds: float = 0.0
    status: int = 200
    body: str = ""
    code: str = ""
    messages: tuple[str, ...] = ()
    after: bool = False


class Faults:
    """Queues of faults per Web API method; `response_url` is for those links.

    `*` is for any method whose own queue is empty, `choose` for a request whose method has none queued: it is told
    the method and its arguments, in the thread of the server.
    """

    def __init__(self) -> None:
        self.choose: Callable[[str, Json], Fault | None] | None = None
        self._queues: dict[str, deque[Fault]] = defaultdict(deque)
        self._lock = threading.Lock()

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """Answer 429 with Retry-After."""
        self._add(method, Fault("rate_limit", seconds=retry_after, status=429), times)

    def http_error(
        self,
        method: str,
        *,
        status: int = 500,
        body: str = "<h1>Server Error</h1>",
        after: bool = False,
        times: int = 1,
    ) -> None:
        """Answer an HTTP error with a body that is not JSON; `after` the work is done all the same."""
        self._add(method, Fault("http_error", status=status, body=body, after=after), times)

    def error(self, method: str, code: str, *messages: str, after: bool = False, times: int = 1) -> None:
        """Answer `{"ok": false, "error": code}`, with details; `after` the work is done all the same."""
        self._add(method, Fault("error", code=code, messages=messages, after=after), times)

    def slow(self, method: str, seconds: float, *, after: bool = False, times: int = 1) -> None:
        """Do the work, but only after this long; `after` at once, and only the answer to the app is late."""
        self._add(method, Fault("slow", seconds=seconds, after=after), times)

    def drop(self, method: str, *, after: bool = False, times: int = 1) -> None:
        """Close the connection without an answer; `after` the work is done, a retry repeats the work."""
        self._add(method, Fault("drop", after=after), times)

    def take(self, method: str, args: Json) -> Fault | None:
        """Take the next fault for a request."""
        with self._lock:
            for name in (method, "*"):
                if self._queues[name]:
                    return self._queues[name].popleft()
        return self.choose(method, args) if self.choose is not None else None

    def left(self, method: str) -> int:
        """Return how many faults are still queued for a method."""
        with self._lock:
            return len(self._queues[method])

    def clear(self) -> None:
        """Forget all queued faults."""
        with self._lock:
            self._queues.clear()

    def _add(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._queues[method].extend([fault] * times)
