"""An Answerer that takes up a rebuilt index by itself, without a restart and without a failed question."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from bot.answers.answerer import Answerer
from bot.answers.overview import overview
from index.errors import ReportBotError
from index.reports import Reports, look, open_encoder, open_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from bot.answers.overview import Overview
    from bot.settings import BotSettings
    from bot.types import Answer, Earlier
    from index.reports import Encoder
    from index.types import Language

log = logging.getLogger(__name__)

# Opening checks every file, which is too much to do at every look while a damaged index waits to be mended.
RETRY_SECONDS = 30.0


class _OpenVersion:
    """One version of the index and how many questions it is answering; guarded by the owner's lock."""

    def __init__(self, reports: Reports, settings: BotSettings) -> None:
        self.version = reports.version
        self.answerer = Answerer(reports, settings)
        self.users = 0
        self.replaced = False
        self.reports = reports
        self._settings = settings

    @cached_property
    def overview(self) -> Overview:
        return overview(self.reports, self._settings.threshold)

    def close(self) -> None:
        self.reports.close()


class ReloadingAnswerer:
    """Answers from the version of the index in use; safe to use from several threads.

    ``interval`` is in seconds; ``on_open`` is told the name of every version that is taken up; ``encoder`` is
    the one that the settings name, unless given.
    Raises what ``bot.answers.answerer.open_answerer`` raises when there is nothing to begin with. Later on, a new
    version that cannot be opened is logged and the old one goes on answering.
    """

    def __init__(
        self,
        settings: BotSettings,
        interval: float = 2.0,
        on_open: Callable[[str], None] | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self._settings = settings
        self._interval = interval
        self._on_open = on_open or (lambda _: None)
        self._encoder = encoder or open_encoder(settings)
        self._lock = threading.Lock()
        # Looked at before opening: a build that ends in between is then seen as a change.
        self._stamp = look(self._settings)
        self._opened = self._open()
        self._on_open(self._opened.version)
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="index-watcher", daemon=True)
        self._watcher.start()

    @property
    def version(self) -> str:
        """The name of the version in use."""
        return self._opened.version

    @property
    def default_language(self) -> Language:
        """The language of replies to questions that show none."""
        return self._settings.default_language

    @property
    def article_count(self) -> int:
        """The number of reports to ask about."""
        with self._in_use() as opened:
            return opened.answerer.article_count

    def overview(self) -> Overview:
        """Return what can be asked about; worked out once for every version."""
        with self._in_use() as opened:
            return opened.overview

    def answer(self, question: str, history: Sequence[Earlier] = (), default: Language | None = None) -> Answer:
        """Answer a question from the version that is in use when it begins."""
        with self._in_use() as opened:
            return opened.answerer.answer(question, history, default)

    def share_named(self, words: Collection[str], article: str) -> float:
        """Return the share of some words that a report has as they are; none if it is no longer there."""
        with self._in_use() as opened:
            return opened.answerer.share_named(words, article)

    @contextmanager
    def reports(self) -> Iterator[Reports]:
        """Lend the version of the reports in use."""
        with self._in_use() as opened:
            yield opened.reports

    def close(self) -> None:
        """Stop looking for new versions and let go of the index once nobody uses it."""
        self._closing.set()
        self._watcher.join()
        self._retire(self._opened)

    @contextmanager
    def _in_use(self) -> Iterator[_OpenVersion]:
        """Lend the version in use; it stays open until it is given back."""
        with self._lock:
            opened = self._opened
            opened.users += 1
        try:
            yield opened
        finally:
            with self._lock:
                opened.users -= 1
                finished = opened.replaced and not opened.users
            if finished:
                opened.close()

    def _watch(self) -> None:
        retry_at = float("inf")
        while not self._closing.wait(self._interval):
            stamp = look(self._settings)
            if stamp == self._stamp and time.monotonic() < retry_at:
                continue
            self._stamp = stamp
            retry_at = float("inf") if self._reload() else time.monotonic() + RETRY_SECONDS

    def _reload(self) -> bool:
        """Open the version that is on the disk now and use it; return whether that went well."""
        try:
            opened = self._open()
        except ReportBotError as error:
            log.error("still answering from index %s: %s", self.version, error)  # noqa: TRY400  a sentence says it all
            return False
        except Exception:  # a watcher that dies would leave the bot on the old index without a word
            log.exception("still answering from index %s", self.version)
            return False
        with self._lock:
            old, self._opened = self._opened, opened
        self._retire(old)
        self._on_open(opened.version)
        log.info("answering from index %s now", opened.version)
        return True

    def _retire(self, opened: _OpenVersion) -> None:
        """Close a version that no new question gets, now or when its last question is answered."""
        with self._lock:
            opened.replaced = True
            finished = not opened.users
        if finished:
            opened.close()

    def _open(self) -> _OpenVersion:
        reports = open_reports(self._settings, self._encoder)
        # The model and the dictionary are loaded for the first question, and nobody should have to wait for that.
        reports.search("最初の質問")
        return _OpenVersion(reports, self._settings)
