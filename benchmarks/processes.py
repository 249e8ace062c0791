"""Sixteen questions at once over HTTP, to one process and to several in turns: how soon all are answered, and memory.

    python benchmarks/processes.py [--index .index] [--processes 2] [--rounds 12] [--reader on|off]

Both bots run all the time, and are asked in turns, so that whatever else the machine does slows both down. The local
Slack server of the tests, which asks, shares the cores with them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.chaos.bots import Bots  # noqa: E402  the project need not be installed
from benchmarks.chaos.journal import Journal  # noqa: E402
from benchmarks.memory_growth import memory_of  # noqa: E402
from benchmarks.serving import distinct_questions  # noqa: E402
from tests.support.slack_server import CHANNEL, SlackServer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AT_ONCE = 16
WARM_UP = 2
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main() -> None:
    options = _options()
    questions = distinct_questions(ROOT / "benchmarks" / "questions_own.jsonl")
    taken: dict[int, list[float]] = {1: [], options.processes: []}
    with ExitStack() as stack:
        bots = {count: stack.enter_context(_bot(options, count)) for count in taken}
        for number in range(WARM_UP + options.rounds):
            # What was asked before is remembered, so that every round asks in words of its own.
            asked = [f"{number}. {questions[(number * AT_ONCE + i) % len(questions)]}" for i in range(AT_ONCE)]
            for count, (slack, _) in bots.items():
                seconds = _ask(slack, asked)
                if number >= WARM_UP:
                    taken[count].append(seconds)
    # Each by itself: two bots on one index have its files in common.
    held = {count: _memory(options, count, questions) for count in taken}
    _report(taken, held)
    print(json.dumps({"seconds": taken, "proportional_mb": held}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=Path(".index"))
    parser.add_argument("--processes", type=int, choices=range(2, 65), metavar="2 to 64", default=2)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--reader", choices=["on", "off"], default="off")
    return parser.parse_args()


@contextmanager
def _bot(options: argparse.Namespace, count: int) -> Iterator[tuple[SlackServer, int]]:
    """Run a bot of so many processes; yield the server that it is on, and the first of them."""
    with tempfile.TemporaryDirectory() as name, SlackServer("http") as slack:
        folder = Path(name)
        (folder / "records").mkdir()
        settings = {"web_concurrency": count, "reader": options.reader}
        bots = Bots(slack, options.index.resolve(), folder, Journal(), **settings)
        try:
            bot = bots.start()
            while json.loads(OPENER.open(f"{bot.address}/readyz", timeout=10).read())["processes"] < count:
                time.sleep(0.05)
            yield slack, bot.pid
        finally:
            bots.end()


def _ask(slack: SlackServer, questions: Sequence[str]) -> float:
    """Ask everything at once and return how many seconds it took until all was answered."""
    began = time.perf_counter()
    wanted = {slack.post_user_message(text=question).ts for question in questions}
    slack.wait_for(lambda: wanted <= {message.thread_ts for message in slack.replies(CHANNEL)}, 120, "all answers")
    return time.perf_counter() - began


def _memory(options: argparse.Namespace, count: int, questions: Sequence[str]) -> float:
    """Return the memory in MB of all processes of a bot that was asked everything."""
    with _bot(options, count) as (slack, first):
        for start in range(0, len(questions), AT_ONCE):
            _ask(slack, questions[start : start + AT_ONCE])
        return sum(memory_of(pid)["proportional"] for pid in _processes(first))


def _processes(first: int) -> list[int]:
    """Return a process and those that it has started."""
    return [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]


def _report(taken: dict[int, list[float]], held: dict[int, float]) -> None:
    one, several = taken.values()
    ratios = sorted(alone / many for alone, many in zip(one, several, strict=True))
    for count, seconds in taken.items():
        print(f"{count} processes: {AT_ONCE / statistics.median(seconds):.0f} answers a second, {held[count]:.0f} MB")
    more, less = held[max(held)], held[1]
    cuts = statistics.quantiles(ratios, n=4)
    print(f"throughput {cuts[1]:.2f} times (quartiles {cuts[0]:.2f}, {cuts[2]:.2f}), memory {more / less:.2f} times")


if __name__ == "__main__":
    main()
