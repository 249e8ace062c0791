"""Measure what a language model writes about lines of the reports, and what of it is shown.

    python benchmarks/written.py --url http://localhost:11434/v1 --model llama3.1 [--options '{"temperature": 0}']

The questions are those of benchmarks/questions_own.jsonl, or of any file of their form, asked of the index. Printed
are the share of the answered questions that got a written answer and why others did not; whether the evidence of a
question is among the lines that the written answer leans on; sentences in the language of the question; sentences
dropped, by reason; seconds and tokens. ``--output`` writes that and every reply, sentence by sentence, to a file, and
``--table`` prints the replies as a table in Markdown.

Citations are measured as ALCE does (Gao et al., 2023), with the rules that prove sentences in place of its model: of a
reply, recall is the share of the sentences that the lines cited prove together, precision the share of the lines cited
that such a sentence needs, because they prove it alone or the others do not. Both are averaged over the replies that
say anything; a sentence without citations is not proved, a number that no line has proves nothing, and of more than
three only the first count. That is done for the lines that the model names, for those that the bot finds itself for
the same sentences, and for the sentences that are shown. The judge is the one that chooses what is shown, so that the
last says no more than that all of it came through him; the first says how far the model's own numbers could be trusted.
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
from bot.writing.lines import lines_of  # noqa: E402
from bot.writing.marked import refuses, says_nothing, sentences_of  # noqa: E402
from bot.writing.showing import MOST_READ, Proved, judged  # noqa: E402
from bot.writing.types import WrittenAnswer  # noqa: E402
from bot.writing.writer import Writer, proof_by  # noqa: E402
from index.reports import language_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.types import Answer
    from bot.writing.types import Completion, Line, NotWritten, Proof, Reason
    from index.reports import Reports

QUESTIONS = Path(__file__).with_name("questions_own.jsonl")
# As in ALCE.
MOST_CITED = 3


@dataclass
class Citations:
    """Recall and precision of the citations of each reply."""

    recalls: list[float] = field(default_factory=list)
    precisions: list[float] = field(default_factory=list)

    def add(self, proof: Proof, cited: Sequence[tuple[str, Sequence[Line] | None]]) -> None:
        """Count a reply by its sentences with the lines cited for each, None where one of them does not exist."""
        proved = needed = total = 0
        for sentence, named in cited:
            lines = list(named or ())[:MOST_CITED]
            total += len(lines)
            if not _proves(proof, sentence, lines):
                continue
            proved += 1
            for at, line in enumerate(lines):
                needed += _proves(proof, sentence, [line]) or not _proves(
                    proof, sentence, [*lines[:at], *lines[at + 1 :]]
                )
        if cited:
            self.recalls.append(proved / len(cited))
            self.precisions.append(needed / total if total else 0.0)

    def as_json(self) -> dict[str, float | None]:
        return {"recall": _mean(self.recalls), "precision": _mean(self.precisions), "replies": len(self.recalls)}


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
    shown: Citations = field(default_factory=Citations)
    replies: list[dict[str, Any]] = field(default_factory=list)

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
            "citations of what is shown": self.shown.as_json(),
            "seconds p50, p95": [round(float(np.percentile(self.seconds, p)), 2) for p in (50, 95) if self.seconds],
            "tokens read, written": [round(float(np.mean(side))) for side in zip(*self.tokens, strict=True)],
        }


class Recorder(Endpoint):
    """Asks a server, and keeps what it said last."""

    said: Completion | None = None

    def complete(self, prompt: str) -> Completion:
        self.said = super().complete(prompt)
        return self.said


@click.command()
@click.option("--url", required=True, help="LLM_URL")
@click.option("--model", required=True, help="LLM_MODEL")
@click.option("--key", help="LLM_KEY")
@click.option("--options", help="LLM_OPTIONS")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="LLM_SECONDS")
@click.option("--index", type=click.Path(path_type=Path), help="The folder of the index.")
@click.option("--questions", type=click.File(), default=QUESTIONS.open, help="Questions as of `index eval`.")
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Ask only those of a language.")
@click.option("--count", type=int, help="Ask only the first so many.")
@click.option("--table", is_flag=True, help="Print every reply, sentence by sentence.")
@click.option("--output", type=click.Path(path_type=Path), help="A file for the figures and the replies.")
def main(
    questions: Any,
    lang: str | None,
    count: int | None,
    *,
    table: bool,
    output: Path | None,
    index: Path | None,
    **llm: Any,
) -> None:
    """Ask all questions and print the figures as JSON."""
    chosen = {f"llm_{name}": value for name, value in llm.items()}
    asked = [row for row in map(json.loads, questions) if lang in (None, row["lang"])][:count]
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/records.sqlite"
        settings = BotSettings.load(**chosen, index=index, database_url=database, writes_per_day=1_000_000)
        answerer, figures = open_answerer(settings), Figures()
        engine, endpoint = open_engine(database), Recorder(settings)
        reports = answerer.reports
        writer = Writer(settings, endpoint, Budget(engine), lambda: nullcontext(reports), proof_by)
        for row in asked:
            endpoint.said = None
            answer = answerer.answer(row["question"])
            written = writer.write(answer)
            figures.add(row, answer, written)
            judge(figures, row, answer, endpoint.said, written, reports)
            if table:
                print("\n".join(_table(figures.replies[-1])), flush=True)
        endpoint.close()
        engine.dispose()
    measured = {"model": Path(settings.llm_model or "").name, **figures.as_json()}
    print(json.dumps(measured, ensure_ascii=False, indent=2))
    if output is not None:
        told = json.dumps({**measured, "replies": figures.replies}, ensure_ascii=False, indent=1)
        output.write_text(f"{told}\n", encoding="utf-8")


def judge(
    figures: Figures,
    row: dict[str, Any],
    answer: Answer,
    said: Completion | None,
    written: WrittenAnswer | NotWritten,
    reports: Reports,
) -> None:
    """Count the citations of a reply, and keep what came of each of its sentences."""
    outcome = "written" if isinstance(written, WrittenAnswer) else written.reason
    kept: dict[str, Any] = {"question": row["question"], "outcome": outcome}
    figures.replies.append(kept)
    if said is None or answer.material is None:
        return
    kept.update(seconds=round(said.seconds, 1), reply=said.text)
    if says_nothing(said.text) or refuses(said.text):
        return
    proof, lines = proof_by(reports), lines_of(answer, reports)
    reply = sentences_of(said.text, whole=said.whole)[:MOST_READ]
    verdicts = judged(reply, answer.material.question, lines, answer.lang, proof)
    figures.model.add(proof, [(one.text, _named(one.labels, lines)) for one in reply])
    # What the bot finds is told without the numbers of the model.
    found = [[lines[at] for at in proof(one.text, lines, ()).leans_on] for one in reply]
    figures.bot.add(proof, [(one.text, leant_on) for one, leant_on in zip(reply, found, strict=True)])
    shown = {one.text: one for one in written.sentences} if isinstance(written, WrittenAnswer) else {}
    if isinstance(written, WrittenAnswer):
        by_quote = {line.quote: line for line in lines}
        leant = [(one.text, [by_quote[written.quotes[at]] for at in one.leans_on]) for one in written.sentences]
        figures.shown.add(proof, leant)
    kept["sentences"] = [
        {
            "text": one.text,
            "labels": one.labels,
            "verdict": _verdict(verdict, outcome, is_shown=one.text in shown),
            "lines": [lines[at].plain for at in verdict.leans_on] if isinstance(verdict, Proved) else [],
        }
        for one, verdict in zip(reply, verdicts, strict=True)
    ]


def _verdict(verdict: Proved | Reason, outcome: str, *, is_shown: bool) -> str:
    if not isinstance(verdict, Proved):
        return verdict
    if is_shown:
        return "shown"
    why = {"adds_nothing": "it adds nothing", "written": "there was enough"}
    return f"proved, but {why.get(outcome, 'most of the others fell')}"


def _named(labels: Sequence[int], lines: Sequence[Line]) -> list[Line] | None:
    by_number = {line.number: line for line in lines}
    return [by_number[label] for label in labels] if by_number.keys() >= set(labels) else None


def _table(reply: dict[str, Any]) -> list[str]:
    """Return the rows of a reply: question, sentence, what came of it."""
    sentences = reply.get("sentences") or [{"text": "", "verdict": reply["outcome"]}]
    cells = [(one["text"].replace("|", "\\|"), one["verdict"]) for one in sentences]
    return [f"| {'' if at else reply['question']} | {' | '.join(cell)} |" for at, cell in enumerate(cells)]


def _proves(proof: Proof, sentence: str, lines: Sequence[Line]) -> bool:
    return bool(lines) and len(proof(sentence, lines, range(len(lines))).leans_on) > 0


def _has(quotes: Sequence[Any], evidence: str) -> bool:
    squeezed = ["".join(quote.text.split()) for quote in quotes]
    wanted = "".join(evidence.split())
    return any(wanted in text or text in wanted for text in squeezed)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 3) if values else None


if __name__ == "__main__":
    main()
