"""Questions for a price or a number of people are answered by texts that have one, however either is said."""

from __future__ import annotations

import pytest

from index.asking.answer_type import lacks_asked_type

WITHOUT = ["The hall was full and the prize was handed over by the mayor.", "会場は満員で、市長が賞を渡しました。"]
PEOPLE = [
    "How many people came?",
    "What was the attendance?",
    "How large was the audience?",
    "参加者数は？",
    "来場者数を教えて",
]
PRICES = ["How much prize money did the winners get?", "ticket price?", "賞金は？", "チケット代はいくら？"]


@pytest.mark.parametrize("question", [*PEOPLE, *PRICES])
def test_a_text_without_the_kind_of_thing_lacks_it(question: str) -> None:
    assert lacks_asked_type(question, WITHOUT)


@pytest.mark.parametrize(
    "text",
    [
        "about 300 engineers came",
        "two hundred people",
        "attended by 85",
        "a crowd of nearly 40",
        "50+ attendees",
        "参加者は120",
    ],
)
def test_numbers_of_people(text: str) -> None:
    assert not any(lacks_asked_type(question, [text]) for question in PEOPLE)


@pytest.mark.parametrize("text", ["JPY 3000", "EUR 20", "there was no charge", "a 10,000 dollar prize", "賞金100万円"])
def test_amounts_of_money(text: str) -> None:
    assert not any(lacks_asked_type(question, [text]) for question in PRICES)


@pytest.mark.parametrize("question", ["How much time did the winners get?", "主催者は？", "How many talks were there?"])
def test_other_questions_lack_nothing(question: str) -> None:
    assert not lacks_asked_type(question, WITHOUT)
