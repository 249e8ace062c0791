"""The bot as a real process on the local Slack server, for end-to-end tests."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import httpx2

from tests.support.fork_server import ForkedProcess, fork_server
from tests.support.patience import PATIENCE
from tests.support.slack_server import CHANNEL, USER, BotProcess, Settings, SlackServer, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.slack_server import Message, Post

ROOT = Path(__file__).parents[2]

# Questions that the project's own report answers, with a word of the answer, and one that it does not.
JAPANESE = "track4の結論は？"
JAPANESE_ANSWER = "決済は非同期で処理する"
ENGLISH = "When and where did AWS Carnival 2023 take place?"
UNKNOWN = "What is the best pizza in Naples?"
UNKNOWN_JA = "ナポリでいちばんおいしいピザは？"

NOT_FOUND = "The reports don't say."
NOT_FOUND_JA = "レポートには答えが見当たりません"


class ForkedBot(BotProcess):
    """The bot, which begins with what it imports; its command is what Python is given."""

    def launch(self, log: BinaryIO) -> ForkedProcess:
        """Start the command; what it writes goes into ``log``."""
        with Path(os.devnull).open("rb") as nothing:
            streams = (nothing.fileno(), log.fileno(), log.fileno())
            return fork_server().start(self.command, self.env, self.cwd, streams)


@dataclass(frozen=True, slots=True)
class Running:
    """A Slack server with the bot on it."""

    slack: SlackServer
    bot: BotProcess

    def ask(self, text: str, channel: str = CHANNEL, user: str = USER, thread_ts: str | None = None) -> Post:
        """Mention the bot with a question."""
        return self.slack.post_user_message(channel, user, text, thread_ts)

    def answer(self, post: Post, count: int = 1, timeout: float = PATIENCE, matching: str = "") -> str:
        """Wait for the bot's answer in the thread of a post and return what it says."""
        return self.slack.message_text(self.reply(post, count, timeout, matching))

    def reply(self, post: Post, count: int = 1, timeout: float = PATIENCE, matching: str = "") -> Message:
        """Wait for the bot's answer in the thread of a post."""
        return self.slack.wait_for_reply(post.channel, post.thread, timeout, count=count, matching=matching)

    def notice(self, channel: str = CHANNEL, count: int = 1, timeout: float = PATIENCE, matching: str = "") -> Message:
        """Wait for something that only one person sees."""
        return self.slack.wait_for_reply(channel, None, timeout, count=count, ephemeral=True, matching=matching)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Fetch a page of the bot over HTTP, straight, whatever the machine says of proxies."""
        address = self.slack.bot_url.replace("/slack/events", path)
        return httpx2.get(address, headers=headers, timeout=PATIENCE, trust_env=False)

    def command(self, name: str) -> str:
        """Run a command for organisers on the bot's records, and return its JSON lines."""
        command = [sys.executable, "-m", "bot", name, "--json"]
        return subprocess.run(
            command, env=self.bot.env, cwd=self.bot.cwd, capture_output=True, text=True, check=True
        ).stdout

    def is_quiet(self, seconds: float = 1.0) -> bool:
        """Wait until nothing more happens."""
        self.slack.wait_until_quiet(seconds)
        return True


def environment(index: Path, folder: Path, **settings: Any) -> dict[str, str]:
    """Return the settings of a bot under test; its records are in ``folder``."""
    given = {name.upper(): str(value) for name, value in settings.items()}
    return {
        "INDEX": str(index),
        "DATABASE_URL": f"sqlite:///{folder}/records.sqlite",
        "QUESTIONS_PER_MINUTE": "1000",
        "ZENN_USER": "reporter",
        "PYTHONPATH": str(ROOT),
        **given,
    }


def process(slack: SlackServer, index: Path, folder: Path, prelude: str = "", **settings: Any) -> BotProcess:
    """Return the bot, not started yet; in ``folder`` there is no .env that could get in between.

    ``prelude`` is Python that runs before it, as to shorten what it waits for.
    """
    given = environment(index, folder, **settings)
    if slack.transport == "http":
        port = free_port()
        slack.bot_url = f"http://127.0.0.1:{port}/slack/events"
        given["PORT"] = str(port)
    command = ["-m", "bot", slack.transport]
    if prelude:
        start = "import runpy; runpy.run_module('bot', run_name='__main__', alter_sys=True)"
        command = ["-c", f"{prelude}\n{start}", slack.transport]
    return ForkedBot(slack, command, env=given, cwd=folder)


@contextmanager
def running(
    index: Path, folder: Path, transport: Any = "socket", platform: Settings | None = None, **settings: Any
) -> Iterator[Running]:
    """Run the bot on a Slack server of its own; see ``process``."""
    with SlackServer(transport, settings=platform or Settings()) as slack:  # noqa: SIM117  two lines read better
        with process(slack, index, folder, **settings) as bot:
            yield Running(slack, bot)


def database_of(bot: BotProcess) -> Path:
    """Return the file of a bot's database."""
    assert bot.cwd is not None
    return bot.cwd / "records.sqlite"
