"""Quantities that have changed places are no longer those of the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.ordering.bindings import misplaced
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "line", "expected"),
    [
        ("収入は400万円、支出は500万円だった。", "収入500万円、支出400万円で終わった。", True),
        ("収入は500万円、支出は400万円だった。", "収入500万円、支出400万円で終わった。", False),
        ("1位は小谷さん、2位は早崎さん。", "1位は早崎さん、2位は小谷さん。", True),
        ("1位は早崎さん、2位は小谷さん。", "1位は早崎さん、2位は小谷さん。", False),
        ("Hayasaki came second.", "1位は早崎さん、2位は小谷さん。", True),
        ("Kotani came second.", "1位は早崎さん、2位は小谷さん。", False),
    ],
)
def test_quantities_that_changed_places_are_found(
    sentence: str, line: str, expected: bool, vocabulary: Vocabulary
) -> None:
    assert misplaced(statement(sentence), [statement(line)], vocabulary) is expected
