"""Have answers written above their quotes, in threads of its own: no answer waits for a language model.

The quotes are out before anything is written, and whatever goes wrong here leaves them as they are. A message is edited
only while its question stands as it was answered; where that changed in the moment of the edit, the question is
answered once more, in the same message.
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
# Whether another process is through with an edited question is looked for so often, and not longer than that.
LOOK_SECONDS = 0.5
LOOKS = 240
# So often it is looked whether an answer, below which somebody clicks at once, is written down.
SOON_LOOKS = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A click on "write an answer": the link to answer it through, and whether there was a written answer already."""

    response_url: str
    again: bool


class AnswerWriting:
    """Writes above answers; safe to use from several threads.

    ``go_on`` has a question answered once more, ``take_away`` the answer to a deleted one removed.
    """

    def __init__(
        self,
        settings: BotSettings,
        writer: Writer,
        records: Records,
        delivery: Delivery,
        answerer: ReloadingAnswerer,
        answering: QuestionWorker,
        give_way: Callable[[], object],
        go_on: Callable[[ReceivedQuestion], None],
        take_away: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._records = records
        self._delivery = delivery
        self._answerer = answerer
        self._answering = answering
        self._go_on = go_on
        self._take_away = take_away
        self._closing = threading.Event()
        self._pool = AnswerPool(settings.write_workers, WAITING, give_way)

    def close(self) -> None:
        """Drop what waits and abandon what is being written."""
        self._closing.set()
        self._pool.close(0)

    def begin(self, received: ReceivedQuestion, answer: Answer) -> None:
        """Have an answer written that was sent just now, where it always is."""
        if self._settings.write != "always" or answer.status != "answered" or not self._may_write(received):
            return
        if not self._pool.submit(lambda: self._write(received, answer, None)):
            log.info("too many answers are being written", extra={"key": received.key})

    def wish(self, received: ReceivedQuestion, user: str, response_url: str) -> None:
        """Have an answer written that somebody wishes, once for each person and answer, and once more again."""
        standing = self._standing_soon(received)
        if standing is None or not self._settings.writes_for(received.team):
            self._notify(received, response_url, "gone")
            return
        wish = Wish(response_url, again=standing.has_text)
        if not self._records.first_wish(received.key, user, again=wish.again):
            self._notify(received, response_url, "written_once")
            return
        answer = self._answering.find_answer(received)
        if not self._pool.submit(lambda: self._write(received, answer, wish)):
            self._tell_why(received, answer, NotWritten("busy"), wish)

    def offer_again(self, received: ReceivedQuestion, response_url: str) -> None:
        """Put a button below a written answer that somebody dislikes, to have it written again."""
        standing = self._records.standing(received)
        if standing is None or standing.written is None or not standing.has_text:
            return
        answer = self._answering.find_answer(received)
        written = self._answering.drawing.remembered(received, answer)
        if written is not None:
            message = self._answering.drawing.written(received, answer, written, write_button=True)
            if self._put(received, standing, message, Wish(response_url, again=True)):
                self._keep(received, standing, standing.written)

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
        if standing is None or (wish is None and standing.written is not None):
            return
        made = self._writer.write(answer, asked=wish is not None, again=wish is not None and wish.again)
        if self._closing.is_set():
            return
        if isinstance(made, WrittenAnswer) and made.index_version != self._answerer.version:
            made = NotWritten("stale")
        if isinstance(made, NotWritten):
            self._leave(received, answer, standing, made, wish)
        elif self._put(received, standing, self._answering.drawing.written(received, answer, made), wish):
            self._answering.drawing.remember(received, made)
            self._keep(received, standing, _outcome(made))

    def _leave(
        self, received: ReceivedQuestion, answer: Answer, standing: StandingAnswer, made: NotWritten, wish: Wish | None
    ) -> None:
        """Leave the message as it is, and say why to who wished for more."""
        if not standing.has_text:
            outcome = Written("", made.reason, self._settings.llm_model or "", made.seconds, dict(made.dropped))
            self._records.keep_written(received, standing.reply_ts, outcome)
        if wish is not None:
            self._tell_why(received, answer, made, wish)

    def _put(self, received: ReceivedQuestion, standing: StandingAnswer, message: Message, wish: Wish | None) -> bool:
        """Put a message in place of the answer, if that still stands; return whether it is there now."""
        if self._records.standing(received) != standing:
            log.info("what was written comes too late", extra={"key": received.key})
            return False
        try:
            self._send(received, standing, message, wish)
        except Uncertain as doubt:
            log.warning("nobody knows whether it was edited: %s", doubt, extra={"key": received.key})
            if self._records.standing(received) is None:
                self._mend(received)
            return False
        except DeliveryFailed as failure:
            log.warning("the answer stays as it is: %s", failure, extra={"key": received.key})
            return False
        return True

    def _send(self, received: ReceivedQuestion, standing: StandingAnswer, message: Message, wish: Wish | None) -> None:
        if standing.reply_ts is not None:
            self._delivery.update(received.team, received.channel, standing.reply_ts, message)
        elif wish is not None:
            self._delivery.respond(wish.response_url, message, replace_original=True)
        elif received.response_url is not None:
            # The link of a command or a shortcut replaces nothing of ours: what is written comes below the quotes.
            self._delivery.respond(received.response_url, message, once=True)

    def _keep(self, received: ReceivedQuestion, standing: StandingAnswer, written: Written) -> None:
        """Write down what stands there; where the question changed in the moment of the edit, mend the message."""
        if not self._records.keep_written(received, standing.reply_ts, written):
            self._mend(received)

    def _mend(self, received: ReceivedQuestion) -> None:
        """Bring a message to what it should be by now, once whoever answers its question is through."""
        log.info("its question changed meanwhile", extra={"key": received.key})
        for _ in range(LOOKS):
            revised = self._records.reopen(received.key)
            if revised is not None:
                self._go_on(revised)
                return
            if self._records.received(received.key) is None:
                self._take_away(received.key)
                return
            if self._closing.wait(LOOK_SECONDS):
                return

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


def _outcome(made: WrittenAnswer) -> Written:
    text = "\n".join(sentence.text for sentence in made.sentences)
    return Written(text, "", made.model, made.seconds, dict(made.dropped))
