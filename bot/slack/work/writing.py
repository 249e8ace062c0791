"""Have answers written above their quotes, in threads of its own: no answer waits for a language model.

The quotes are out before anything is written, and whatever goes wrong here leaves them as they are. A message is edited
only while its question stands as it was answered; where that changed in the moment of the edit, or the process died in
it, the question is answered once more in the same message (see ``left_over``).
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.records.privacy import is_private
from bot.slack.api.failures import DeliveryFailed, Uncertain
from bot.slack.views.blocks import notice_message, told
from bot.slack.work.pool import AnswerPool
from bot.texts import texts
from bot.types import Written
from bot.writing.types import NotWritten, WrittenAnswer
from bot.written import kept_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answers.reload import ReloadingAnswerer
    from bot.records.received import ReceivedQuestion, StandingAnswer
    from bot.records.records import Records
    from bot.settings import BotSettings
    from bot.slack.sending.delivery import Delivery
    from bot.slack.views.message import Message
    from bot.slack.work.answering import QuestionWorker
    from bot.texts import NoticeKind
    from bot.types import Answer
    from bot.writing.writer import Writer

log = logging.getLogger(__name__)

# More would wait longer than anybody still reads.
WAITING = 20
# For these reasons nothing is written now, and may be when somebody wishes it once more.
PASSING = frozenset({"busy", "breaker", "stale", "failed"})
# Whether an answer, below which somebody clicks at once, is written down is looked for so often.
LOOK_SECONDS = 0.5
SOON_LOOKS = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A click on "write an answer": whose, the link to answer it through, and whether there was one already."""

    user: str
    response_url: str
    again: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A message with what was ``written``, to take the place of an answer that stands; ``wish`` is whose wish it is."""

    received: ReceivedQuestion
    standing: StandingAnswer
    message: Message
    written: Written
    wish: Wish | None


class AnswerWriting:
    """Writes above answers; safe to use from several threads. ``soon`` has something short done in the background."""

    def __init__(
        self,
        settings: BotSettings,
        writer: Writer,
        records: Records,
        delivery: Delivery,
        answerer: ReloadingAnswerer,
        answering: QuestionWorker,
        give_way: Callable[[], object],
        soon: Callable[[Callable[[], object]], None],
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._records = records
        self._delivery = delivery
        self._answerer = answerer
        self._answering = answering
        self._soon = soon
        self._closing = threading.Event()
        self._pool = AnswerPool(settings.write_workers, WAITING, give_way)
        self._pool.submit(writer.prepare)

    def close(self) -> None:
        """Drop what waits and abandon what is being written."""
        self._closing.set()
        self._pool.close(0)

    def begin(self, received: ReceivedQuestion, answer: Answer) -> None:
        """Have an answer written that was sent just now, where it always is."""
        if self._settings.write != "always" or answer.status != "answered" or not self._may_write(received):
            return
        if not self._pool.submit(lambda: self._write(received, answer, None)):
            # What is written down then must not keep the next question waiting.
            self._soon(lambda: self._turn_away(received, answer, None))

    def wish(self, received: ReceivedQuestion, user: str, response_url: str) -> None:
        """Have an answer written that somebody wishes, once for each person and answer, and once more again."""
        standing = self._standing_soon(received)
        if standing is None or not self._settings.writes_for(received.team):
            self._notify(received, response_url, "gone")
            return
        wish = Wish(user, response_url, again=standing.has_text)
        if not self._records.first_wish(received.key, user, again=wish.again):
            self._notify(received, response_url, "written_once")
            return
        answer = self._answering.find_answer(received)
        if not self._pool.submit(lambda: self._write(received, answer, wish)):
            self._turn_away(received, answer, wish)

    def offer_again(self, received: ReceivedQuestion, user: str, response_url: str) -> None:
        """Put a button below a written answer that somebody dislikes, to have it written again."""
        standing = self._records.standing(received)
        if standing is None or standing.written is None or not standing.has_text:
            return
        answer = self._answering.find_answer(received)
        written = self._answering.drawing.kept(received, answer)
        if written is not None:
            message = self._answering.drawing.written(received, answer, written, write_button=True)
            wish = Wish(user, response_url, again=True)
            self._put(Edit(received, standing, message, standing.written, wish))

    def _standing_soon(self, received: ReceivedQuestion) -> StandingAnswer | None:
        """Return where an answer stands that may be sent and not written down yet."""
        standing = self._records.standing(received)
        for _ in range(SOON_LOOKS):
            if standing is not None or self._closing.wait(LOOK_SECONDS):
                break
            standing = self._records.standing(received)
        return standing

    def _may_write(self, received: ReceivedQuestion) -> bool:
        reachable = received.response_url is not None or not is_private(received)
        return reachable and self._settings.writes_for(received.team)

    def _write(self, received: ReceivedQuestion, answer: Answer, wish: Wish | None) -> None:
        standing = self._records.standing(received)
        if standing is None and wish is not None:
            self._notify(received, wish.response_url, "gone")
        if standing is None or (wish is None and standing.written is not None):
            return
        made = self._writer.write(answer, asked=wish is not None, again=wish is not None and wish.again)
        if self._closing.is_set():
            return
        if isinstance(made, WrittenAnswer) and made.index_version != self._answerer.version:
            made = NotWritten("stale")
        if isinstance(made, NotWritten):
            self._leave(received, answer, standing, made, wish)
        else:
            message = self._answering.drawing.written(received, answer, made)
            self._put(Edit(received, standing, message, kept_form(made), wish))

    def _turn_away(self, received: ReceivedQuestion, answer: Answer, wish: Wish | None) -> None:
        """Write down, and tell who wished for more, that too many answers are being written."""
        if self._closing.is_set():
            return
        made = self._writer.turn_away()
        standing = self._records.standing(received)
        if standing is not None:
            self._leave(received, answer, standing, made, wish)

    def _leave(
        self, received: ReceivedQuestion, answer: Answer, standing: StandingAnswer, made: NotWritten, wish: Wish | None
    ) -> None:
        """Leave the message as it is, and say why to who wished for more."""
        if not standing.has_text:
            outcome = Written("", made.reason, self._settings.llm_model or "", made.seconds, dict(made.dropped))
            self._records.keep_written(received, standing.reply_ts, outcome)
        if wish is not None:
            if made.reason in PASSING:
                self._records.forget_wish(received.key, wish.user, again=wish.again)
            self._tell_why(received, answer, made, wish)

    def _put(self, edit: Edit) -> None:
        """Put a message in place of the answer, if that still stands.

        That it is about to be edited is written down before, so that whatever happens, and whoever edits the question
        in this moment, the message is brought to what it should be: by ``Recovery``.
        """
        received, standing = edit.received, edit.standing
        mark = self._records.begin_edit(received) if standing.reply_ts is not None else None
        try:
            if self._records.standing(received) == standing:
                self._replace(edit, mark)
            else:
                log.info("what was written comes too late", extra={"key": received.key})
                self._take_back(mark)
        finally:
            if mark is not None:
                # Had something gone wrong, its lease would be renewed for ever.
                self._records.let_edit_go(mark)

    def _replace(self, edit: Edit, mark: str | None) -> None:
        received = edit.received
        try:
            self._send(edit)
        except Uncertain as doubt:
            # The quotes alone are right, too, while the question stands; where it changed, all is drawn anew.
            log.warning("nobody knows whether it was edited: %s", doubt, extra={"key": received.key})
            if mark is None:
                return
        except DeliveryFailed as failure:
            log.warning("the answer stays as it is: %s", failure, extra={"key": received.key})
            self._take_back(mark)
            return
        if not self._records.keep_written(received, edit.standing.reply_ts, edit.written, mark):
            log.info("its question changed meanwhile", extra={"key": received.key})

    def _take_back(self, mark: str | None) -> None:
        if mark is not None:
            self._records.end_edit(mark)

    def _send(self, edit: Edit) -> None:
        received, reply_ts = edit.received, edit.standing.reply_ts
        if reply_ts is not None:
            self._delivery.update(received.team, received.channel, reply_ts, edit.message)
        elif edit.wish is not None:
            self._delivery.respond(edit.wish.response_url, edit.message, replace_original=True)
        elif received.response_url is not None:
            # The link of a command or a shortcut replaces nothing of ours: what is written comes below the quotes.
            self._delivery.respond(received.response_url, edit.message, once=True)

    def _tell_why(self, received: ReceivedQuestion, answer: Answer, made: NotWritten, wish: Wish) -> None:
        log.info("nothing was written: %s", made.reason, extra={"key": received.key})
        self._respond(received, wish.response_url, told(texts(answer.lang).not_written[made.reason]))

    def _notify(self, received: ReceivedQuestion, response_url: str, kind: NoticeKind) -> None:
        self._respond(received, response_url, notice_message(self._answering.telling.language(received), kind))

    def _respond(self, received: ReceivedQuestion, response_url: str, message: Message) -> None:
        try:
            self._delivery.respond(response_url, message)
        except DeliveryFailed as failure:
            log.warning("who wished an answer could not be told: %s", failure, extra={"key": received.key})
