"""Differences, sums, parts and multiples of what lines tell are proved, and what is about or more than it."""

from __future__ import annotations

import pytest

from index.grounding.quantities.quantities import unproved
from index.grounding.statement import statement


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("It got 20 minutes shorter.", "It went from 50 minutes to 30 minutes."),
        ("80名増えた。", "会員は400名、前年末は320名。"),
        ("利用者は5倍以上になった。", "利用者は40人から210人へ。"),
        ("About two thirds passed.", "67 percent passed."),
        ("3分の2にあたる18軒が応じた。", "27軒に聞き、18軒が応じた。"),
        ("More than half of the 500 were old.", "500件のうち310件が古い。"),
        ("The rate rose by 12 points.", "率は58%から70%に上がった。"),
        ("不足は7万円近くになった。", "不足69,400円。"),
        ("In total 90 people came.", "昼は60人、夜は30人が来た。"),
        ("Nearly 400 people came.", "390人が来た。"),
        ("It was shipped five days before.", "Planned for 14 June, shipped on 9 June."),
    ],
)
def test_what_follows_is_proved(sentence: str, line: str) -> None:
    assert unproved(statement(sentence), [statement(line)]) is None


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("It got 25 minutes shorter.", "It went from 50 minutes to 30 minutes."),
        ("利用者は7倍以上になった。", "利用者は40人から210人へ。"),
        ("About half passed.", "67 percent passed."),
        ("More than half of the 500 were old.", "500件のうち110件が古い。"),
        ("不足は7万円だった。", "不足69,400円。"),
        ("Less than 400 people came.", "410人が来た。"),
        ("20 people came.", "昼は60人、夜は40人が来た。"),
        ("It took a month.", "It took a week, then another week."),
    ],
)
def test_what_does_not_follow_is_not(sentence: str, line: str) -> None:
    assert unproved(statement(sentence), [statement(line)]) is not None
