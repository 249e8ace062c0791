"""Measure what a language model writes about the quotes, and what of it is shown.

    python benchmarks/written.py --url http://localhost:11434/v1 --model llama3.1 [--options '{"temperature": 0}']

The questions are those of benchmarks/questions_own.jsonl, or of any file of their form, asked of the index. Printed
are the share of the answered questions that got a written answer and why others did not; whether the evidence of a
question is among the lines that the written answer leans on; sentences in the language of the question; sentences
dropped, by reason; seconds and tokens.

Citations are measured as ALCE does (Gao et al., 2023), with the rules that prove sentences in place of its model:
recall is the share of sentences that the lines named by the model prove, precision the share of the named lines that a
sentence needs, without which the others do not prove it, or which prove it alone. Those of the bot, which finds lines
itself, are beside them; its recall is of all sentences, and so the share that is proved at all.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.answers.answerer import open_answerer  # noqa: E402
from bot.records.database import open_engine  # noqa: E402
from bot.settings import BotSettings  # noqa: E402
from bot.writing.endpoint import Endpoint  # noqa: E402
from bot.writing.limits import Budget  # noqa: E402
from bot.writing.types import Verdict, WrittenAnswer  # noqa: E402
from bot.writing.writer import Writer, proof_by  # noqa: E402
from index.reports import language_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.types import Answer
    from bot.writing.types import Line, NotWritten, Proof
    from index.reports import Reports

QUESTIONS = Path(__file__).with_name("questions_own.jsonl")


@dataclass
class Citations:
    """Sentences and those proved by the lines cited, lines cited and those needed."""

    sentences: int = 0
    proved: int = 0
    cited: int = 0
    needed: int = 0

    def add(self, proof: Proof, sentence: str, lines: Sequence[Line]) -> None:
        """Count a sentence with the lines that are cited for it."""
        self.sentences += 1
        self.cited += len(lines)
        if not _proves(proof, sentence, lines):
            return
        self.proved += 1
        for at, line in enumerate(lines):
            others = [*lines[:at], *lines[at + 1 :]]
            self.needed += _proves(proof, sentence, [line]) or not _proves(proof, sentence, others)

    def as_json(self) -> dict[str, float | None]:
        return {"recall": _share(self.proved, self.sentences), "precision": _share(self.needed, self.cited)}


@dataclass
class Figures:
    """What came of all questions."""

    outcomes: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    sentences: int = 0
    in_language: int = 0
    with_evidence: int = 0
    quoted_evidence: int = 0
    evidence: int = 0
    seconds: list[float] = field(default_factory=list)
    tokens: list[tuple[int, int]] = field(default_factory=list)
    model: Citations = field(default_factory=Citations)
    bot: Citations = field(default_factory=Citations)

    def add(self, row: dict[str, Any], answer: Answer, written: WrittenAnswer | NotWritten) -> None:
        """Count what came of one question."""
        self.dropped.update(written.dropped)
        if written.tokens is not None:
            self.tokens.append(written.tokens)
        if written.seconds:
            self.seconds.append(written.seconds)
        if not isinstance(written, WrittenAnswer):
            self.outcomes[written.reason] += 1
            return
        self.outcomes["written"] += 1
        self.sentences += len(written.sentences)
        self.in_language += sum(language_of(one.text, row["lang"]) == row["lang"] for one in written.sentences)
        if row.get("evidence"):
            self.evidence += 1
            self.with_evidence += _has(written.quotes, row["evidence"])
            self.quoted_evidence += _has(answer.quotes, row["evidence"])

    def as_json(self) -> dict[str, Any]:
        asked = sum(count for outcome, count in self.outcomes.items() if outcome != "not_found")
        return {
            "answered": asked,
            "written": _share(self.outcomes["written"], asked),
            "outcomes": dict(self.outcomes.most_common()),
            "dropped": dict(self.dropped.most_common()),
            "sentences per answer": _share(self.sentences, self.outcomes["written"]),
            "in the language of the question": _share(self.in_language, self.sentences),
            "evidence in the lines leant on": _share(self.with_evidence, self.evidence),
            "evidence in the quotes of these": _share(self.quoted_evidence, self.evidence),
            "citations of the model": self.model.as_json(),
            "citations of the bot": self.bot.as_json(),
            "seconds p50, p95": [round(float(np.percentile(self.seconds, p)), 2) for p in (50, 95) if self.seconds],
            "tokens read, written": [round(float(np.mean(side))) for side in zip(*self.tokens, strict=True)],
        }


@click.command()
@click.option("--url", required=True, help="LLM_URL")
@click.option("--model", required=True, help="LLM_MODEL")
@click.option("--key", help="LLM_KEY")
@click.option("--options", help="LLM_OPTIONS")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="LLM_SECONDS")
@click.option("--index", type=click.Path(path_type=Path), help="The folder of the index.")
@click.option("--questions", type=click.File(), default=QUESTIONS.open, help="Questions as of `index eval`.")
@click.option("--count", type=int, help="Ask only the first so many.")
@click.option("--show", is_flag=True, help="Print what is written, too.")
def main(questions: Any, count: int | None, *, show: bool, index: Path | None, **llm: Any) -> None:
    """Ask all questions and print the figures as JSON."""
    chosen = {f"llm_{name}": value for name, value in llm.items()}
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/records.sqlite"
        settings = BotSettings.load(**chosen, index=index, database_url=database, writes_per_day=1_000_000)
        answerer, figures = open_answerer(settings), Figures()
        engine, endpoint = open_engine(database), Endpoint(settings)
        reports = answerer.reports
        writer = Writer(
            settings, endpoint, Budget(engine), lambda: nullcontext(reports), lambda one: _watched(one, figures)
        )
        for line in list(questions)[:count]:
            row = json.loads(line)
            answer = answerer.answer(row["question"])
            written = writer.write(answer)
            figures.add(row, answer, written)
            if show:
                _show(row["question"], written)
        endpoint.close()
        engine.dispose()
    print(json.dumps(figures.as_json(), ensure_ascii=False, indent=2))


def _watched(reports: Reports, figures: Figures) -> Proof:
    """Return what proves sentences and counts what was cited for them."""
    proof = proof_by(reports)

    def prove(sentence: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
        found = proof(sentence, lines, hints)
        figures.model.add(proof, sentence, [lines[at] for at in hints])
        figures.bot.add(proof, sentence, [lines[at] for at in found.leans_on])
        return found

    return prove


def _proves(proof: Proof, sentence: str, lines: Sequence[Line]) -> bool:
    return bool(lines) and len(proof(sentence, lines, range(len(lines))).leans_on) > 0


def _has(quotes: Sequence[Any], evidence: str) -> bool:
    squeezed = ["".join(quote.text.split()) for quote in quotes]
    wanted = "".join(evidence.split())
    return any(wanted in text or text in wanted for text in squeezed)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _show(question: str, written: WrittenAnswer | NotWritten) -> None:
    print(f"# {question}")
    if isinstance(written, WrittenAnswer):
        for one in written.sentences:
            print(f"  {one.text} {[written.quotes[at].text for at in one.leans_on]}")
    else:
        print(f"  ({written.reason} {written.detail} {dict(written.dropped)})")


if __name__ == "__main__":
    main()
