"""Write an answer beside the quotes: ask a model about lines of the reports, and keep what they prove.

A writer only adds: whatever goes wrong, what it returns says why, and the quotes stay as they are.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.writing.cache import Cache
from bot.writing.limits import Breaker, Budget
from bot.writing.lines import lines_of, places_of
from bot.writing.marked import refuses, says_nothing, sentences_of
from bot.writing.prompt import PROMPT_VERSION, prompt_for
from bot.writing.showing import adds_nothing, select
from bot.writing.types import EndpointFailed, NotWritten, Verdict, WrittenAnswer, WrittenSentence
from index.reports import evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from bot.metrics import WritingMetrics
    from bot.settings import BotSettings
    from bot.types import Answer
    from bot.writing.endpoint import Endpoint
    from bot.writing.types import Completion, Failure, Line, Proof
    from index.reports import Reports

    # Lends the version of the index in use.
    OpenReports = Callable[[], AbstractContextManager[Reports]]

log = logging.getLogger(__name__)

REMEMBERED = 256
# The server did its part.
_SERVED: frozenset[Failure] = frozenset({"refused"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a model for an answer."""

    answer: Answer
    question: str
    lines: tuple[Line, ...]


class Writer:
    """Writes answers with one model; any number of threads may call it.

    ``proof_of`` makes what proves sentences of an open index. ``metrics`` are counted where there are some.
    ``give_way`` is called before a reply is proved, and returns when nothing is more urgent, or after some seconds.
    """

    def __init__(
        self,
        settings: BotSettings,
        endpoint: Endpoint,
        budget: Budget,
        reports: OpenReports,
        proof_of: Callable[[Reports], Proof],
        metrics: WritingMetrics | None = None,
        give_way: Callable[[], object] = lambda: None,
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._budget = budget
        self._reports = reports
        self._proof_of = proof_of
        # To prove is to compute: several at a time would take the processor from those who are being answered.
        self._proving = threading.Lock()
        self._metrics = metrics
        self._give_way = give_way
        self._breaker = Breaker()
        self._cache: Cache[WrittenAnswer | NotWritten] = Cache(REMEMBERED, lambda made: isinstance(made, WrittenAnswer))

    def write(self, answer: Answer, *, asked: bool = False, again: bool = False) -> WrittenAnswer | NotWritten:
        """Return what a model writes about the lines of an answer, or why nothing is shown of it.

        ``asked`` says that somebody asked for it, ``again`` that what was written before is not good enough. The reply
        takes as long as LLM_SECONDS; then it waits some seconds for who is being answered, and its turn to be proved.
        """
        try:
            written = self._written(answer, asked=asked, again=again)
        except Exception:  # whatever it is, the quotes are out, and nobody may lose them by it
            log.exception("writing failed")
            written = NotWritten("failed")
        self._tell(written)
        return written

    def prepare(self) -> None:
        """Load what proving takes, which would otherwise be loaded while somebody is being answered."""
        with self._proving, self._reports() as reports:
            self._proof_of(reports)("It rained.", (), ())

    def turn_away(self) -> NotWritten:
        """Return, and count, that there is no room to write one more answer."""
        busy = NotWritten("busy")
        self._tell(busy)
        return busy

    def close(self) -> None:
        """Let go of the server."""
        self._endpoint.close()

    def _written(self, answer: Answer, *, asked: bool, again: bool) -> WrittenAnswer | NotWritten:
        if answer.status != "answered" or answer.material is None:
            return NotWritten("not_found")
        if self._settings.write == "asked" and not asked:
            return NotWritten("asked_only")
        with self._reports() as reports:
            if reports.version != answer.index_version:
                return NotWritten("stale")
            lines = lines_of(answer, reports)
        if not lines:
            # What is quoted shows pictures only.
            return NotWritten("nothing_proved")
        work = _Asked(answer, answer.material.question, lines)
        key = self._key(work)
        if again:
            self._cache.forget(key)
        return self._cache.get(key, lambda: self._ask(work))

    def _key(self, work: _Asked) -> tuple[object, ...]:
        """Return what decides what is written; of the model there is but one."""
        answer = work.answer
        places = (*places_of(work.lines), *((one.citation.article, one.start, one.end) for one in answer.quotes))
        return (work.question, answer.lang, places, answer.index_version, PROMPT_VERSION)

    def _ask(self, work: _Asked) -> WrittenAnswer | NotWritten:
        number = self._breaker.begin()
        if number is None:
            return NotWritten("breaker")
        if not self._may_cost():
            self._breaker.unused(number)
            return NotWritten("budget")
        prompt = prompt_for(work.question, work.lines, work.answer.lang)
        began = time.monotonic()
        try:
            said = self._endpoint.complete(prompt)
        except EndpointFailed as failed:
            return self._failed(failed, number, time.monotonic() - began)
        self._breaker.succeeded()
        if self._metrics is not None:
            self._metrics.time(said.first_seconds, said.seconds, said.tokens)
        made = self._checked(said, work)
        return replace(made, seconds=said.seconds, tokens=said.tokens)

    def _may_cost(self) -> bool:
        """Count a request, unless as many were made today as may be, or nobody knows how many were."""
        try:
            allowed = self._budget.take(self._settings.writes_per_day)
            if self._metrics is not None:
                self._metrics.left(self._settings.writes_per_day - self._budget.taken())
        except SQLAlchemyError:
            log.warning("what was written today cannot be counted, so nothing is written", exc_info=True)
            return False
        return allowed

    def _failed(self, failed: EndpointFailed, number: int, seconds: float) -> NotWritten:
        if failed.reason in _SERVED:
            self._breaker.succeeded()
        else:
            self._breaker.failed(number, lasting=failed.lasting)
        if failed.lasting:
            log.warning(
                "LLM_URL refuses to write: check LLM_URL, LLM_MODEL and LLM_KEY", extra={"status": failed.detail}
            )
        return NotWritten(failed.reason, failed.detail, seconds=seconds)

    def _checked(self, said: Completion, work: _Asked) -> WrittenAnswer | NotWritten:
        """Return what of a reply is shown."""
        if says_nothing(said.text):
            return NotWritten("none")
        if refuses(said.text):
            return NotWritten("refused")
        reply = sentences_of(said.text, whole=said.whole)
        self._give_way()
        with self._proving, self._reports() as reports:
            if reports.version != work.answer.index_version or not _still_there(work.lines, reports):
                return NotWritten("stale")
            selection = select(reply, work.question, work.lines, work.answer.lang, self._proof_of(reports))
        if not selection.shown:
            return NotWritten("nothing_proved", dropped=selection.dropped)
        if adds_nothing(selection.shown, work.answer.quotes):
            return NotWritten("adds_nothing", dropped=selection.dropped)
        used = list(dict.fromkeys(at for one in selection.shown for at in one.leans_on))
        return WrittenAnswer(
            lang=work.answer.lang,
            sentences=tuple(
                WrittenSentence(one.text, tuple(used.index(at) for at in one.leans_on)) for one in selection.shown
            ),
            quotes=tuple(work.lines[at].quote for at in used),
            model=self._endpoint.model,
            index_version=work.answer.index_version,
            dropped=selection.dropped,
            seconds=said.seconds,
        )

    def _tell(self, written: WrittenAnswer | NotWritten) -> None:
        """Log and count what became of an answer, without a word of it."""
        outcome = written.reason if isinstance(written, NotWritten) else "written"
        shown = 0 if isinstance(written, NotWritten) else len(written.sentences)
        detail = {"detail": written.detail} if isinstance(written, NotWritten) and written.detail else {}
        counts = {"shown": shown, "dropped": dict(written.dropped), "seconds": round(written.seconds, 2)}
        log.info("writing ended", extra={"outcome": outcome, **detail, **counts, "tokens": written.tokens})
        if self._metrics is not None:
            self._metrics.count(outcome, shown, written.dropped)


def open_writer(
    settings: BotSettings,
    engine: Engine,
    reports: OpenReports,
    metrics: WritingMetrics | None = None,
    give_way: Callable[[], object] = lambda: None,
) -> Writer:
    """Return who writes with the server that the settings name; ``engine`` is that of the bot's database."""
    # It imports the HTTP client and reads the certificates of the system.
    from bot.writing.endpoint import Endpoint

    return Writer(settings, Endpoint(settings), Budget(engine), reports, proof_by, metrics, give_way)


def proof_by(reports: Reports) -> Proof:
    """Return what proves sentences by lines with the words of an open index."""
    grounding = reports.grounding()

    def prove(sentence: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
        told = [evidence(line.plain, line.headings, line.section) for line in lines]
        found = grounding.check(sentence, told, hints)
        return Verdict(found.leans_on, found.reason)

    return prove


def _still_there(lines: Sequence[Line], reports: Reports) -> bool:
    """Return whether the open index has the same bytes where the lines are from."""
    found = [line.quote for line in reports.lines(places_of(lines))]
    return found == [line.quote for line in lines]
