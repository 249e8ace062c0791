"""The parts of a text, and what comes first in them."""

from __future__ import annotations

import pytest

from index.grounding.ordering.parts import EARLY, LATE, times, ways_to_part_lines
from index.grounding.statement import statement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("errors after", {LATE}),
        ("after the talk", {EARLY}),
        ("before the talk", {LATE}),
        ("38 ms before", {EARLY}),
        ("最初は警告", {EARLY}),
        ("その後は警告", {LATE}),
        ("その前は38ms", {EARLY}),
        ("書く前に", {LATE}),
        ("書いた後に", {EARLY}),
        ("the second round", {LATE}),
        ("a round", set()),
    ],
)
def test_what_comes_early_and_late(text: str, expected: set[str]) -> None:
    assert times(statement(text)) == expected


def test_cells_are_told_with_their_heads() -> None:
    lines = (statement("| | 2021 | 2022 |"), statement("| Showed up | 71 | 129 |"))
    assert [part.text for part in ways_to_part_lines(lines)[0]] == ["Showed up 2021 71", "Showed up 2022 129"]


def test_a_row_of_two_cells_is_one_part() -> None:
    assert [part.text for part in ways_to_part_lines((statement("| 6日目 | 復旧 |"),))[0]] == ["6日目 復旧"]
