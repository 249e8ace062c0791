"""What the bot remembers, in SQL: what it received, what it answered, what people said about it.

Safe to use from several threads, and from several processes on one database. A question belongs to the
process that received it for as long as that process renews its lease; after that any other may claim it.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import unicodedata
import uuid
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from bot.database import FEEDBACK, QUESTIONS, SEEN, WORKSPACES, open_engine
from bot.turns import Turn, in_thread, turns_before, was_called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Table

    from bot.conversation import Topic

log = logging.getLogger(__name__)

# A process that is dead keeps others from its questions for this long; one that lives renews in time.
LEASE_SECONDS = 10.0
RENEW_SECONDS = 2.5

DAY = 86_400.0
PURGE_SECONDS = 3_600.0
# Slack repeats an event for minutes, and with delayed delivery for 24 hours.
SEEN_SECONDS = 2 * DAY

PUNCTUATION = "?？!！。.、,… "


@dataclass(frozen=True, slots=True)
class Received:
    """One question as received from Slack, enough to answer it after a restart.

    ``key`` stands for the message, ``event_id`` for what brought it; ``thread_ts`` is the root of the thread
    to answer in, None for no thread; ``received_at`` is in Unix seconds.
    """

    key: str
    event_id: str | None
    team: str
    channel: str
    user: str
    ts: str
    thread_ts: str | None
    text: str
    surface: str
    response_url: str | None
    received_at: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The bot's reply to a message; ``reply_ts`` is None while there is none that could be changed."""

    key: str
    reply_ts: str | None
    thread_ts: str | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person says about one answer; ``at`` is in Unix seconds."""

    key: str
    team: str
    user: str
    helpful: bool
    reason: str | None
    at: float


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """Feedback with the question and the answer it is about; they are empty when no longer kept."""

    at: float
    helpful: bool
    reason: str | None
    user: str
    key: str
    question: str
    answer_text: str


@dataclass(frozen=True, slots=True)
class UnansweredRow:
    """A question that the reports did not answer, how often it was asked, and the sections nearest to it."""

    question: str
    lang: str
    count: int
    last_asked: float
    nearest: tuple[str, ...]


class Records:
    """The records of one process; made by ``open``."""

    def __init__(self, engine: Engine, retention_days: int) -> None:
        self._engine = engine
        self._retention = retention_days * DAY
        self._process = uuid.uuid4().hex
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="records", daemon=True)

    @classmethod
    def open(cls, url: str, retention_days: int) -> Self:
        """Open the database, make its tables, and keep leases and retention up in the background.

        Raises SettingsError when the URL cannot be used.
        """
        records = cls(open_engine(url), retention_days)
        records._keeper.start()
        return records

    def close(self) -> None:
        """Leave what is not answered to other processes, and let go of the database."""
        self._closing.set()
        self._keeper.join()
        try:
            with self._engine.begin() as connection:
                connection.execute(update(QUESTIONS).where(*self._own()).values(leased_until=0.0))
        except SQLAlchemyError:
            # They run out by themselves; the process must end all the same.
            log.warning("the leases cannot be given back", exc_info=True)
        self._engine.dispose()

    # Once only

    def receive(self, received: Received) -> bool:
        """Write a question down; return True the first time for both its key and its event."""
        row = {**asdict(received), "text": _storable(received.text)}
        with self._engine.begin() as connection:
            new_key = self._mark(connection, f"key {received.key}")
            # Marked in any case: the twin of a message has the same key and another event.
            new_event = received.event_id is None or self._mark(connection, f"event {received.event_id}")
            if not (new_key and new_event):
                return False
            return self._insert_new(connection, QUESTIONS, {**row, **self._lease()})

    def seen_event(self, event_id: str) -> bool:
        """Mark an event that is not a question; return True the first time."""
        with self._engine.begin() as connection:
            return self._mark(connection, f"event {event_id}")

    def claim(self, key: str) -> bool:
        """Return whether an open question is this process's to answer, and take it over when nobody has it.

        It is False once the question was answered or forgotten, or when another process took it over because
        this one looked dead.
        """
        free = or_(QUESTIONS.c.process == self._process, QUESTIONS.c.leased_until < time.time())
        query = update(QUESTIONS).where(QUESTIONS.c.key == key, QUESTIONS.c.status.is_(None), free)
        with self._engine.begin() as connection:
            return connection.execute(query.values(**self._lease())).rowcount == 1

    def unanswered_since(self, seconds: float) -> list[Received]:
        """Return what was received in the last ``seconds`` and no live process is answering, newest last."""
        now = time.time()
        open_ones = (QUESTIONS.c.status.is_(None), QUESTIONS.c.leased_until < now)
        return self._received(*open_ones, QUESTIONS.c.received_at > now - seconds)

    # Questions and answers

    def received(self, key: str) -> Received | None:
        """Return a question by its key."""
        return next(iter(self._received(QUESTIONS.c.key == key)), None)

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
    ) -> None:
        """Write down what became of a question.

        ``nearest`` names the sections offered instead of an answer, ``topic`` is what a follow-up question leans on.
        """
        values = {
            "status": status,
            "confidence": confidence,
            "answer_text": _storable(answer_text),
            "lang": lang,
            "reply_ts": reply_ts,
            "nearest": json.dumps(list(nearest), ensure_ascii=False),
            "topic": _storable(topic.as_json()) if topic else None,
        }
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(QUESTIONS.c.key == key).values(**values))

    def revise(self, key: str, text: str) -> Received | None:
        """Give a question its edited text and have this process answer it again; return None if it is not known."""
        values = {"text": _storable(text), "status": None, "received_at": time.time(), **self._lease()}
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(QUESTIONS.c.key == key).values(**values))
        return self.received(key)

    def reply_to(self, team: str, channel: str, ts: str) -> Reply | None:
        """Return the reply to a message, or None when the message was no question."""
        columns = (QUESTIONS.c.key, QUESTIONS.c.reply_ts, QUESTIONS.c.thread_ts)
        where = (QUESTIONS.c.team == team, QUESTIONS.c.channel == channel, QUESTIONS.c.ts == ts)
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(*where)).mappings().first()
        return Reply(**row) if row is not None else None

    def forget(self, key: str) -> None:
        """Remove a question with its answer and feedback; that it was seen stays known."""
        with self._engine.begin() as connection:
            connection.execute(delete(QUESTIONS).where(QUESTIONS.c.key == key))
            connection.execute(delete(FEEDBACK).where(FEEDBACK.c.key == key))

    # Conversations

    def history(
        self,
        team: str,
        channel: str,
        thread_ts: str,
        before_ts: str | None = None,
        limit: int = 10,
        private_of: str | None = None,
    ) -> list[Turn]:
        """Return the last ``limit`` answered questions of a thread, those before a message, oldest first.

        What was asked in private is left out, but for what the person ``private_of`` asked.
        """
        with self._engine.connect() as connection:
            return turns_before(connection, in_thread(team, channel, thread_ts), before_ts, limit, private_of)

    def in_thread(self, team: str, channel: str, thread_ts: str) -> bool:
        """Return whether the bot was asked something in a thread that everybody there may see."""
        with self._engine.connect() as connection:
            return was_called(connection, in_thread(team, channel, thread_ts))

    # Workspaces

    def add_workspace(self, team: str, organisation: str) -> None:
        """Remember to which Enterprise Grid organisation a workspace belongs."""
        query = self._insert(WORKSPACES).values(team=team, organisation=organisation)
        with self._engine.begin() as connection:
            connection.execute(
                query.on_conflict_do_update(index_elements=["team"], set_={"organisation": organisation})
            )

    def organisation_of(self, team: str) -> str | None:
        """Return the organisation of a workspace, or None where none is known."""
        query = select(WORKSPACES.c.organisation).where(WORKSPACES.c.team == team)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    # What people say and miss

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep what a person says about an answer, in place of what they said before."""
        query = self._insert(FEEDBACK).values(**asdict(feedback))
        said = {"helpful": feedback.helpful, "reason": feedback.reason, "at": feedback.at}
        with self._engine.begin() as connection:
            connection.execute(query.on_conflict_do_update(index_elements=["key", "user"], set_=said))

    def feedback(self, since: float | None = None) -> list[FeedbackRow]:
        """Return the feedback since a time in Unix seconds, oldest first."""
        columns = (FEEDBACK.c[name] for name in ("at", "helpful", "reason", "user", "key"))
        query = select(*columns, QUESTIONS.c.text.label("question"), QUESTIONS.c.answer_text)
        query = query.select_from(FEEDBACK.outerjoin(QUESTIONS, QUESTIONS.c.key == FEEDBACK.c.key))
        query = query.where(FEEDBACK.c.at >= (since or 0.0)).order_by(FEEDBACK.c.at, FEEDBACK.c.key)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        texts = ("question", "answer_text")
        return [FeedbackRow(**{**row, **{name: row[name] or "" for name in texts}}) for row in rows]

    def unanswered(self, since: float | None = None) -> list[UnansweredRow]:
        """Return the questions that the reports did not answer, those asked most often first.

        Questions that differ only in case, width, spaces and closing punctuation count as one.
        """
        columns = (QUESTIONS.c[name] for name in ("text", "lang", "received_at", "nearest"))
        query = select(*columns).where(QUESTIONS.c.status == "not_found", QUESTIONS.c.received_at >= (since or 0.0))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(QUESTIONS.c.received_at)).mappings().all()
        return _grouped(rows)

    def purge(self, now: float) -> int:
        """Remove what is older than the retention and return how much that was."""
        kept_from = now - self._retention
        queries = (
            delete(QUESTIONS).where(QUESTIONS.c.received_at < kept_from),
            delete(FEEDBACK).where(FEEDBACK.c.at < kept_from),
            delete(SEEN).where(SEEN.c.at < now - SEEN_SECONDS),
        )
        with self._engine.begin() as connection:
            return sum(connection.execute(query).rowcount for query in queries)

    # The background

    def _keep(self) -> None:
        """Renew the leases and purge, until the records are closed."""
        purge_at = 0.0
        while not self._closing.wait(RENEW_SECONDS):
            try:
                self._renew()
                if time.time() >= purge_at:
                    self.purge(time.time())
                    purge_at = time.time() + PURGE_SECONDS
            except SQLAlchemyError:
                # A server that restarts is back in a moment; until the lease runs out nothing is lost.
                log.warning("the records cannot be kept up", exc_info=True)

    def _renew(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(*self._own()).values(**self._lease()))

    def _own(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return QUESTIONS.c.status.is_(None), QUESTIONS.c.process == self._process

    def _lease(self) -> dict[str, Any]:
        return {"process": self._process, "leased_until": time.time() + LEASE_SECONDS}

    def _received(self, *where: ColumnElement[bool]) -> list[Received]:
        columns = (QUESTIONS.c[field.name] for field in fields(Received))
        query = select(*columns).where(*where).order_by(QUESTIONS.c.received_at, QUESTIONS.c.key)
        with self._engine.connect() as connection:
            return [Received(**row) for row in connection.execute(query).mappings()]

    def _mark(self, connection: Connection, mark: str) -> bool:
        return self._insert_new(connection, SEEN, {"mark": mark, "at": time.time()})

    def _insert_new(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert a row and return True, or return False when there is one with its key."""
        query = self._insert(table).values(**row).on_conflict_do_nothing()
        # Without the option SQLAlchemy does not say for inserts into PostgreSQL.
        return connection.execute(query, execution_options={"preserve_rowcount": True}).rowcount == 1

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)


def _storable(text: str) -> str:
    """Return a text without what no database takes: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _grouped(rows: Iterable[RowMapping]) -> list[UnansweredRow]:
    """Count the rows by normalised question; the latest wording stands for its group."""
    groups: dict[str, UnansweredRow] = {}
    for row in rows:
        known = groups.get(normalised(row["text"]))
        groups[normalised(row["text"])] = UnansweredRow(
            row["text"],
            row["lang"] or "",
            known.count + 1 if known else 1,
            row["received_at"],
            tuple(json.loads(row["nearest"] or "[]")),
        )
    return sorted(groups.values(), key=lambda group: (-group.count, -group.last_asked))


def normalised(question: str) -> str:
    """Return what two ways of writing the same question have in common."""
    text = unicodedata.normalize("NFKC", question).casefold()
    return re.sub(r"\s+", " ", text).strip(PUNCTUATION)
