"""Two hundred questions in ten seconds from many people: acknowledged in time, answered once each, how soon.

Runs the bot as a process against the local Slack server of the tests.

    python benchmarks/slack_load.py [--index .index] [--transport socket|http] [--questions 200] [--seconds 10]
        [--busy 0] [--writing SECONDS [--rounds 3]]

`--busy` runs so many processes beside it that do nothing but keep a core busy. `--writing` compares a bot with a
language model that takes so many seconds for a reply to one without a model, several times in turn. Both are asked as
many seconds longer before the times count, so that replies come, and are proved and shown, for as long as they do.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.llm_server import LlmServer, lines_in, reply  # noqa: E402
from tests.support.slack_bot import running  # noqa: E402  it is beside the tests
from tests.support.slack_server import CHANNEL  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.llm_server.scripts import Script
    from tests.support.llm_server.server import Exchange
    from tests.support.slack_bot import Running
    from tests.support.slack_server import Post

PEOPLE = 50
# Slack gives up on an event after this long.
ACKNOWLEDGED = 3.0


def main() -> None:
    options = _options()
    questions = [json.loads(line)["question"] for line in _lines(ROOT / "benchmarks" / "questions_own.jsonl")]
    if options.writing:
        _compare(options, questions)
    else:
        _load(options, questions)


def _compare(options: argparse.Namespace, questions: list[str]) -> None:
    """Ask without a model and with one in turn, and print how the times of each pair compare."""
    ratios: list[tuple[float, float]] = []
    for number in range(1, options.rounds + 1):
        print(f"round {number}, without a model")
        off = _quantiles(_load(options, questions))
        print(f"round {number}, with one")
        with LlmServer(saying_a_line(options.writing)) as server:
            # Twice as long as a server may say nothing.
            settings = {"llm_seconds": 4 * options.writing, "writes_per_day": 1_000_000}
            on = _quantiles(_load(options, questions, llm_url=server.url, llm_model="slow", **settings))
        ratios.append((on[0] / off[0], on[1] / off[1]))
        print(f"round {number}, with a model to without: p50 {ratios[-1][0]:.2f}, p95 {ratios[-1][1]:.2f}")
    for name, column in zip(("p50", "p95"), zip(*ratios, strict=True), strict=True):
        print(f"{name}: {statistics.median(column):.2f} (from {min(column):.2f} to {max(column):.2f})")


def saying_a_line(seconds: float) -> Script:
    """Return a model that says one of its lines after some time, as a slow one does that only copies."""

    def script(exchange: Exchange) -> None:
        lines = lines_in(exchange.request.prompt)
        if not exchange.ended.wait(seconds):
            number = max(lines, key=lambda one: len(lines[one]))
            reply(f"{lines[number]} [{number}]")(exchange)

    return script


def _load(options: argparse.Namespace, questions: list[str], **writing: Any) -> list[float]:
    """Ask everything of a bot of its own, and return how soon each answer was there, in seconds."""
    settings = {"answer_queue": options.questions, "answer_workers": options.workers, **writing}
    pace = options.questions / options.seconds
    before = round(pace * options.writing)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(options.index.resolve(), Path(folder), options.transport, **settings) as bot,
        busy(options.busy),
    ):
        posts = _ask(bot, questions, before + options.questions, pace)
        answered = _wait(bot, posts)
        if writing:
            _report_writing(bot)
        _report(bot, posts[before:], seconds := sorted(answered[post.ts] for post in posts[before:]))
    return seconds


def _report_writing(bot: Running) -> None:
    """Say what became of what was written; a model that is left alone or stands idle makes no comparison."""
    outcomes = Counter(re.findall(r"outcome\W+(\w+)", bot.bot.output()))
    print(f"written: {', '.join(f'{count} {outcome}' for outcome, count in outcomes.most_common())}")
    if outcomes["breaker"] or outcomes["timeout"] or not outcomes["written"] + outcomes["adds_nothing"]:
        raise SystemExit("the model was not at work all the time")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=Path(".index"))
    parser.add_argument("--transport", choices=["socket", "http"], default="socket")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--writing", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=3)
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


def _ask(bot: Running, questions: list[str], count: int, pace: float) -> list[Post]:
    """Ask so many questions a second, each person in turn."""
    for number in range(PEOPLE):
        bot.slack.add_user(f"U0P{number:04}", f"person{number}")
    begun = time.monotonic()
    posts = []
    for number in range(count):
        time.sleep(max(0.0, begun + number / pace - time.monotonic()))
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


def _report(bot: Running, posts: list[Post], seconds: list[float]) -> None:
    deliveries = [delivery for post in posts for delivery in post.deliveries]
    late = [d for d in deliveries if not d.acked or d.time_to_ack > ACKNOWLEDGED or len(d.attempts) > 1]
    acks = sorted(d.time_to_ack for d in deliveries if d.acked)
    print(f"{len(posts)} questions over {bot.slack.transport}, {len(deliveries)} events, each answered exactly once")
    for what, times in (("acknowledged:", acks), ("answered:    ", seconds)):
        p50, p95 = _quantiles(times)
        print(f"{what} p50 {p50:.3f} s, p95 {p95:.3f} s, slowest {times[-1]:.3f} s")
    if late:
        raise SystemExit(f"{len(late)} events were acknowledged late")


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    """Return p50 and p95."""
    percentiles = statistics.quantiles(seconds, n=100)
    return percentiles[49], percentiles[94]


if __name__ == "__main__":
    main()
