"""Several processes behind one port: what comes is spread over them, and goes on when one dies."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.patience import wait_until
from tests.support.slack_bot import ENGLISH, JAPANESE, UNKNOWN, database_of, process, running
from tests.support.slack_server import CHANNEL, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Post

# What a dead process keeps from others is shorter here.
SOONER = """
import bot.records.leases as leases, bot.records.records as records, bot.slack.work.left_over as left_over
leases.LEASE_SECONDS, records.RENEW_SECONDS, left_over.RESUME_SECONDS = 3.0, 0.5, 0.5
"""
FOLDER = "bot-metrics-*"


@pytest.fixture
def bot(real_index: Path, tmp_path: Path) -> Iterator[Running]:
    settings = {"web_concurrency": 2, "tmpdir": tmp_path}
    with running(real_index, tmp_path, "http", prelude=SOONER, **settings) as started:
        wait_until(lambda: page(started, "/readyz")["processes"] == 2)
        yield started


def page(bot: Running, path: str) -> Any:
    """Fetch a page of the bot: what JSON says, or the values of metrics by name and label."""
    answer = bot.get(path).raise_for_status()
    if path != "/metrics":
        return answer.json()
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def pids(bot: Running) -> list[int]:
    """Return the processes that got ready, the oldest first."""
    entries = [json.loads(line) for line in bot.bot.output().splitlines() if line.startswith("{")]
    return [entry["pid"] for entry in entries if entry["message"].startswith("ready")]


def rows(bot: Running, columns: str) -> list[tuple[Any, ...]]:
    """Read columns of all questions from the database that the processes share."""
    with closing(sqlite3.connect(database_of(bot.bot))) as connection:
        return connection.execute(f"SELECT {columns} FROM questions").fetchall()


def ask(bot: Running, count: int) -> list[Post]:
    """Ask so many questions at once, and wait until Slack knows that all have come."""
    posts = [bot.ask((JAPANESE, ENGLISH, UNKNOWN)[number % 3]) for number in range(count)]
    for post in posts:
        assert all(delivery.acked for delivery in post.wait().deliveries)
    return posts


def are_answered_once(bot: Running, posts: list[Post]) -> bool:
    """Wait until everything was answered and nothing more comes."""
    for post in posts:
        bot.reply(post)
    return bot.is_quiet() and [len(bot.slack.replies(CHANNEL, post.ts)) for post in posts] == [1] * len(posts)


def is_alive(pid: int) -> bool:
    """Return whether a process has not ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_questions_are_spread_and_metrics_add_up(bot: Running) -> None:
    posts: list[Post] = []
    while len({process for (process,) in rows(bot, "process")}) < 2 and len(posts) < 96:
        posts += ask(bot, 12)
    assert are_answered_once(bot, posts)
    assert len({process for (process,) in rows(bot, "process")}) == 2
    # Whichever process is asked.
    for _ in range(4):
        found = page(bot, "/metrics")
        counted = [found["answers_total", outcome] for outcome in ("answered", "not_found", "failed")]
        assert counted == [len(posts) * 2 // 3, len(posts) // 3, 0]
        assert found["answer_seconds_count",] == len(posts)
        assert (found["processes",], found["queue_depth",]) == (2, 0)
        assert found["index_info", page(bot, "/readyz")["index"]] == 1


def test_one_that_dies_is_started_again_and_loses_and_doubles_nothing(bot: Running) -> None:
    first, second = pids(bot)
    early = ask(bot, 6)
    assert are_answered_once(bot, early)
    # Nothing can be answered before Slack has said who asks.
    bot.slack.add_user("U0LATE", "late")
    bot.slack.faults.slow("users.info", 2, times=99)
    posts: list[Post] = []
    while len({process for process, user in rows(bot, "process, user") if user == "U0LATE"}) < 2 and len(posts) < 64:
        posts += [bot.ask(JAPANESE, user="U0LATE").wait() for _ in range(8)]
    os.kill(first, signal.SIGKILL)
    later = ask(bot, 4)
    bot.slack.faults.clear()
    assert are_answered_once(bot, [*posts, *later])
    wait_until(lambda: page(bot, "/readyz")["processes"] == 2)
    assert pids(bot)[:2] == [first, second]
    assert len(pids(bot)) == 3
    assert not is_alive(first)
    found = page(bot, "/metrics")
    # What the dead process had counted stays; what it had in hand, others answered.
    assert found["answers_total", "answered"] + found["answers_total", "not_found"] == len([*early, *posts, *later])


def test_told_to_end_all_finish_what_they_have_in_hand(bot: Running, tmp_path: Path) -> None:
    assert list(tmp_path.glob(FOLDER))
    posts = ask(bot, 8)
    assert bot.bot.stop() == 0
    assert [len(bot.slack.replies(CHANNEL, post.ts)) for post in posts] == [1] * 8
    assert not any(map(is_alive, pids(bot)))
    assert not list(tmp_path.glob(FOLDER))
    with pytest.raises(httpx2.ConnectError):
        page(bot, "/readyz")


def test_nobody_stays_behind_when_the_process_that_started_them_is_killed(bot: Running) -> None:
    assert len(pids(bot)) == 2
    os.kill(bot.bot.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, pids(bot))))


def test_what_keeps_all_from_starting_is_said_once(tmp_path: Path) -> None:
    with SlackServer("http") as slack, pytest.raises(RuntimeError, match="the bot ended with 2") as ended:
        process(slack, tmp_path / "no-index", tmp_path, web_concurrency=2, tmpdir=tmp_path).__enter__()
    assert str(ended.value).count("Error: ") == 1
    assert "python -m index build" in str(ended.value)
    assert not list(tmp_path.glob(FOLDER))


def test_over_socket_mode_one_process_answers(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, "socket", web_concurrency=2) as bot:
        assert "WEB_CONCURRENCY is for `python -m bot http`" in bot.bot.output()
        assert are_answered_once(bot, ask(bot, 2))
        assert len(bot.slack.socket.connections) == 1
