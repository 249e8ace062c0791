"""The bot of a test file, as every test finds it, and the language model of those that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.llm_server import LlmServer, citing
from tests.support.writing import SAID, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.slack_bot import Running


@pytest.fixture
def bot(shared: Running) -> Iterator[Running]:
    """Lend the bot that a file shares, and have Slack behave again after that."""
    yield shared
    shared.slack.faults.clear()


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    """Lend a language model that says one true sentence."""
    with LlmServer(citing(SAID, TOLD)) as started:
        yield started
