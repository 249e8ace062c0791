"""A question is made once from what is written, and neither read nor searched again where it has not changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.asking.question import Question
from index.reports import Reports
from index.searching.results import Filters
from index.searching.search import Searcher
from index.settings import IndexSettings
from index.storage.store import FolderStore
from index.types import QUESTION_CHARACTERS
from tests.support.fakes import FakeEncoder
from tests.support.helpers import MOSS, WHALES, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from index.types import EncodedQuestion

ASKED = "How many watts has the lamp?"


class CountingEncoder(FakeEncoder):
    """Counts the questions that it encodes."""

    questions = 0

    def encode_question(self, question: str) -> EncodedQuestion:
        self.questions += 1
        return super().encode_question(question)


class CountingSearcher(Searcher):
    """Counts its searches."""

    searches = 0

    def search(self, *arguments, **options):
        self.searches += 1
        return super().search(*arguments, **options)


def searcher(folder: Path) -> CountingSearcher:
    refresh(write(folder / "articles", whales=WHALES, moss=MOSS), folder / "index")
    return CountingSearcher(FolderStore.open(folder / "index"), CountingEncoder())


def test_what_is_written_is_made_a_question_once() -> None:
    question = Question.of(f"鯨\u200bの\x07声は2024年？{'a' * QUESTION_CHARACTERS}")
    assert question.text.startswith("鯨の 声は2024年？aaa")
    assert len(question.text) == QUESTION_CHARACTERS - 1
    assert Question.of(question) is question
    assert question.language == "ja"
    assert [fact.key for fact in question.facts] == ["2024"]


def test_a_year_is_that_of_the_day() -> None:
    question = Question.of("When was last year's Moss night?")
    assert str(question.day.year - 1) in question.dated
    assert question.text == "When was last year's Moss night?"


def test_the_same_question_is_encoded_once_wherever_it_is_searched(tmp_path: Path) -> None:
    searching = searcher(tmp_path)
    everywhere = searching.search(ASKED)
    within = searching.search(ASKED, filters=Filters(articles=["whales.md"]))
    assert searching.encoder.questions == 1
    assert everywhere.hits[0].stored.entry.path == "moss.md"
    assert {hit.stored.entry.path for hit in within.hits} == {"whales.md"}


def test_the_same_question_is_searched_once(tmp_path: Path) -> None:
    searching = searcher(tmp_path)
    reports = Reports(searching, IndexSettings(_env_file=None))
    found = reports.search(ASKED)
    assert reports.search(Question.of(ASKED)) is found
    assert searching.searches == 1
    assert found.hits[0].stored.entry.path == "moss.md"
    reports.search(ASKED, articles=["whales.md"])
    assert searching.searches == 2
