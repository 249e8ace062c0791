"""What comes after an answer: edits and deletions of the question, and what is written above the quotes.

The states of a question are drawn in ``questions``.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import fields
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, literal, select, update

from bot.records.database import EDITS, FEEDBACK, QUESTIONS, SEEN
from bot.records.leases import Now
from bot.records.questions import DELETED, Questions, is_not_deleted, still_asks, storable
from bot.records.received import DeletedQuestion, ReceivedQuestion, StandingAnswer
from bot.types import Written

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


class Changes(Questions):
    """The questions in the database, and what becomes of them once they came."""

    def revise(self, key: str, text: str, at: str) -> ReceivedQuestion | None:
        """Give a question its edited text and have this process answer it again.

        ``at`` is Slack's time of the edit. It is None for what is no question, for an edit that came before or is
        older than one that did, and for one that leaves the text as it was: the same edit may come twice. Of what is
        no question yet only the time is kept; what it says is no business of ours.
        """
        newer = (QUESTIONS.c.key == key, is_not_deleted(), func.coalesce(QUESTIONS.c.changed_at, "") < at)
        values = {"text": storable(text), "status": None, "received_at": time.time(), "waiting_since": Now()}
        self._note_early(key, at)
        with self._engine.begin() as connection:
            same, asks_anew = QUESTIONS.c.text == storable(text), QUESTIONS.c.text != storable(text)
            connection.execute(update(QUESTIONS).where(*newer, same).values(changed_at=at))
            # In this order, a question that another process receives between the two is asked anew.
            revision = update(QUESTIONS).where(*newer, asks_anew).values(**values, changed_at=at)
            revised = connection.execute(revision.values(**self._leases.taken())).rowcount
        return self.received(key) if revised else None

    def reopen(self, key: str) -> ReceivedQuestion | None:
        """Have this process answer a question with an unfinished edit once more.

        None where there is none, as another process was sooner, while it is open, or when it is deleted.
        """
        unfinished = exists().where(EDITS.c.key == key, self._leases.is_over(EDITS))
        closed = (QUESTIONS.c.key == key, QUESTIONS.c.status.is_not(None), is_not_deleted(), unfinished)
        values = {"status": None, "received_at": time.time(), "waiting_since": Now(), **self._leases.taken()}
        with self._engine.begin() as connection:
            reopened = connection.execute(update(QUESTIONS).where(*closed).values(**values)).rowcount
            if reopened:
                # Its message is drawn anew.
                connection.execute(delete(EDITS).where(EDITS.c.key == key, self._leases.is_over(EDITS)))
        return self.received(key) if reopened else None

    def changed_early(self, key: str) -> str | None:
        """Return Slack's time of a change to a question that came before the question did, and is later than its text.

        It is None when there was none, and once ``revise`` was told of it.
        """
        its_note = SEEN.c.mark == literal("changed ") + QUESTIONS.c.key
        early = select(QUESTIONS.c.changed_at, SEEN.c.at).join(SEEN, its_note).where(QUESTIONS.c.key == key)
        with self._engine.connect() as connection:
            row = connection.execute(early).first()
        return f"{row.at:.6f}" if row is not None and f"{row.at:.6f}" > (row.changed_at or "") else None

    def delete(self, key: str, at: str) -> bool:
        """Forget what a question says; return True if there is or may be an answer that is to be taken away.

        ``at`` is Slack's time of the deletion, kept like that of an edit.
        """
        this = QUESTIONS.c.key == key
        empty = dict.fromkeys(("meant", "answer_text", "written", "nearest", "topic", "response_url"))
        values = {"status": DELETED, "text": "", "waiting_since": Now(), **empty}
        self._note_early(key, at)
        with self._engine.begin() as connection:
            connection.execute(update(QUESTIONS).where(this, is_not_deleted()).values(**values))
            connection.execute(delete(FEEDBACK).where(FEEDBACK.c.key == key))
            connection.execute(delete(QUESTIONS).where(this, _has_no_reply()))
            return connection.execute(select(QUESTIONS.c.key).where(this)).first() is not None

    def deleted(self, key: str | None = None) -> list[DeletedQuestion]:
        """Return the deleted questions whose answers are to be taken away now, or the one with a key.

        An answer that a live process is sending it takes away itself.
        """
        columns = (QUESTIONS.c[field.name] for field in fields(DeletedQuestion))
        sent = QUESTIONS.c.reply_ts.is_not(None) | self._leases.may_take()
        query = select(*columns).where(QUESTIONS.c.status == DELETED, sent)
        if key is not None:
            query = query.where(QUESTIONS.c.key == key)
        with self._engine.connect() as connection:
            return [DeletedQuestion(**row) for row in connection.execute(query).mappings()]

    def drop(self, key: str) -> bool:
        """Remove what was no question for the bot; return False if there is or may be an answer.

        Its message is received as new should it become one.
        """
        with self._engine.begin() as connection:
            dropped = connection.execute(delete(QUESTIONS).where(QUESTIONS.c.key == key, _has_no_reply())).rowcount
            if dropped:
                connection.execute(delete(SEEN).where(SEEN.c.mark == f"key {key}"))
            return dropped == 1

    def forget(self, key: str) -> None:
        """Remove a question with its answer and feedback; that it was seen stays known."""
        with self._engine.begin() as connection:
            connection.execute(delete(QUESTIONS).where(QUESTIONS.c.key == key))
            connection.execute(delete(FEEDBACK).where(FEEDBACK.c.key == key))

    # Writing beside an answer

    def standing(self, received: ReceivedQuestion) -> StandingAnswer | None:
        """Return where the answer to a question stands; None once the question was edited, deleted or is asked anew."""
        query = select(QUESTIONS.c.reply_ts, QUESTIONS.c.written).where(*_is_answered(received))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return StandingAnswer(row.reply_ts, None if row.written is None else Written.from_json(row.written))

    def begin_edit(self, received: ReceivedQuestion) -> str | None:
        """Write down that the message of an answer is about to be edited, and return a mark of that.

        It is None when the answer does not stand any more. The edit ends with ``keep_written`` or ``end_edit``; of one
        that did neither, ``unfinished_edits`` tells once ``leave_edit`` was called, or after ``let_edit_go``, or when
        its process is dead.
        """
        mark, lease = uuid.uuid4().hex, self._leases.taken()
        values = select(literal(mark), QUESTIONS.c.key, literal(lease["process"]), lease["leased_until"])
        query = self._insert(EDITS).from_select(["mark", "key", *lease], values.where(*_is_answered(received)))
        with self._engine.begin() as connection:
            if connection.execute(query.execution_options(preserve_rowcount=True)).rowcount != 1:
                return None
        self._edits.add(mark)
        return mark

    def let_edit_go(self, mark: str) -> None:
        """Renew the lease of an edit no more: if it is not ended, its message is looked at once that is over."""
        self._edits.discard(mark)

    def leave_edit(self, mark: str) -> None:
        """Have the message of an edit, of which nobody knows what it shows now, looked at again by any process."""
        self._edits.discard(mark)
        with self._engine.begin() as connection:
            query = update(EDITS).where(EDITS.c.mark == mark)
            connection.execute(query.values(**self._leases.given_back()))

    def end_edit(self, mark: str) -> None:
        """Write down that the message of an edit is as it was."""
        with self._engine.begin() as connection:
            connection.execute(delete(EDITS).where(EDITS.c.mark == mark))

    def keep_written(
        self, received: ReceivedQuestion, reply_ts: str | None, written: Written, mark: str | None = None
    ) -> bool:
        """Write down what became of a written answer, with the end of the edit that shows it.

        It is False when its answer does not stand there any more; then the message is looked at again.
        """
        there = QUESTIONS.c.reply_ts.is_not_distinct_from(reply_ts)
        query = update(QUESTIONS).where(*_is_answered(received), there).values(written=storable(written.as_json()))
        with self._engine.begin() as connection:
            kept = connection.execute(query).rowcount == 1
            if kept and mark is not None:
                connection.execute(delete(EDITS).where(EDITS.c.mark == mark))
        if not kept and mark is not None:
            self.leave_edit(mark)
        return kept

    def first_wish(self, key: str, user: str, *, again: bool) -> bool:
        """Note that a person wishes an answer written, or written ``again``; return True the first time."""
        with self._engine.begin() as connection:
            return self._mark(connection, _wish(key, user, again=again))

    def forget_wish(self, key: str, user: str, *, again: bool) -> None:
        """Have a wish that nothing came of not count."""
        with self._engine.begin() as connection:
            connection.execute(delete(SEEN).where(SEEN.c.mark == _wish(key, user, again=again)))

    def unfinished_edits(self) -> list[str]:
        """Return the keys of the questions whose messages may show what they should not.

        A process was at them and is dead, or does not know what became of its edit. Those of deleted questions are
        forgotten: their messages are taken away.
        """
        kept = select(QUESTIONS.c.key).where(is_not_deleted())
        over = self._leases.is_over(EDITS)
        with self._engine.connect() as connection:
            keys = connection.execute(select(EDITS.c.key).where(over).distinct().order_by(EDITS.c.key)).scalars().all()
        if keys:
            with self._engine.begin() as connection:
                connection.execute(delete(EDITS).where(over, EDITS.c.key.not_in(kept)))
        return list(keys)

    def _note_early(self, key: str, at: str) -> None:
        """Remember that a message changed that is no question yet, for when it comes as one.

        A transaction of its own, before the change itself: whoever receives the question meanwhile either finds the
        note or is found by the change.
        """
        with self._engine.begin() as connection:
            if connection.execute(select(QUESTIONS.c.key).where(QUESTIONS.c.key == key)).first() is None:
                note = self._insert(SEEN).values(mark=f"changed {key}", at=float(at))
                later = note.excluded.at > SEEN.c.at
                values = {"at": note.excluded.at}
                connection.execute(note.on_conflict_do_update(index_elements=["mark"], set_=values, where=later))


def _wish(key: str, user: str, *, again: bool) -> str:
    return f"{'rewrite' if again else 'write'} {user} {key}"


def _has_no_reply() -> ColumnElement[bool]:
    return QUESTIONS.c.reply_ts.is_(None) & QUESTIONS.c.sending.is_not(True)


def _is_answered(received: ReceivedQuestion) -> tuple[ColumnElement[bool], ...]:
    return QUESTIONS.c.key == received.key, QUESTIONS.c.status == "answered", still_asks(received.text)
