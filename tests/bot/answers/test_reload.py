"""A rebuilt index is taken up while questions are answered, and the old one is let go."""

from __future__ import annotations

import gc
import logging
import shutil
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.answers.reload import ReloadingAnswerer
from bot.settings import BotSettings
from index.building.build import build
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.storage.folder import CURRENT, current_name
from index.types import SplitSettings
from tests.support.fakes import FakeEncoder
from tests.support.patience import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.types import Answer
    from index.types import EncodedQuestion

pytestmark = pytest.mark.slow

QUESTION = "how much was the ticket?"
INTERVAL = 0.05


class Reports:
    """An articles folder with one report about tickets, and its index."""

    def __init__(self, root: Path) -> None:
        self.articles = root / "articles"
        self.index = root / "index"
        self.articles.mkdir()
        self.settings = BotSettings(_env_file=None, index=self.index, articles=(self.articles,), threshold=0.0)

    def write(self, price: str) -> None:
        text = (
            f'---\ntitle: "PyCon"\npublished: true\n---\n\n## Tickets\n\nThe ticket was {price} yen, lunch included.\n'
        )
        (self.articles / "pycon.md").write_text(text, encoding="utf-8")

    def build(self, price: str, encoder: FakeEncoder | None = None) -> str:
        """Write the report anew, index it, and return the name of the version."""
        self.write(price)
        return build([self.articles], self.index, encoder or FakeEncoder(), SplitSettings()).version

    def damage(self) -> None:
        """Spoil a file of the version in use, and touch CURRENT as a build would."""
        (self.index / "versions" / current_name(self.index) / "dense.faiss").write_bytes(b"spoiled")
        (self.index / CURRENT).touch()


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    reports = Reports(tmp_path)
    reports.build("5,000")
    return reports


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def answerer(reports: Reports, opened: list[str]) -> Iterator[ReloadingAnswerer]:
    answerer = ReloadingAnswerer(reports.settings, INTERVAL, opened.append, FakeEncoder())
    yield answerer
    answerer.close()


def text_of(answer: Answer) -> str:
    return " ".join(quote.text for quote in answer.quotes)


def open_files(folder: Path) -> list[str]:
    """Return what this process has open or mapped of a folder, also when it was removed since."""
    gc.collect()
    opened = []
    for descriptor in Path("/proc/self/fd").iterdir():
        # The listing has a descriptor of its own, which is gone by now.
        with suppress(FileNotFoundError):
            opened.append(str(descriptor.readlink()))
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return [line for line in (*opened, *mapped) if str(folder) in line]


def test_it_answers_like_an_answerer(answerer: ReloadingAnswerer, reports: Reports, opened: list[str]) -> None:
    answer = answerer.answer(QUESTION)
    assert "5,000 yen" in text_of(answer)
    assert answer.index_version == answerer.version == current_name(reports.index)
    assert answerer.article_count == 1
    assert answerer.default_language == "en"
    assert [report.title for report in answerer.overview().reports] == ["PyCon"]
    assert answerer.overview() is answerer.overview()
    assert opened == [answerer.version]


def test_a_rebuilt_index_is_taken_up(answerer: ReloadingAnswerer, reports: Reports, opened: list[str]) -> None:
    before = answerer.overview()
    version = reports.build("6,000")
    wait_until(lambda: answerer.version == version)
    assert "6,000 yen" in text_of(answerer.answer(QUESTION))
    assert answerer.overview().version == version != before.version
    wait_until(lambda: opened[1:] == [version])


@pytest.mark.slow
def test_no_question_fails_or_waits_while_the_index_is_rebuilt(answerer: ReloadingAnswerer, reports: Reports) -> None:
    stop, failed = threading.Event(), []
    seen: set[str] = set()

    def ask() -> None:
        for number in count():
            # Four that never pause would leave nothing to the build.
            if stop.wait(0.005):
                break
            try:
                answer = answerer.answer(f"{QUESTION} {number}")
                assert "yen" in text_of(answer)
                seen.add(answer.index_version)
            except Exception as error:
                failed.append(error)
                raise

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    versions = []
    for price in range(6):
        versions.append(reports.build(f"{price},000"))
        wait_until(lambda: versions[-1] in seen)
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert failed == []
    assert set(versions) <= seen


class Pausing(FakeEncoder):
    """Lets one question wait while it is being answered."""

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question
        self.begun, self.goes_on = threading.Event(), threading.Event()

    def encode_question(self, question: str) -> EncodedQuestion:
        if question == self._question:
            self.begun.set()
            assert self.goes_on.wait(PATIENCE)
        return super().encode_question(question)


