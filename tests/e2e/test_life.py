"""The life of the process: starting, ending, dying, reconnecting, and a rebuilt index."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.helpers import ROOT, python
from tests.support.slack_bot import (
    ENGLISH,
    JAPANESE,
    JAPANESE_ANSWER,
    NOT_FOUND,
    UNKNOWN,
    environment,
    process,
    running,
)
from tests.support.slack_server import CHANNEL, SlackServer, free_port

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the bot where it should not get far."""
    proxies = {name: "" for name in os.environ if name.lower().endswith("_proxy")}
    given = {**os.environ, **proxies, **environment(folder / "no-index", folder), **settings}
    return subprocess.run(
        [sys.executable, "-m", "bot", command],
        env=given, cwd=folder, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "settings", "named"),
    [
        ("socket", {}, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]),
        ("socket", {"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_APP_TOKEN"]),
        ("socket", {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]),
        ("http", {}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
        ("http", {"SLACK_CLIENT_ID": "1.2"}, ["SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"]),
    ],
)
def test_missing_and_mixed_up_tokens_are_one_sentence(
    tmp_path: Path, command: str, settings: dict[str, str], named: list[str]
) -> None:
    done = run(tmp_path, command, **settings)
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert "https://api.slack.com/apps" in line
    for name in named:
        assert name in line
    for value in settings.values():
        assert value not in line


@pytest.mark.parametrize("command", ["socket", "http"])
def test_a_token_that_slack_refuses_is_one_sentence(tmp_path: Path, real_index: Path, command: str) -> None:
    with SlackServer() as slack:
        wrong = {"SLACK_BOT_TOKEN": "xoxb-wrong-token", "INDEX": str(real_index), "PORT": str(free_port())}
        done = run(tmp_path, command, **{**slack.env(), **wrong})
        assert done.returncode == 2
        [line] = [one for one in done.stderr.splitlines() if one.startswith("Error: ")]
        assert "SLACK_BOT_TOKEN" in line
        assert "invalid_auth" in line
        assert "wrong-token" not in done.stdout + done.stderr
        if command == "socket":
            done = run(tmp_path, command, **{**slack.env(), "SLACK_APP_TOKEN": "xapp-1-wrong"})
            assert (done.returncode, "SLACK_APP_TOKEN" in done.stderr) == (2, True)


def test_without_an_index_the_bot_says_how_to_make_one(tmp_path: Path) -> None:
    with SlackServer() as slack:
        done = run(tmp_path, "socket", **slack.env())
        assert done.returncode == 2
        assert "python -m index build" in done.stderr


def test_start_without_tokens_chats_in_the_terminal(tmp_path: Path, real_index: Path) -> None:
    done = run(tmp_path, "start", INDEX=str(real_index))
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_received_before_a_crash_is_answered_after_it(real_index: Path, tmp_path: Path) -> None:
    with SlackServer() as slack:
        with process(slack, real_index, tmp_path) as bot:
            # Nothing can be answered before Slack has said who asks.
            slack.faults.slow("users.info", 3, times=9)
            posts = [slack.post_user_message(text=text).wait() for text in (JAPANESE, ENGLISH, UNKNOWN)]
            os.kill(bot.pid, signal.SIGKILL)
        slack.faults.clear()
        with process(slack, real_index, tmp_path):
            # The lease of the dead process has to run out first.
            for post in posts:
                slack.wait_for_reply(CHANNEL, post.ts)
                for delivery in post.deliveries:
                    slack.redeliver(delivery).wait()
            slack.wait_until_quiet(1.0)
            assert [len(slack.replies(CHANNEL, post.ts)) for post in posts] == [1, 1, 1]


