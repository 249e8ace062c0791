"""Clocks that differ between machines, and that are set while the bot runs."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, process, running
from tests.support.slack_server import CHANNEL, SlackServer

if TYPE_CHECKING:
    from pathlib import Path

POST = "chat.postMessage"
QUESTIONS = 16


def clock(file: Path, seconds_off: float = 0.0) -> str:
    """Return Python that has a process tell the time by a clock that is off by what a file says."""
    set_clock(file, seconds_off)
    return f"""
import pathlib, time
true_time, seconds_off = time.time, pathlib.Path({str(file)!r})
time.time = lambda: true_time() + float(seconds_off.read_text())
"""


def set_clock(file: Path, seconds_off: float) -> None:
    new = file.with_suffix(".new")
    new.write_text(str(seconds_off))
    new.replace(file)


@pytest.mark.parametrize("seconds_off", [15, -3600])
def test_two_machines_with_different_clocks_answer_each_question_once(
    real_index: Path, tmp_path: Path, url: str, seconds_off: float
) -> None:
    with SlackServer() as slack, ExitStack() as machines:
        for number, off in enumerate((0.0, seconds_off)):
            folder = tmp_path / str(number)
            folder.mkdir()
            prelude = clock(folder / "clock", off)
            machines.enter_context(process(slack, real_index, folder, prelude, database_url=url))
        # Each waits long enough for the other to look for what nobody answers.
        slack.faults.slow(POST, 0.7, times=QUESTIONS)
        posts = [slack.post_user_message(text=JAPANESE) for _ in range(QUESTIONS)]
        for post in posts:
            slack.wait_for_reply(CHANNEL, post.ts)
        slack.wait_until_quiet(3.0, 60)
        assert [len(slack.replies(CHANNEL, post.ts)) for post in posts] == [1] * QUESTIONS
        assert slack.replies(ephemeral=True) == []


def test_a_clock_that_is_set_back_locks_nobody_out(real_index: Path, tmp_path: Path) -> None:
    sooner = "\nimport bot.slack.incoming.limits as limits\nlimits.WINDOW_SECONDS = 4.0\n"
    prelude = clock(tmp_path / "clock") + sooner
    with running(real_index, tmp_path, prelude=prelude, questions_per_minute=1) as bot:
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
        set_clock(tmp_path / "clock", -3600)
        time.sleep(4)
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
        # A day ahead it is the same minute all the same.
        set_clock(tmp_path / "clock", 86_400)
        bot.ask(JAPANESE)
        assert bot.notice().text == texts("ja").notices["rate_limited"]


@pytest.mark.parametrize("seconds_off", [-3600, 86_400])
def test_a_clock_that_is_set_meanwhile_neither_loses_nor_doubles_an_answer(
    real_index: Path, tmp_path: Path, seconds_off: float
) -> None:
    prelude = clock(tmp_path / "clock") + "\nimport bot.slack.work.later as later\nlater.PUT_OFF_SECONDS = 3.0\n"
    with running(real_index, tmp_path, prelude=prelude) as bot:
        # The first cannot be looked for before the clock is set, the second is just being sent, others follow.
        bot.slack.faults.http_error(POST)
        bot.slack.faults.error("conversations.replies", "internal_error")
        first = bot.ask(JAPANESE)
        bot.slack.wait_for(lambda: bot.slack.faults.left("conversations.replies") == 0)
        bot.slack.faults.slow(POST, 2)
        second = bot.ask(JAPANESE)
        bot.slack.wait_for(lambda: bot.slack.faults.left(POST) == 0)
        set_clock(tmp_path / "clock", seconds_off)
        posts = [first, second, bot.ask(JAPANESE)]
        for post in posts:
            assert JAPANESE_ANSWER in bot.answer(post)
        assert bot.is_quiet(4.0)
        assert [len(bot.slack.replies(CHANNEL, post.ts)) for post in posts] == [1, 1, 1]
        assert bot.slack.replies(ephemeral=True) == []
