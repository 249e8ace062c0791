"""The bot's own sentences: there is one for whatever can be said, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.slack.views.actions import REASONS as FEEDBACK_REASONS
from bot.slack.views.actions import UNFAITHFUL
from bot.texts import texts
from bot.writing.types import FAILURES, REASONS

if TYPE_CHECKING:
    from index.types import Language


@pytest.mark.parametrize("language", ["en", "ja"])
def test_there_is_a_sentence_for_every_reason(language: Language) -> None:
    words = texts(language)
    assert set(words.not_written) == set(FAILURES)
    assert set(words.withheld) == set(REASONS)
    assert set(words.reasons) == {*FEEDBACK_REASONS, UNFAITHFUL}
