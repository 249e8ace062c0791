"""Editions of an event in order: the last one where it is asked for, and first where several answer alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answers.answerer import Answerer

pytestmark = pytest.mark.slow

LAST_YEAR = datetime.now(UTC).astimezone().year - 1


def jekyll(title: str, date: str, body: str) -> str:
    return f"---\nlayout: post\ntitle: {title}\ndate: {date}\n---\n\n{body}\n"


REPORTS = {
    "posts/one": jekyll("FernConf 2019 in a nutshell", "2019-06-12", "The venue of FernConf was a red barn."),
    "posts/two": jekyll("What I saw at FernConf 2021", "2021-06-12", "The venue of FernConf was a blue barn."),
    "posts/three": jekyll("苔光祭 第3回に行った", "2018-05-01", "苔光祭の会場は石の蔵でした。"),
    "posts/four": jekyll("苔光祭 第4回の記録", "2019-05-01", "苔光祭の会場は麦の家でした。"),
    "_posts/2020-01-02-quay-night": "# Quay Night\n\nThe venue of Quay Night was a grey boat.\n",
    f"_posts/{LAST_YEAR}-01-02-pier-fest": "# Pier Fest\n\nThe venue of Pier Fest was a green boat.\n",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("editions")
    for path, text in REPORTS.items():
        file = folder / "articles" / f"{path}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    refresh(folder / "articles", folder / "index")
    return fake_answerer(folder / "index", threshold=0.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the venue of the latest FernConf?", "blue barn"),
        ("Where was the most recent FernConf held?", "blue barn"),
        ("最新の苔光祭の会場は？", "麦の家"),
        ("一番新しい苔光祭の会場は？", "麦の家"),
        ("What was the venue of FernConf in 2019?", "red barn"),
        ("What was the venue of FernConf 2021?", "blue barn"),
        ("2018年の苔光祭の会場は？", "石の蔵"),
        ("What was the venue of Quay Night 2020?", "grey boat"),
        ("What was the venue of last year's Pier Fest?", "green boat"),
        ("去年のPier Festの会場 venue は？", "green boat"),
    ],
)
def test_the_edition_that_is_meant_answers(answerer: Answerer, question: str, expected: str) -> None:
    answer = answerer.answer(question)
    assert (answer.status, answer.notice) == ("answered", None)
    assert expected in answer.quotes[0].text
    assert len({quote.citation.article for quote in answer.quotes}) == 1


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What was the venue of FernConf 2020?", ["2019", "2021"]),
        ("苔光祭 第5回の会場は？", ["第3回", "第4回"]),
        ("What was the venue of Quay Night 2021?", ["2020"]),
    ],
)
def test_editions_that_are_there_instead_are_named(answerer: Answerer, question: str, others: list[str]) -> None:
    answer = answerer.answer(question)
    assert answer.status == "not_found"
    assert answer.notice is not None
    assert all(other in answer.notice for other in others)


def test_of_editions_that_answer_alike_the_later_one_comes_first(tmp_path: Path) -> None:
    same = "The venue of the night was a barn by the river, and the tea was hot."
    names = {
        f"night_{year}": jekyll(f"Lantern Night {year}", f"{year}-06-12", same + f" {year}") for year in (2018, 2022)
    }
    refresh(write(tmp_path / "articles", **names), tmp_path / "index")
    answer = fake_answerer(tmp_path / "index", threshold=0.0).answer("What was the venue of Lantern Night?")
    assert answer.quotes[0].citation.article == "night-2022.md"


def test_the_latest_of_something_else_is_no_edition(answerer: Answerer) -> None:
    answer = answerer.answer("Which barn was the latest idea of FernConf 2019?")
    assert answer.quotes[0].citation.article == "posts/one.md"
