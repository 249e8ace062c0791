"""The bot: takes questions from the listeners, once each, and has them answered."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import WritingMetrics
from bot.records.privacy import is_private
from bot.slack.api.organisations import Organisations
from bot.slack.api.people import People
from bot.slack.incoming.limits import Limits
from bot.slack.incoming.payloads import message_key
from bot.slack.incoming.unacknowledged import AcknowledgementGate
from bot.slack.sending.delivery import Delivery
from bot.slack.sending.replies import Replies, is_read_by_others
from bot.slack.work.answering import QuestionWorker
from bot.slack.work.deletions import Deletions
from bot.slack.work.in_hand import CurrentQuestions
from bot.slack.work.left_over import Recovery
from bot.slack.work.pool import AnswerPool, QueueFull
from bot.slack.work.sharing import AnswerSharer
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answers.reload import ReloadingAnswerer
    from bot.metrics import Metrics
    from bot.records.received import ReceivedQuestion
    from bot.records.records import Records
    from bot.settings import BotSettings
    from bot.slack.api.clients import Clients
    from bot.slack.api.installations import Installations
    from bot.slack.incoming.payloads import Change
    from bot.slack.work.writing import AnswerWriting

log = logging.getLogger(__name__)

# Statuses, notices, forms: short requests that wait for Slack more than for the processor.
ERRAND_WORKERS = 8
ERRANDS = 1_000
# Slack waits three seconds for a command or a click, and brings it only once.
CLICK_PATIENCE = 2.0
# Heroku and Kubernetes give 30 seconds from SIGTERM to SIGKILL.
CLOSE_SECONDS = 20.0
# So long what a model said waits for questions that are being answered: it needs the processor, too, and is late.
GIVE_WAY_SECONDS = 5.0


class SlackBot:
    """Ties together what answers and what is sent; safe to use from several threads."""

    def __init__(
        self,
        settings: BotSettings,
        clients: Clients,
        answerer: ReloadingAnswerer,
        records: Records,
        metrics: Metrics,
        installations: Installations | None = None,
    ) -> None:
        self.settings = settings
        self.clients = clients
        self.answerer = answerer
        self.records = records
        self.metrics = metrics
        self.installations = installations
        self.organisations = Organisations(records)
        self.people = People(clients, settings, self.organisations)
        self.delivery = Delivery(clients.for_team, metrics)
        self.answering = QuestionWorker(
            settings, answerer, records, self.delivery, Replies(self.delivery), self.people, clients, metrics
        )
        self.sharing = AnswerSharer(records, self.delivery, self.answering)
        self._deletions = Deletions(records, self.delivery)
        self._in_hand = CurrentQuestions()
        self.unacknowledged = AcknowledgementGate()
        self._pool = AnswerPool(settings.answer_workers, settings.answer_queue, self.unacknowledged.wait)
        self._errands = AnswerPool(ERRAND_WORKERS, ERRANDS, self.unacknowledged.wait)
        self._limits = Limits(settings.questions_per_minute)
        self.writing = self._open_writing() if settings.writes else None
        self._closing = threading.Event()
        self._left_over = Recovery(
            records,
            self.answering,
            self._deletions,
            self._in_hand,
            60.0 * settings.fresh_minutes,
            go_on=self._go_on,
            soon=self.soon,
        )

    def start(self) -> None:
        """Begin to look for questions that a process received and did not live to answer."""
        self._left_over.start(self._closing)

    def stop_taking(self) -> None:
        """Leave what still comes to the next process; before the connection to Slack ends."""
        self._closing.set()

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Finish the answers in hand and let go of everything; what is left over another process answers."""
        ends = time.monotonic() + timeout
        self.stop_taking()
        if self.writing is not None:
            self.writing.close()
        self._pool.close(timeout)
        self._errands.close(max(1.0, ends - time.monotonic()))
        self._left_over.leave(ends)
        self.records.close()
        self.answerer.close()

    # Questions

    def ask(self, received: ReceivedQuestion, patience: float | None = None) -> None:
        """Have a question answered, if it has not come before; quick, so that Slack is acknowledged in time.

        Raises SQLAlchemyError when it cannot be written down, in which case Slack has to bring it again.
        """
        key = received.key
        with self._in_hand.arriving(key):
            # The twin of a mention mostly comes while the mention waits to be answered, and costs nothing then.
            if self._in_hand.is_taken(key) or not self.records.receive(received, patience):
                log.debug("came again", extra={"key": key})
                return
            self._begin(received)

    def ask_or_say_so(self, received: ReceivedQuestion) -> None:
        """Have a question answered that Slack brings only once; if it cannot be written down, say so at once."""
        try:
            self.ask(received, CLICK_PATIENCE)
        except SQLAlchemyError:
            log.exception("a question cannot be written down", extra={"key": received.key})
            self.soon(lambda: self.answering.telling.notify(received, "unwritable"))

    def change(self, team: str, channel: str, ts: str, change: Change) -> None:
        """Bring the answer to an edited message up to date, or take the answer to a deleted one away.

        The same change may come any number of times. Raises SQLAlchemyError like ``ask``.
        """
        key = message_key(team, channel, ts)
        if change.text is None:
            self._remove(key, change.at)
            return
        with self._in_hand.arriving(key):
            revised = self.records.revise(key, change.text, change.at)
            if revised is not None:
                self._take_on(revised, lambda: self.answering.resume(revised))

    def may_click(self, team: str, user: str) -> bool:
        """Return whether somebody may press something that costs an answer, and count it if so."""
        return self._limits.allow(team, user)

    def _open_writing(self) -> AnswerWriting:
        """Return who writes above answers that were sent; without one, nothing of it is imported."""
        from bot.slack.work.writing import AnswerWriting
        from bot.writing.writer import open_writer

        writer = open_writer(
            self.settings,
            self.records.engine,
            self.answerer.reports,
            WritingMetrics(self.metrics),
            give_way=lambda: self._pool.wait_until_idle(GIVE_WAY_SECONDS),
        )
        writing = AnswerWriting(
            self.settings,
            writer,
            self.records,
            self.delivery,
            self.answerer,
            self.answering,
            self.unacknowledged.wait,
            self.soon,
        )
        self.answering.on_answered = writing.begin
        return writing

    def _remove(self, key: str, at: str) -> None:
        # Whoever is at it takes the answer away as soon as it is sent.
        if self.records.delete(key, at) and key not in self._in_hand:
            self.soon(lambda: self._deletions.finish(key))

    def _begin(self, received: ReceivedQuestion) -> None:
        if self._take_on(received, lambda: self.answering.answer(received)):
            self._show_status(received)

    def _take_on(self, received: ReceivedQuestion, job: Callable[[], None]) -> bool:
        """Queue what somebody asks, if they may ask so much and there is room for it; else say so."""
        if not self._limits.allow(received.team, received.user):
            self._refuse_hasty(received)
        elif self._submit(received, job):
            return True
        elif not self._closing.is_set():
            # A process that ends leaves what it received to the next one instead.
            self._refuse_full(received)
        return False

    def soon(self, errand: Callable[[], object], response_url: str | None = None) -> None:
        """Do something short in the background; whoever clicked for it hears of a failure through their link."""

        def run() -> None:
            try:
                errand()
            except Exception as error:  # noqa: BLE001  whoever clicked must hear of any failure
                self.answering.telling.apologise_for(error, response_url)

        if not self._errands.submit(run):
            log.error("an errand was dropped: %d are waiting", self._errands.depth)

    def _submit(self, received: ReceivedQuestion, job: Callable[[], None]) -> bool:
        """Queue a question; if this process is at it already, it goes round again when it is through."""
        key = received.key
        if not self._in_hand.take(key):
            return True

        def work() -> None:
            self._count_waiting()
            try:
                job()
                while not self._in_hand.release(key):
                    self.answering.resume(received)
            except BaseException:  # the pool logs it; whoever looks for what is left over finds it open
                self._in_hand.drop(key)
                raise

        if not self._pool.submit(work):
            self._in_hand.drop(key)
            return False
        self._count_waiting()
        return True

    def _count_waiting(self) -> None:
        self.metrics.queue_depth.set(self._pool.depth)

    def _refuse_hasty(self, received: ReceivedQuestion) -> None:
        self.metrics.count_answer("rate_limited")
        self.answering.refuse(received)
        if received.surface == "follow_up":
            return
        if not is_read_by_others(received) or self._limits.may_tell(received.team, received.user):
            self.soon(lambda: self.answering.telling.notify(received, "rate_limited"))

    def _refuse_full(self, received: ReceivedQuestion) -> None:
        log.warning("the queue is full", extra={"key": received.key})
        if received.surface == "follow_up" or self.records.changed_early(received.key) is not None:
            # Whether it asks the bot at all is found out when there is time; until then nobody is told anything.
            self.answering.put_off(received, QueueFull())
            return
        self.metrics.count_answer("refused_full")
        self.answering.refuse(received)
        self.soon(lambda: self.answering.telling.notify(received, "busy"))

    def _show_status(self, received: ReceivedQuestion) -> None:
        """Show at once, in the thread of the question, that the bot is at it."""
        thread = received.thread_ts
        if is_private(received) or received.surface == "follow_up" or thread is None:
            return
        place = received.team, received.channel, thread

        def show() -> None:
            refusal = self.people.refusal(received.team, received.user, received.home)
            if refusal is not None or not self._is_open(received):
                return
            self.delivery.status(*place, texts(self.answering.telling.language(received)).searching)
            if not self._is_open(received):
                # Slack takes a status away when the answer comes, but not one that comes after it.
                self.delivery.status(*place, "")

        self.soon(show)

    def _is_open(self, received: ReceivedQuestion) -> bool:
        return received.key in self._in_hand

    def _go_on(self, received: ReceivedQuestion) -> None:
        """Queue what is left over."""
        if not self._submit(received, lambda: self.answering.resume(received)):
            # Its answer may be there already: no time to say that it will not be answered.
            self.answering.put_off(received, QueueFull())
