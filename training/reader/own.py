"""Our own reports and the questions about them, with what else the search finds for a question."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from index.building.build import build
from index.models.bundled import BUNDLED_MODEL
from index.models.encoder import load_encoder
from index.models.passage_model import encoder_input
from index.searching.results import Filters
from index.searching.search import open_searcher
from index.settings import IndexSettings
from index.types import SplitSettings
from training.own_questions import own_reports
from training.reader.examples import Candidate, Example, passage_text, question_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.storage.tables import StoredPassage
    from training.reader.examples import Text

# What tells an event from others in a title.
NAMES = re.compile(r"[A-Za-z]{4,}|[ァ-ヶー]{3,}|[一-龥]{2,}|\d{1,4}")
# As many passages of the same report and of other reports are kept as may mislead, in the order of the search.
BESIDE = 10
STRANGERS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a report; ``evidence`` is empty where it says nothing, and ``near`` is what comes close."""

    question: str
    report: str
    evidence: tuple[str, ...]
    near: str


def invented_questions(folder: Path) -> Iterator[Asked]:
    """Yield the questions about the reports of training/reports, in this folder or in another one."""
    names = [file.stem for file in sorted((folder / "questions").glob("*.jsonl"))]
    for one in own_reports(names, folder):
        for asked in one.questions:
            yield Asked(asked.question, one.article.path, asked.evidence, asked.near)


def measured_questions(files: Sequence[Path]) -> Iterator[Asked]:
    """Yield the questions about the reports of benchmarks/reports; those of no report have no name of one."""
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            evidence = (row["evidence"],) if row["answerable"] else ()
            yield Asked(row["question"], row["article"] or "", evidence, "")


class OwnReports:
    """An index of our own reports; ``reports`` are folders of them, and ``index`` is where it is built."""

    def __init__(self, reports: Sequence[Path], index: Path) -> None:
        build(list(reports), index, load_encoder(BUNDLED_MODEL), SplitSettings(600))
        self._searcher = open_searcher(IndexSettings.load(index=index, reader="off"))
        self._texts: dict[int, Text] = {}

    @cached_property
    def _passages(self) -> dict[str, list[StoredPassage]]:
        """All passages by the path of their report."""
        tables = self._searcher.store.tables
        return {
            entry.path: [tables.passage(number) for number in range(*entry.passage_range)] for entry in tables.entries
        }

    def example(self, asked: Asked, source: str) -> Example | None:
        """Return the example of a question, None where its evidence is not found or is cut off."""
        report = asked.report or self._best(asked.question)
        golds = self._golds(report, asked.evidence)
        if golds is None:
            return None
        texts = {number: self._text(number) for number in golds}
        if any(at >= len(texts[number].bounds) for number, found in golds.items() for at in found):
            return None
        near = list(self._golds(report, (asked.near,)) or {}) if asked.near else []
        own = {stored.number for stored in self._passages[report]}
        beside = [at for gold in golds for at in (gold - 1, gold + 1) if at in own]
        found = self._found(asked.question, Filters(articles=[report]))
        others = [number for number in dict.fromkeys((*near, *found[:2], *beside, *found[2:])) if number not in golds]
        strangers = self._strangers(asked.question, report) if asked.report else []
        misleading = (*others[:2], *strangers[:2], *others[2:BESIDE], *strangers[2:])
        return Example(
            question_text(asked.question),
            tuple(Candidate(texts[number], tuple(found)) for number, found in golds.items()),
            tuple(Candidate(self._text(number)) for number in misleading),
            report,
            source,
        )

    def _best(self, question: str) -> str:
        return self._searcher.search(question, 1).hits[0].stored.entry.path

    def _found(self, question: str, filters: Filters | None = None) -> list[int]:
        return [hit.stored.number for hit in self._searcher.search(question, 12, filters).hits]

    def _text(self, number: int) -> Text:
        if number not in self._texts:
            stored = self._searcher.store.tables.passage(number)
            read = encoder_input(stored.entry.title, stored.passage)
            self._texts[number] = passage_text(read.context, read.sentences)
        return self._texts[number]

    def _strangers(self, question: str, report: str) -> list[int]:
        """Return passages of other reports, if the question names its own by a word that their titles lack."""
        tables = self._searcher.store.tables
        title = next(entry.title for entry in tables.entries if entry.path == report).casefold()
        named = [word.casefold() for word in NAMES.findall(question) if word.casefold() in title]
        if not named:
            return []
        found = (tables.passage(number) for number in self._found(question))
        return [
            stored.number
            for stored in found
            if stored.entry.path != report and any(word not in stored.entry.title.casefold() for word in named)
        ][:STRANGERS]

    def _golds(self, report: str, evidence: Sequence[str]) -> dict[int, list[int]] | None:
        """Return the passages with the sentences that have the evidence; None if some of it is not found once."""
        golds: dict[int, list[int]] = {}
        passages = self._passages[report]
        article = passages[0].article
        for words in evidence:
            places = [match.span() for match in re.finditer(re.escape(words.encode()), article.source)]
            if len(places) != 1:
                return None
            found = [
                (stored.number, at)
                for stored in passages
                for at, sentence in enumerate(stored.passage.sentences)
                if _overlap(article.file_range(sentence.start, sentence.end), places[0])
            ]
            if not found:
                return None
            for number, at in found:
                golds.setdefault(number, []).append(at)
        return golds


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
