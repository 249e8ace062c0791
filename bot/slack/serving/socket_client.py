"""A client for Socket Mode that has the new connection before it lets go of the old one.

Slack replaces connections every few hours, and none of the clients of slack_sdk 3.47.0 gets over that
(benchmarks/results/socket_refresh.json). That on websocket-client closes the old connection first and runs one at a
time, and run_forever of websocket-client 1.9.2 notices only after ten seconds that another thread closed it; an
acknowledgement meanwhile ends in an AttributeError, as that client asks itself for a ``session_id`` it does not have.
That on aiohttp closes the old connection first, too, and loses what is on its way. The one on sockets of its own loses
frames of a hundred kilobytes and acknowledgements at any time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError
from websockets import ConnectionClosed, State, WebSocketException
from websockets.asyncio.client import connect

from bot.slack.api.clients import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractContextManager

    from websockets.asyncio.client import ClientConnection

    Message = dict[str, Any]
    Handle = Callable[[Message], str | None]

log = logging.getLogger(__name__)

# Each only writes down what came, but a database that is locked holds it up.
THREADS = 10
PING_SECONDS = 10
CONNECT_SECONDS = 10
# Slack's largest payloads have some hundred kilobytes.
LARGEST_MESSAGE = 16 * 1024 * 1024
# What Slack has not got acknowledged by then, it brings again.
ACKNOWLEDGE_SECONDS = 3.0
CLOSE_SECONDS = 1.0
# A connection that was lost sooner does not show that Slack is well again.
SETTLED_SECONDS = 5.0
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# Slack closes what it told to leave within seconds.
LINGER_SECONDS = 60.0
# What was sent so shortly before Slack closed the connection may not have been read any more.
IN_FLIGHT_SECONDS = 2.0
REMEMBERED = 1_000
# How often an acknowledgement that finds no connection looks for one.
LOOK_SECONDS = 0.05
# Said of connections that Slack replaces; what else it says is a fault.
IN_GOOD_ORDER = frozenset({"warning", "refresh_requested"})


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket; ``leaving`` once Slack told it to go, so that another one has to take its place.

    ``sent`` are the last acknowledgements with their times.
    """

    socket: ClientConnection
    opened_at: float = field(default_factory=time.monotonic)
    leaving: bool = False
    sent: deque[tuple[float, str]] = field(default_factory=partial(deque, maxlen=REMEMBERED))

    @property
    def is_open(self) -> bool:
        """True if something can be sent over it."""
        return self.socket.state is State.OPEN


