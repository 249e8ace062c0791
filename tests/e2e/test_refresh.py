"""The real bot while Slack replaces its connection: it is always connected, and nothing is brought twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.support.patience import PATIENCE
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.slack_server import Post


def assert_first_time(posts: list[Post]) -> None:
    """Fail if any event had to be brought again."""
    attempts = [len(delivery.attempts) for post in posts for delivery in post.wait().deliveries]
    assert attempts == [1] * len(attempts)


def test_twenty_refreshes_leave_no_gap_and_bring_nothing_twice(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path) as bot:
        slack, posts = bot.slack, []
        for number in range(20):
            old = list(slack.socket.connections)
            warned = 0.2 if number % 2 else None
            slack.refresh_connections(warned=warned, close_after=0.3, times=1 + number % 3, patience=PATIENCE)
            posts.append(bot.ask(JAPANESE))
            slack.wait_for(lambda old=old: not set(old) & set(slack.socket.connections))
            slack.wait_for_connection()
            posts.append(bot.ask(JAPANESE))
        for post in posts:
            assert JAPANESE_ANSWER in bot.answer(post)
        assert_first_time(posts)
        assert (slack.socket.gaps, slack.socket.opened) == ([], 21)
        slack.wait_until_quiet()
        assert len(slack.replies(CHANNEL)) == len(posts)
        assert "Traceback" not in bot.bot.output()


def test_a_slow_acknowledgement_outlives_its_connection(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path) as bot:
        slack = bot.slack
        with closing(sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)) as database:
            # What is not in the database is not acknowledged.
            database.execute("BEGIN IMMEDIATE")
            posts = [bot.ask(JAPANESE) for _ in range(4)]
            slack.wait_for(lambda: all(d.attempts for post in posts for d in post.deliveries))
            old = list(slack.socket.connections)
            slack.refresh_connections(close_after=0.0)
            slack.wait_for(lambda: not set(old) & set(slack.socket.connections))
            database.execute("ROLLBACK")
        assert_first_time(posts)
        for post in posts:
            assert JAPANESE_ANSWER in bot.answer(post)
        slack.wait_until_quiet()
        assert len(slack.replies(CHANNEL)) == len(posts)
        assert "Traceback" not in bot.bot.output()
