"""One thing may not be put above another whose value in the lines is more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.comparisons import misjudged
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("The workshop took longer than the lecture.", "The workshop took 20 minutes, the lecture 50 minutes."),
        ("The workshop was faster than the lecture.", "The workshop took 50 minutes, the lecture 20 minutes."),
        ("講演より発表のほうが多かった。", "講演は34件、発表は19件。"),
        ("東京は横浜より高かった。", "東京は3,000円、横浜は5,000円。"),
        ("The lecture got the most votes.", "The lecture got 3 votes, the workshop 9, the panel 12."),
    ],
)
def test_the_greater_value_is_not_less(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert misjudged(statement(sentence), [statement(line)], vocabulary)


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("The workshop was shorter than the lecture.", "The workshop took 20 minutes, the lecture 50 minutes."),
        ("The workshop was faster than the lecture.", "The workshop took 20 minutes, the lecture 50 minutes."),
        ("講演より発表のほうが少なかった。", "講演は34件、発表は19件。"),
        ("The workshop took longer than 20 minutes.", "The workshop took 30 minutes, the lecture 10 minutes."),
        ("The lecture was longer than the workshop.", "The workshop took 20 minutes, the lecture 50 people."),
        ("The lecture got the fewest votes.", "The lecture got 3 votes, the workshop 9, the panel 12."),
    ],
)
def test_what_the_values_say_is_right(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert not misjudged(statement(sentence), [statement(line)], vocabulary)
