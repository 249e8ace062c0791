"""Databases for tests, and questions to put into them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.records.database import open_engine
from bot.records.received import ReceivedQuestion
from bot.records.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

TEAM, CHANNEL, USER = "T0LOCAL", "C0EVENTS", "U0ALICE"


def question(number: int = 1, **more: object) -> ReceivedQuestion:
    ts = f"17000000{number:02d}.000100"
    received = ReceivedQuestion(
        key=f"{TEAM}:{CHANNEL}:{ts}",
        event_id=f"Ev{number}",
        team=TEAM,
        channel=CHANNEL,
        user=USER,
        ts=ts,
        thread_ts=ts,
        text=f"What happened on day {number}?",
        surface="mention",
        response_url=None,
        received_at=time.time(),
    )
    return replace(received, **more)


@contextmanager
def opened(url: str, retention_days: int = 90) -> Iterator[Records]:
    records = Records.open(url, retention_days)
    try:
        yield records
    finally:
        records.close()


def let_leases_end(url: str) -> None:
    """Do to the database what time does when a process died without a word."""
    rows(url, "UPDATE questions SET leased_until = 0, process = 'dead'")


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement on a database behind the back of the records."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()
