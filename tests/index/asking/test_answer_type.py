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


NEXT = [
    "次回はいつ？",
    "次のAWS Carnivalの会場は？",
    "来年も開催される？",
    "when is the next Harbour Metrics Evening?",
    "next meetup?",
    "will there be another conference?",
]


@pytest.mark.parametrize("question", NEXT)
def test_of_the_next_edition_a_text_about_one_says_nothing(question: str) -> None:
    assert lacks_asked_type(question, [*WITHOUT, "It was held on 7 June.", "お次はNext.jsの発表です。"])


@pytest.mark.parametrize(
    "text",
    [
        "The next one is on 12 March.",
        "No. 20 is on 12 March.",
        "次は3月22日、同じ店で。",
        "第14夜は6月13日です。",
        "2026年は未定。",
        "Save the date: 4 May.",
    ],
)
def test_what_is_said_of_the_next_edition(text: str) -> None:
    assert not any(lacks_asked_type(question, [text]) for question in NEXT)


@pytest.mark.parametrize(
    "question",
    [
        "次のセッションは？",
        "次のデータベースの話をしたのは誰？",
        "what did they do next?",
        "what comes next to the stage?",
        "what was the next talk about at the conference?",
    ],
)
def test_what_comes_next_in_an_event_is_no_next_edition(question: str) -> None:
    assert not lacks_asked_type(question, WITHOUT)