class SocketClient:
    """Receives envelopes, has each handled in a thread, and acknowledges it over a connection that is open.

    ``new_address`` asks Slack where to connect, after ``address`` was used; ``handle`` returns an
    acknowledgement, or None if there is to be none; ``busy`` is entered while an envelope is handled.
    """

    def __init__(
        self, address: str, new_address: Callable[[], str], handle: Handle, busy: AbstractContextManager[object]
    ) -> None:
        self._address: str | None = address
        self._new_address = new_address
        self._handle = handle
        self._busy = busy
        self._threads = ThreadPoolExecutor(THREADS, "slack")
        self._connections: list[Connection] = []
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._failures = 0
        self._next_try_at = 0.0
        self._in_hand: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def keep_connected(self) -> None:
        """Connect, and again whenever there is no connection that stays, until cancelled."""
        while True:
            await self._wanted.wait()
            await asyncio.sleep(self._next_try_at - time.monotonic())
            try:
                await self._connect()
            except (*UNREACHABLE, WebSocketException) as error:
                self._failed(_retry_after(error))
                log.warning("cannot connect to Slack yet: %s", error)

    async def close(self) -> None:
        """Send the acknowledgements in hand, then close; what still comes is left to Slack to bring again."""
        self._closing = True
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=ACKNOWLEDGE_SECONDS)
        await asyncio.gather(*(connection.socket.close() for connection in self._connections))
        for task in self._tasks | self._in_hand:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._in_hand, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    # Connections

    async def _connect(self) -> None:
        address, self._address = self._address, None
        if address is None:
            # Not in the threads that envelopes may be queueing for.
            address = await asyncio.to_thread(self._new_address)
        socket = await connect(
            address,
            # Envelopes are small, and taking them apart costs more than they save.
            compression=None,
            open_timeout=CONNECT_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=CLOSE_SECONDS,
            max_size=LARGEST_MESSAGE,
        )
        connection = Connection(socket)
        self._connections.append(connection)
        self._wanted.clear()
        _start(self._read(connection), self._tasks)
        log.info("connected to Slack")

    async def _read(self, connection: Connection) -> None:
        """Take what comes over a connection until it is closed."""
        try:
            async with connection.socket:
                async for text in connection.socket:
                    self._take(connection, _message(text))
        except ConnectionClosed as closed:
            log.warning("the connection to Slack was lost: %s", closed)
        finally:
            self._connections.remove(connection)
            self._replace(connection, in_good_order=False)
            for at, acknowledgement in connection.sent:
                if not self._closing and time.monotonic() - at < IN_FLIGHT_SECONDS:
                    _start(self._send(acknowledgement, connection), self._in_hand)

    def _take(self, connection: Connection, message: Message) -> None:
        if message.get("type") == "disconnect":
            log.info("Slack ends a connection: %s", message.get("reason"))
            self._replace(connection, in_good_order=message.get("reason") in IN_GOOD_ORDER)
            _start(self._close_later(connection), self._tasks)
        elif "envelope_id" in message and not self._closing:
            _start(self._serve(connection, message), self._in_hand)

    def _replace(self, connection: Connection, *, in_good_order: bool) -> None:
        """Have another connection made in place of one, the first time that this one is seen to end."""
        if connection.leaving:
            return
        connection.leaving = True
        if in_good_order or time.monotonic() - connection.opened_at >= SETTLED_SECONDS:
            self._failures, self._next_try_at = 0, 0.0
        else:
            self._failed()
        if all(other.leaving for other in self._connections):
            self._wanted.set()

    async def _close_later(self, connection: Connection) -> None:
        """Close what Slack told to leave and forgot, unless there is no other connection yet."""
        await asyncio.sleep(LINGER_SECONDS)
        while self._wanted.is_set():
            await asyncio.sleep(LINGER_SECONDS)
        await connection.socket.close()

    def _failed(self, least: float = 0.0) -> None:
        """Wait longer after every failure, and never exactly as long as others do who failed with us."""
        delay = min(FIRST_DELAY_SECONDS * 2**self._failures, LONGEST_DELAY_SECONDS)
        self._failures += 1
        self._next_try_at = time.monotonic() + max(least, delay * random.uniform(0.5, 1))  # noqa: S311

    # Envelopes

    async def _serve(self, connection: Connection, envelope: Message) -> None:
        loop = asyncio.get_running_loop()
        with self._busy:
            acknowledgement = await loop.run_in_executor(self._threads, self._handle, envelope)
        if acknowledgement is not None:
            await self._send(acknowledgement, connection)

    async def _send(self, text: str, own: Connection) -> None:
        """Send over the connection it belongs to; when that ends, over the newest one, as soon as there is one."""
        while True:
            usable = [connection for connection in self._connections if connection.is_open]
            if not usable:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            best = max(usable, key=lambda one: (not one.leaving, one is own, one.opened_at))
            with suppress(ConnectionClosed):
                await best.socket.send(text)
                best.sent.append((time.monotonic(), text))
                return


def _message(text: str | bytes) -> Message:
    """Return what Slack says, or nothing where it is no object of JSON."""
    with suppress(ValueError):
        message = json.loads(text)
        if isinstance(message, dict):
            return message
    log.warning("Slack sent something that is no message")
    return {}


def _start(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    """Run something; asyncio itself would forget a task that nobody holds."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _retry_after(error: Exception) -> float:
    """Return the seconds that Slack asks for with a refusal, 0 if it does not."""
    if isinstance(error, SlackApiError):
        with suppress(ValueError):
            return float(error.response.headers.get("Retry-After", 0))
    return 0.0
