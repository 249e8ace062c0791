"""The bot: takes questions from the listeners, once each, and has them answered."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import Metrics
from bot.privacy import is_private
from bot.slack.answering import Answering
from bot.slack.delivery import Delivery, RateLimiter
from bot.slack.in_hand import Ahead, InHand
from bot.slack.incoming import Asked, message_key
from bot.slack.organisations import Organisations
from bot.slack.people import People
from bot.slack.pool import AnswerPool
from bot.slack.replies import Replies
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.records import Received, Records
    from bot.reload import ReloadingAnswerer
    from bot.settings import BotSettings
    from bot.slack.clients import Clients
    from bot.slack.in_hand import Change
    from bot.slack.installations import Installations

log = logging.getLogger(__name__)

# Statuses, notices, forms: short requests that wait for Slack more than for the processor.
ERRAND_WORKERS = 8
ERRANDS = 1_000
# How often questions are looked for that another process left behind.
RESUME_SECONDS = 2.5
# Heroku and Kubernetes give 30 seconds from SIGTERM to SIGKILL.
CLOSE_SECONDS = 20.0


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
        self.answering = Answering(
            settings, answerer, records, self.delivery, Replies(self.delivery), self.people, clients, metrics
        )
        self._in_hand = InHand()
        self._ahead = Ahead()
        self._pool = AnswerPool(settings.answer_workers, settings.answer_queue)
        self._errands = AnswerPool(ERRAND_WORKERS, ERRANDS)
        self._limiter = RateLimiter(settings.questions_per_minute)
        self._limit_notices = RateLimiter(1)
        self._closing = threading.Event()
        self._resumer = threading.Thread(target=self._resume, name="resume", daemon=True)

    def start(self) -> None:
        """Begin to look for questions that a process received and did not live to answer."""
        self._resumer.start()

    def stop_taking(self) -> None:
        """Leave what still comes to the next process; before the connection to Slack ends."""
        self._closing.set()

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Finish the answers in hand and let go of everything; what is left over another process answers."""
        ends = time.monotonic() + timeout
        self.stop_taking()
        self._pool.close(timeout)
        self._errands.close(max(1.0, ends - time.monotonic()))
        self.records.close()
        self.answerer.close()

    # Questions

    def ask(self, asked: Asked) -> None:
        """Have a question answered, if it has not come before; quick, so that Slack is acknowledged in time."""
        if not self.records.receive(asked.received):
            log.debug("came again", extra={"key": asked.received.key})
            return
        received = self._caught_up(asked.received)
        if received is not None:
            self._begin(Asked(received, asked.home))

    def change(self, team: str, channel: str, ts: str, change: Change) -> None:
        """Bring the answer to an edited message up to date, or take the answer to a deleted one away."""
        key = message_key(team, channel, ts)
        self._ahead.put(key, change)
        known = self.records.received(key)
        latest = self._ahead.take(key) if known is not None else None
        if known is None or latest is None:
            return
        if latest.text is None:
            self._remove(known)
        elif latest.text != known.text and (revised := self.records.revise(key, latest.text)) is not None:
            self._submit(revised, lambda: self.answering.resume(revised))

    def _remove(self, known: Received) -> None:
        reply = self.records.reply_to(known.team, known.channel, known.ts)
        self.records.forget(known.key)
        reply_ts = reply.reply_ts if reply is not None else None
        if reply_ts is not None:
            self.soon(lambda: self.delivery.delete(known.team, known.channel, reply_ts))

    def _caught_up(self, received: Received) -> Received | None:
        """Return a question as it is by now, after changes that came before it did; None if it was deleted."""
        change = self._ahead.take(received.key)
        if change is None:
            return received
        if change.text is None:
            self.records.forget(received.key)
            return None
        return self.records.revise(received.key, change.text)

    def _begin(self, asked: Asked) -> None:
        received = asked.received
        person = f"{received.team}:{received.user}"
        if not self._limiter.allow(person, time.time()):
            self._refuse_hasty(received, person)
        elif self._submit(received, lambda: self.answering.answer(asked)):
            self._show_status(asked)
        elif not self._closing.is_set():
            # A process that ends leaves what it received to the next one instead.
            self._refuse_full(received)

    def soon(self, errand: Callable[[], object], response_url: str | None = None) -> None:
        """Do something short in the background; whoever clicked for it hears of a failure through their link."""

        def run() -> None:
            try:
                errand()
            except Exception as error:  # noqa: BLE001  whoever clicked must hear of any failure
                self.answering.apologise_for(error, response_url)

        if not self._errands.submit(run):
            log.error("an errand was dropped: %d are waiting", self._errands.depth)

    @property
    def depth(self) -> int:
        """How many questions wait."""
        return self._pool.depth

    def _submit(self, received: Received, job: Callable[[], None]) -> bool:
        """Queue a question; if this process is at it already, it goes round again when it is through."""
        key = received.key
        if not self._in_hand.take(key):
            return True

        def work() -> None:
            self._count_waiting()
            job()
            while not self._in_hand.release(key):
                revised = self.records.received(key)
                if revised is not None:
                    self.answering.resume(revised)

        if not self._pool.submit(work):
            self._in_hand.drop(key)
            return False
        self._count_waiting()
        return True

    def _count_waiting(self) -> None:
        self.metrics.queue_depth.set(self._pool.depth)

    def _refuse_hasty(self, received: Received, person: str) -> None:
        self.metrics.count_answer("rate_limited")
        self.answering.refuse(received)
        # More than one notice a minute would itself be the noise that the limit is against.
        if received.surface != "follow_up" and self._limit_notices.allow(person, time.time()):
            self.soon(lambda: self.answering.notify(received, "rate_limited"))

    def _refuse_full(self, received: Received) -> None:
        self.metrics.count_answer("refused_full")
        self.answering.refuse(received)
        log.warning("the queue is full", extra={"key": received.key})
        if received.surface != "follow_up":
            self.soon(lambda: self.answering.notify(received, "busy"))

    def _show_status(self, asked: Asked) -> None:
        """Show at once, in the thread of the question, that the bot is at it."""
        received = asked.received
        thread = received.thread_ts
        if is_private(received) or received.surface == "follow_up" or thread is None:
            return
        place = received.team, received.channel, thread

        def show() -> None:
            if self.people.refusal(received.team, received.user, asked.home) is not None or not self._is_open(received):
                return
            self.delivery.status(*place, texts(self.answering.language(received)).searching)
            if not self._is_open(received):
                # Slack takes a status away when the answer comes, but not one that comes after it.
                self.delivery.status(*place, "")

        self.soon(show)

    def _is_open(self, received: Received) -> bool:
        return received.key in self._in_hand

    # What is left over

    def _resume(self) -> None:
        """Answer what was received and not answered, as long as it is fresh."""
        while not self._closing.wait(RESUME_SECONDS):
            try:
                for received in self.records.unanswered_since(self.settings.fresh_minutes * 60):
                    self._take_over(received)
                for received in self.answering.unheard():
                    self._take_over(received)
            except SQLAlchemyError:
                # A database that restarts is back in a moment, and what is left over still there.
                log.warning("what is left over cannot be read", exc_info=True)

    def _take_over(self, received: Received) -> None:
        if received.key not in self._in_hand and self.records.claim(received.key):
            log.info("answering what was left over", extra={"key": received.key})
            if not self._submit(received, lambda: self.answering.resume(received)):
                self._refuse_full(received)
