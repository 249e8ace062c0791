"""The processes of the bot: started, killed, ended, replaced while others go on, and started again when they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.support.slack_bot import environment
from tests.support.slack_server import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.chaos.journal import Journal
    from tests.support.slack_server import SlackServer

READY_SECONDS = 60.0
# Heroku and Kubernetes kill after this long.
END_SECONDS = 30.0
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Bot:
    """One process of the bot and its log."""

    def __init__(self, slack: SlackServer, log: Path, settings: Mapping[str, str]) -> None:
        self._slack = slack
        self._port = free_port()
        self._connections = slack.socket.opened
        self.log = log
        env = {**os.environ, **slack.env(), **settings, "PORT": str(self._port), "PYTHONUNBUFFERED": "1"}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", slack.transport],
                env=env, cwd=log.parent, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def address(self) -> str:
        """Where it listens over HTTP."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def is_ready(self) -> bool:
        """Return whether it takes events."""
        if self._slack.transport == "socket":
            return self._slack.socket.opened > self._connections
        try:
            OPENER.open(f"{self.address}/healthz", timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """Kill it and all that it started, without a word."""
        if self.lives:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> bool:
        """Ask it to end and return whether it did in time."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True


class Bots:
    """Keeps one bot running; for one thread."""

    def __init__(self, slack: SlackServer, index: Path, folder: Path, journal: Journal, **settings: Any) -> None:
        self._slack = slack
        self._folder = folder
        self._journal = journal
        self._settings = environment(index, folder / "records", log_format="json", **settings)
        self._current: Bot | None = None
        self._all: list[Bot] = []
        self.logs: list[Path] = []

    @property
    def current(self) -> Bot | None:
        """The bot that runs."""
        return self._current

    def start(self) -> Bot:
        """Start a bot and wait until it is ready; one that ends before that is started again."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            bot = self._new()
            while bot.lives and not bot.is_ready() and time.monotonic() < deadline:
                time.sleep(0.02)
            if bot.lives and bot.is_ready():
                self._current = bot
                self._slack.bot_url = f"{bot.address}/slack/events"
                return bot
            bot.kill()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot is not ready: {bot.log.read_text(errors='replace')[-2000:]}")
            self._journal.note("process: did not start")

    def watch(self) -> None:
        """Start the bot again if it ended by itself."""
        if self._current is not None and not self._current.lives:
            self._journal.note("process: ended by itself", self._current.log.read_text(errors="replace")[-1000:])
            self.start()

    def kill(self) -> None:
        """Kill the bot."""
        if self._current is not None:
            self._current.kill()
            self._current = None

    def kill_all(self) -> None:
        """Leave nothing running."""
        for bot in self._all:
            bot.kill()

    def end(self) -> None:
        """Ask the bot to end."""
        if self._current is not None and not self._current.end():
            self._journal.note("process: did not end in time")
        self._current = None

    def replace(self, seconds: float) -> None:
        """Start another bot beside the one there is, and end that one after a while."""
        old = self._current
        self.start()
        ends = time.monotonic() + seconds
        addresses = [bot.address for bot in (old, self._current) if bot is not None]
        while time.monotonic() < ends:
            # What stands before several processes hands requests to any of them.
            addresses.reverse()
            self._slack.bot_url = f"{addresses[0]}/slack/events"
            time.sleep(0.05)
        if self._current is not None:
            self._slack.bot_url = f"{self._current.address}/slack/events"
        if old is not None and not old.end():
            self._journal.note("process: did not end in time")

    def install(self, teams: list[str]) -> None:
        """Install the app in workspaces, as people do over OAuth."""
        if self._current is None:
            raise RuntimeError("no bot is running")
        for team in teams:
            code = self._slack.install_code(team)
            with OPENER.open(f"{self._current.address}/slack/install", timeout=10) as answer:
                state = answer.read().decode().split("state=")[1].split("&")[0].split('"')[0]
                cookie = answer.headers["Set-Cookie"].split(";")[0]
            back = f"{self._current.address}/slack/oauth_redirect?code={code}&state={state}"
            OPENER.open(urllib.request.Request(back, headers={"Cookie": cookie}), timeout=10).close()

    def _new(self) -> Bot:
        log = self._folder / f"bot-{len(self.logs):03}.log"
        self.logs.append(log)
        bot = Bot(self._slack, log, self._settings)
        self._all.append(bot)
        return bot
