"""What belongs together in the lines may not have changed places in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.ordering.exchanges import exchanged
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("Errors for three weeks, warnings after.", ["Warnings for three weeks, errors after."]),
        ("Aberaeron costs 1,750 euros, Skopje 2,900 euros.", ["Aberaeron costs 2,900 euros, Skopje 1,750 euros."]),
        ("129 people came in 2021, and 71 people in 2022.", ["| | 2021 | 2022 |", "| People | 71 | 129 |"]),
        ("文字通訳の遅れは、A会場が平均4秒、B会場が平均7秒だった。", ["B会場の遅れは平均4秒、A会場は平均7秒。"]),
        ("Sound is nice for values and useless for shape.", ["Sound is nice for shape, useless for values."]),
        ("泊まりは8人、日帰りは34人。", ["泊まり 34人、日帰り 8人"]),
        ("It takes 38 ms before, and 120 ms with int8.", ["With int8 it takes 38 ms, and 120 ms before."]),
        ("Check the home page first, the checkout last.", ["Check the checkout first, the home page last."]),
    ],
)
def test_what_changed_places_is_found(sentence: str, lines: list[str], vocabulary: Vocabulary) -> None:
    assert exchanged(statement(sentence), [statement(line) for line in lines], vocabulary)


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("Errors come after, warnings for three weeks.", ["Warnings for three weeks, errors after."]),
        ("Skopje costs 1,750 euros, Aberaeron 2,900 euros.", ["Aberaeron costs 2,900 euros, Skopje 1,750 euros."]),
        ("71 people came in 2021, and 129 people in 2022.", ["| | 2021 | 2022 |", "| People | 71 | 129 |"]),
        ("A会場は平均7秒、B会場は平均4秒遅れた。", ["B会場の遅れは平均4秒、A会場は平均7秒。"]),
        ("141 people came, and 260 watched.", ["141 people on site, 260 online.", "3,000 yen, online free."]),
        ("It was cheap.", ["It was cheap, and fast."]),
    ],
)
def test_what_stands_where_it_stood_is_none(sentence: str, lines: list[str], vocabulary: Vocabulary) -> None:
    assert not exchanged(statement(sentence), [statement(line) for line in lines], vocabulary)
