"""Names in Latin letters find their kanji, and numbered parts are one word however they are written."""

from __future__ import annotations

import pytest

from index.language import lexicon
from index.language.parts import parts
from index.language.romaji import spelling


@pytest.mark.parametrize(
    ("reading", "written"),
    [
        ("トウキョウ", ["Tokyo", "Toukyou", "Tōkyō", "TOKYO"]),
        ("オオタ", ["Ota", "Ohta", "Oota"]),
        ("シンブン", ["shinbun", "shimbun"]),
        ("マッチャ", ["matcha", "maccha"]),
        ("キッサテン", ["kissaten"]),
        ("ジュンイチ", ["Jun'ichi", "junichi"]),
        ("リョウ", ["Ryo", "Ryō", "Ryou"]),
        ("シャチョウ", ["shacho"]),
        ("フジイ", ["Fujii", "Fuji"]),
    ],
)
def test_a_name_has_one_spelling(reading, written):
    assert {spelling(word) for word in written} == {spelling(reading)}


def test_different_names_stay_different():
    assert len({spelling(name) for name in ("Ono", "Ueno", "Kano", "Sano", "Sato")}) == 5


@pytest.mark.parametrize(
    ("text", "asked"),
    [("鍵番勉強会に参加", "Kagiban"), ("登壇は宮原さん", "Miyahara"), ("会場は高松でした", "Takamatsu")],
)
def test_readings_join_neighbours(text, asked):
    assert lexicon.romanised(asked) in lexicon.readings(text)


def test_kana_and_latin_words_have_no_readings():
    assert lexicon.readings("クラウドはどうだった Cloud よ https://example.com/鍵番勉強会") == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("トラック4の結論は？", "track4"),
        ("4番目のトラック", "track4"),
        ("四つ目のトラック", "track4"),
        ("what did the fourth track conclude", "track4"),
        ("the 4th track", "track4"),
        ("2日目の話", "day2"),
        ("第3部", "part3"),
        ("二番目の発表", "talk2"),
        ("セッション12", "session12"),
    ],
)
def test_a_numbered_part_is_one_word(text, part):
    assert part in list(parts(text))
    assert part in lexicon.terms(text)


@pytest.mark.parametrize(
    "text",
    ["セッション2024年", "発表3分", "トラックが4台", "the first time", "ハンズオン2時間", "4日"],
)
def test_other_numbers_are_no_parts(text):
    assert list(parts(text)) == []
