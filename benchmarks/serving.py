"""Answers as the bot gives them, in a process of its own: how long they take and what memory they leave it with.

    python benchmarks/serving.py INDEX QUESTIONS.jsonl one-by-one|together COUNT

Questions are asked once each, because the last ones are remembered, after WARM_UP others. ``together`` hands all of
them to the pool of the Slack bot at once.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.peers.harness import memory  # noqa: E402  the project need not be installed
from bot.answers.reload import ReloadingAnswerer  # noqa: E402
from bot.settings import BotSettings  # noqa: E402
from bot.slack.work.pool import AnswerPool  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

WARM_UP = 10


def main() -> None:
    index, file, mode, count = sys.argv[1:]
    settings = BotSettings(index=Path(index), _env_file=None)
    questions = distinct_questions(Path(file))
    asked = questions[WARM_UP : WARM_UP + int(count)]
    answerer = ReloadingAnswerer(settings)
    for question in questions[:WARM_UP]:
        answerer.answer(question)
    started = time.perf_counter()
    taken = together(answerer, settings, asked) if mode == "together" else one_by_one(answerer, asked)
    seconds = time.perf_counter() - started
    again = one_by_one(answerer, asked[-1:] * 5)
    found = {"asked": len(asked), "seconds": seconds, "milliseconds": taken, "repeated": again}
    print(json.dumps({**found, "memory_mb": memory()}))
    answerer.close()


def distinct_questions(file: Path) -> list[str]:
    """Return the questions of a file, each once, in their order."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(row["question"] for row in rows))


def one_by_one(answerer: ReloadingAnswerer, questions: Sequence[str]) -> list[float]:
    """Return the milliseconds of each answer."""
    taken = []
    for question in questions:
        started = time.perf_counter()
        answerer.answer(question)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def together(answerer: ReloadingAnswerer, settings: BotSettings, questions: Sequence[str]) -> list[float]:
    """Return the milliseconds from handing in all questions to each answer."""
    pool = AnswerPool(settings.answer_workers, len(questions))
    taken: list[float] = []
    left = threading.Semaphore(0)
    started = time.perf_counter()

    def job(question: str) -> None:
        answerer.answer(question)
        taken.append((time.perf_counter() - started) * 1000)
        left.release()

    for question in questions:
        pool.submit(lambda question=question: job(question))
    for _ in questions:
        if not left.acquire(timeout=60):
            raise SystemExit("An answer failed or took more than a minute.")
    pool.close(10)
    return taken


if __name__ == "__main__":
    main()
