"""The words that answer are emphasised in the quotes, where the reader is sure of them and they stand there as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.quoting.quotes import choose_spans
from index.reports import Reports
from index.searching.search import Searcher
from index.settings import IndexSettings
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder, FakeReader
from tests.support.helpers import refresh, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Emphasised = Callable[..., list[str]]

QUESTION = "when were the whales counted?"


@pytest.fixture
def emphasised(tmp_path: Path) -> Emphasised:
    """Return a function that asks when whales were counted and returns which words of the files are emphasised."""

    def ask(
        *reports: str, words: str = "3 May", surely: float = 0.9, answers: float = 5.0, question: str = QUESTION
    ) -> list[str]:
        texts = {f"report{number}": report for number, report in enumerate(reports)}
        refresh(write(tmp_path / "articles", **texts), tmp_path / "index")
        reader = FakeReader({words: answers}, words=words, surely=surely)
        searcher = Searcher(FolderStore.open(tmp_path / "index"), FakeEncoder(), reader=reader)
        found = searcher.search(question, 10)
        quotes = Reports(searcher, IndexSettings.load(index=tmp_path / "index")).quotes(found)
        assert len(quotes) == len(choose_spans(found, searcher))
        assert all(quote.start <= one.start < one.end <= quote.end for quote in quotes for one in quote.emphasis)
        assert all(quote.page_text[slice(*one.shown)] == words for quote in quotes for one in quote.emphasis)
        return [
            (tmp_path / "articles" / quote.citation.article).read_bytes()[one.start : one.end].decode()
            for quote in quotes
            for one in quote.emphasis
        ]

    return ask


def test_the_words_that_answer_are_emphasised(emphasised: Emphasised) -> None:
    assert emphasised("# Whales 🌊\n\nIt rained. The whales were counted on 3 May, at noon.") == ["3 May"]
    assert emphasised(
        "# 鯨\n\n雨でした。鯨は5月3日に数えられました。", words="5月3日", question="鯨はいつ数えられた？"
    ) == ["5月3日"]


def test_words_inside_of_markup_are_emphasised(emphasised: Emphasised) -> None:
    assert emphasised("# Whales\n\nThe whales were counted on **3 May**, at noon.") == ["3 May"]


@pytest.mark.parametrize(
    "line",
    [
        "The whales were counted on 3 *May*.",
        "The whales of 3 May were counted on 3 May.",
        # What is no words of the page, though the file has it once as it is.
        "The whales were counted on [3 *May*](https://whales.example/3 May).",
        "The whales were counted on [3 *May*](<https://whales.example/3 May>).",
        "The whales were counted on [3 *May*](https://whales.example 'of 3 May').",
        "The whales were counted on [3 *May*][3 May].\n\n[3 May]: https://whales.example",
        'The whales were counted on <a title="3 May">3 *May*</a>.',
        "The whales were counted on 3 *May*: https://whales.example/3 May",
    ],
)
def test_words_that_a_line_has_not_once_as_they_are_are_not(emphasised: Emphasised, line: str) -> None:
    assert emphasised(f"# Whales\n\n{line}") == []


def test_words_of_links_are_emphasised(emphasised: Emphasised) -> None:
    assert emphasised("# Whales\n\nThe whales were counted on [3 May](https://whales.example/).") == ["3 May"]
    assert emphasised("# Whales\n\n<b>The whales</b> were counted on 3 May, see https://whales.example/") == ["3 May"]


def test_words_that_the_reader_is_not_sure_of_are_not(emphasised: Emphasised) -> None:
    assert emphasised("# Whales\n\nThe whales were counted on 3 May.", surely=0.2) == []


def test_where_a_section_is_summed_up_no_words_are(emphasised: Emphasised) -> None:
    report = "# Whales\n\nThe whales were counted on 3 May."
    assert emphasised(report, question="what are the key points about whales?") == []


def test_of_other_reports_those_that_surely_answer_are_emphasised(emphasised: Emphasised) -> None:
    one, other = (f"# {name}\n\nThe whales were counted on 3 May in {name}." for name in ("Oslo", "Bergen"))
    assert emphasised(one, other) == ["3 May", "3 May"]
    assert emphasised(one, other, answers=1.0) == ["3 May"]


def test_words_are_emphasised_where_the_page_shows_more_or_less_than_the_file_has(emphasised: Emphasised) -> None:
    report = "---\ntitle: x\nlayout: post\n---\n\nThe <b>whales</b>\nwere <i>counted</i> on 3 May, at noon."
    assert emphasised(report) == ["3 May"]
