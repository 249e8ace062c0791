"""A question that names no event gets the name of the event that is quoted, or is asked which one is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.asking.question import Question
from tests.support.helpers import MOSS, WHALES, fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answers.answerer import Answerer

GENERAL = [
    "When was the event held?",
    "who organised it?",
    "When and where did it take place?",
    "Where was it?",
    "How many people attended?",
    "いつどこで開催された？",
    "次回はいつ？",
    "参加者数は？",
    "主催は？",
]
TELLING = [
    "When was Moss night held?",
    "How many people attended PyCon?",
    "What is OLAP?",
    "Who spoke about lamps?",
    "鯨を数える夕べはいつ？",
    "2023年の開催はいつ？",
    "動画はどこで見られる？",
]


def answerer(tmp_path: Path, threshold: float, **reports: str) -> Answerer:
    refresh(write(tmp_path / "articles", **reports), tmp_path / "index")
    return fake_answerer(tmp_path / "index", threshold=threshold)


@pytest.mark.parametrize("question", GENERAL)
def test_questions_about_any_event(question: str) -> None:
    assert Question.of(question).is_of_any_event


@pytest.mark.parametrize("question", TELLING)
def test_questions_that_tell_what_they_are_about(question: str) -> None:
    assert not Question.of(question).is_of_any_event


def test_the_bot_asks_which_event_is_meant(tmp_path: Path) -> None:
    unsure = answerer(tmp_path, 1.0, whales=WHALES, moss=MOSS)
    answer = unsure.answer("When was the event held?")
    assert (answer.status, answer.quotes) == ("not_found", ())
    assert answer.notice is not None
    assert answer.notice.startswith("Which event do you mean? Please ask again with its name, such as “")
    japanese = unsure.answer("いつどこで開催された？").notice
    assert japanese is not None
    assert japanese.startswith("どのイベントのことでしょうか。「")
    assert unsure.answer("Who spoke about lamps?").notice is None


def test_an_answer_about_no_named_event_names_the_quoted_one(tmp_path: Path) -> None:
    sure = answerer(tmp_path, 0.0, whales=WHALES, moss=MOSS)
    answer = sure.answer("who spoke?")
    assert {quote.citation.title for quote in answer.quotes} == {"Moss night"}
    assert answer.notice == "This is from “Moss night”. If you mean another event, please ask again with its name."
    assert sure.answer("and when?", [answer]).notice is None


def test_nothing_is_asked_where_there_is_one_report(tmp_path: Path) -> None:
    alone = answerer(tmp_path, 0.0, moss=MOSS)
    assert alone.answer("who spoke?").notice is None
