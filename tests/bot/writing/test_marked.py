"""Sentences and their numbers, however a model writes them."""

from __future__ import annotations

import pytest

from bot.writing.marked import refuses, says_nothing, sentences_of
from tests.support.growth import is_linear


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        ("It is 5. [1] They moved in 2019. [2]", [("It is 5.", (1,)), ("They moved in 2019.", (2,))]),
        ("[1] It is 5.\n[2] They moved.", [("It is 5.", (1,)), ("They moved.", (2,))]),
        ("費用は5円です。[1]移転しました【2】。", [("費用は5円です。", (1,)), ("移転しました。", (2,))]),
        ("- **It** is `5` [1,3]\n* They moved ［2］", [("It is 5", (1, 3)), ("They moved", (2,))]),
        ("> 1. It is 5 [line 4].", [("It is 5.", (4,))]),
        ("Answer: It is 5 (1).", [("It is 5.", (1,))]),
        ("It is 5 (see below) [^1]", [("It is 5 (see below)", (1,))]),
        ("費用は5円です［1］［12］", [("費用は5円です", (1, 12))]),
        ("# Heading\nHere it is:\nIt is 5.\nNONE", [("It is 5.", ())]),
        (
            "The U.S. team has 3.5 lamps, e.g. Lamp No. 5. [1]",
            [("The U.S. team has 3.5 lamps, e.g. Lamp No. 5.", (1,))],
        ),
        ("It began in [2019].", [("It began in [2019].", ())]),
        ("The first one is a[0]. [2]", [("The first one is a[0].", (2,))]),
        ("It reads x[1] and rows[3].id [1]", [("It reads x[1] and rows[3].id", (1,))]),
        ("It sets rows[2] = 5 [4].", [("It sets rows[2] = 5.", (4,))]),
        ("It cost 5[1].", [("It cost 5.", (1,))]),
        ("a\u202eb\u200bc\x07 d\ud800", [("abc d", ())]),
        ("", []),
        ("[1] [2]\n---\n...", []),
    ],
)
def test_sentences_and_numbers(reply: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.text, one.labels) for one in sentences_of(reply, whole=True)] == sentences


def test_the_end_of_what_was_cut_is_no_sentence() -> None:
    cut = "It is 5. [1]\nThey moved. [2] They have no"
    assert [one.text for one in sentences_of(cut, whole=False)] == ["It is 5.", "They moved."]
    assert [one.text for one in sentences_of("It is 5. [1]\n", whole=False)] == ["It is 5."]
    assert sentences_of("It is", whole=False) == []


@pytest.mark.parametrize("text", ["```\nIt is 5.\n```", "| It | is 5 |", '{"answer": "It is 5."}', '[{"a": 5}]'])
def test_what_is_no_running_text_says_so(text: str) -> None:
    assert [one.is_text for one in sentences_of(text, whole=True)] == [False]


@pytest.mark.parametrize("text", ["NONE", " none. ", "**NONE**", "NONE [1]", "なし。", "該当なし"])
def test_no_answer(text: str) -> None:
    assert says_nothing(text)
    assert not says_nothing(f"{text} of them came")


@pytest.mark.parametrize(
    "text",
    [
        "I’m sorry, but no.",
        "I cannot say.",
        "As an AI model, I",
        "申し訳ありませんが",
        "その質問にはお答えできません。",
    ],
)
def test_a_refusal(text: str) -> None:
    assert refuses(text)
    assert not refuses(f"It is 5.\n{text}")


@pytest.mark.parametrize("begin", ["[", "(", "【 "])
def test_blanks_in_brackets_take_no_longer_than_others(begin: str) -> None:
    def read(reply: str) -> None:
        says_nothing(reply)
        sentences_of(reply, whole=True)

    assert is_linear(read, lambda size: begin + " " * size + "so it is.")
