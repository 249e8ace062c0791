"""Numbers in words, in kanji and in parts are digits before they are compared."""

from __future__ import annotations

import pytest

from index.grounding.quantities.written_numbers import ARTICLE, ONE, digits
from index.grounding.statement import statement


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("twenty-one teams", "21 teams"),
        ("nine and ten October", "9 and 10 October"),
        ("two hundred and five people", "205 people"),
        ("1.2 million yen", "1200000 yen"),
        ("28k users", "28000 users"),
        ("1,200 people", "1200 people"),
        ("a dozen eggs", "12 eggs"),
        ("the fourth talk", "the 4th talk"),
        ("twice a week", f"2 times {ARTICLE} week"),
        ("100 requests per second", "100 requests per second"),
        ("two and a half hours", "2.5 hours"),
        ("half past seven", "7:30"),
        ("a quarter to eight", "7:45"),
        ("two thirds of them", "66.6667 percent of them"),
        ("the first half", f"the {ONE}st half"),
        ("one idea", f"{ONE} idea"),
        ("2万8千円", "28000円"),
        ("1億2000万円", "120000000円"),
        ("三人", "3人"),
        ("十四か月", "14か月"),
        ("1時間半", "1.5時間"),
        ("家賃は倍", "家賃は2倍"),
    ],
)
def test_numbers_are_written_in_digits(text: str, written: str) -> None:
    assert digits(statement(text)) == written


@pytest.mark.parametrize("text", ["三篠さん", "千葉", "一番", "At first, they talked", "十分に"])
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert digits(statement(text)) == text
