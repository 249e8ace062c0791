"""Measure which untagged lines of a thread are answered: those that ask the reports something, and no others.

    python benchmarks/thread_lines.py [--index INDEX] [--half dev|held_out|later|last] [--misses] [--json] [LINES.jsonl]

Each row of LINES has a ``line``, whether it is ``for_bot``, its ``kind``, what the bot was ``asked`` before in the
thread, and its ``half``: the rule was made on one of them, the other is only counted. "later" are lines that were
thought up to break the first rule, and made the second; "last" are of kinds that were not there before, and only
counted. Every line is said by whoever asked before and by somebody else. Of the lines for the bot, somebody else's
count if the reports answer them: nobody else hears that they don't.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.answers.answerer import Answerer, open_answerer
from bot.settings import BotSettings
from bot.slack.incoming import addressed
from bot.slack.views.markup import question_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.types import Answer

    Row = dict[str, Any]

LINES = Path(__file__).with_name("thread_lines.jsonl")
SPEAKERS = ("who asked before", "somebody else")


@click.command()
@click.argument("lines", default=LINES, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--half", type=click.Choice(["dev", "held_out", "later", "last"]), help="Only this half.")
@click.option("--index", type=click.Path(path_type=Path), help="The folder of the index.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--misses", is_flag=True, help="Also print the lines that are taken for what they are not.")
def main(lines: Path, half: str | None, index: Path | None, as_json: bool, misses: bool) -> None:
    rows = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    report = measure(open_answerer(BotSettings.load(index=index)), (row for row in rows if half in {None, row["half"]}))
    if not misses:
        report.pop("misses")
    print(json.dumps(report, ensure_ascii=False) if as_json else as_text(report))


def measure(answerer: Answerer, rows: Iterable[Row]) -> Row:
    """Say every line in a thread of its own, and count by who says it."""
    first = cache(answerer.answer)
    counts: dict[str, Counter[str]] = {speaker: Counter() for speaker in SPEAKERS}
    missed = []
    for row in rows:
        earlier = first(row["asked"])
        answer = answerer.answer(question_of(row["line"], None), [earlier])
        for speaker in SPEAKERS:
            heard = speaker == SPEAKERS[0]
            said = is_answered(answerer, row["line"], answer, earlier, heard=heard)
            if row["for_bot"] and not (heard or answer.status == "answered"):
                continue
            counts[speaker][name(said=said, for_bot=row["for_bot"])] += 1
            if said != row["for_bot"]:
                missed.append(f"{'said' if said else 'silent'} to {speaker}: {row['line']}")
    return {**{speaker: figures(counted) for speaker, counted in counts.items()}, "misses": missed}


def is_answered(answerer: Answerer, text: str, answer: Answer, earlier: Answer, *, heard: bool) -> bool:
    line, topic = addressed.read(text), earlier.topic
    if line is None:
        return False
    named = answerer.share_named(line.words, topic.article) if topic is not None and topic.article is not None else 0.0
    return addressed.deserves(line, answer, topic, named, heard=heard)


def name(*, said: bool, for_bot: bool) -> str:
    if said:
        return "rightly answered" if for_bot else "butted in"
    return "missed" if for_bot else "rightly silent"


def figures(counted: Counter[str]) -> Row:
    right, wrong, missed = (counted[one] for one in ("rightly answered", "butted in", "missed"))
    return {
        "precision": round(right / max(1, right + wrong), 3),
        "recall": round(right / max(1, right + missed), 3),
        **counted,
    }


def as_text(report: Row) -> str:
    misses = report.pop("misses", [])
    lines = [
        f"{speaker}: " + ", ".join(f"{name} {n}" for name, n in found.items()) for speaker, found in report.items()
    ]
    return "\n".join([*lines, *misses])


if __name__ == "__main__":
    main()
