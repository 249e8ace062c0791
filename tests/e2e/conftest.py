"""The bot of a test file, as every test finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.slack_bot import Running


@pytest.fixture
def bot(shared: Running) -> Iterator[Running]:
    """Lend the bot that a file shares, and have Slack behave again after that."""
    yield shared
    shared.slack.faults.clear()
