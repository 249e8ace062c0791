"""Read and check the invented reports of training/reports and the questions about them in training/questions.

    python -m training.own_questions [NAME]...

Every report has a file of questions of its own name, one JSON object a line. Prints a sentence for each fault, naming
file and line, and exits with 1 when there is one; else it counts what there is. NAMEs are reports without suffix.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.characters.normal_form import nfkc
from index.reading.articles import to_article
from index.reading.passages import split_article
from index.types import SplitSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.types import Article, Passage

ROOT = Path(__file__).parent
LANGUAGES = ("ja", "en")
# What is asked for by a question that its report does not answer, although it says something near.
KINDS = frozenset(
    (
        *("number", "edition", "year", "event", "speaker", "track", "reason", "price"),
        *("yes_no", "announced", "name", "place", "time", "how", "result", "off"),
    )
)
_FEWEST = 12
_COPIED = {"ja": 14, "en": 32}


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question about a report, with the words of the file that answer it: none where the report does not say.

    Of those that are not answered, ``near`` is what the report says instead, and ``absent`` are words of which an
    answer would have at least one; none is anywhere in the report.
    """

    line: int
    question: str
    lang: str
    evidence: tuple[str, ...]
    kind: str = ""
    near: str = ""
    absent: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the report answers it."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class OwnReport:
    """An invented report, as the bot reads it, and the questions about it."""

    article: Article
    passages: tuple[Passage, ...]
    questions: tuple[OwnQuestion, ...]

    def occurrences(self, words: str) -> int:
        """Return how often words stand in the file."""
        return self.article.source.count(words.encode())

    def is_quotable(self, words: str) -> bool:
        """Return whether words that the file has once stand in one sentence of it."""
        start = self.article.source.index(words.encode())
        ranges = (self.article.file_range(one.start, one.end) for part in self.passages for one in part.sentences)
        return any(begin <= start and start + len(words.encode()) <= end for begin, end in ranges)


def own_reports(names: Sequence[str] = (), folder: Path = ROOT) -> Iterator[OwnReport]:
    """Read the reports of these names, or all, of this folder or another one."""
    for path in sorted((folder / "reports").iterdir()):
        if not names or path.stem in names:
            article = to_article(path.name, path.read_bytes()).article
            questions = tuple(_questions(folder / "questions" / f"{path.stem}.jsonl"))
            yield OwnReport(article, tuple(split_article(article, SplitSettings(600))), questions)


def _questions(path: Path) -> Iterator[OwnQuestion]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        row = json.loads(line)
        evidence, absent = (tuple(row.pop(name, ())) for name in ("evidence", "absent"))
        yield OwnQuestion(line=number, **row, evidence=evidence, absent=absent)


def faults(report: OwnReport) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with a report or its questions."""
    if not report.article.title:
        yield "it has no title"
    asked = Counter(one.question for one in report.questions)
    yield from (f"asked twice: {question}" for question, times in asked.items() if times > 1)
    if len(report.questions) < _FEWEST:
        yield f"{len(report.questions)} questions; at least {_FEWEST} are wanted"
    for lang in LANGUAGES:
        if 3 * sum(one.lang == lang for one in report.questions) < len(report.questions):
            yield f"less than a third of the questions is in {lang}"
    if 10 * sum(not one.answerable for one in report.questions) < 3 * len(report.questions):
        yield "less than three tenths of the questions are not answered"
    for question in report.questions:
        yield from (f"line {question.line}: {fault}" for fault in _faults_of(question, report))


def _faults_of(question: OwnQuestion, report: OwnReport) -> Iterator[str]:
    if question.lang not in LANGUAGES:
        yield f"no language: {question.lang}"
        return
    for words in (*question.evidence, *([question.near] if question.near else [])):
        times = report.occurrences(words)
        if times != 1:
            yield f"{times} times in the report: {words}"
        elif not report.is_quotable(words):
            yield f"not in one sentence that can be quoted: {words}"
    if question.answerable:
        yield from _copied(question)
        if question.kind or question.near or question.absent:
            yield "it is answered and has a kind, near or absent"
        return
    if question.kind not in KINDS:
        yield f"no kind: {question.kind}"
    if question.kind != "off" and not (question.near and question.absent):
        yield "near or absent is missing"
    text = nfkc(report.article.source.decode()).casefold()
    yield from (f"it is there: {words}" for words in question.absent if nfkc(words).casefold() in text)


def _copied(question: OwnQuestion) -> Iterator[str]:
    """Yield the words that a question has from its answer, where they are many: people do not ask so."""
    size = _COPIED[question.lang]
    for words in question.evidence:
        for begin in range(len(question.question) - size + 1):
            if question.question[begin : begin + size] in words:
                yield f"copied from the answer: {question.question[begin : begin + size]}"
                return


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Check the reports of these names, or all."""
    found = 0
    counts: Counter[str] = Counter()
    for report in own_reports(names):
        counts["reports"] += 1
        for question in report.questions:
            counts[f"{question.lang}, {'answered' if question.answerable else question.kind}"] += 1
        for fault in faults(report):
            found += 1
            click.echo(f"{report.article.path}: {fault}")
    click.echo(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
