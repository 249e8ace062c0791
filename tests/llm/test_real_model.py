"""What a real model writes on a real server is shown as far as the reports prove it, and some of it is shown.

`make test-llm` sets up what this needs and runs it; no other command does.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.answers.answerer import open_answerer
from bot.records.database import open_engine
from bot.settings import BotSettings
from bot.writing.types import NotWritten, WrittenAnswer
from bot.writing.writer import open_writer
from index.reports import evidence
from index.types import Place
from tests.llm.server import MODEL, missing, serving
from tests.support.helpers import ROOT, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.types import Answer
    from index.reports import Reports

pytestmark = pytest.mark.llm

ARTICLES = ROOT / "articles"
# Of both reports, the Japanese one as well; neither answers the last.
QUESTIONS = (
    "How long does the build at Fernline Ferries take now?",
    "What is the hit rate of the cache that is keyed by the lock file?",
    "How many alerts did the radio station get in one week of March?",
    "What noticed the last outages of the radio station first?",
    "When does the library try out restoring its backup?",
    "Who gave the lightning talk about certificates that expire on Sundays?",
    "What is OLAP?",
    "When and where did AWS Carnival 2023 take place?",
    "Which communities teamed up for AWS Carnival?",
    "Why would people use the energy company's home app, according to the first talk?",
    "What is the best recipe for apple pie?",
)
# How a model that follows few orders may fail; anything else is a failure of its server, or ours.
OUTCOMES = {"written", "none", "refused", "nothing_proved", "adds_nothing", "not_found"}


@dataclass(frozen=True)
class Evening:
    """All questions with their answers and what was written, and the reports that they were asked of."""

    asked: dict[str, tuple[Answer, WrittenAnswer | NotWritten]]
    reports: Reports
    index: Path

    @property
    def written(self) -> list[WrittenAnswer]:
        return [made for _, made in self.asked.values() if isinstance(made, WrittenAnswer)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if what := missing():
        pytest.fail(what, pytrace=False)
    with serving(tmp_path_factory.mktemp("server") / "log") as url:
        yield url


@pytest.fixture(scope="module")
def evening(url: str, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Ask every question once; a reply takes seconds."""
    folder = tmp_path_factory.mktemp("llm")
    ran = python("-m", "index", "build", "--articles", ARTICLES, "--index", folder / "index", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    settings = BotSettings.load(
        _env_file=None,
        index=folder / "index",
        reader="on",
        database_url=f"sqlite:///{folder / 'records.sqlite'}",
        llm_url=url,
        llm_model=os.fspath(MODEL),
        llm_seconds=300,
    )
    answerer, engine = open_answerer(settings), open_engine(settings.database_url)
    writer = open_writer(settings, engine, lambda: nullcontext(answerer.reports))
    asked = {}
    for question in QUESTIONS:
        answer = answerer.answer(question)
        asked[question] = answer, writer.write(answer)
        sys.stdout.write(_told(question, asked[question][1]))
    writer.close()
    engine.dispose()
    return Evening(asked, answerer.reports, folder / "index")


def test_only_the_model_may_fail(evening: Evening) -> None:
    outcomes = {
        question: "written" if isinstance(made, WrittenAnswer) else made.reason
        for question, (_, made) in evening.asked.items()
    }
    assert {question: outcome for question, outcome in outcomes.items() if outcome not in OUTCOMES} == {}
    # What the reports do not answer is not asked of the model.
    assert {question for question, outcome in outcomes.items() if outcome == "not_found"} == {QUESTIONS[-1]}


def test_something_is_shown(evening: Evening) -> None:
    assert [one.text for made in evening.written for one in made.sentences]


def test_every_sentence_that_is_shown_is_proved_by_the_bytes_it_leans_on(evening: Evening) -> None:
    grounding = evening.reports.grounding()
    for made in evening.written:
        for quote in made.quotes:
            source = (ARTICLES / quote.citation.article).read_bytes()
            assert source[quote.start : quote.end].decode() == quote.text
        for one in made.sentences:
            leant_on = [made.quotes[at] for at in one.leans_on]
            assert leant_on, one.text
            places = [Place(quote.citation.article, quote.start, quote.end) for quote in leant_on]
            lines = list(evening.reports.lines(places))
            assert [line.quote for line in lines] == leant_on
            # Without the other lines, and without the numbers that the model wrote.
            told = [
                evidence(line.plain, (line.quote.citation.title, *line.quote.citation.headings), 0) for line in lines
            ]
            assert grounding.check(one.text, told, ()).reason is None, one.text


def test_quotes_are_those_of_a_bot_that_does_not_write(evening: Evening) -> None:
    settings = BotSettings.load(_env_file=None, index=evening.index, reader="on")
    answerer = open_answerer(settings)
    for question, (answer, _) in evening.asked.items():
        assert answerer.answer(question).quotes == answer.quotes


def _told(question: str, made: WrittenAnswer | NotWritten) -> str:
    """Return what came of a question, to be read beside the tests' verdict."""
    what = [one.text for one in made.sentences] if isinstance(made, WrittenAnswer) else [f"({made.reason})"]
    dropped = ", ".join(f"{count} {reason}" for reason, count in made.dropped.items())
    return f"\n{question} {made.seconds:.0f} s{dropped and f'; not shown: {dropped}'}\n  " + "\n  ".join(what) + "\n"
