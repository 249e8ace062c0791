"""What is written above quotes, when nothing is, and what everything costs."""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.metrics import Metrics, WritingMetrics
from bot.types import Material, Written
from bot.writing import limits
from bot.writing.limits import FAILURES
from bot.writing.types import NotWritten, WrittenAnswer
from bot.writing.writer import Writer, proof_by
from bot.written import from_kept, kept_form
from index.reports import Reports
from index.searching.search import Searcher
from index.types import Place
from tests.support.databases import rows
from tests.support.fakes import FakeEncoder
from tests.support.helpers import fake_answerer, opened, refresh, write
from tests.support.llm_server import LlmServer, drip, error, reply
from tests.support.llm_server.hostile import ALSO, TRUE
from tests.support.llm_server.scripts import chunk
from tests.support.writing import ASKED, ASKED_JA, LIGHTHOUSE, literal_proof, room, written_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return written_index(tmp_path)


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer(reply(f"{TRUE} [2]")) as started:
        yield started


def reason(written: WrittenAnswer | NotWritten) -> str:
    return "written" if isinstance(written, WrittenAnswer) else written.reason


def test_sentences_lean_on_bytes_of_the_reports(index: Path, server: LlmServer) -> None:
    server.then(reply(f"{ALSO} [6]\n{TRUE} [2]"))
    with room(index, server.url) as asked:
        written = asked.write()
        version = asked.reports.version
    assert [(one.text, one.leans_on) for one in written.sentences] == [(ALSO, (0,)), (TRUE, (1,))]
    source = (index.parent / "articles" / "lighthouse.md").read_bytes()
    for quote in written.quotes:
        assert source[quote.start : quote.end].decode() == quote.text
    assert "40 seconds" in written.quotes[0].text
    assert (written.model, written.index_version, written.lang) == ("keeper-1", version, "en")


def test_what_is_kept_is_read_back_from_the_same_reports_only(index: Path, server: LlmServer) -> None:
    server.then(reply(f"{ALSO} [6]\n{TRUE} [2]"))
    with room(index, server.url) as asked:
        answer, written = asked.answerer.answer(ASKED), asked.write()
        kept = Written.from_json(kept_form(written).as_json())
        assert from_kept(kept, answer, asked.reports) == replace(written, tokens=None)
        assert from_kept(Written(reason="none"), answer, asked.reports) is None
        assert from_kept(replace(kept, places=(Place("gone.md", 1, 9),)), answer, asked.reports) is None
        refresh(write(index.parent / "articles", lighthouse=LIGHTHOUSE.replace("village", "town")), index)
        with room(index, server.url) as other:
            assert from_kept(kept, answer, other.reports) is None


def test_in_japanese(index: Path, server: LlmServer) -> None:
    said = "新しい灯りは90ワットを使います。"
    server.then(reply(f"{said}[1]"))
    with room(index, server.url) as asked:
        written = asked.write(ASKED_JA)
        assert "日本語の答え" in server.requests[0].prompt
        # Chinese is told by what it has not, English by what it is.
        for other in ("新灯是90瓦。", TRUE):
            server.then(reply(other))
            assert asked.write(f"{ASKED_JA}か").dropped == {"language": 1}
    assert [one.text for one in written.sentences] == [said]


def test_names_in_the_other_language_are_none_of_the_words(index: Path, server: LlmServer) -> None:
    said = "The lamp was built by 宮原 in トゥルク and uses 90 watts."
    copied = "灯りを作ったのはトゥルクの宮原さんです。"
    with room(index, server.url) as asked:
        server.then(reply(said))
        assert [one.text for one in asked.write().sentences] == [said]
        for number, other in enumerate((copied, f"Turku Kafka {copied}", "The lamp was built by 田中.")):
            server.then(reply(other))
            assert asked.write(f"{ASKED} {number}").dropped == {"language": 1}


def test_the_model_is_asked_only_where_the_reports_answer(index: Path, server: LlmServer) -> None:
    with room(index, server.url) as asked:
        assert reason(asked.write("hello")) == "not_found"
    with room(index, server.url, threshold=1) as asked:
        assert reason(asked.write()) == "not_found"
    with room(index, server.url, write="asked") as asked:
        assert reason(asked.write()) == "asked_only"
        assert server.connections == 0
        assert reason(asked.write(asked=True)) == "written"


