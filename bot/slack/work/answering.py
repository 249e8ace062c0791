"""From a received question to its answer: what runs in the answer pool. How that gets to Slack: ``sending``."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.answers.rendering import citation_label, to_markdown
from bot.conversation.follow_ups import latest_topic
from bot.records.privacy import is_private
from bot.slack.api.clients import UNREACHABLE, bot_user
from bot.slack.api.conversations import whole_thread
from bot.slack.api.failures import DeliveryFailed, Uncertain
from bot.slack.incoming import addressed, threads
from bot.slack.incoming.pointing import points, question_above
from bot.slack.sending.outcomes import Outcome, Outcomes
from bot.slack.sending.posting import AnswerSender
from bot.slack.sending.telling import Notifier
from bot.slack.views.blocks import notice_message
from bot.slack.work.claims import Claims
from bot.slack.work.drawing import Drawing
from bot.slack.work.later import RetryQueue
from index.reports import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answers.reload import ReloadingAnswerer
    from bot.metrics import Metrics
    from bot.records.received import Progress, ReceivedQuestion
    from bot.records.records import Records
    from bot.records.turns import Turn
    from bot.settings import BotSettings
    from bot.slack.api.clients import Clients
    from bot.slack.api.people import People
    from bot.slack.incoming.addressed import Line
    from bot.slack.sending.delivery import Delivery
    from bot.slack.sending.replies import Replies
    from bot.texts import NoticeKind
    from bot.types import Answer, Topic

log = logging.getLogger(__name__)

# A database starts again in less; so long is waited with saying that there is no answer.
DATABASE_SECONDS = 30.0


class QuestionWorker:
    """Answers one received question after the other; safe to use from several threads."""

    def __init__(
        self,
        settings: BotSettings,
        answerer: ReloadingAnswerer,
        records: Records,
        delivery: Delivery,
        replies: Replies,
        people: People,
        clients: Clients,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._answerer = answerer
        self._records = records
        self._claims = Claims(records, delivery, clients)
        self._people = people
        self._clients = clients
        self._metrics = metrics
        self.telling = Notifier(settings, replies, delivery, people)
        self.drawing = Drawing(settings, answerer, self.telling, records)
        # Told of every answer that was sent, once it was.
        self.on_answered: Callable[[ReceivedQuestion, Answer], object] = lambda *_: None
        self.outcomes = Outcomes(records)
        self.later = RetryQueue()
        self._sending = AnswerSender(records, delivery, replies, self.telling, self.outcomes)

    def answer(self, received: ReceivedQuestion) -> None:
        """Answer a question that this process received; whatever happens, the asker hears of it."""
        self._surely(received, lambda: self._answer(received))

    def resume(self, received: ReceivedQuestion) -> None:
        """Go on with a question that another process began, or this one before something broke: once is enough."""
        self._surely(received, lambda: self._go_on(received.key))

    def put_off(self, received: ReceivedQuestion, error: BaseException) -> None:
        """Keep a question for later, as when Slack or the database is down; give it up when that takes too long."""
        if received.key in self.outcomes:
            # Everything was said; it is but not written down.
            return
        seconds = 60.0 * self._settings.fresh_minutes
        if isinstance(error, SQLAlchemyError):
            seconds = min(seconds, DATABASE_SECONDS)
        if self.later.put(received, seconds):
            # SQLAlchemy puts the statement below.
            log.warning("trying again later: %s", str(error).partition("\n")[0], extra={"key": received.key})
        else:
            self._give_up(received, error)

    def leave(self, received: ReceivedQuestion) -> None:
        """Leave a question that was put off to the next process; if that will not find it, give it up now."""
        try:
            self._records.received(received.key)
        except SQLAlchemyError as error:
            self._give_up(received, error)

    def _give_up(self, received: ReceivedQuestion, error: BaseException) -> None:
        self._metrics.count_answer("failed")
        self._sending.give_up(received, error, self._outcome(received, "failed"))

    def _surely(self, received: ReceivedQuestion, work: Callable[[], None]) -> None:
        try:
            self._or_apologise(received, work)
        except (SQLAlchemyError, DeliveryFailed) as error:
            self.put_off(received, error)
        else:
            self.later.done(received.key)

    def _or_apologise(self, received: ReceivedQuestion, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # the asker must hear of any failure, also of one nobody thought of
            if isinstance(error, SQLAlchemyError) or (isinstance(error, DeliveryFailed) and not error.lasting):
                raise
            self._sending.apologise(received, error, self._outcome(received, "failed"))
            self._metrics.count_answer("failed")

    def _answer(self, received: ReceivedQuestion) -> None:
        current = self._claims.take(received)
        if current is not None:
            self._decide(current)

    def _decide(self, received: ReceivedQuestion) -> None:
        if received.surface == "follow_up":
            self._follow_up(received)
        elif self._may_ask(received):
            self._answer_question(received)

    def _go_on(self, key: str) -> None:
        self.outcomes.write(key)
        received, progress = self._records.received(key), self._records.progress(key)
        if received is None or progress is None or (received := self._claims.take(received)) is None:
            return
        if progress.reply_ts is not None:
            self._update(received, progress.reply_ts, progress.answer_text)
        elif is_private(received) and progress.sending:
            self._doubt(received)
        else:
            self._look_and_answer(received, progress)

    def _look_and_answer(self, received: ReceivedQuestion, progress: Progress) -> None:
        found = self._sending.find(received, progress)
        if found is None:
            self._decide(received)
        elif progress.edited:
            self._update(received, found.ts, "")
        else:
            log.info("it was answered before", extra={"key": received.key})
            status = "failed" if found.apology else "answered"
            self._sending.conclude(received, self._outcome(received, status, ts=found.ts))

    def _doubt(self, received: ReceivedQuestion) -> None:
        """Say of a private answer that nobody knows whether it arrived, once its process had time to say it does."""
        if not self.later.was_put_off(received.key):
            raise Uncertain("tell", "interrupted")
        self._sending.say_unsure(received, self._outcome(received, "failed"))

    def _follow_up(self, received: ReceivedQuestion) -> None:
        """Answer what nobody tagged the bot with, if it is meant for the bot; see ``threads``."""
        thread, bot = self._thread(received), bot_user(self._clients, received.team)
        line = addressed.read(threads.said_at(thread or (), received.ts) or received.text)
        if thread is None or line is None or threads.people_talk(thread, received.ts, bot):
            self._keep_quiet(received)
        elif self._may_ask(received):
            history = self._history(received)
            answer = self._answerer.answer(received.text, history, self.telling.language(received))
            heard = received.user in threads.askers(thread, bot)
            if self._deserves_reply(line, answer, latest_topic(history), heard=heard):
                self._send(received, answer)
            else:
                self._keep_quiet(received)

    def _deserves_reply(self, line: Line, answer: Answer, topic: Topic | None, *, heard: bool) -> bool:
        article = topic.article if topic is not None else None
        named = self._answerer.share_named(line.words, article) if article is not None else 0.0
        return addressed.deserves(line, answer, topic, named, heard=heard)

    def _may_ask(self, received: ReceivedQuestion) -> bool:
        """Return whether somebody may ask, and else say why not."""
        refusal = self._people.refusal(received.team, received.user, received.home)
        if refusal is not None:
            self._decline(received, refusal)
        return refusal is None

    def _answer_question(self, received: ReceivedQuestion) -> None:
        if question := self._question(received):
            self._send(received, self._find_answer(received, question))
        else:
            self._decline(received, "no_question")

    def _decline(self, received: ReceivedQuestion, why: NoticeKind) -> None:
        self.telling.notify(received, why)
        self._sending.conclude(received, self._outcome(received, "declined"))

    def find_answer(self, received: ReceivedQuestion) -> Answer:
        """Ask the index, with what was asked before in the same thread."""
        return self._find_answer(received, self._question(received))

    def _find_answer(self, received: ReceivedQuestion, question: str) -> Answer:
        return self._answerer.answer(question, self._history(received), self.telling.language(received))

    def _question(self, received: ReceivedQuestion) -> str:
        """Return what somebody asks: where they only point at what stands above in the thread, that."""
        in_thread = received.surface == "mention" and received.thread_ts not in {None, received.ts}
        if not (in_thread and points(received.text)):
            return received.text
        thread = self._thread(received) or []
        return question_above(thread, received.ts, bot_user(self._clients, received.team)) or received.text

    def _history(self, received: ReceivedQuestion) -> Sequence[Turn]:
        if received.thread_ts is None:
            return []
        place = received.team, received.channel, received.thread_ts
        private_of = received.user if is_private(received) else None
        return self._records.history(*place, before_ts=received.ts, private_of=private_of)

    def _send(self, received: ReceivedQuestion, answer: Answer) -> None:
        outcome = self._outcome(received, answer.small_talk or answer.status, answer)
        sent = self._sending.send(received, self.drawing.message(received, answer), outcome)
        if sent and answer.small_talk is None:
            self._metrics.count_answer(answer.status, max(0.0, time.time() - received.received_at))
            self.on_answered(received, answer)

    def _update(self, received: ReceivedQuestion, reply_ts: str, before: str) -> None:
        """Answer an edited question in the message that answered it before."""
        question = self._question(received)
        if not question:
            notice = notice_message(self.telling.language(received), "no_question")
            self._sending.update(received, reply_ts, before, notice, self._outcome(received, "declined"))
            return
        answer = self._find_answer(received, question)
        outcome = self._outcome(received, answer.small_talk or answer.status, answer)
        self._sending.update(received, reply_ts, before, self.drawing.message(received, answer), outcome)
        self.on_answered(received, answer)

    def refuse(self, received: ReceivedQuestion) -> None:
        """Write down that a question was not taken on, so that no other process does."""
        try:
            if received.surface == "follow_up" and self._records.drop(received.key):
                return
        except SQLAlchemyError:
            log.exception("it cannot be forgotten yet", extra={"key": received.key})
        self._sending.conclude(received, self._outcome(received, "refused"))

    def _keep_quiet(self, received: ReceivedQuestion) -> None:
        """Forget a message that was not meant for the bot: what people say to each other is not kept."""
        if not self._records.drop(received.key):
            self._sending.conclude(received, self._outcome(received, "refused"))

    def _outcome(
        self, received: ReceivedQuestion, status: str, answer: Answer | None = None, ts: str | None = None
    ) -> Outcome:
        lang = answer.lang if answer else language_of(received.text, self._settings.default_language)
        return Outcome(
            key=received.key,
            status=status,
            confidence=answer.confidence if answer else 0.0,
            answer_text=to_markdown(answer) if answer else "",
            lang=lang,
            reply_ts=ts,
            nearest=tuple(citation_label(citation, lang) for citation in answer.suggestions) if answer else (),
            topic=answer.topic if answer else None,
            question=received.text,
            meant=answer.question if answer and points(received.text) else None,
        )

    def _thread(self, received: ReceivedQuestion) -> Sequence[threads.Event] | None:
        """Return a thread from its beginning; None when it is too long to judge.

        Where Slack does not show it, it counts as empty: then a follow-up is answered if the reports do, and
        nobody hears that they don't.
        """
        try:
            client = self._clients.for_team(received.team)
            return whole_thread(client, received.channel, received.thread_ts or received.ts)
        except UNREACHABLE as error:
            log.warning("the thread cannot be read: %s", error, extra={"key": received.key})
            return []
