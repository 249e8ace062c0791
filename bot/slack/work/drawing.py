"""Draw answers as messages, for where they were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.records.privacy import is_private
from bot.slack.incoming.pointing import points
from bot.slack.views.blocks import answer_message, small_talk_message

if TYPE_CHECKING:
    from bot.answers.reload import ReloadingAnswerer
    from bot.records.received import ReceivedQuestion
    from bot.records.records import Records
    from bot.settings import BotSettings
    from bot.slack.sending.telling import Notifier
    from bot.slack.views.message import Message
    from bot.types import Answer
    from bot.writing.types import WrittenAnswer

# Where the question itself is not to be seen above its answer, besides where it is pointed at.
QUESTION_SHOWN = frozenset({"command", "shortcut", "button", "home"})


class Drawing:
    """Draws answers; safe to use from several threads."""

    def __init__(self, settings: BotSettings, answerer: ReloadingAnswerer, telling: Notifier, records: Records) -> None:
        self._settings = settings
        self._answerer = answerer
        self._telling = telling
        self._records = records

    def message(self, received: ReceivedQuestion, answer: Answer) -> Message:
        """Return an answer as it is sent first."""
        writes = self._settings.writes_for(received.team)
        if answer.small_talk is not None:
            lang = self._telling.language(received)
            return small_talk_message(answer.small_talk, self._answerer.overview(), lang, writes=writes)
        return answer_message(answer, write_button=writes and self._settings.write == "asked", **_options(received))

    def written(
        self, received: ReceivedQuestion, answer: Answer, written: WrittenAnswer, *, write_button: bool = False
    ) -> Message:
        """Return an answer with what is written above its quotes."""
        # Where nothing is written, nothing of it is imported.
        from bot.slack.views.written import written_message

        return written_message(answer, written, write_button=write_button, **_options(received))

    def shared(self, received: ReceivedQuestion, answer: Answer) -> Message:
        """Return an answer for others than who asked, with what was written above it for them."""
        written = self.kept(received, answer)
        if written is None:
            return answer_message(answer, key=received.key, question_shown=True)
        from bot.slack.views.written import written_message

        return written_message(answer, written, key=received.key, question_shown=True)

    def kept(self, received: ReceivedQuestion, answer: Answer) -> WrittenAnswer | None:
        """Return what is written above an answer, as it is kept beside it, while the reports are the same."""
        standing = self._records.standing(received)
        if standing is None or standing.written is None or standing.written.index_version != answer.index_version:
            return None
        from bot.written import from_kept

        with self._answerer.reports() as reports:
            return from_kept(standing.written, answer, reports)


def _options(received: ReceivedQuestion) -> dict[str, Any]:
    return {
        "key": received.key,
        "question_shown": received.surface in QUESTION_SHOWN or points(received.text),
        "share_button": is_private(received),
    }
