"""Two hundred questions in ten seconds from many people: acknowledged in time, answered once each, how soon.

Runs the bot as a process against the local Slack server of the tests.

    python benchmarks/slack_load.py [--index .index] [--transport socket|http] [--questions 200] [--seconds 10]
        [--busy 0] [--writing SECONDS]

`--busy` runs so many processes beside it that do nothing but keep a core busy. `--writing` asks all of it twice,
without a language model and with one whose server says nothing for so many seconds, and compares the times.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.llm_server import LlmServer  # noqa: E402
from tests.support.slack_bot import running  # noqa: E402  it is beside the tests
from tests.support.slack_server import CHANNEL  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.slack_bot import Running
    from tests.support.slack_server import Post

PEOPLE = 50
# Slack gives up on an event after this long.
ACKNOWLEDGED = 3.0


def main() -> None:
    options = _options()
    questions = [json.loads(line)["question"] for line in _lines(ROOT / "benchmarks" / "questions_own.jsonl")]
    off = _load(options, questions)
    if options.writing:
        with LlmServer(lambda exchange: exchange.ended.wait(options.writing)) as server:
            on = _load(options, questions, llm_url=server.url, llm_model="slow", llm_seconds=options.writing)
            print(f"the model was asked {len(server.requests)} times")
        print(f"with a model to without: {_ratios(on, off)}")


def _load(options: argparse.Namespace, questions: list[str], **writing: Any) -> list[float]:
    """Ask everything of a bot of its own, and return how soon each answer was there, in seconds."""
    settings = {"answer_queue": options.questions, "answer_workers": options.workers, **writing}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(options.index.resolve(), Path(folder), options.transport, **settings) as bot,
        busy(options.busy),
    ):
        posts = _ask(bot, questions, options.questions, options.seconds)
        answered = _wait(bot, posts)
        _report(bot, posts, answered)
    return sorted(answered.values())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=Path(".index"))
    parser.add_argument("--transport", choices=["socket", "http"], default="socket")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--writing", type=float, default=0.0)
    return parser.parse_args()


@contextmanager
def busy(count: int) -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def _ask(bot: Running, questions: list[str], count: int, seconds: float) -> list[Post]:
    """Ask at an even pace, each person in turn."""
    for number in range(PEOPLE):
        bot.slack.add_user(f"U0P{number:04}", f"person{number}")
    begun = time.monotonic()
    posts = []
    for number in range(count):
        time.sleep(max(0.0, begun + number * seconds / count - time.monotonic()))
        posts.append(bot.ask(questions[number % len(questions)], user=f"U0P{number % PEOPLE:04}"))
    return posts


def _wait(bot: Running, posts: list[Post]) -> dict[str, float]:
    """Return the seconds from each post to its answer."""
    wanted = {post.ts for post in posts}
    bot.slack.wait_for(lambda: wanted <= {m.thread_ts for m in bot.slack.replies(CHANNEL)}, 300, "all answers")
    bot.slack.wait_until_quiet(2.0, timeout=30)
    replies = bot.slack.replies(CHANNEL)
    if len(replies) != len(posts):
        raise SystemExit(f"{len(posts)} questions got {len(replies)} answers")
    return {str(m.thread_ts): float(m.ts) - float(str(m.thread_ts)) for m in replies}


def _report(bot: Running, posts: list[Post], answered: dict[str, float]) -> None:
    deliveries = [delivery for post in posts for delivery in post.deliveries]
    late = [d for d in deliveries if not d.acked or d.time_to_ack > ACKNOWLEDGED or len(d.attempts) > 1]
    acks = sorted(d.time_to_ack for d in deliveries if d.acked)
    seconds = sorted(answered.values())
    print(f"{len(posts)} questions over {bot.slack.transport}, {len(deliveries)} events, each answered exactly once")
    print(f"acknowledged: {_quantiles(acks)}")
    print(f"answered:     {_quantiles(seconds)}")
    if late:
        raise SystemExit(f"{len(late)} events were acknowledged late")


def _quantiles(seconds: list[float]) -> str:
    percentiles = statistics.quantiles(seconds, n=100)
    return f"p50 {percentiles[49]:.3f} s, p95 {percentiles[94]:.3f} s, slowest {seconds[-1]:.3f} s"


def _ratios(on: list[float], off: list[float]) -> str:
    with_model, without = (statistics.quantiles(seconds, n=100) for seconds in (on, off))
    return ", ".join(f"p{at} {with_model[at - 1] / without[at - 1]:.2f}" for at in (50, 95))


if __name__ == "__main__":
    main()