def test_without_a_line_to_read_nobody_is_asked(index: Path, server: LlmServer) -> None:
    with room(index, server.url) as asked:
        answer = replace(asked.answerer.answer(ASKED), quotes=(), material=Material(ASKED))
        assert reason(asked.writer.write(answer)) == "nothing_proved"
    assert server.connections == 0


def test_quotes_are_the_same_whether_anything_is_written(index: Path, server: LlmServer) -> None:
    questions = [ASKED, ASKED_JA, "what about the foghorn? who built the lamp?", "hello", "霧笛は何秒ごと？"]
    off = fake_answerer(index, threshold=0)
    with room(index, server.url) as asked:
        for question in questions:
            on = asked.answerer.answer(question)
            asked.writer.write(on)
            plain = off.answer(question)
            assert plain.material is None
            assert (on.status == "answered") == (on.material is not None)
            assert replace(on, material=None, milliseconds=0) == replace(plain, milliseconds=0)


def test_the_same_question_is_asked_once(index: Path, server: LlmServer) -> None:
    with room(index, server.url) as asked:
        first = asked.write()
        assert asked.write() == first
        assert len(server.requests) == 1
        asked.write("what does the new lamp cost?")
        assert len(server.requests) == 2


def test_those_who_ask_at_the_same_time_share_a_request(index: Path, server: LlmServer) -> None:
    server.then(drip([chunk(f"{TRUE} [2]\n"), b"data: [DONE]\n\n"], 0.3))
    written: list[WrittenAnswer | NotWritten] = []
    with room(index, server.url) as asked:
        answer = asked.answerer.answer(ASKED)
        threads = [threading.Thread(target=lambda: written.append(asked.writer.write(answer))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert asked.budget.taken() == 1
    assert [reason(one) for one in written] == ["written"] * 6
    assert len(server.requests) == 1


def test_what_failed_is_tried_again(index: Path, server: LlmServer) -> None:
    server.then(error(500), reply("NONE"), reply(f"{TRUE} [2]"))
    with room(index, server.url) as asked:
        assert [reason(asked.write()) for _ in range(3)] == ["http", "none", "written"]


def test_a_day_has_so_many_requests_for_all(index: Path, server: LlmServer) -> None:
    with room(index, server.url, writes_per_day=2) as first, room(index, server.url, writes_per_day=2) as second:
        said = [reason(one.write(f"{ASKED} {n}")) for n, one in enumerate((first, second, first, second))]
        assert said == ["written", "written", "budget", "budget"]
        # What is remembered costs nothing.
        assert reason(first.write(f"{ASKED} 0")) == "written"
    assert len(server.requests) == 2


def test_nobody_is_asked_where_nobody_can_count(index: Path, server: LlmServer) -> None:
    with room(index, server.url) as asked:
        rows(asked.settings.database_url, "ALTER TABLE writes RENAME TO gone")
        assert reason(asked.write()) == "budget"
    assert server.connections == 0


def test_a_server_that_fails_is_left_alone(index: Path, server: LlmServer) -> None:
    server.then(error(500))
    with room(index, server.url) as asked:
        said = [reason(asked.write()) for _ in range(FAILURES + 2)]
        assert said == ["http"] * FAILURES + ["breaker"] * 2
        assert asked.budget.taken() == len(server.requests) == FAILURES


def test_a_day_that_is_spent_leaves_the_try_after_a_pause_to_the_next(
    index: Path, server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_PAUSE", 0.01)
    server.then(error(500))
    with room(index, server.url, writes_per_day=FAILURES) as asked:
        for number in range(FAILURES):
            assert reason(asked.write(f"{ASKED} {number}")) == "http"
        time.sleep(0.02)
        server.then(reply(f"{TRUE} [2]"))
        # Each time it is the day, and never the pause that a try without a request would begin.
        assert [reason(asked.write()) for _ in range(3)] == ["budget"] * 3


def test_the_reports_of_before_a_swap_are_let_go(tmp_path: Path, server: LlmServer) -> None:
    server.then(reply("The new lamp uses 90 watts. [2]"))
    index = written_index(tmp_path)
    lent: list[Reports] = []
    with room(index, server.url) as asked:
        writer = Writer(asked.settings, asked.endpoint, asked.budget, lambda: nullcontext(lent[-1]), proof_by)
        lent.append(Reports(Searcher(opened(index), FakeEncoder()), asked.settings))
        assert reason(writer.write(asked.answerer.answer(ASKED))) == "written"
        proof = weakref.ref(lent[-1].grounding())
        old = weakref.ref(lent.pop())
        gc.collect()
        assert (old(), proof()) == (None, None)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_is_said_once(
    index: Path, server: LlmServer, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.then(error(status, "invalid_api_key"))
    with room(index, server.url) as asked:
        assert [reason(asked.write()) for _ in range(3)] == ["http", "breaker", "breaker"]
    (warning,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    assert vars(warning)["status"] == f"{status} invalid_api_key"


def test_a_model_does_not_speak_of_itself_between_sentences_that_are_shown(index: Path, server: LlmServer) -> None:
    server.then(reply(f"{TRUE} [2]\nI'm sorry, the new lamp uses 90 watts and costs 3,870 euros a year. [2]"))
    with room(index, server.url) as asked:
        written = asked.write()
    assert [one.text for one in written.sentences] == [TRUE]
    assert written.dropped == {"words": 1}


@pytest.mark.parametrize("said", ["Mika Aalto", "The answer is: Mika Aalto", "90 watts.", "Question"])
def test_what_is_no_sentence_is_not_shown(index: Path, server: LlmServer, said: str) -> None:
    server.then(reply(f"{TRUE} [2]\n{said}"))
    with room(index, server.url) as asked:
        written = asked.write()
    assert [one.text for one in written.sentences] == [TRUE]
    assert written.dropped == {"words": 1}


def test_what_an_answer_refuses_is_no_failure_of_the_server(index: Path, server: LlmServer) -> None:
    server.then(error(400, "content_filter"))
    with room(index, server.url) as asked:
        assert [reason(asked.write()) for _ in range(FAILURES + 1)] == ["refused"] * (FAILURES + 1)


def test_an_index_that_was_swapped_gets_nothing(index: Path, server: LlmServer) -> None:
    """Before the request it costs nothing, and during it nothing is shown."""
    with room(index, server.url) as old:
        answer = old.answerer.answer(ASKED)
        old_reports = old.reports
        changed = LIGHTHOUSE.replace("90 watts", "80 watts")
        refresh(write(index.parent / "articles", lighthouse=changed), index)
        with room(index, server.url) as new:
            lent = [old_reports]
            writer = Writer(
                new.settings, new.endpoint, new.budget, lambda: nullcontext(lent[-1]), lambda _: literal_proof
            )
            lent.append(new.reports)
            assert reason(writer.write(answer)) == "stale"
            assert server.connections == 0
            lent.pop()
            server.then(lambda exchange: (lent.append(new.reports), reply(f"{TRUE} [2]")(exchange)))
            assert reason(writer.write(answer)) == "stale"
            assert len(server.requests) == 1


def test_what_the_quotes_say_already_is_not_said_again(index: Path, server: LlmServer) -> None:
    with room(index, server.url) as asked:
        answer = asked.answerer.answer(ASKED)
        line = next(quote for quote in answer.quotes if "90 watts" in quote.text)
        alone = replace(
            line, text="The new lamp uses 90 watts and costs 3,870 euros a year.", start=177, end=233, markdown=None
        )
        server.then(reply("The new lamp uses 90 watts and costs 3,870 euros a year [2]"))
        assert reason(asked.writer.write(replace(answer, quotes=(alone,)))) == "adds_nothing"
        assert reason(asked.writer.write(answer)) == "written"


def test_what_happens_is_counted(index: Path, server: LlmServer) -> None:
    metrics = Metrics()
    with room(index, server.url, writes_per_day=5) as asked:
        writer = Writer(
            asked.settings,
            asked.endpoint,
            asked.budget,
            lambda: nullcontext(asked.reports),
            lambda _: literal_proof,
            WritingMetrics(metrics),
        )
        writer.write(asked.answerer.answer(ASKED))
        server.then(reply("The new lamp uses 95 watts."))
        writer.write(asked.answerer.answer("which lamp uses many watts?"))
        assert writer.turn_away() == NotWritten("busy")
    told = metrics.render().decode()
    for line in (
        'written_total{outcome="written"} 1.0',
        'written_total{outcome="nothing_proved"} 1.0',
        'written_total{outcome="busy"} 1.0',
        'written_sentences_total{verdict="shown"} 1.0',
        'written_sentences_total{verdict="quantity"} 1.0',
        "llm_seconds_count 2.0",
        "writes_left_today 3.0",
    ):
        assert line in told
