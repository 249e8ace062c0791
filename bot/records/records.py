"""Remember in SQL what the bot received, what it answered, and what people said about it.

Safe to use from several threads, and from several processes on one database. ``questions`` and ``changes`` have
what is answered once, ``leases`` who answers it; here is what is kept of conversations and of what people think of
answers.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.records import retention
from bot.records.changes import Changes
from bot.records.database import FEEDBACK, MEANT, QUESTIONS, WORKSPACES, open_engine, transaction
from bot.records.leases import RENEW_SECONDS
from bot.records.received import ReceivedQuestion  # noqa: F401  whoever keeps records finds it here
from bot.records.shares import Shares
from bot.records.turns import Turn, in_thread, turns_before, was_called
from bot.types import Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Engine, RowMapping

log = logging.getLogger(__name__)

PURGE_SECONDS = 3_600.0

PUNCTUATION = "?？!！。.、,… "


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's opinion of one answer; ``at`` is in Unix seconds."""

    key: str
    team: str
    user: str
    helpful: bool
    reason: str | None
    at: float


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """Feedback with the question, its answer and what was written beside that; they are empty when not kept."""

    at: float
    helpful: bool
    reason: str | None
    user: str
    key: str
    question: str
    answer_text: str
    written: str


@dataclass(frozen=True, slots=True)
class UnansweredRow:
    """A question that the reports did not answer, how often it was asked, and the sections nearest to it."""

    question: str
    lang: str
    count: int
    last_asked: float
    nearest: tuple[str, ...]


class Records(Changes):
    """The records of one process; made by ``open``."""

    def __init__(self, engine: Engine, retention_days: int) -> None:
        super().__init__(engine)
        self.shares = Shares(engine)
        self._retention = retention_days * retention.DAY
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

    @property
    def engine(self) -> Engine:
        """Return the engine, for what else is kept in the same database."""
        return self._engine

    def close(self) -> None:
        """Leave what is not answered to other processes, and let go of the database."""
        self._closing.set()
        self._keeper.join()
        try:
            self.give_back()
        except SQLAlchemyError:
            # They run out by themselves; the process must end all the same.
            log.warning("the leases cannot be given back", exc_info=True)
        self._engine.dispose()

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

    def add_feedback(self, feedback: Feedback, patience: float | None = None) -> None:
        """Keep what a person says about an answer, in place of what they said before; ``patience`` as in receive."""
        query = self._insert(FEEDBACK).values(**asdict(feedback))
        said = {"helpful": feedback.helpful, "reason": feedback.reason, "at": feedback.at}
        with transaction(self._engine, patience) as connection:
            connection.execute(query.on_conflict_do_update(index_elements=["key", "user"], set_=said))

    def feedback(self, since: float | None = None) -> list[FeedbackRow]:
        """Return the feedback since a time in Unix seconds, oldest first."""
        columns = (FEEDBACK.c[name] for name in ("at", "helpful", "reason", "user", "key"))
        query = select(*columns, MEANT.label("question"), QUESTIONS.c.answer_text, QUESTIONS.c.written)
        query = query.select_from(FEEDBACK.outerjoin(QUESTIONS, QUESTIONS.c.key == FEEDBACK.c.key))
        query = query.where(FEEDBACK.c.at >= (since or 0.0)).order_by(FEEDBACK.c.at, FEEDBACK.c.key)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [FeedbackRow(**{**row, **_texts_of(row)}) for row in rows]

    def outcomes(self, since: float | None = None) -> set[str | None]:
        """Return what became of the questions since a time in Unix seconds; None is for those still open."""
        query = select(QUESTIONS.c.status).distinct().where(QUESTIONS.c.received_at >= (since or 0.0))
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def unanswered(self, since: float | None = None) -> list[UnansweredRow]:
        """Return the questions that the reports did not answer, those asked most often first.

        Questions that differ only in case, width, spaces and closing punctuation count as one.
        """
        columns = (QUESTIONS.c[name] for name in ("lang", "received_at", "nearest"))
        query = select(MEANT.label("text"), *columns).where(
            QUESTIONS.c.status == "not_found", QUESTIONS.c.received_at >= (since or 0.0)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(QUESTIONS.c.received_at)).mappings().all()
        return _grouped(rows)

    # What is not kept

    def purge(self, now: float) -> int:
        """Remove what is older than the retention and return how much that was."""
        with self._engine.begin() as connection:
            return retention.purge(connection, now, self._retention)

    def forget_workspace(self, team: str) -> int:
        """Remove all that was asked and said in a workspace; return how many questions that were."""
        with self._engine.begin() as connection:
            return retention.forget_workspace(connection, team)

    # The background

    def _keep(self) -> None:
        """Renew the leases and purge, until the records are closed."""
        # By a clock that nobody sets.
        purge_at = time.monotonic()
        while not self._closing.wait(RENEW_SECONDS):
            try:
                self.renew()
                if time.monotonic() >= purge_at:
                    self.purge(time.time())
                    purge_at = time.monotonic() + PURGE_SECONDS
            except SQLAlchemyError:
                # A server that restarts is back in a moment; until the lease runs out nothing is lost.
                log.warning("the records cannot be kept up", exc_info=True)


def _texts_of(row: RowMapping) -> dict[str, str]:
    written = Written.from_json(row["written"]).text if row["written"] else ""
    return {"question": row["question"] or "", "answer_text": row["answer_text"] or "", "written": written}


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
