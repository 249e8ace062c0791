"""A teacher is no pupil, and a bus no train."""

from __future__ import annotations

import pytest

from index.grounding.roles import untold_role
from index.grounding.statement import statement


@pytest.mark.parametrize(
    ("sentence", "line", "role"),
    [
        ("先生の提案で減らした。", "生徒の提案で減らした。", "teacher"),
        ("The library lent the desks.", "机は市役所から借りた。", "library"),
        ("A train app.", "A bus app.", "train"),
        ("A train app.", "A pupil's app.", None),
        ("The pupil's app.", "学生のアプリ。", None),
        ("A train and a bus.", "A bus.", None),
    ],
)
def test_another_of_the_kind_is_untold(sentence: str, line: str, role: str | None) -> None:
    assert untold_role(statement(sentence), [statement(line)]) == role
