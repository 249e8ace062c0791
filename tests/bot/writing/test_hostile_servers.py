"""Whatever the model's server says: an exact outcome in bounded time, and none of its words in a log."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from bot import logs
from bot.writing.types import WrittenAnswer
from tests.support.llm_server import LlmServer
from tests.support.llm_server.hostile import CASES, CONTENTS, FAILURES, FORMS
from tests.support.patience import PATIENCE
from tests.support.writing import ASKED, room, written_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.llm_server.hostile import Case

# Some servers take all of it.
LLM_SECONDS = 1.0


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_index(tmp_path_factory.mktemp("written"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_outcome_for_every_server(index: Path, case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    seconds = LLM_SECONDS if case.outcome == "timeout" else PATIENCE
    with LlmServer(*case.scripts) as server, room(index, server.url, llm_seconds=seconds) as asked:
        answer = asked.answerer.answer(ASKED)
        began = time.monotonic()
        written = asked.writer.write(answer)
        passed = time.monotonic() - began
        assert len(server.requests) == case.requests
    shown = tuple(one.text for one in written.sentences) if isinstance(written, WrittenAnswer) else ()
    outcome = "written" if shown else written.reason
    assert (outcome, shown) == (case.outcome, case.shown)
    assert tuple(written.dropped.items()) == case.dropped
    assert getattr(written, "detail", "") == case.detail
    assert passed < LLM_SECONDS + PATIENCE
    said = f"{caplog.text}{[vars(record) for record in caplog.records]}"
    assert [word for word in ("S3CRET", "lamp", "watts", server.url, ASKED) if word in said] == []


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Have what the bot sets up for its logs be as before afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook
    root.handlers = []
    yield
    root.handlers, level, sys.excepthook, threading.excepthook = before
    root.setLevel(level)


def test_nothing_of_it_is_in_the_log_of_a_bot(index: Path, own_logging: None, capsys) -> None:
    secrets = {"llm_key": "k3y-of-ours", "llm_headers": '{"x-more": "h3ader-of-ours"}'}
    for case in (*FORMS, *CONTENTS, *FAILURES):
        with LlmServer(*case.scripts) as server:
            url = f"{server.url}?key=qu3ry-of-ours"
            options = {"llm_seconds": LLM_SECONDS, "log_level": "DEBUG", "log_format": "json", **secrets}
            with room(index, url, **options) as asked:
                logs.set_up(asked.settings)
                asked.write()
    told = capsys.readouterr().err
    assert told.count("writing ended") > 80
    marked = ("k3y-of-ours", "h3ader-of-ours", "qu3ry-of-ours", "S3CRET", "lamp", "watts", "127.0.0.1")
    assert [word for word in marked if word in told] == []


def test_there_are_enough_of_them() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 60
