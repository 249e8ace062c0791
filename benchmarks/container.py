"""What a container with the bot needs: a hundred questions over HTTP from the local Slack server, then its memory.

    docker build -t event-report-bot .
    python benchmarks/container.py [--program docker] [--image event-report-bot] [--questions 100] [--option=...]

The container has a read-only root file system, no capability, and 512 MB of memory without swap; `--option` is given to
`docker run` besides. Printed are the memory of the process, the most that the container had, and how soon answers came.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.slack_server import CHANNEL, USER, BotProcess, SlackServer, free_port  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTIONS = Path(__file__).with_name("questions_own.jsonl")
NAME = "event-report-bot-measured"
LIMITS = (
    *("--rm", "--name", NAME, "--network", "host", "--read-only", "--cap-drop", "all"),
    *("--security-opt", "no-new-privileges", "--memory", "512m", "--memory-swap", "512m", "--volume", "/data"),
)
# Where the two versions of control groups say it.
MOST_USED = ("/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes")


class Container(BotProcess):
    """The bot in a container, which gets the settings of the local Slack server."""

    def launch(self, log: BinaryIO) -> subprocess.Popen[bytes]:
        settings = {**self.server.env(), "PORT": self.env["PORT"], "QUESTIONS_PER_MINUTE": "1000"}
        given = [part for name, value in settings.items() for part in ("--env", f"{name}={value}")]
        command = [*self.command[:-1], *given, self.command[-1]]
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)


@click.command()
@click.option("--program", default="docker", show_default=True)
@click.option("--image", default="event-report-bot", show_default=True)
@click.option("--questions", "count", default=100, show_default=True)
@click.option("--option", "options", multiple=True, help="An option of `docker run`; may be given several times.")
def main(program: str, image: str, count: int, options: Sequence[str]) -> None:
    """Ask the bot in a container, and print what memory it has."""
    asked = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    port = free_port()
    with SlackServer("http") as slack, tempfile.TemporaryDirectory() as folder:
        slack.bot_url = f"http://127.0.0.1:{port}/slack/events"
        command = [*program.split(), "run", *LIMITS, *options, image]
        with Container(slack, command, env={"PORT": str(port)}, cwd=folder, patience=60):
            print("at first", _memory(program))
            # Slack would retry, and people wait: one after the other.
            seconds = [_answered(slack, asked[number % len(asked)]) for number in range(count)]
            print(f"after {count} answers", _memory(program))
            print("healthy" if _is_healthy(program) else "NOT healthy")
            print(f"answers: median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s")


def _answered(slack: SlackServer, question: str) -> float:
    began = time.monotonic()
    post = slack.post_user_message(CHANNEL, USER, question, None)
    slack.wait_for_reply(CHANNEL, post.thread, 60)
    return time.monotonic() - began


def _is_healthy(program: str) -> bool:
    """Return what the health check of the image says."""
    check = json.loads((ROOT / "Dockerfile").read_text().split("HEALTHCHECK", 1)[1].split("CMD ", 1)[1].splitlines()[0])
    return subprocess.run([*program.split(), "exec", NAME, *check], capture_output=True, check=False).returncode == 0


def _memory(program: str) -> dict[str, str]:
    """Return the memory of the bot's process and the most of its container, in MB."""
    rollup = _inside(program, "cat", "/proc/1/smaps_rollup")
    sizes = re.findall(r"^(Rss|Pss|Anonymous): +(\d+) kB", rollup, re.MULTILINE)
    found = {name: _mb(int(size) * 1024) for name, size in sizes}
    peak = next((said for path in MOST_USED if (said := _inside(program, "cat", path))), "")
    return {**found, "most of the container": _mb(int(peak)) if peak else "not known"}


def _inside(program: str, *command: str) -> str:
    ran = subprocess.run([*program.split(), "exec", NAME, *command], capture_output=True, text=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else ""


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


if __name__ == "__main__":
    main()
