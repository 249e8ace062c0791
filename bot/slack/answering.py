"""From a received question to its delivered answer: what runs in the answer pool."""

from __future__ import annotations

import logging
import time
import uuid
from collections import deque
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.privacy import is_private
from bot.rendering import citation_label, to_markdown
from bot.slack import threads
from bot.slack.blocks import answer_message, notice_message, small_talk_message
from bot.slack.clients import UNREACHABLE
from bot.slack.delivery import DeliveryFailed
from index.language import language_of, shown_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answer import Answer
    from bot.metrics import Metrics
    from bot.records import Received, Records
    from bot.reload import ReloadingAnswerer
    from bot.settings import BotSettings
    from bot.slack.clients import Clients
    from bot.slack.delivery import Delivery, Message
    from bot.slack.incoming import Asked
    from bot.slack.people import People
    from bot.slack.replies import Replies
    from bot.texts import NoticeKind
    from bot.turns import Turn
    from index.language import Language

log = logging.getLogger(__name__)

# Longer threads are talks among people, and reading them would take several requests.
THREAD_MESSAGES = 1_000
# So long a Slack that is down is left alone.
PUT_OFF_SECONDS = 10
# Where the question itself is not to be seen above its answer.
QUESTION_SHOWN = frozenset({"command", "shortcut", "button", "home"})
# Said to people rather than to a bot that nobody tagged.
NOT_FOR_THE_BOT = frozenset({"greeting", "thanks", "goodbye", "praise", "acknowledgement", "gibberish", "empty"})


