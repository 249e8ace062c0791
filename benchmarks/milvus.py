"""Publish an index in Milvus and compare it with the folder: are the answers the same, how soon, how many a second.

    python benchmarks/milvus.py [--index .index] [--questions FILE.jsonl] [--uri URI] [--output FILE.json]

Without ``--uri``, a Milvus Lite is served from a folder that is removed afterwards; one that is named has to be empty.
Every bot is a process of its own that answers one question after the other in one thread, ten before it is timed.
"Milvus Lite in the bot" is what a MILVUS_URI that ends in .db gives.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before numpy comes: every bot gets one thread, so that two of them show what two processors give.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.answers.answerer import open_answerer  # noqa: E402  the project has to be found first
from bot.settings import BotSettings  # noqa: E402
from index.storage.milvus.connection import Milvus  # noqa: E402
from index.storage.milvus.publishing import publish  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WARM_UP = 10
BOTS = (1, 2)


@click.command(help=__doc__.splitlines()[0])
@click.option("--index", type=click.Path(path_type=Path, exists=True), default=Path(".index"), show_default=True)
@click.option(
    "--questions",
    type=click.Path(path_type=Path, exists=True),
    default=ROOT / "benchmarks" / "questions_reports_a.jsonl",
    help="JSON lines with a question each.",
)
@click.option("--uri", help="A Milvus without an index, instead of a Milvus Lite that is served for this.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the figures as JSON.")
@click.option("--bot", help="Used by this program for the bots.", hidden=True)
def main(index: Path, questions: Path, uri: str | None, output: Path | None, bot: str | None) -> None:
    if bot is not None:
        run_bot(index, questions, bot)
        return
    figures: dict[str, Any] = {"questions": len(read(questions)) - WARM_UP}
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), uri) as address:
        layouts = {"folder": "", "Milvus": address}
        figures["publication_s"], figures["passages"] = published(index, address)
        answers = {}
        for count in BOTS:
            for layout, where in layouts.items():
                measured = run_bots(index, questions, where, count)
                answers[layout] = measured[0].pop("answers")
                figures[f"{layout}, {count} bot{'s' * (count > 1)}"] = summary(measured)
        figures["agreement"] = agreement(answers["folder"], answers["Milvus"])
        if uri is None:
            local = f"{folder}/local.db"
            published(index, local)
            # A file is open in one process at a time.
            import_module("milvus_lite.server_manager").server_manager_instance.release_server(local)
            figures["Milvus Lite in the bot"] = summary(run_bots(index, questions, local, 1))
    click.echo(as_table(figures))
    if output is not None:
        output.write_text(json.dumps(figures, indent=1) + "\n")


def read(questions: Path) -> list[str]:
    return [json.loads(line)["question"] for line in questions.read_text(encoding="utf-8").splitlines() if line]


def settings_for(index: Path, uri: str) -> BotSettings:
    return BotSettings(_env_file=None, index=index, milvus_uri=uri or None)


@contextmanager
def served(folder: Path, uri: str | None) -> Iterator[str]:
    """Give the address of a Milvus, serving a Milvus Lite unless one is named."""
    if uri is not None:
        yield uri
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["server", "--data-dir", f"{folder}/served", "--port", str(port)]
    with subprocess.Popen([Path(sys.executable).with_name("milvus-lite"), *command], stdout=subprocess.DEVNULL) as lite:
        try:
            deadline = time.monotonic() + 30
            while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < deadline:
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            lite.terminate()


def published(index: Path, uri: str) -> tuple[float, int]:
    """Publish an index; return the seconds that it took, and how many passages there are."""
    settings = settings_for(index, uri)
    started = time.perf_counter()
    if not publish(settings):
        raise click.UsageError("this index is in that Milvus already")
    taken = round(time.perf_counter() - started, 1)
    milvus = Milvus(settings)
    return taken, milvus.count(str(milvus.current()))


def run_bots(index: Path, questions: Path, uri: str, count: int) -> list[dict[str, Any]]:
    """Let some bots answer all questions at the same time; return what each of them measured."""
    command = [sys.executable, __file__, "--index", str(index), "--questions", str(questions), "--bot", uri or "folder"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    bots = [subprocess.Popen(command, **pipes) for _ in range(count)]
    for bot in bots:
        # Ready: it has opened the index and answered a few questions.
        if bot.stdout.readline() != "ready\n":
            raise click.ClickException("a bot could not be started")
    for bot in bots:
        bot.stdin.write("go\n")
        bot.stdin.flush()
    return [json.loads(bot.communicate()[0]) for bot in bots]


def run_bot(index: Path, questions: Path, uri: str) -> None:
    """Be one bot: answer all questions, one after the other, when told to."""
    texts = read(questions)
    started = time.perf_counter()
    answerer = open_answerer(settings_for(index, "" if uri == "folder" else uri))
    opened = time.perf_counter() - started
    for text in texts[:WARM_UP]:
        answerer.answer(text)
    print("ready", flush=True)
    sys.stdin.readline()
    started, busy = time.perf_counter(), time.process_time()
    answers = [answerer.answer(text) for text in texts[WARM_UP:]]
    taken, busy = time.perf_counter() - started, time.process_time() - busy
    figures = {
        "open_s": opened,
        "seconds": taken,
        "cpu_seconds": busy,
        "milliseconds": [answer.milliseconds for answer in answers],
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "answers": [
            {"top": list(place(answer)), "quotes": [[q.citation.article, q.start, q.end] for q in answer.quotes]}
            for answer in answers
        ],
    }
    print(json.dumps(figures), flush=True)


def place(answer: Any) -> Iterator[str | int]:
    """Name the best passage of an answer."""
    for considered in answer.considered[:1]:
        yield from (considered.citation.article, considered.citation.line)


def agreement(folder: Sequence[dict[str, Any]], milvus: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the share of questions that have the same best passage, and of those with the same quotes."""
    pairs = list(zip(folder, milvus, strict=True))
    return {what: round(float(np.mean([a[what] == b[what] for a, b in pairs])), 4) for what in ("top", "quotes")}


def summary(bots: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the figures of bots that ran at the same time."""
    taken = np.concatenate([bot["milliseconds"] for bot in bots])
    return {
        "open_s": round(max(bot["open_s"] for bot in bots), 2),
        "answer_ms_p50": round(float(np.median(taken)), 1),
        "answer_ms_p95": round(float(np.percentile(taken, 95)), 1),
        "cpu_ms_per_question": round(sum(bot["cpu_seconds"] for bot in bots) / len(taken) * 1000, 1),
        "questions_per_second": round(sum(len(bot["milliseconds"]) / bot["seconds"] for bot in bots), 1),
        "peak_memory_mb_per_bot": round(max(bot["peak_memory_mb"] for bot in bots)),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    same = figures["agreement"]
    told = "{passages} passages, {questions} questions; published in {publication_s} s".format_map(figures)
    lines = [
        f"{told}; same best passage {same['top']:.3f}, same quotes {same['quotes']:.3f}",
        "",
        "| layout | open | answer p50 / p95 | processor time of the bot | questions a second | memory of a bot |",
        "|---|---|---|---|---|---|",
    ]
    for layout, row in figures.items():
        if isinstance(row, dict) and "open_s" in row:
            times = f"{row['answer_ms_p50']} / {row['answer_ms_p95']} ms"
            memory = f"{row['peak_memory_mb_per_bot']} MB"
            cells = [layout, f"{row['open_s']} s", times, f"{row['cpu_ms_per_question']} ms"]
            cells += [str(row["questions_per_second"]), memory]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
