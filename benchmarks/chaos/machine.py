"""What goes wrong around the bot: its connection, database, disk, process, index and clock, one after the other."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from benchmarks.chaos.bots import Bots
    from benchmarks.chaos.clock import Clock
    from benchmarks.chaos.disk import Disk
    from benchmarks.chaos.editions import Editions
    from benchmarks.chaos.journal import Journal
    from tests.support.slack_server import SlackServer

# After a database can be written again, who waited for it may still be waiting.
WAITING_SECONDS = 6.0
# Slack's signatures are refused when the clock is five minutes off.
SIGNED_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Machine:
    """All that can go wrong; ``brevity`` from 0 to 1 shortens what lasts."""

    slack: SlackServer
    bots: Bots
    disk: Disk
    editions: Editions
    clock: Clock
    journal: Journal
    dice: Random
    brevity: float

    def wait(self, seconds: float) -> None:
        """Wait, and start the bot again if it ends by itself."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.bots.watch()
            time.sleep(min(left, 0.1))

    def lasts(self, least: float, most: float) -> float:
        """Choose how long something lasts, in seconds."""
        return self.dice.uniform(least, least + (most - least) * self.brevity)

    # The connection

    def refreshed(self) -> None:
        """Have Slack renew the connections, as it does every few hours."""
        self.journal.note("connection: refreshed")
        self.slack.disconnect("refresh_requested", close_after=self.dice.choice((1.0, 5.0, 10.0)))
        self.wait(self.lasts(2, 4))

    def closed(self) -> None:
        """Have Slack close the connections as soon as it has said so."""
        self.journal.note("connection: closed at once")
        self.slack.disconnect("refresh_requested", close_after=0.0)
        self.wait(self.lasts(2, 4))

    def dropped(self) -> None:
        """Break the connections without a word."""
        self.journal.note("connection: dropped")
        self.slack.drop_connections()
        self.wait(self.lasts(2, 4))

    # The database and its disk

    def locked(self) -> None:
        """Have another process write to the database for a while."""
        seconds = self.lasts(1, 14)
        connection = sqlite3.connect(self.disk.database, isolation_level=None, timeout=10)
        try:
            connection.execute("BEGIN IMMEDIATE")
            with self.journal.lasting("database: locked", f"{seconds:.1f} s", unwritable=True):
                self.wait(seconds)
                connection.execute("ROLLBACK")
                self.wait(min(seconds, WAITING_SECONDS))
        finally:
            connection.close()

    def read_only(self) -> None:
        """Let nothing be written to the database."""
        with self.journal.lasting("database: read-only", unwritable=True):
            with self.disk.read_only():
                self.wait(self.lasts(2, 8))
            self.wait(WAITING_SECONDS * self.brevity)

    def full(self) -> None:
        """Leave no room on the disk with the database."""
        with self.journal.lasting("disk: full", unwritable=True):
            with self.disk.full():
                self.wait(self.lasts(2, 8))
            self.wait(WAITING_SECONDS * self.brevity)

    def removed(self) -> None:
        """Remove the database, and have an operator start the bot anew after a while."""
        with self.journal.lasting("database: removed", unwritable=True):
            self.disk.remove_database()
            self.wait(self.lasts(5, 10))
            self.bots.end()
            self.bots.start()

    # The process

    def killed(self) -> None:
        """Kill the bot; somebody starts it again a moment later."""
        with self.journal.lasting("process: kill -9"):
            self.bots.kill()
            time.sleep(self.lasts(0, 3))
            self.bots.start()
        self.wait(self.lasts(1, 6))

    def ended(self) -> None:
        """End the bot in good order and start it again."""
        with self.journal.lasting("process: SIGTERM"):
            self.bots.end()
            self.bots.start()
        self.wait(self.lasts(1, 4))

    def overlapping(self) -> None:
        """Replace the bot by another that is started first, as a deployment does."""
        with self.journal.lasting("process: two at once"):
            self.bots.replace(self.lasts(2, 6))

    # The index and the clock

    def swapped(self) -> None:
        """Build the index anew of other reports, and of the first ones again."""
        for edition in (1, 0):
            with self.journal.lasting("index: swapped"):
                self.editions.build(edition)
            self.wait(self.lasts(2, 3))

    def damaged(self) -> None:
        """Put a damaged version in place of the index."""
        with self.editions.damaged(self.dice) as how, self.journal.lasting("index: damaged", how):
            self.wait(self.lasts(4, 6))

    def stepped(self) -> None:
        """Set the clock of the bot forward or back, and right again."""
        far = 3600 if self.slack.transport == "socket" else SIGNED_SECONDS
        seconds = self.dice.choice((far, -far, 15, -15))
        with self.journal.lasting("clock: stepped", f"{seconds:+} s"), self.clock.stepped(seconds):
            self.wait(self.lasts(3, 8))
        # No process can know what another one wrote down with a wrong clock: what came meanwhile is answered first.
        self.wait(self.lasts(6, 10))


def faults_of(machine: Machine) -> dict[str, tuple[float, Callable[[], None]]]:
    """Return what can go wrong here by name, each with how often it does."""
    found: dict[str, tuple[float, Callable[[], None]]] = {
        "database: locked": (4, machine.locked),
        "process: kill -9": (6, machine.killed),
        "process: SIGTERM": (2, machine.ended),
        "process: two at once": (2, machine.overlapping),
        "index: damaged": (1, machine.damaged),
    }
    if machine.slack.transport == "socket":
        found |= {
            "connection: refreshed": (3, machine.refreshed),
            "connection: closed at once": (2, machine.closed),
            "connection: dropped": (2, machine.dropped),
        }
    if machine.disk.available:
        found |= {"database: read-only": (1, machine.read_only), "disk: full": (3, machine.full)}
    if machine.clock.available:
        found["clock: stepped"] = (2, machine.stepped)
    if len(machine.editions.all) > 1:
        found["index: swapped"] = (2, machine.swapped)
    return found
