"""The two reports that come along, a Japanese and an English one, are asked in both languages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.answers.answerer import Answerer, open_answerer
from bot.settings import BotSettings
from tests.support.helpers import ARTICLES, CARNIVAL, ROOT, python

if TYPE_CHECKING:
    from bot.types import Answer

OWN = ROOT / "benchmarks" / "questions_own.jsonl"
ROWS = [json.loads(line) for line in OWN.read_text("utf-8").splitlines()]
LANTERN = ARTICLES / "lantern-ops-evening-2024.md"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("both")
    ran = python("-m", "index", "build", "--articles", ARTICLES, "--index", "index", cwd=folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    return open_answerer(BotSettings(index=folder / "index", _env_file=None))


def quoted(answer: Answer, article: str) -> str:
    return "".join("".join(quote.text.split()) for quote in answer.quotes if quote.citation.article == article)


def share_quoted(answerer: Answerer, article: str, lang: str) -> float:
    """Return the share of our own questions in a language on an article whose evidence is quoted."""
    asked = [row for row in ROWS if row["article"] == article and row["lang"] == lang]
    has = ["".join(row["evidence"].split()) in quoted(answerer.answer(row["question"]), article) for row in asked]
    return sum(has) / len(has)


@pytest.mark.model
@pytest.mark.parametrize("article", [CARNIVAL.name, LANTERN.name])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_both_reports_answer_questions_in_both_languages(both: Answerer, article: str, lang: str) -> None:
    assert share_quoted(both, article, lang) > 0.75


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "article", "answer"),
    [
        ("what is OLAP?", CARNIVAL, "大量のデータをまとめて分析する用途"),
        ("図書館のバックアップはいつ復元を試している？", LANTERN, "on the first Tuesday of every month"),
        ("チケットはいくら？", None, ""),
    ],
)
def test_the_first_session_of_the_readme(both: Answerer, question: str, article: object, answer: str) -> None:
    assert question in (ROOT / "README.md").read_text("utf-8")
    found = both.answer(question)
    assert {quote.citation.article for quote in found.quotes} == ({article.name} if article else set())
    assert answer in "".join(quote.text for quote in found.quotes)


def test_our_own_questions_are_in_both_languages_on_both_reports() -> None:
    for article in (CARNIVAL, LANTERN):
        text = "".join(article.read_text("utf-8").split())
        rows = [row for row in ROWS if row["article"] == article.name]
        assert [row["lang"] for row in rows].count("ja") == [row["lang"] for row in rows].count("en") > 0
        assert all("".join(row["evidence"].split()) in text for row in rows)
    assert len({row["id"] for row in ROWS}) == len(ROWS)
