"""Words are found in another writing: with variant kanji, and with characters in them that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import regex
from helpers import fake_answerer, refresh, write

from index import lexicon
from index.normal_form import nfkc, visible

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answer import Answer

PAIRS = [
    *(
        "髙橋 高橋",
        "宮﨑 宮崎",
        "渡邊 渡辺",
        "渡邉 渡辺",
        "渡邊 渡邉",
        "齋藤 斎藤",
        "齊藤 斉藤",
        "濵田 浜田",
        "濱田 浜田",
    ),
    *(
        "濵田 濱田",
        "中嶋 中島",
        "櫻井 桜井",
        "大澤 大沢",
        "廣瀬 広瀬",
        "德永 徳永",
        "黒瀨 黒瀬",
        "眞鍋 真鍋",
        "栁田 柳田",
    ),
    *("𠮷野 吉野", "國枝 国枝", "龍田 竜田", "彌生 弥生", "檜山 桧山", "薮内 籔内", "冨田 富田", "小峯 小峰"),
]
INVISIBLE = [
    "\u00ad",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u2060",
    "\ufeff",
    "\ufe0f",
    "\u034f",
    "\u180e",
    "\U000e0061",
]


def ask(folder: Path, question: str, body: str) -> Answer:
    text = f'---\ntitle: "浜辺の会"\n---\n\n## 話\n\n{body}\n\n## 昼食\n\n昼食は港の食堂で、みんなで魚を食べました。\n'
    refresh(write(folder / "articles", one=text), folder / "index")
    answer = fake_answerer(folder / "index", threshold=0.0).answer(question)
    assert all(text.encode()[quote.start : quote.end].decode() == quote.text for quote in answer.quotes)
    return answer


@pytest.mark.parametrize("pair", PAIRS)
def test_variants_of_a_name_are_one_word(pair: str) -> None:
    one, other = pair.split()
    assert lexicon.terms(f"{one}さんの話") == lexicon.terms(f"{other}さんの話") != []


@pytest.mark.parametrize("pair", ["髙橋 高橋", "渡邊 渡辺", "廣瀬 広瀬", "櫻井 桜井"])
def test_a_name_is_found_in_either_writing(tmp_path: Path, pair: str) -> None:
    for number, (asked, told) in enumerate((pair.split(), reversed(pair.split()))):
        answer = ask(
            tmp_path / str(number), f"{asked}さんの役は？", f"受付は谷さんです。\n\n船を出したのは{told}さんです。"
        )
        assert answer.quotes[0].text == f"船を出したのは{told}さんです。"


@pytest.mark.parametrize("different", ["土田 士田", "日野 曰野", "大井 太井", "斉木 斎木"])
def test_other_names_stay_apart(different: str) -> None:
    one, other = different.split()
    assert lexicon.terms(one) != lexicon.terms(other)


@pytest.mark.parametrize("invisible", INVISIBLE)
@pytest.mark.parametrize("question", ["Namitokei", "what does Namitokei do?", "Namitokeiの役は？", "名札係は誰？"])
def test_what_nobody_sees_hides_no_word(tmp_path: Path, invisible: str, question: str) -> None:
    told = f"Nami{invisible}tokei does the nets. 名{invisible}札係は谷さんです。"
    answer = ask(tmp_path / "told", question, told)
    assert answer.quotes[0].text in told
    hidden = ask(tmp_path / "asked", question.replace("tokei", f"{invisible}tokei"), told.replace(invisible, ""))
    assert [one.confidence for one in (answer, hidden)] == [answer.confidence] * 2
    assert hidden.quotes[0].text == visible(answer.quotes[0].text)


def test_exactly_what_unicode_calls_ignorable_is_invisible() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    assert [one for one in characters if not visible(one)] == [one for one in characters if ignorable.match(one)]


def test_words_are_compared_without_what_is_invisible() -> None:
    assert nfkc("\ufeffＫｏｂ\u00adａｌ\u200dｔ") == "Kobalt"
