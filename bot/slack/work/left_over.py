"""Look now and then for what was begun, by this process or another, and not finished, and go on with it."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.records.received import ReceivedQuestion
    from bot.records.records import Records
    from bot.slack.work.answering import QuestionWorker
    from bot.slack.work.deletions import Deletions
    from bot.slack.work.in_hand import CurrentQuestions

log = logging.getLogger(__name__)

RESUME_SECONDS = 2.5


class Recovery:
    """Looks for what is left over, in a thread of its own; ``go_on`` queues a question, ``soon`` something short."""

    def __init__(
        self,
        records: Records,
        answering: QuestionWorker,
        deletions: Deletions,
        in_hand: CurrentQuestions,
        fresh_seconds: float,
        go_on: Callable[[ReceivedQuestion], None],
        soon: Callable[[Callable[[], object]], None],
    ) -> None:
        self._records = records
        self._answering = answering
        self._deletions = deletions
        self._in_hand = in_hand
        self._fresh_seconds = fresh_seconds
        self._go_on = go_on
        self._soon = soon

    def start(self, closing: threading.Event) -> None:
        """Begin to look, until told that the process ends."""
        threading.Thread(target=self._run, args=(closing,), name="resume", daemon=True).start()

    def leave(self, ends: float) -> None:
        """Leave what is there to the next process, and say so where that will not find it.

        ``ends`` is on the monotonic clock.
        """
        try:
            self._answering.outcomes.catch_up()
        except SQLAlchemyError:
            log.warning("some outcomes could not be written down", exc_info=True)
        for received in self._answering.later.all():
            if time.monotonic() < ends:
                self._answering.leave(received)

    def _run(self, closing: threading.Event) -> None:
        catch_up = self._answering.outcomes.catch_up
        steps = (catch_up, self._try_again, self._take_over, self._redraw, self._finish_deletions)
        while not closing.wait(RESUME_SECONDS):
            for step in steps:
                try:
                    step()
                except Exception:  # a database that restarts is back in a moment, and what is left over still there
                    log.exception("what is left over has to wait")

    def _try_again(self) -> None:
        for received in self._answering.later.take():
            self._go_on(received)

    def _take_over(self) -> None:
        """Answer what a process that is gone left behind, and what this one lost sight of, as long as it is fresh."""
        fresh = self._fresh_seconds
        for received in (*self._records.unanswered_since(fresh), *self._records.own_since(fresh)):
            if not self._is_busy(received.key) and self._records.claim(received.key):
                log.info("answering what was left over", extra={"key": received.key})
                self._go_on(received)

    def _redraw(self) -> None:
        """Answer once more, in the same message, where nobody knows what an edit left there."""
        for key in self._records.unfinished_edits():
            if (received := self._records.reopen(key)) is not None:
                log.info("drawing its message anew", extra={"key": key})
                self._go_on(received)

    def _is_busy(self, key: str) -> bool:
        return key in self._in_hand or key in self._answering.later or key in self._answering.outcomes

    def _finish_deletions(self) -> None:
        for key in self._deletions.due():
            if key not in self._in_hand:
                self._soon(partial(self._deletions.finish, key))
