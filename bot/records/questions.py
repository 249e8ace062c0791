"""The life of a question, as the database has it; every step is one transaction.

    receive ─► open ─ begin_sending ─► being sent ─ answered ─► answered, not_found, declined, failed, outdated
                │ ▲                        │                       │
                │ └── revise (an edit), from any of these ◄────────┘
                ├─ answered ─► refused
                └─ drop ─► (no row)
    any of them ─ delete ─► deleted, as long as something is left to take away ─ forget ─► (no row)

Edits and deletions (revise, drop, delete, forget), and what is written beside answers, are in ``changes``.

"Open" is a row without a status, "being sent" such a row with ``sending``: an answer may have been posted that
nobody wrote down. Only the process with the lease answers an open question (see ``leases``). Whoever takes over one
that is being sent looks for the post before anything else, and says nothing twice where it cannot look.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from sqlalchemy import Double, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.records.database import EDITS, QUESTIONS, SEEN, transaction
from bot.records.leases import Leases, Now
from bot.records.privacy import is_public
from bot.records.received import Progress, ReceivedQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Table

    from bot.types import Topic

# A question that was deleted and whose answer is still to be taken away.
DELETED = "deleted"


class Questions:
    """The questions in the database, for one process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._leases = Leases()
        # The edits of its own messages that threads of this process are at.
        self._edits: set[str] = set()
        # Put together only once: in a burst that would take longer than to run them.
        self._new_mark = self._new(SEEN)
        waiting_since = Now() - bindparam("age", type_=Double)
        self._new_question = self._new(QUESTIONS).values(waiting_since=waiting_since, **self._leases.taken())

    # Once only

    def receive(self, received: ReceivedQuestion, patience: float | None = None) -> bool:
        """Write a question down; return True the first time for both its key and its event.

        ``patience`` is for how many seconds a database may be locked that is written to; by default as long as
        for anything else.
        """
        # Its age is told by the clock that it was received by, the rest by the clock that all share.
        age = max(0.0, time.time() - received.received_at)
        row = {**asdict(received), "text": storable(received.text), "age": age}
        with transaction(self._engine, patience) as connection:
            new_key = self._mark(connection, f"key {received.key}")
            # Marked in any case: the twin of a message has the same key and another event.
            new_event = received.event_id is None or self._mark(connection, f"event {received.event_id}")
            if not (new_key and new_event):
                return False
            return connection.execute(self._new_question, row).rowcount == 1

    def seen_event(self, event_id: str) -> bool:
        """Mark an event that is not a question; return True the first time."""
        with self._engine.begin() as connection:
            return self._mark(connection, f"event {event_id}")

    def claim(self, key: str) -> bool:
        """Return whether an open question is this process's to answer, and take it over when nobody has it.

        It is False once the question was answered or forgotten, or when another process took it over because
        this one looked dead.
        """
        query = update(QUESTIONS).where(QUESTIONS.c.key == key, _is_open(), self._leases.may_take())
        with self._engine.begin() as connection:
            return connection.execute(query.values(**self._leases.taken())).rowcount == 1

    def unanswered_since(self, seconds: float) -> list[ReceivedQuestion]:
        """Return what was received in the last ``seconds`` and no live process is answering, newest last."""
        return self._received(_is_open(), self._leases.is_over(), _is_fresh(seconds))

    def own_since(self, seconds: float) -> list[ReceivedQuestion]:
        """Return the open questions of this process that were received in the last ``seconds``, newest last."""
        return self._received(_is_open(), self._leases.is_own(), _is_fresh(seconds))

    # Answering

    def received(self, key: str) -> ReceivedQuestion | None:
        """Return a question by its key; None when it is not known, or deleted."""
        return next(iter(self._received(QUESTIONS.c.key == key, is_not_deleted())), None)

    def received_for(self, key: str, team: str, user: str) -> ReceivedQuestion | None:
        """Return a question to somebody who may see its answer: public or their own, and of their workspace."""
        may_see = is_public() | (QUESTIONS.c.user == user)
        where = (QUESTIONS.c.key == key, QUESTIONS.c.team == team, may_see, is_not_deleted())
        return next(iter(self._received(*where)), None)

    def progress(self, key: str) -> Progress | None:
        """Return how far the answer to a question is, or None when there is no such question."""
        columns = (QUESTIONS.c[name] for name in ("reply_ts", "sending", "answer_text", "changed_at"))
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(QUESTIONS.c.key == key, is_not_deleted())).first()
        if row is None:
            return None
        return Progress(row.reply_ts, bool(row.sending), row.answer_text or "", row.changed_at is not None)

    def begin_sending(self, received: ReceivedQuestion) -> bool:
        """Write down that something is about to be sent for a question.

        It is False when that must not be: the question was edited, deleted, answered or taken over meanwhile.
        """
        where = (QUESTIONS.c.key == received.key, _is_open(), self._leases.is_own(), still_asks(received.text))
        with self._engine.begin() as connection:
            query = update(QUESTIONS).where(*where).values(sending=True, **self._leases.taken())
            return connection.execute(query).rowcount == 1

    def nothing_sent(self, key: str) -> None:
        """Write down that what was about to be sent has certainly not been."""
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(QUESTIONS.c.key == key).values(sending=False))

    def answered(
        self,
        key: str,
        status: str,
        confidence: float,
        answer_text: str,
        lang: str,
        reply_ts: str | None,
        nearest: Sequence[str] = (),
        topic: Topic | None = None,
        *,
        question: str | None = None,
        meant: str | None = None,
        unsure: bool = False,
    ) -> bool:
        """Write down what became of a question; return False when it was deleted meanwhile.

        ``nearest`` names the sections offered instead of an answer, ``topic`` is what a follow-up question leans on.
        ``question`` is the text that was answered: one that was edited meanwhile stays open, and only its reply and
        what that says are written down. ``meant`` is the question that it points at, if it does. ``unsure`` says that
        there may be a post that is not known. A known reply stays known.
        """
        values = {
            "status": status,
            "confidence": confidence,
            "answer_text": storable(answer_text),
            "written": None,
            "lang": lang,
            "nearest": json.dumps(list(nearest), ensure_ascii=False),
            "topic": storable(topic.as_json()) if topic else None,
            "meant": storable(meant) if meant else None,
        }
        reply = {"reply_ts": func.coalesce(reply_ts, QUESTIONS.c.reply_ts), "sending": unsure}
        this, asks = QUESTIONS.c.key == key, () if question is None else (still_asks(question),)
        with self._engine.begin() as connection:
            if connection.execute(update(QUESTIONS).where(this, _is_open(), *asks).values(**values, **reply)).rowcount:
                return True
            if reply_ts is not None:
                connection.execute(update(QUESTIONS).where(this, _is_open()).values(answer_text=values["answer_text"]))
            connection.execute(update(QUESTIONS).where(this).values(**reply))
            return connection.execute(select(QUESTIONS.c.key).where(this, is_not_deleted())).first() is not None

    # Leases

    def renew(self) -> None:
        """Keep what this process is at its own."""
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(*self._own()).values(**self._leases.taken()))
            if edits := tuple(self._edits):
                connection.execute(update(EDITS).where(EDITS.c.mark.in_(edits)).values(**self._leases.taken()))

    def give_back(self) -> None:
        """Let other processes go on with what this one was at."""
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(*self._own()).values(**self._leases.given_back()))

    def _own(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        # A question may be deleted while its answer is sent.
        return _is_open() | (QUESTIONS.c.status == DELETED), self._leases.is_own()

    def _received(self, *where: ColumnElement[bool]) -> list[ReceivedQuestion]:
        columns = (QUESTIONS.c[field.name] for field in fields(ReceivedQuestion))
        query = select(*columns).where(*where).order_by(QUESTIONS.c.received_at, QUESTIONS.c.key)
        with self._engine.connect() as connection:
            return [ReceivedQuestion(**row) for row in connection.execute(query).mappings()]

    def _mark(self, connection: Connection, mark: str) -> bool:
        """Note what must happen only once; return True the first time."""
        return connection.execute(self._new_mark, {"mark": mark, "at": time.time()}).rowcount == 1

    def _new(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return the statement for a row unless there is one with its key; its count of rows tells which it was."""
        # Without the option SQLAlchemy does not say for inserts into PostgreSQL.
        return self._insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)


def _is_open() -> ColumnElement[bool]:
    return QUESTIONS.c.status.is_(None)


def is_not_deleted() -> ColumnElement[bool]:
    """Return the condition that nobody deleted a question."""
    return func.coalesce(QUESTIONS.c.status, "") != DELETED


def _is_fresh(seconds: float) -> ColumnElement[bool]:
    # What a process of an earlier version received has no other time than its own.
    return func.coalesce(QUESTIONS.c.waiting_since, QUESTIONS.c.received_at) > Now() - seconds


def still_asks(text: str) -> ColumnElement[bool]:
    """Return the condition that a question has a text."""
    return QUESTIONS.c.text == storable(text)


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
