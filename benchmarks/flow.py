"""Count what a question and a build cost in work, not in seconds: SQL, searches, tokenizer calls, reads, parses.

    python benchmarks/flow.py [--label NAME] [--articles DIR]... [--questions FILE.jsonl]... [--output FILE.json]

An index of the articles is built from nothing, again with nothing changed, and again with a sentence more in every
article. Then every question is asked by itself, and every question of benchmarks/conversations.jsonl after those
before it. Prints a table and writes it to benchmarks/results/flow.json under the label; what other labels have there is
kept, so that "before" can be compared with "after". benchmarks/counts.py says where it counts.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
sys.path[:0] = [str(ROOT), str(BENCHMARKS)]

import counts  # noqa: E402  the project need not be installed

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    Table = dict[str, dict[str, dict[str, float]]]

FIGURES = (
    counts.SQL,
    counts.ROWS,
    counts.ARTICLES,
    counts.SEARCHES,
    counts.AGAIN,
    counts.TOKENIZED,
    counts.BLANK,
    counts.MODEL,
)
BUILD_FIGURES = (counts.OPENED, counts.PARSES, counts.TOKENIZED, counts.BLANK, counts.SQL)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
# Asked once beforehand, so that what is loaded at the first question counts for none.
FIRST = "最初の質問"


@click.command()
@click.option("--label", default="now", show_default=True, help="What the figures are called in the output.")
@click.option("--articles", "folders", multiple=True, type=FOLDER, default=[ROOT / "articles", BENCHMARKS / "reports"])
@click.option(
    "--questions",
    multiple=True,
    type=FILE,
    default=[BENCHMARKS / "questions_own.jsonl", BENCHMARKS / "questions_reports_a.jsonl"],
)
@click.option("--conversations", type=FILE, default=BENCHMARKS / "conversations.jsonl")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=BENCHMARKS / "results" / "flow.json")
def main(label: str, folders: Sequence[Path], questions: Sequence[Path], conversations: Path, output: Path) -> None:
    """Count, print and write."""
    counts.start()
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(temporary, "index")
        built = build_thrice([Path(shutil.copytree(each, Path(temporary, each.name))) for each in folders], index)
        answered = ask(index, [row["question"] for file in questions for row in rows_of(file)], rows_of(conversations))
    table = {**built, **answered}
    print(as_text(table))
    keep(output, label, {"commit": commit(), **table})


def keep(output: Path, label: str, run: dict[str, Any]) -> None:
    """Write a run under its label, beside those of other labels."""
    runs = json.loads(output.read_text("utf-8")) if output.exists() else {}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({**runs, label: run}, indent=1) + "\n", "utf-8")


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def build_thrice(folders: Sequence[Path], index: Path) -> Table:
    """Build from nothing, with nothing changed and with everything changed; return the figures of an article."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.md"))]
    table = {"build from nothing, an article": build(folders, index, len(files))}
    table["build with nothing changed, an article"] = build(folders, index, len(files))
    for number, file in enumerate(files):
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n\nA last sentence, number {number}.\n")
    table["build with a sentence more, an article"] = build(folders, index, len(files))
    return table


def build(folders: Sequence[Path], index: Path, articles: int) -> dict[str, dict[str, float]]:
    from index.cli import main as command

    counts.take()
    options = [part for folder in folders for part in ("--articles", str(folder))]
    with redirect_stdout(StringIO()):
        command(["build", *options, "--index", str(index)], standalone_mode=False)
    taken = counts.take()
    return {figure: {"mean": round(taken[figure] / articles, 2)} for figure in BUILD_FIGURES}


def ask(index: Path, questions: Sequence[str], conversations: Sequence[dict[str, Any]]) -> Table:
    """Ask every question alone, and every turn of every conversation; return the figures of a question."""
    from bot.settings import BotSettings

    answerer = counts.module_with("def open_answerer").open_answerer(BotSettings.load(index=index))
    answerer.answer(FIRST)
    counts.take()
    alone = list(each_counted(answerer, ([question] for question in dict.fromkeys(questions))))
    turns = ([turn["question"] for turn in row["turns"]] for row in conversations)
    # What is asked first has no history, and was remembered from somebody else.
    follow_ups = [taken for turn, taken in each_turn(answerer, turns) if turn]
    return {"a question": summarised(alone), "a follow-up question": summarised(follow_ups)}


def each_counted(answerer: Any, conversations: Iterator[list[str]]) -> Iterator[Counter[str]]:
    return (taken for _, taken in each_turn(answerer, conversations))


def each_turn(answerer: Any, conversations: Iterator[list[str]]) -> Iterator[tuple[int, Counter[str]]]:
    """Yield the number of every question in its conversation, and what it cost."""
    for questions in conversations:
        history: list[Any] = []
        for turn, question in enumerate(questions):
            history.append(answerer.answer(question, history))
            yield turn, counts.take()


def summarised(taken: Sequence[Counter[str]]) -> dict[str, dict[str, float]]:
    return {figure: summary([one[figure] for one in taken]) for figure in FIGURES}


def summary(values: Sequence[int]) -> dict[str, float]:
    return {"mean": round(statistics.mean(values), 2), "median": statistics.median(values), "most": max(values)}


def commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def as_text(table: Table) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| of | count | mean | median | most |", "|---|---|---:|---:|---:|"]
    for of, figures in table.items():
        for figure, values in figures.items():
            cells = (f"{values[name]:g}" if name in values else "" for name in ("mean", "median", "most"))
            lines.append(f"| {of} | {figure} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
