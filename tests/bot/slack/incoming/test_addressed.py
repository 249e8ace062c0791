"""Which untagged lines ask the reports something, by their words and over a set of our own."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bot.answers.answerer import Answerer, open_answerer
from bot.settings import BotSettings
from bot.slack.incoming import addressed
from tests.support.helpers import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

from thread_lines import LINES, SPEAKERS, measure

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [json.loads(line) for line in LINES.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def answerer(real_index: Path) -> Answerer:
    return open_answerer(BotSettings(index=real_index, _env_file=None))


def test_the_set_has_both_languages_and_is_half_for_people() -> None:
    assert len({row["line"] for row in ROWS}) == len(ROWS) >= 200
    for lang in ("ja", "en"):
        lines = [row for row in ROWS if row["lang"] == lang]
        assert sum(not row["for_bot"] for row in lines) >= len(lines) / 2 >= 100


@pytest.mark.parametrize("half", ["dev", "held_out", "later"])
def test_it_answers_what_is_for_it_and_hardly_anything_else(answerer: Answerer, half: str) -> None:
    report = measure(answerer, (row for row in ROWS if row["half"] == half))
    for speaker in SPEAKERS:
        figures: dict[str, Any] = report[speaker]
        assert figures["precision"] >= 0.98, report["misses"]
        assert figures["recall"] >= 0.8, report["misses"]


@pytest.mark.parametrize(
    "text",
    [
        "And track3?",
        "track3は？",
        "じゃあtrack3",
        "いつでしたか",
        "When was it",
        "and track2",
        "what about OLAP",
        "Tell me more",
        "OLAPとは",
        "どこで開催されましたか。",
        "ok so who spoke",
        "in Japanese please",
        "英語でお願いします",
        "もう少し詳しく",
        "続き",
        "`OLAP`って何？",
        "会場はどこでしたか :eyes:",
        "<https://a.example/?b|a.example> 会場はどこでしたか",
        "&gt; 乾杯！\nthanks, and who spoke in track3?",
    ],
)
def test_questions_to_the_reports_are_recognised(text: str) -> None:
    assert addressed.read(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, great!",
        "なるほど",
        "I was there too.",
        "了解です！",
        "see you at lunch",
        "面白かったです",
        "そうですか。",
        "Will do",
        "+1",
        "",
        "それで進めます",
        "あと5分で行きます",
        "OK?",
        "<https://a.example/watch?v=track4>",
        "`track4 ? 1 : 2`",
        "```\n結論は？\n```",
        "&gt; track4の結論は？",
        ":question:",
        "❓",
        "会場で待ってます？",
        "Anna, who spoke in track3?",
        "田中さん、会場はどこでしたか？",
        "what was track3 about? " + "we liked it. " * 30,
    ],
)
def test_what_people_tell_each_other_is_not(text: str) -> None:
    assert addressed.read(text) is None
