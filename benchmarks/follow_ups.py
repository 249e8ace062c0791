"""Measure follow-up questions: is the evidence quoted with what was said before, and does it harm other questions?

    python benchmarks/follow_ups.py [--index INDEX] [--json] [CONVERSATIONS.jsonl]
    python benchmarks/follow_ups.py --stand-alone QUESTIONS.jsonl [--index INDEX] [--json]

Each row of CONVERSATIONS has ``turns``; a turn has question, article, evidence and answerable, where other spans
answer as well ``also``, and from the second one on stand_alone. With ``new``, evidence that an earlier turn quoted
does not count. Every follow-up is asked with the answers before it, without them, and in the naive way, put behind
the question before it; the turns that stand alone are asked with and without.
With --stand-alone, every question is asked after an unrelated one, and nothing should change.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.answers.answerer import CANDIDATES, Answerer
from bot.settings import BotSettings
from index.reports import Reports
from index.searching.search import Searcher, open_searcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.types import Answer
    from index.asking.question import Question
    from index.searching.results import Filters, SearchResult

    Row = dict[str, Any]

CONVERSATIONS = Path(__file__).with_name("conversations.jsonl")
WAYS = ("with history", "without", "naive")
# Each question comes after so many others, one at a time: a single pairing is luck.
EARLIER = 5


class Remembering(Searcher):
    """A searcher that remembers what the last answer was made from; other searches only help to understand."""

    def search(self, question: str | Question, count: int = 5, filters: Filters | None = None) -> SearchResult:
        result = super().search(question, count, filters)
        if count == CANDIDATES:
            self.last = result
        return result


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question was answered: was its evidence quoted, and is it in the first passage?"""

    quoted: bool
    first: bool
    answer: Answer


@click.command()
@click.argument("conversations", default=CONVERSATIONS, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stand-alone", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="See above.")
@click.option("--index", type=click.Path(path_type=Path), help="The folder of the index.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--misses", is_flag=True, help="Also print what went wrong.")
def main(conversations: Path, stand_alone: Path | None, index: Path | None, as_json: bool, misses: bool) -> None:
    settings = BotSettings.load(index=index)
    opened = open_searcher(settings)
    searcher = Remembering(opened.store, opened.encoder, reader=opened.reader)
    answerer = Answerer(Reports(searcher, settings), settings)
    if stand_alone is not None:
        report = measure_harm(answerer, searcher, rows_of(stand_alone))
    else:
        report = measure(answerer, searcher, rows_of(conversations))
    if not misses:
        report.pop("misses")
    print(json.dumps(report, ensure_ascii=False) if as_json else as_text(report))


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def measure(answerer: Answerer, searcher: Remembering, rows: Sequence[Row]) -> Row:
    """Hold every conversation and count, over all and by kind, how its follow-ups were answered."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    misses: list[str] = []
    for row in rows:
        history: list[Answer] = []
        for number, turn in enumerate(row["turns"]):
            outcome = ask(answerer, searcher, turn, turn["question"], history)
            if number:
                groups = ("all", row["lang"], row["kind"]) if "lang" in row else ("all", row["kind"])
                before = history[-1].question
                for name, count in judge(answerer, searcher, turn, outcome, before).items():
                    for group in groups:
                        counts[group][name] += count
                misses += complaints(row, number, outcome, answerer)
            history.append(outcome.answer)
    return {**{group: dict(found) for group, found in counts.items()}, "misses": misses}


def judge(answerer: Answerer, searcher: Remembering, turn: Row, outcome: Outcome, before: str) -> dict[str, int]:
    """Return what to count of one turn that is not the first."""
    question = turn["question"]
    without = ask(answerer, searcher, turn, question)
    if turn["stand_alone"]:
        return {"stand-alone": 1, "stand-alone, same answer": same(outcome.answer, without.answer)}
    outcomes = (outcome, without, ask(answerer, searcher, turn, f"{before}\n{question}"))
    if not turn["answerable"]:
        declined = [one.answer.status == "not_found" for one in outcomes]
        return {"unanswerable": 1, **{f"declined, {way}": no for way, no in zip(WAYS, declined, strict=True)}}
    counted = {"answerable": 1}
    for way, one in zip(WAYS, outcomes, strict=True):
        counted[f"quoted, {way}"] = one.quoted
        counted[f"first passage, {way}"] = one.first
    return counted


def ask(answerer: Answerer, searcher: Remembering, turn: Row, question: str, history: Sequence[Answer] = ()) -> Outcome:
    answer = answerer.answer(question, history)
    spans = [plain(span) for span in (turn["evidence"], *turn.get("also", ())) if span is not None]
    if turn.get("new"):
        known = plain("".join(quote.text for earlier in history for quote in earlier.quotes))
        spans = [span for span in spans if span not in known]
        if not spans:
            # All of it was quoted before: then the answer is that there is no more.
            declined = answer.status == "not_found"
            return Outcome(declined, declined, answer)
    quotes = [plain(quote.text) for quote in answer.quotes if quote.citation.article == turn["article"]]
    hits = searcher.last.hits[:1]
    passages = [plain(hit.stored.text) for hit in hits if hit.stored.entry.path == turn["article"]]
    return Outcome(any(s in q for s in spans for q in quotes), any(s in p for s in spans for p in passages), answer)


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def same(one: Answer, other: Answer) -> bool:
    return (one.status, one.quotes, one.suggestions) == (other.status, other.quotes, other.suggestions)


def complaints(row: Row, number: int, outcome: Outcome, answerer: Answerer) -> list[str]:
    """Return a line for a turn that was not answered as it should have been."""
    turn = row["turns"][number]
    if turn["stand_alone"]:
        good = same(outcome.answer, answerer.answer(turn["question"]))
    elif turn["answerable"]:
        good = outcome.quoted
    else:
        good = outcome.answer.status == "not_found"
    asked = " → ".join(one["question"] for one in row["turns"][: number + 1])
    cited = [quote.citation for quote in outcome.answer.quotes] or outcome.answer.suggestions
    found = "; ".join(f"{one.article} {one.headings[-1] if one.headings else ''}" for one in cited)
    return [] if good else [f"{row['id']} {asked}: {outcome.answer.status} {outcome.answer.confidence:.2f} {found}"]


def measure_harm(answerer: Answerer, searcher: Remembering, rows: Sequence[Row]) -> Row:
    """Ask every question after unrelated ones, and count where the first passage or the answer is another one."""
    chance = random.Random(0)
    counts = {"asked": 0, "first passage changed": 0, "answer changed": 0}
    misses = []
    for row in rows:
        alone = answerer.answer(row["question"])
        first = first_passage(searcher)
        unrelated = [other for other in rows if other["article"] != row["article"]]
        for other in chance.sample(unrelated, EARLIER):
            earlier = answerer.answer(other["question"])
            answer = answerer.answer(row["question"], [earlier])
            changed = first_passage(searcher) != first
            counts["asked"] += 1
            counts["first passage changed"] += changed
            counts["answer changed"] += not same(answer, alone)
            if changed or not same(answer, alone):
                misses.append(f"{other['question']} → {row['question']}")
    return {**counts, "misses": misses}


def first_passage(searcher: Remembering) -> int | None:
    return searcher.last.hits[0].stored.number if searcher.last.hits else None


def as_text(report: Row) -> str:
    misses = report.pop("misses", [])
    lines = []
    for group, found in report.items():
        if isinstance(found, int):
            lines.append(f"{group}: {found}")
        else:
            lines += [f"{group}:", *(f"  {name}: {count}" for name, count in found.items())]
    return "\n".join([*lines, *misses])


if __name__ == "__main__":
    main()