def test_what_was_posted_before_a_crash_is_not_posted_again(real_index: Path, tmp_path: Path) -> None:
    with SlackServer() as slack:
        with process(slack, real_index, tmp_path) as bot:
            # Slack posts, and the bot dies before it hears of it.
            slack.faults.drop("chat.postMessage", after=True)
            slack.faults.slow("conversations.replies", 2, times=9)
            post = slack.post_user_message(text=JAPANESE).wait()
            slack.wait_for_reply(CHANNEL, post.ts)
            os.kill(bot.pid, signal.SIGKILL)
        slack.faults.clear()
        before = len(slack.calls_to("conversations.replies"))
        with process(slack, real_index, tmp_path):
            # It looks for its answer in the thread.
            slack.wait_for(lambda: len(slack.calls_to("conversations.replies")) > before)
            slack.wait_until_quiet(1.0)
            assert len(slack.replies(CHANNEL, post.ts)) == 1


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_sigterm_finishes_the_answers_in_hand(real_index: Path, tmp_path: Path, transport: str) -> None:
    with running(real_index, tmp_path, transport) as bot:
        bot.slack.faults.slow("chat.postMessage", 1.5, times=2)
        posts = [bot.ask(JAPANESE).wait() for _ in range(3)]
        bot.slack.wait_for(lambda: bot.slack.calls_to("chat.postMessage"))
        assert bot.bot.stop() == 0
        assert [len(bot.slack.replies(CHANNEL, post.ts)) for post in posts] == [1, 1, 1]
        assert "Traceback" not in bot.bot.output()


# The second signal comes in the middle of what the first one does, where that wakes up who waits: with a lock held.
TOLD_TWICE = """
import signal, threading

told = []

def wake(self, wake_all=threading.Condition.notify_all):
    if len(told) == 1:
        signal.raise_signal(signal.SIGINT)
    wake_all(self)

def set_up(number, handler, set_up=signal.signal):
    def handle(*arguments):
        told.append(number)
        handler(*arguments)
    return set_up(number, handle if callable(handler) else handler)

threading.Condition.notify_all, signal.signal = wake, set_up
"""


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_it_ends_when_it_is_told_to_twice(real_index: Path, tmp_path: Path, transport: Any) -> None:
    with SlackServer(transport) as slack, process(slack, real_index, tmp_path, TOLD_TWICE) as bot:
        assert bot.stop() == 0


def test_the_connection_is_renewed_when_slack_asks_and_when_it_breaks(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path) as bot:
        bot.slack.disconnect("refresh_requested", close_after=1)
        bot.slack.wait_for_connection(count=2)
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
        bot.slack.drop_connections()
        post = bot.ask(JAPANESE)
        assert JAPANESE_ANSWER in bot.answer(post)
        bot.slack.wait_until_quiet()
        assert len(bot.slack.replies(CHANNEL, post.ts)) == 1


def test_a_rebuilt_index_answers_without_a_restart(own_index: Path, tmp_path: Path) -> None:
    index, articles = own_index, tmp_path / "articles"
    shutil.copytree(ROOT / "articles", articles)
    with running(index, tmp_path) as bot:
        question = "Where does the Zebra Meetup meet on Thursdays?"
        assert NOT_FOUND in bot.answer(bot.ask(question))
        text = "## Place\nOn Thursdays the Zebra Meetup meets in Hakodate.\n"
        (articles / "zebra-meetup.md").write_text(f"---\ntitle: Zebra Meetup\npublished: true\n---\n{text}")
        assert python("-m", "index", "build", "--articles", articles, "--index", index, cwd=tmp_path).returncode == 0
        bot.slack.wait_for(lambda: "now" in bot.bot.output() and "answering from index" in bot.bot.output())
        assert "Hakodate" in bot.answer(bot.ask(question))
        (index / "CURRENT").write_text("{}")
        bot.slack.wait_for(lambda: "still answering from index" in bot.bot.output())
        assert "Hakodate" in bot.answer(bot.ask(question))


def test_the_running_bot_does_not_load_torch(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path) as bot:
        bot.answer(bot.ask(JAPANESE))
        with open(f"/proc/{bot.bot.pid}/maps") as maps:  # noqa: PTH123
            assert "libtorch" not in maps.read()
