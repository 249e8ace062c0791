"""A sentence is proved by the lines that it leans on, or the first reason is named why it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.grounding.grounding import MOST_LINES, Line

if TYPE_CHECKING:
    from index.grounding.grounding import Grounding, Reason

TALKS = ("Night of lamps", "Talks")
LINES = [
    Line("宮原さんは、運用の値段を2万8千円から1万円に下げた。", TALKS, 1),
    Line("They did not record the talks.", TALKS, 1),
    Line("The workshop had 30 people and ended at 20:00.", ("Night of lamps", "Workshop"), 2),
    Line("It was given in the cellar of the library by Konstantin.", ("Night of lamps", "Workshop"), 2),
]


@pytest.mark.parametrize(
    ("sentence", "leans_on"),
    [
        ("Miyahara lowered the price of operations from 28,000 to 10,000 yen.", (0,)),
        ("The talks were not recorded.", (1,)),
        ("ワークショップには30人が参加し、20時に終わった。", (2,)),
        ("The workshop had 30 people and was given by Konstantin.", (2, 3)),
        ("The workshop at the Night of lamps had 30 people.", (2,)),
    ],
)
def test_the_lines_are_found_without_a_hint(sentence: str, leans_on: tuple[int, ...], grounding: Grounding) -> None:
    verdict = grounding.check(sentence, LINES)
    assert verdict.leans_on == leans_on
    assert verdict.is_proved


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The workshop had 40 people.", "quantity"),
        ("Tanaka lowered the price from 28,000 to 10,000 yen.", "name"),
        ("They recorded the talks.", "negation"),
        ("宮原さんは、運用の値段を上げた。", "direction"),
        ("Miyahara lowered the price from 10,000 to 28,000 yen.", "order"),
        ("Volcanoes are beautiful when seen from airplanes.", "words"),
    ],
)
def test_what_is_not_proved_has_a_reason(sentence: str, reason: Reason, grounding: Grounding) -> None:
    verdict = grounding.check(sentence, LINES)
    assert (verdict.reason, verdict.leans_on) == (reason, ())


def test_labels_are_a_hint_and_no_proof(grounding: Grounding) -> None:
    sentence = "The workshop had 30 people."
    assert grounding.check(sentence, LINES, labelled=[2]).leans_on == (2,)
    assert grounding.check(sentence, LINES, labelled=[1]).leans_on == (2,)
    assert grounding.check(sentence, LINES, labelled=[99, -1]).leans_on == (2,)
    assert not grounding.check("The workshop had 31 people.", LINES, labelled=[2]).is_proved


def test_lines_of_two_sections_prove_nothing_together(grounding: Grounding) -> None:
    assert not grounding.check("They did not record the workshop, which had 30 people.", LINES).is_proved


def test_without_lines_nothing_is_proved(grounding: Grounding) -> None:
    assert grounding.check("The workshop had 30 people.", []).reason == "words"


@settings(max_examples=60)
@given(sentence=st.text(max_size=300), text=st.text(max_size=200))
def test_any_text_gets_a_verdict(sentence: str, text: str, grounding: Grounding) -> None:
    lines = [*LINES, Line(text, (text,), 3)]
    verdict = grounding.check(sentence, lines)
    assert len(verdict.leans_on) <= MOST_LINES
    assert verdict.is_proved == bool(verdict.leans_on)
    assert all(0 <= one < len(lines) for one in verdict.leans_on)
