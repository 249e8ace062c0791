"""A sentence may not take the other side of a pair of opposites than the lines do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.directions import opposed
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "line", "pair"),
    [
        ("Costs rose.", "費用は減った。", "up and down"),
        ("費用は増えた。", "Costs fell.", "up and down"),
        ("at most five people", "at least five people", "at least and at most"),
        ("It was slower.", "It was faster.", "fast and slow"),
        ("It is shown after the talk.", "It is shown before the talk.", "before and after"),
        ("発表に反対した。", "発表に賛成した。", "for and against*"),
        ("The talk is free.", "講演は有料。", "free and paid"),
        ("Costs went down.", "Costs went up.", "up and down"),
        ("The plan was rejected.", "案は可決された。", "pass and reject"),
        ("The SDK was dropped, and costs rose by 4%.", "SDKは外した。費用は4%減った。", "more and less of it*"),
        ("Costs rose, and users were not happy.", "Costs fell, and users were not happy.", "up and down"),
    ],
)
def test_the_other_side_is_opposed(sentence: str, line: str, pair: str, vocabulary: Vocabulary) -> None:
    assert opposed(statement(sentence), [statement(line)], vocabulary) == pair


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("Costs fell.", "費用は減った。"),
        ("It began at 18:30.", "It was open until 18:30, and closed then."),
        ("Costs did not rise.", "費用は減った。"),
        ("Costs rose.", "費用は減らなかった。"),
        ("Costs rose, then fell.", "費用は減った。"),
        ("The queue grew.", "The queue went down to the shed."),
        ("It was set up from scratch.", "It boils down to trust."),
        ("They clock up hours.", "They unlock the door."),
        ("They had no more than three lines.", "3行以下だった。"),
        ("Costs rose.", "会議は月曜だった。"),
    ],
)
def test_the_same_side_denials_and_both_sides_are_not(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert opposed(statement(sentence), [statement(line)], vocabulary) is None
