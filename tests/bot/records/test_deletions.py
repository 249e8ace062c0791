"""An answer that cannot be taken away is tried again, less and less often."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from bot.slack.api.failures import DeliveryFailed
from bot.slack.work import deletions
from tests.support.databases import opened, question

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_what_fails_for_long_is_tried_less_and_less_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> None:
        raise DeliveryFailed("chat.delete", "internal_error")

    passed = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: passed)
    with opened(f"sqlite:///{tmp_path}/records.sqlite") as records:
        records.receive(question())
        records.answered(question().key, "answered", 0.9, "It rained.", "en", "1.0")
        records.delete(question().key, "9.0")
        slack = SimpleNamespace(delete=refuse)
        taking = deletions.Deletions(records, slack)
        pauses = []
        for _ in range(12):
            assert taking.due() == [question().key]
            taking.finish(question().key)
            begun = passed
            while not taking.due():
                passed += deletions.AGAIN_SECONDS
            pauses.append(passed - begun)
        assert pauses[:4] == [15, 30, 60, 120]
        assert pauses[-2:] == [3600, 3600]
        slack.delete = lambda *_: None
        taking.finish(question().key)
        assert taking.due() == []
        assert records.deleted() == []
