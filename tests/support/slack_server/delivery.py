"""What Slack brings to the app: one delivery, its attempts, and the app's acknowledgement."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tests.support.patience import PATIENCE

from .responses import apply_ack

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from .state import Json, World

Kind = Literal["events_api", "interactive", "slash_commands", "url_verification"]
Transport = Literal["socket", "http"]
Tamper = Literal["wrong_signature", "old_timestamp", "no_signature"]


@dataclass(slots=True)
class Attempt:
    """One time that a payload was sent."""

    sent_at: float
    retry_num: int
    retry_reason: str
    envelope_id: str = ""
    connection: int | None = None
    status: int | None = None
    acked_at: float | None = None
    response: Any = None
    error: str | None = None


@dataclass(eq=False)
class Delivery:
    """One payload on its way to the app."""

    world: World
    kind: Kind
    payload: Json
    transport: Transport
    tamper: Tamper | None = None
    retry_num: int = 0
    retry_reason: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    done: bool = False
    acked_event: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def event(self) -> Json:
        """Return the event of an Events API payload, empty for others."""
        event: Json = self.payload.get("event", {})
        return event

    @property
    def event_id(self) -> str:
        """Return the id by which the app can tell a redelivery."""
        return str(self.payload.get("event_id", ""))

    @property
    def type(self) -> str:
        """Return the type of the event or of the interaction."""
        return str(self.event.get("type") or self.payload.get("type") or self.payload.get("command"))

    @property
    def ack(self) -> Attempt | None:
        """Return the attempt that the app acknowledged."""
        return next((attempt for attempt in self.attempts if attempt.acked_at is not None), None)

    @property
    def acked(self) -> bool:
        """Return whether the app acknowledged it."""
        return self.ack is not None

    @property
    def time_to_ack(self) -> float:
        """Return the seconds the app took to acknowledge the attempt it did acknowledge."""
        if self.ack is None or self.ack.acked_at is None:
            raise AssertionError(f"{self} was not acknowledged")
        return self.ack.acked_at - self.ack.sent_at

    @property
    def response(self) -> Any:
        """Return what came with the acknowledgement, such as the errors of a modal."""
        return self.ack.response if self.ack else None

    @property
    def status(self) -> int | None:
        """Return the HTTP status of the last attempt."""
        return self.attempts[-1].status if self.attempts else None

    def wait(self, timeout: float = PATIENCE) -> Delivery:
        """Wait until it is acknowledged or given up."""
        with self.world.changed:
            if not self.world.changed.wait_for(lambda: self.done, timeout):
                raise TimeoutError(f"{self} is neither acknowledged nor given up")
        return self

    def begin(self, retry_num: int, retry_reason: str, envelope_id: str = "") -> Attempt:
        """Record that it is being sent."""
        attempt = Attempt(time.time(), retry_num, retry_reason, envelope_id)
        with self.world.changed:
            self.attempts.append(attempt)
            self.world.touch()
        return attempt

    def acknowledge(self, attempt: Attempt, response: Any) -> None:
        """Record the first acknowledgement of an attempt and do what its payload asks for."""
        with self.world.changed:
            if attempt.acked_at is not None:
                return
            attempt.acked_at = time.time()
            attempt.response = response
            if not self.done:
                apply_ack(self.world, self.kind, self.payload, response)
            self.finish()
        self.acked_event.set()

    def finish(self) -> None:
        """Record that nothing more will be sent."""
        with self.world.changed:
            self.done = True
            self.world.touch()

    def __repr__(self) -> str:
        tried = f"attempts={len(self.attempts)} acked={self.acked}"
        return f"<Delivery {self.kind} {self.type} {self.event_id} {tried}>"


class Carrier(Protocol):
    """A way to bring deliveries to the app."""

    async def carry(self, delivery: Delivery) -> None:
        """Send it until it is acknowledged or given up."""


class Courier:
    """Starts deliveries on the server's loop, from any thread, in the order given."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        self.carriers: dict[Transport, Carrier] = {}
        self._world = world
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, delivery: Delivery) -> Delivery:
        """Begin a delivery and return it at once."""
        with self._world.changed:
            self._world.deliveries.append(delivery)
            self._world.touch()
        self._loop.call_soon_threadsafe(self._begin, delivery)
        return delivery

    def _begin(self, delivery: Delivery) -> None:
        self.spawn(self.carriers[delivery.transport].carry(delivery))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something until it ends or the server stops."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel everything under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
