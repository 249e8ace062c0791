"""Sharing a private answer with its channel, once: the intent before it, the outcome after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from bot.records.database import QUESTIONS
from bot.records.leases import Now

if TYPE_CHECKING:
    from sqlalchemy import Engine

# Longer than posting takes with all its repetitions; so long the click of a process that died is waited for.
SHARE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One click on "share": ``since`` is Slack's time of an earlier one whose outcome nobody knows."""

    since: str | None


class Shares:
    """The answers that were shared, for all processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_shared(self, key: str) -> bool:
        """Return whether an answer is in its channel."""
        with self._engine.connect() as connection:
            return connection.execute(select(QUESTIONS.c.shared_ts).where(QUESTIONS.c.key == key)).scalar() is not None

    def begin(self, key: str, clicked: str) -> Turn | None:
        """Write down that an answer is about to be shared; return None when it was, or while another click is at it.

        ``clicked`` is Slack's time of the click.
        """
        this, shares = QUESTIONS.c.key == key, QUESTIONS.c
        free = (this, shares.shared_ts.is_(None), func.coalesce(shares.share_until, 0.0) < Now())
        with self._engine.begin() as connection:
            if not connection.execute(
                update(QUESTIONS).where(*free).values(share_until=Now() + SHARE_SECONDS)
            ).rowcount:
                return None
            since = connection.execute(select(shares.share_clicked).where(this)).scalar_one()
            if since is None:
                connection.execute(update(QUESTIONS).where(this).values(share_clicked=clicked))
        return Turn(since)

    def done(self, key: str, ts: str) -> None:
        """Write down that an answer was shared, and when, in Slack's time."""
        self._end(key, shared_ts=ts)

    def nothing_shared(self, key: str) -> None:
        """Write down that an answer has certainly not been shared: the next click begins anew."""
        self._end(key, share_clicked=None)

    def in_doubt(self, key: str) -> None:
        """Write down that an answer may have been shared: the next click looks for it."""
        self._end(key)

    def _end(self, key: str, **values: str | None) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(QUESTIONS.c.key == key).values(share_until=None, **values))
