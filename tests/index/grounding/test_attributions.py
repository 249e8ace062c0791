"""What the lines say of one person, a sentence may not say of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.attributions import misattributed
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "lines", "expected"),
    [
        (
            "The workshop on backups was given by Ngaio Schreiber.",
            ["Written by Ngaio Schreiber.", "Cormac Tuilagi gave the workshop on backups."],
            True,
        ),
        (
            "The workshop on backups was given by Cormac Tuilagi.",
            ["Written by Ngaio Schreiber.", "Cormac Tuilagi gave the workshop on backups."],
            False,
        ),
        (
            "バックアップの講演は宮原さんが録画した。",
            ["宮原さんが来た。", "バックアップの講演は高橋さんが録画した。"],
            True,
        ),
        ("バックアップの講演は宮原さんが録画した。", ["宮原さんが来た。", "バックアップの講演を録画した。"], False),
        ("The workshop on backups was good.", ["Ngaio came.", "Cormac gave the workshop on backups."], False),
    ],
)
def test_what_is_said_of_another(sentence: str, lines: list[str], expected: bool, vocabulary: Vocabulary) -> None:
    assert misattributed(statement(sentence), [statement(line) for line in lines], vocabulary) == expected