@contextmanager
def being_answered(reports: Reports) -> Iterator[tuple[ReloadingAnswerer, Future[Answer], threading.Event]]:
    """Have a question waiting for its answer from one index while the next one is taken up; the event lets it go on."""
    encoder = Pausing(QUESTION)
    answerer = ReloadingAnswerer(reports.settings, INTERVAL, encoder=encoder)
    with ThreadPoolExecutor(1) as thread, closing(answerer):
        asked = thread.submit(answerer.answer, QUESTION)
        assert encoder.begun.wait(PATIENCE)
        version = reports.build("6,000")
        wait_until(lambda: answerer.version == version)
        yield answerer, asked, encoder.goes_on


def test_a_question_that_is_being_answered_keeps_its_index(reports: Reports) -> None:
    old = current_name(reports.index)
    with being_answered(reports) as (answerer, asked, goes_on):
        assert "6,000 yen" in text_of(answerer.answer(f"Again: {QUESTION}"))
        goes_on.set()
        answer = asked.result()
    assert answer.index_version == old
    assert "5,000 yen" in text_of(answer)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux' list of mapped files")
def test_the_old_index_is_let_go_with_its_last_question(reports: Reports) -> None:
    old = reports.index / "versions" / current_name(reports.index)
    with being_answered(reports) as (_, asked, goes_on):
        time.sleep(5 * INTERVAL)
        assert open_files(old)
        goes_on.set()
        assert asked.result().quotes
        wait_until(lambda: not open_files(old))


def test_a_damaged_new_index_is_logged_and_the_old_one_goes_on(
    answerer: ReloadingAnswerer, reports: Reports, caplog: pytest.LogCaptureFixture
) -> None:
    first = answerer.version
    reports.damage()
    wait_until(lambda: "still answering from index" in caplog.text)
    assert "is damaged" in caplog.text
    assert "Traceback" not in caplog.text
    assert "5,000 yen" in text_of(answerer.answer(QUESTION))
    time.sleep(5 * INTERVAL)
    assert caplog.text.count("still answering") == 1
    # The next good one is taken up.
    version = reports.build("6,000")
    wait_until(lambda: answerer.version == version)
    assert version != first


def test_a_damaged_index_is_looked_at_again(
    answerer: ReloadingAnswerer, reports: Reports, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.answers.reload.RETRY_SECONDS", 0.2)
    kept = reports.index.with_name("kept")
    version = reports.build("6,000")
    wait_until(lambda: answerer.version == version)
    shutil.copytree(reports.index / "versions" / version, kept)
    reports.damage()
    wait_until(lambda: "still answering from index" in caplog.text)
    # As when a copy to the server arrives in pieces: CURRENT was there first.
    (kept / "dense.faiss").replace(reports.index / "versions" / version / "dense.faiss")
    caplog.clear()
    caplog.set_level(logging.INFO)
    wait_until(lambda: "answering from index" in caplog.text and "still" not in caplog.messages[-1])


def test_an_index_of_another_model_is_not_taken_up(
    answerer: ReloadingAnswerer, reports: Reports, caplog: pytest.LogCaptureFixture
) -> None:
    reports.build("6,000", FakeEncoder(name="other"))
    wait_until(lambda: "was made with model 'other'" in caplog.text)
    assert "5,000 yen" in text_of(answerer.answer(QUESTION))


def test_a_removed_index_is_survived(
    answerer: ReloadingAnswerer, reports: Reports, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(reports.index)
    wait_until(lambda: "there is no index in" in caplog.text)
    assert "5,000 yen" in text_of(answerer.answer(QUESTION))
    version = reports.build("6,000")
    wait_until(lambda: answerer.version == version)


def test_without_an_index_it_does_not_start(reports: Reports) -> None:
    shutil.rmtree(reports.index)
    with pytest.raises(IndexMissing, match="run `python -m index build` first"):
        ReloadingAnswerer(reports.settings, INTERVAL, encoder=FakeEncoder())


def test_with_an_unusable_index_it_does_not_start(reports: Reports) -> None:
    with pytest.raises(IndexMismatch):
        ReloadingAnswerer(reports.settings, INTERVAL, encoder=FakeEncoder(name="other"))
    reports.damage()
    with pytest.raises(IndexDamaged):
        ReloadingAnswerer(reports.settings, INTERVAL, encoder=FakeEncoder())


def test_closing_ends_the_watch(reports: Reports) -> None:
    before = threading.active_count()
    answerer = ReloadingAnswerer(reports.settings, INTERVAL, encoder=FakeEncoder())
    assert threading.active_count() == before + 1
    answerer.close()
    assert threading.active_count() == before
