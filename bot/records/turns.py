"""Find what was asked before in a thread, as far as a question may lean on it; ``bot.records.privacy`` has the rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, not_, or_, select

from bot.records.database import QUESTIONS
from bot.records.privacy import asked_in_private, is_public
from bot.types import Topic

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, RowMapping

# Later than every ts of Slack's, as texts are compared.
END = "9"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, what was answered, and what the conversation was about then."""

    question: str
    answer_text: str
    lang: str
    status: str
    topic: Topic


def turns_before(
    connection: Connection, thread: ColumnElement[bool], before_ts: str | None, limit: int, private_of: str | None
) -> list[Turn]:
    """Return the last answered questions of a thread before a message, oldest first.

    Those asked in public count, and those in private of the person ``private_of``.
    """
    shared_before = QUESTIONS.c.shared_ts < (before_ts or END)
    moment = case((shared_before, QUESTIONS.c.shared_ts), else_=QUESTIONS.c.ts)
    # Without a person this compares with NULL, which nobody is.
    seen = or_(not_(asked_in_private()), shared_before, QUESTIONS.c.user == private_of)
    columns = (QUESTIONS.c[name] for name in ("answer_text", "lang", "status", "topic"))
    query = select(QUESTIONS.c.text.label("question"), *columns).where(
        thread, seen, moment < (before_ts or END), QUESTIONS.c.status.in_(("answered", "not_found"))
    )
    rows = connection.execute(query.order_by(moment.desc()).limit(limit)).mappings().all()
    return [Turn(**{**row, "topic": _topic_of(row)}) for row in reversed(rows)]


def was_called(connection: Connection, thread: ColumnElement[bool]) -> bool:
    """Return whether the bot was asked something in a thread that everybody there may see."""
    return connection.execute(select(QUESTIONS.c.key).where(thread, is_public()).limit(1)).first() is not None


def in_thread(team: str, channel: str, thread_ts: str) -> ColumnElement[bool]:
    """Return the condition that a question was asked in a thread, or that its shared answer began the thread."""
    place = and_(QUESTIONS.c.team == team, QUESTIONS.c.channel == channel)
    return or_(
        and_(place, QUESTIONS.c.thread_ts == thread_ts),
        and_(place, QUESTIONS.c.thread_ts.is_(None), QUESTIONS.c.shared_ts == thread_ts),
    )


def _topic_of(row: RowMapping) -> Topic:
    """Return what a conversation was about; of an answer of an earlier version only the question is known."""
    if row["topic"] is not None:
        return Topic.from_json(row["topic"])
    return Topic(row["question"], row["question"], row["lang"])
