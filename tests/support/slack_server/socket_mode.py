"""Socket Mode: WebSocket connections, envelopes, acknowledgements, redelivery, disconnects."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import WSMsgType, web

from .state import APP_ID

if TYPE_CHECKING:
    from .delivery import Attempt, Courier, Delivery
    from .state import Json, World

Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
MAX_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One WebSocket of the app."""

    number: int
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    opened_at: float = field(default_factory=time.time)
    pongs: list[float] = field(default_factory=list)
    # The app was told to leave: nothing new is sent here.
    leaving: bool = False
    # What the app sends here is not heard.
    deaf: bool = False
    # The other end is gone without a word.
    silent: bool = False


class SocketMode:
    """All connections of the app, and the deliveries over them."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier
        self._sent: dict[str, tuple[Delivery, Attempt]] = {}
        self._opened = 0
        self._turn = 0
        self._available = asyncio.Event()
        self.connections: list[Connection] = []
        self.unknown_acks: list[Json] = []
        # Each time between connections in which there was none, in seconds.
        self.gaps: list[float] = []
        self._alone_since: float | None = None
        # How many more connections are refused.
        self.refusing = 0
        self.max_connections = MAX_CONNECTIONS

    @property
    def opened(self) -> int:
        """Return how many connections were made so far."""
        return self._opened

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.tickets:
            return web.Response(status=401)
        self._world.tickets.discard(ticket)
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=503)
        # Pings are answered below, to have the app's pongs on record.
        socket = web.WebSocketResponse(autoping=False, timeout=0.5)
        await socket.prepare(request)
        transport = request.transport
        self._opened += 1
        connection = Connection(self._opened, socket, transport if isinstance(transport, asyncio.Transport) else None)
        if len(self.connections) >= self.max_connections:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await socket.send_json(self._hello())
        self._join(connection)
        pinger = asyncio.create_task(self._ping(connection))
        try:
            await self._read(connection)
        finally:
            pinger.cancel()
            self._part(connection)
        return socket

    def _hello(self) -> Json:
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": debug,
            "connection_info": {"app_id": APP_ID},
        }

    def _join(self, connection: Connection) -> None:
        with self._world.changed:
            if self._alone_since is not None:
                self.gaps.append(time.monotonic() - self._alone_since)
                self._alone_since = None
            self.connections.append(connection)
            self._world.touch()
        self._available.set()

    def _part(self, connection: Connection) -> None:
        """Count a connection as gone, once; while it is being closed it is of no use any more."""
        with self._world.changed:
            if connection in self.connections:
                self.connections.remove(connection)
                self._alone_since = None if self.connections else time.monotonic()
            self._world.touch()

    async def _ping(self, connection: Connection) -> None:
        while not connection.silent:
            await asyncio.sleep(self._world.settings.ping_interval)
            await connection.socket.ping(b"Ping from applink-1")

    async def _read(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if connection.silent or connection.deaf:
                continue
            if frame.type == WSMsgType.PING:
                await connection.socket.pong(frame.data)
            elif frame.type == WSMsgType.PONG:
                connection.pongs.append(time.time())
            elif frame.type == WSMsgType.TEXT:
                self._acknowledge(json.loads(frame.data))

    def _acknowledge(self, body: Json) -> None:
        sent = self._sent.get(str(body.get("envelope_id")))
        if sent is None:
            self.unknown_acks.append(body)
            return
        delivery, attempt = sent
        delivery.acknowledge(attempt, body.get("payload"))

    async def carry(self, delivery: Delivery) -> None:
        """Send a payload until it is acknowledged or given up; only events are sent again."""
        settings = self._world.settings
        last = delivery.retry_num + (settings.socket_retries if delivery.kind == "events_api" else 0)
        reason = delivery.retry_reason
        for number in range(delivery.retry_num, last + 1):
            connection = await self._next_connection()
            attempt = delivery.begin(number, reason, str(uuid.uuid4()))
            attempt.connection = connection.number
            self._sent[attempt.envelope_id] = (delivery, attempt)
            try:
                if not connection.silent:
                    await connection.socket.send_json(_envelope(delivery, attempt))
            except ConnectionError as error:
                attempt.error = str(error)
            try:
                await asyncio.wait_for(delivery.acked_event.wait(), settings.ack_timeout)
            except TimeoutError:
                reason = "timeout"
            else:
                return
        delivery.finish()

    async def _next_connection(self) -> Connection:
        """Return a connection, any of those open, waiting for one if there is none."""
        while True:
            usable = [c for c in self.connections if not c.leaving and not c.socket.closed]
            if usable:
                self._turn += 1
                return usable[self._turn % len(usable)]
            self._available.clear()
            await self._available.wait()

    async def disconnect(self, reason: Reason, close_after: float | None) -> None:
        """Tell all connections to leave, then close those that did not within `close_after` seconds."""
        told = await self._tell(list(self.connections), reason)
        if close_after is not None:
            self._courier.spawn(self._close_later(told, close_after))

    async def refresh(self, warned: float | None, close_after: float, times: int, patience: float) -> None:
        """Replace the connections there are as Slack does.

        With `warned` it warns that many seconds before it asks them to leave, which it does `times` times at once.
        It closes them after `close_after` seconds, and up to `patience` later while the app has no other one yet.
        """
        old = list(self.connections)
        if warned is not None:
            await self._tell(old, "warning")
            await asyncio.sleep(warned)
        for _ in range(times):
            await self._tell(old, "refresh_requested")
        await asyncio.sleep(close_after)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._another_than(old), patience)
        await self._close(old)

    async def _tell(self, connections: list[Connection], reason: Reason) -> list[Connection]:
        told = [connection for connection in connections if not connection.socket.closed]
        for connection in told:
            connection.leaving = connection.leaving or reason != "warning"
            await connection.socket.send_json(_disconnect(reason))
        return told

    async def _another_than(self, old: list[Connection]) -> None:
        """Wait until there is a connection that is none of these."""
        while not set(self.connections) - set(old):
            self._available.clear()
            await self._available.wait()

    async def _close_later(self, connections: list[Connection], seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._close(connections)

    async def _close(self, connections: list[Connection]) -> None:
        for connection in connections:
            self._part(connection)
        await asyncio.gather(*(connection.socket.close() for connection in connections))

    async def silence(self, *, reading: bool) -> None:
        """Let all connections go dead without closing them; if not `reading`, what the app sends stays on its way."""
        for connection in self.connections:
            connection.silent = True
            if not reading and connection.transport is not None:
                connection.transport.pause_reading()

    async def send_raw(self, text: str) -> None:
        """Send any text over all connections."""
        for connection in self.connections:
            await connection.socket.send_str(text)

    async def drop(self) -> None:
        """Break all connections without a word."""
        for connection in list(self.connections):
            connection.leaving = True
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Close all connections in good order."""
        await asyncio.gather(*(c.socket.close() for c in list(self.connections)), return_exceptions=True)


def _disconnect(reason: Reason) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}


def _envelope(delivery: Delivery, attempt: Attempt) -> Json:
    body: dict[str, Any] = {
        "envelope_id": attempt.envelope_id,
        "payload": delivery.payload,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        body |= {"retry_attempt": attempt.retry_num, "retry_reason": attempt.retry_reason}
    return body
