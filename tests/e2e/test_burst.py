"""Hundreds of questions at once: acknowledging them comes before answering them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL, Settings

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = 400


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_a_burst_is_acknowledged_before_it_is_answered(real_index: Path, tmp_path: Path, transport: str) -> None:
    # However slow the machine is, nothing has to be brought again.
    platform = Settings(ack_timeout=60)
    with running(real_index, tmp_path, transport, platform, answer_queue=QUESTIONS) as bot:
        slack = bot.slack
        for number in range(50):
            slack.add_user(f"U0P{number:04}", f"person{number}")
        posts = [bot.ask(JAPANESE, user=f"U0P{number % 50:04}") for number in range(QUESTIONS)]
        deliveries = [delivery for post in posts for delivery in post.wait().deliveries]
        assert {(len(delivery.attempts), delivery.acked) for delivery in deliveries} == {(1, True)}
        # Those that found nothing to acknowledge for a moment.
        acknowledged = max(delivery.ack.acked_at for delivery in deliveries)
        early = [call for call in slack.calls_to("chat.postMessage") if call.time < acknowledged]
        assert len(early) < QUESTIONS / 4
        slack.wait_for(lambda: len(slack.replies(CHANNEL)) >= QUESTIONS)
        assert JAPANESE_ANSWER in bot.answer(posts[-1])
        assert bot.is_quiet()
        assert Counter(reply.thread_ts for reply in slack.replies(CHANNEL)) == Counter(post.ts for post in posts)