class Answering:
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
        self._delivery = delivery
        self._replies = replies
        self._people = people
        self._clients = clients
        self._metrics = metrics
        self._later: deque[tuple[float, Received]] = deque()

    def answer(self, asked: Asked) -> None:
        """Answer a question that this process received; whatever happens, the asker hears of it."""
        try:
            self._answer(asked.received, asked.home)
        except Exception as error:  # noqa: BLE001  the asker must hear of any failure, also of one nobody thought of
            self._fail(asked.received, error)

    def resume(self, received: Received) -> None:
        """Go on with a question that another process began, or this one before an edit: once is enough."""
        try:
            reply = self._records.reply_to(received.team, received.channel, received.ts)
            if reply is not None and reply.reply_ts is not None:
                self._update(received, reply.reply_ts)
            elif (ts := self._replies.find(received)) is not None:
                log.info("it was answered before the restart", extra={"key": received.key})
                self._record(received, "answered", reply_ts=ts)
            else:
                self._answer(received, None)
        except Exception as error:  # noqa: BLE001  the asker must hear of any failure, also of one nobody thought of
            self._fail(received, error)

    def _answer(self, received: Received, home: str | None) -> None:
        if not self._records.claim(received.key):
            # Answered, deleted, or taken over by another process because this one was slow.
            return
        if received.surface == "follow_up":
            self._follow_up(received, home)
        elif self._may_be_answered(received, home):
            self._send(received, self.find_answer(received))

    def _follow_up(self, received: Received, home: str | None) -> None:
        """Answer what nobody tagged the bot with, if it is meant for the bot; see ``threads``."""
        thread, bot = self._thread(received), self._bot_user(received.team)
        if thread is None or threads.people_talk(thread, received.ts, bot):
            self._keep_quiet(received)
        elif self._may_be_answered(received, home):
            answer = self.find_answer(received)
            heard = received.user in threads.askers(thread, bot) and answer.small_talk not in NOT_FOR_THE_BOT
            if answer.status == "answered" or heard:
                self._send(received, answer)
            else:
                self._keep_quiet(received)

    def _may_be_answered(self, received: Received, home: str | None) -> bool:
        """Return whether there is a question of somebody who may ask, and else say so."""
        refusal = self._people.refusal(received.team, received.user, home)
        if refusal is None and received.text:
            return True
        self.notify(received, refusal or "no_question")
        self._record(received, "declined")
        return False

    def find_answer(self, received: Received) -> Answer:
        """Ask the index, with what was asked before in the same thread."""
        return self._answerer.answer(received.text, self._history(received))

    def _history(self, received: Received) -> Sequence[Turn]:
        if received.thread_ts is None:
            return []
        place = received.team, received.channel, received.thread_ts
        private_of = received.user if is_private(received) else None
        return self._records.history(*place, before_ts=received.ts, private_of=private_of)

    def message(self, received: Received, answer: Answer) -> Message:
        """Render an answer for the place it was asked in."""
        if answer.small_talk is not None:
            return small_talk_message(answer.small_talk, self._answerer.overview(), self.language(received))
        return answer_message(
            answer,
            key=received.key,
            question_shown=received.surface in QUESTION_SHOWN,
            share_button=is_private(received),
        )

    def _send(self, received: Received, answer: Answer) -> None:
        ts = self._replies.answer(received, self.message(received, answer))
        if answer.small_talk is None:
            self._metrics.count_answer(answer.status, time.time() - received.received_at)
        self._record(received, answer.small_talk or answer.status, answer, ts)
        if ts is not None and self._records.received(received.key) is None:
            log.info("its question was deleted meanwhile", extra={"key": received.key})
            self._delivery.delete(received.team, received.channel, ts)

    def _update(self, received: Received, reply_ts: str) -> None:
        """Answer an edited question in the message that answered it before."""
        if received.text:
            answer = self.find_answer(received)
            self._delivery.update(received.team, received.channel, reply_ts, self.message(received, answer))
            self._record(received, answer.small_talk or answer.status, answer, reply_ts)
        else:
            message = notice_message(self.language(received), "no_question")
            self._delivery.update(received.team, received.channel, reply_ts, message)
            self._record(received, "declined", reply_ts=reply_ts)

    def refuse(self, received: Received) -> None:
        """Write down that a question was not taken on, so that no other process does."""
        if received.surface == "follow_up":
            self._keep_quiet(received)
        else:
            self._record(received, "refused")

    def notify(self, received: Received, kind: NoticeKind, **values: str) -> None:
        """Tell the asker alone something; that it cannot be told is only logged."""
        try:
            self._replies.tell(received, notice_message(self.language(received), kind, **values))
        except DeliveryFailed as error:
            log.error("the asker could not be told %s: %s", kind, error, extra={"key": received.key})  # noqa: TRY400

    def _fail(self, received: Received, error: BaseException) -> None:
        """Apologise with a reference number; what happened is in the log under that number only."""
        reference = _log_failure(error, received.key)
        try:
            self._replies.apologise(received, notice_message(self.language(received), "failed", reference=reference))
        except DeliveryFailed as failure:
            self._put_off(received, failure)
        else:
            self._metrics.count_answer("failed")
            self._record(received, "failed")

    def apologise_for(self, error: BaseException, response_url: str | None) -> None:
        """Log what went wrong with a click, and say so to who clicked, where there is a link to say it through."""
        reference = _log_failure(error, None)
        if response_url is not None:
            try:
                notice = notice_message(self._settings.default_language, "failed", reference=reference)
                self._delivery.respond(response_url, notice)
            except DeliveryFailed as failure:
                log.warning("nobody could be told: %s", failure, extra={"reference": reference})

    def _put_off(self, received: Received, failure: DeliveryFailed) -> None:
        """Keep a question for later whose asker cannot be told anything now, as when Slack itself is down."""
        fresh_until = received.received_at + 60 * self._settings.fresh_minutes
        if time.time() + PUT_OFF_SECONDS < fresh_until:
            log.warning("trying again later: %s", failure, extra={"key": received.key})
            self._later.append((time.time() + PUT_OFF_SECONDS, received))
        else:
            log.error("the asker could not be told: %s", failure, extra={"key": received.key})
            self._metrics.count_answer("failed")
            self._record(received, "failed")

    def unheard(self) -> list[Received]:
        """Take the questions that it is time to try again."""
        due = []
        # Each waits equally long, so that they stand in the order of their time.
        while self._later and self._later[0][0] <= time.time():
            due.append(self._later.popleft()[1])
        return due

    def language(self, received: Received) -> Language:
        """Return the language of a question, and where it shows none that of the asker's Slack."""
        return shown_language(received.text) or self._people.language(received.team, received.user)

    def _record(
        self, received: Received, status: str, answer: Answer | None = None, reply_ts: str | None = None
    ) -> None:
        text = to_markdown(answer) if answer else ""
        confidence = answer.confidence if answer else 0.0
        lang = answer.lang if answer else language_of(received.text, self._settings.default_language)
        nearest = [citation_label(citation, lang) for citation in answer.suggestions] if answer else []
        try:
            topic = answer.topic if answer else None
            self._records.answered(received.key, status, confidence, text, lang, reply_ts, nearest, topic)
        except SQLAlchemyError:
            # The asker has the answer; whoever takes the question up again finds it in the thread.
            log.exception("the answer could not be written down", extra={"key": received.key})

    def _keep_quiet(self, received: Received) -> None:
        """Forget a message that was not meant for the bot: what people say to each other is not kept."""
        self._records.forget(received.key)

    def _bot_user(self, team: str) -> str:
        identity = self._clients.identity(team)
        return identity.user if identity else ""

    def _thread(self, received: Received) -> Sequence[threads.Event] | None:
        """Return a thread from its beginning; None when it is too long to judge.

        Where Slack does not show it, it counts as empty: then a follow-up is answered if the reports do, and
        nobody hears that they don't.
        """
        client = self._clients.for_team(received.team)
        try:
            found = client.conversations_replies(
                channel=received.channel, ts=received.thread_ts or received.ts, limit=THREAD_MESSAGES
            )
        except UNREACHABLE as error:
            log.warning("the thread cannot be read: %s", error, extra={"key": received.key})
            return []
        messages: list[threads.Event] = found["messages"]
        return None if found.get("has_more") else messages


def _log_failure(error: BaseException, key: str | None) -> str:
    """Log a failure and return the number it is found under."""
    reference = uuid.uuid4().hex[:8]
    log.error("it failed", exc_info=error, extra={"reference": reference, "key": key})
    return reference
