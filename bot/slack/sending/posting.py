"""Get an answer to Slack once and what became of it into the database, whatever breaks in between.

The intent is written down before anything is sent, the outcome after it (see ``bot.records.questions``). A post is
found again by its metadata, so that after a failure it is looked for before anything else is said. What only one
person sees cannot be found: the answer is sent at most once, and where nobody knows whether it arrived, they are told
that.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.records.privacy import is_private
from bot.slack.api.failures import DeliveryFailed, Refused, Uncertain

if TYPE_CHECKING:
    from bot.records.received import Progress, ReceivedQuestion
    from bot.records.records import Records
    from bot.slack.sending.delivery import Delivery
    from bot.slack.sending.history import PostedMessage
    from bot.slack.sending.outcomes import Outcome, Outcomes
    from bot.slack.sending.replies import Replies
    from bot.slack.sending.telling import Notifier
    from bot.slack.views.message import Message

log = logging.getLogger(__name__)


class AnswerSender:
    """Sends answers and apologies for questions of this process; safe to use from several threads.

    What can be tried again later comes out as SQLAlchemyError or as a DeliveryFailed that is not lasting.
    """

    def __init__(
        self, records: Records, delivery: Delivery, replies: Replies, telling: Notifier, outcomes: Outcomes
    ) -> None:
        self._records = records
        self._delivery = delivery
        self._replies = replies
        self._telling = telling
        self._outcomes = outcomes

    def send(self, received: ReceivedQuestion, message: Message, outcome: Outcome) -> bool:
        """Send the answer to a question that has none yet; return False when the question changed or went meanwhile."""
        if not self._records.begin_sending(received):
            return False
        self.conclude(received, replace(outcome, reply_ts=self._answer(received, message)))
        return True

    def update(
        self, received: ReceivedQuestion, reply_ts: str, before: str, message: Message, outcome: Outcome
    ) -> None:
        """Bring the answer to an edited question up to date; ``before`` is what it says so far.

        Where that is gone, the question is answered anew; where it must stay, the asker is told if it is wrong now.
        """
        try:
            self._delivery.update(received.team, received.channel, reply_ts, message)
        except DeliveryFailed as failure:
            if not failure.lasting:
                raise
            if failure.error == "message_not_found" and received.text:
                self._answer_anew(received, reply_ts, message, outcome)
            else:
                log.warning("the old answer stays: %s", failure, extra={"key": received.key})
                self._leave(received, before, outcome)
        else:
            self.conclude(received, replace(outcome, reply_ts=reply_ts))

    def find(self, received: ReceivedQuestion, progress: Progress) -> PostedMessage | None:
        """Return the post for a question if there is one; raise Uncertain when there may be one that is not seen."""
        try:
            return self._replies.find(received)
        except DeliveryFailed as blind:
            if progress.sending:
                raise Uncertain(blind.method, blind.error) from blind
            log.warning("nothing was sent yet, and nothing can be seen: %s", blind, extra={"key": received.key})
            return None

    def apologise(self, received: ReceivedQuestion, error: BaseException, outcome: Outcome) -> None:
        """Say that there is no answer; where an answer to an earlier version stands, to the asker alone."""
        if _is_gone(received, error):
            log.info("nobody waits for it any more", extra={"key": received.key})
            self.conclude(received, outcome)
            return
        progress = self._records.progress(received.key)
        if progress is not None and progress.reply_ts is not None:
            self._telling.apologise_privately(received, error)
            self.conclude(received, replace(outcome, answer_text=progress.answer_text))
        elif self._records.begin_sending(received):
            self.conclude(received, replace(outcome, reply_ts=self._telling.apologise(received, error)))

    def say_unsure(self, received: ReceivedQuestion, outcome: Outcome) -> None:
        """Say that nobody knows whether the answer arrived."""
        self._telling.tell(received, "unsure")
        self.conclude(received, replace(outcome, unsure=True))

    def give_up(self, received: ReceivedQuestion, error: BaseException, outcome: Outcome) -> None:
        """Tell the asker what can be told when there is no time left to try again."""
        log.error("given up: %s", str(error).partition("\n")[0], extra={"key": received.key})
        try:
            outcome = self._last_word(received, error, outcome)
        except DeliveryFailed as failure:
            log.error("the asker could not be told: %s", failure, extra={"key": received.key})  # noqa: TRY400
        self.conclude(received, outcome)

    def conclude(self, received: ReceivedQuestion, outcome: Outcome) -> None:
        """Write down what became of a question; a post whose question was deleted meanwhile is taken away."""
        if not self._outcomes.conclude(outcome) and outcome.reply_ts is not None:
            log.info("its question was deleted meanwhile", extra={"key": received.key})
            self._withdraw(received, outcome.reply_ts)

    def _answer(self, received: ReceivedQuestion, message: Message) -> str | None:
        try:
            return self._replies.answer(received, message)
        except DeliveryFailed as failure:
            if not isinstance(failure, Uncertain):
                self._records.nothing_sent(received.key)
            raise

    def _answer_anew(self, received: ReceivedQuestion, gone: str, message: Message, outcome: Outcome) -> None:
        """Answer a question whose answer somebody removed; perhaps that was done before a restart."""
        progress = self._records.progress(received.key)
        found = self.find(received, progress) if progress is not None else None
        if found is None or found.ts == gone:
            self.send(received, message, outcome)
        else:
            self.update(received, found.ts, "", message, outcome)

    def _leave(self, received: ReceivedQuestion, before: str, outcome: Outcome) -> None:
        if outcome.answer_text == before:
            self.conclude(received, outcome)
        else:
            self._telling.tell(received, "outdated")
            self.conclude(received, replace(outcome, status="outdated", answer_text=before))

    def _last_word(self, received: ReceivedQuestion, error: BaseException, outcome: Outcome) -> Outcome:
        """Tell the asker what is known of the answer, and return what that makes of the question."""
        progress = self._progress_if_known(received.key)
        if progress is not None and progress.reply_ts is not None:
            self._telling.tell(received, "outdated")
            return replace(outcome, status="outdated", answer_text=progress.answer_text)
        found, unsure = None, isinstance(error, Uncertain) or (progress is not None and progress.sending)
        if received.surface == "follow_up" and not unsure:
            # Nobody knows whether it was meant for the bot.
            return outcome
        if not is_private(received):
            found, unsure = self._look(received)
        if found is not None:
            return replace(outcome, status="failed" if found.apology else "answered", reply_ts=found.ts)
        if unsure:
            self._telling.tell(received, "unsure")
        else:
            self._telling.apologise_privately(received, error)
        return replace(outcome, unsure=unsure)

    def _look(self, received: ReceivedQuestion) -> tuple[PostedMessage | None, bool]:
        """Return the post for a question if it is seen, and whether there may be one all the same."""
        try:
            return self._replies.find(received), False
        except DeliveryFailed as blind:
            log.warning("nothing can be seen: %s", blind, extra={"key": received.key})
            return None, True

    def _progress_if_known(self, key: str) -> Progress | None:
        try:
            return self._records.progress(key)
        except SQLAlchemyError:
            return None

    def _withdraw(self, received: ReceivedQuestion, ts: str) -> None:
        try:
            self._delivery.delete(received.team, received.channel, ts)
            self._records.forget(received.key)
        except (DeliveryFailed, SQLAlchemyError) as error:
            # Which post it is stands in the database, for ``Deletions``.
            log.warning("to be taken away later: %s", error, extra={"key": received.key})


def _is_gone(received: ReceivedQuestion, error: BaseException) -> bool:
    """Return whether an answer failed because its question was deleted, of which an event is going to come."""
    return isinstance(error, Refused) and error.error == "thread_not_found" and received.thread_ts == received.ts
