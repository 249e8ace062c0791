"""What goes wrong at Slack: storms of a few seconds, in each of which one kind of request fails by chance."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.slack_server.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from benchmarks.chaos.journal import Journal

POST = "chat.postMessage"
SENDING = (POST, "chat.postEphemeral", "chat.update", "response_url")
READING = ("conversations.replies", "conversations.history")
# The client of the bot waits ten seconds.
TOO_SLOW = 11.0


@dataclass(frozen=True, slots=True)
class Storm:
    """Faults by method, each with the probability that a request meets one; "" is any method."""

    kind: str
    faults: dict[str, tuple[float, tuple[Fault, ...]]]


def _error(*codes: str) -> tuple[Fault, ...]:
    return tuple(Fault("error", code=code) for code in codes)


LIMIT = Fault("rate_limit", seconds=1, status=429)
BROKEN = Fault("http_error", status=500, body="<h1>Server Error</h1>")
BROKEN_AFTER = Fault("http_error", status=500, body="<h1>Server Error</h1>", after=True)
DROPPED, DROPPED_AFTER = Fault("drop"), Fault("drop", after=True)
REJECTED = Fault("http_error", status=400, body="invalid_blocks")
UNREADABLE = (*_error("internal_error"), BROKEN, DROPPED)

STORMS = (
    Storm("Slack: 429", {"": (0.4, (LIMIT,))}),
    Storm("Slack: 500 before", {"": (0.4, (BROKEN, *_error("internal_error")))}),
    Storm("Slack: 500 after", {"": (0.4, (BROKEN_AFTER,))}),
    Storm("Slack: dropped before", {"": (0.4, (DROPPED,))}),
    Storm("Slack: dropped after", {"": (0.4, (DROPPED_AFTER,))}),
    Storm("Slack: slow", {"": (0.5, (Fault("slow", seconds=0.7), Fault("slow", seconds=2.5)))}),
    Storm("Slack: too slow", {name: (0.15, (Fault("slow", seconds=TOO_SLOW),)) for name in SENDING}),
    Storm(
        "Slack: blocks rejected",
        {name: (0.6, _error("invalid_blocks", "msg_too_long")) for name in SENDING}
        | {"response_url": (0.6, (REJECTED,))},
    ),
    Storm(
        "Slack: update refused",
        {
            "chat.update": (
                0.7,
                (*_error("cant_update_message", "edit_window_closed", "internal_error"), BROKEN, DROPPED),
            )
        },
    ),
    Storm("Slack: delete refused", {"chat.delete": (0.7, (*_error("internal_error"), BROKEN, DROPPED, LIMIT))}),
    Storm("Slack: threads unreadable", dict.fromkeys(READING, (0.7, UNREADABLE))),
    Storm("Slack: users.info refused", {"users.info": (0.8, UNREADABLE)}),
    Storm(
        "Slack: posted, 500, threads unreadable",
        {POST: (0.4, (BROKEN_AFTER, DROPPED_AFTER)), **dict.fromkeys(READING, (0.8, UNREADABLE))},
    ),
)
# Refused for its blocks is only what has some.
FOR_BLOCKS = frozenset({"invalid_blocks", "msg_too_long"})


class Weather:
    """Chooses the faults of one storm at a time; safe to use from several threads."""

    def __init__(self, dice: Random, journal: Journal) -> None:
        self._dice = dice
        self._journal = journal
        self._lock = threading.Lock()
        self._storm: Storm | None = None

    def rage(self, storm: Storm, wait: Callable[[], None]) -> None:
        """Let a storm rage while something waits."""
        self._storm = storm
        try:
            wait()
        finally:
            self._storm = None

    def choose(self, method: str, args: dict[str, Any]) -> Fault | None:
        """Choose whether and how a request fails."""
        storm = self._storm
        if storm is None:
            return None
        chance, faults = storm.faults.get(method) or storm.faults.get("", (0.0, ()))
        with self._lock:
            if self._dice.random() >= chance:
                return None
            fault = self._dice.choice(faults)
        if (fault.code in FOR_BLOCKS or fault is REJECTED) and not args.get("blocks"):
            return None
        self._journal.note(
            storm.kind, f"{method} {fault.kind} {fault.code or fault.status or ''}{' after' * fault.after}"
        )
        return fault
