"""Words are found in another writing: with variant kanji, and with characters in them that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import regex

from index.characters.kanji import in_use
from index.characters.normal_form import nfkc, visible
from index.language import lexicon
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.types import EncoderInput
from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.types import Answer

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
    *("齋藤 斉藤", "斎藤 斉藤", "齊木 斎木", "竹內 竹内", "川嵜 川崎", "川碕 川崎", "槇原 槙原", "遙香 遥香"),
    *("栢木 柏木", "簱手 旗手", "渕上 淵上"),
    *("彥坂 彦坂", "三嶌 三島", "曻 昇", "古舘 古館", "桒原 桑原", "惠子 恵子", "籘井 藤井", "舩越 船越", "枩下 松下"),
    *("靍田 鶴田", "靏田 鶴田", "𣘺本 橋本", "嶽本 岳本", "崗田 岡田", "苅谷 刈谷", "毗沙門 毘沙門"),
]
# Words in characters that some tables of variants call another character's.
ORDINARY = "霞ヶ関 駿河 葡萄 堺市 筑波 智子 嬉しい 釘 篠原 栗原 叩く 吊り橋 琉球 郁子 其の 祐子 瞑想 揃える 鞄".split()
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


@pytest.mark.parametrize("pair", ["髙橋 高橋", "渡邊 渡辺", "廣瀬 広瀬", "櫻井 桜井", "斉藤 斎藤", "竹內 竹内"])
def test_a_name_is_found_in_either_writing(tmp_path: Path, pair: str) -> None:
    for number, (asked, told) in enumerate((pair.split(), reversed(pair.split()))):
        answer = ask(
            tmp_path / str(number), f"{asked}さんの役は？", f"受付は谷さんです。\n\n船を出したのは{told}さんです。"
        )
        assert answer.quotes[0].text == f"船を出したのは{told}さんです。"


@pytest.mark.parametrize("word", ORDINARY)
def test_ordinary_words_are_written_in_characters_of_their_own(word: str) -> None:
    assert in_use(word) == word


def test_no_character_stands_for_a_variant() -> None:
    kanji = "".join(map(chr, range(0x3400, 0xA000)))
    assert in_use(in_use(kanji)) == in_use(kanji)


@pytest.mark.parametrize(
    "different",
    ["土田 士田", "日野 曰野", "大井 太井", "智子 知子", "駿 俊", "昌子 唱子", "柊 終", "大崎 大埼"],
)
def test_other_names_stay_apart(different: str) -> None:
    one, other = different.split()
    assert lexicon.terms(one) != lexicon.terms(other)


@pytest.mark.slow
@pytest.mark.parametrize("pair", ["髙橋 高橋", "渡邊 渡辺", "川嵜 川崎", "竹內 竹内"])
def test_the_encoder_reads_a_name_in_either_writing_alike(pair: str) -> None:
    encoder = load_encoder(BUNDLED_MODEL)
    texts = [f"船を出したのは{name}さんです。" for name in pair.split()]
    (_, one), (_, other) = encoder.encode_passages([EncoderInput("浜辺の会", (text,)) for text in texts])
    asked = [encoder.encode_question(text) for text in texts]
    for left, right in ((one.dense, other.dense), (one.sentences, other.sentences), (asked[0].dense, asked[1].dense)):
        assert np.array_equal(left, right)


@pytest.mark.slow
@pytest.mark.parametrize("invisible", INVISIBLE)
@pytest.mark.parametrize("question", ["Namitokei", "what does Namitokei do?", "Namitokeiの役は？", "名札係は誰？"])
def test_what_nobody_sees_hides_no_word(tmp_path: Path, invisible: str, question: str) -> None:
    told = f"Nami{invisible}tokei does the nets. 名{invisible}札係は谷さんです。"
    answer = ask(tmp_path / "told", question, told)
    assert answer.quotes[0].text in told
    hidden = ask(tmp_path / "asked", question.replace("tokei", f"{invisible}tokei"), told.replace(invisible, ""))
    assert [one.confidence for one in (answer, hidden)] == [answer.confidence] * 2
    assert hidden.quotes[0].text == visible(answer.quotes[0].text)


@pytest.mark.slow
def test_exactly_what_unicode_calls_ignorable_is_invisible() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    assert [one for one in characters if not visible(one)] == [one for one in characters if ignorable.match(one)]


def test_words_are_compared_without_what_is_invisible() -> None:
    assert nfkc("\ufeffＫｏｂ\u00adａｌ\u200dｔ") == "Kobalt"
