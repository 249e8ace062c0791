"""Remove from the database what is too old, and what belongs to a workspace that has gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_

from bot.records.database import FEEDBACK, METADATA, QUESTIONS, SEEN, WORKSPACES, WRITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Delete

DAY = 86_400.0
# Slack repeats an event for minutes, and with delayed delivery for 24 hours.
SEEN_SECONDS = 2 * DAY
# Made by slack_sdk, where workspaces install the app themselves.
OAUTH_STATES = "slack_oauth_states"


def purge(connection: Connection, now: float, retention_seconds: float) -> int:
    """Remove what is older than the retention, or no longer of use, and return how much that was."""
    return sum(connection.execute(query).rowcount for query in _outdated(now, now - retention_seconds))


def _outdated(now: float, kept_from: float) -> Iterator[Delete]:
    yield delete(QUESTIONS).where(QUESTIONS.c.received_at < kept_from)
    yield delete(FEEDBACK).where(FEEDBACK.c.at < kept_from)
    yield delete(SEEN).where(SEEN.c.at < now - SEEN_SECONDS)
    yield delete(WRITES).where(WRITES.c.day < kept_from // DAY)
    states = METADATA.tables.get(OAUTH_STATES)
    if states is not None:
        yield delete(states).where(states.c.expire_at < datetime.fromtimestamp(now, UTC).replace(tzinfo=None))


def forget_workspace(connection: Connection, team: str) -> int:
    """Remove the questions, answers and feedback of a workspace or an organisation; return how many questions."""
    forgotten = connection.execute(delete(QUESTIONS).where(QUESTIONS.c.team == team)).rowcount
    connection.execute(delete(FEEDBACK).where(FEEDBACK.c.team == team))
    connection.execute(delete(WORKSPACES).where(or_(WORKSPACES.c.team == team, WORKSPACES.c.organisation == team)))
    return forgotten
