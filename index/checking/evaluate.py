"""Measure search, abstention and quotes on questions whose evidence is known."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from index.checking.measures import (
    DEPTHS,
    SECTION_DEPTHS,
    Measure,
    Reliability,
    Retrieval,
    Verdict,
    measure,
    measure_by,
    reliability,
)
from index.errors import ReportBotError
from index.quoting.quotes import choose_spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from index.quoting.spans import Span
    from index.searching.results import Hit, SearchResult
    from index.searching.search import Searcher

# As many passages as the bot looks at for an answer.
CANDIDATES = 10
# How far down evidence is looked for that is not among them.
DEEPEST = 100
WORST = 10
# What a question has to have; only an answerable one needs evidence.
ROW = {"question": str, "lang": str, "article": str | None, "evidence": str | None, "answerable": bool}

WRONG_ARTICLE = "wrong article"
NEIGHBOUR = "neighbouring section of the right article"
OTHER_PASSAGE = "right section, other passage"


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose evidence is not in the first passage, what came first instead, and how far off that is.

    ``rank`` is None where the evidence is not in one of the first `DEEPEST` passages either.
    """

    question: str
    rank: int | None
    first: str
    reason: str


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The measures over all questions, by language and by type of question, and the worst misses.

    ``language_pairs`` has the measures by the language of the question and that of the report that it is about.
    ``passages`` has the median and the longest length in characters, ``milliseconds`` the median and the 95th
    percentile of a search alone and together with the choice of quotes. ``reliability`` says which share of the
    questions is answerable by how likely that is said to be.
    """

    overall: Measure
    languages: dict[str, Measure]
    language_pairs: dict[str, Measure]
    types: dict[str, Measure]
    passages: dict[str, float]
    milliseconds: dict[str, float]
    reliability: tuple[Reliability, ...]
    misses: tuple[Miss, ...]

    @property
    def english_behind(self) -> float | None:
        """By how much English questions find their evidence among five passages less often than Japanese ones."""
        if not {"ja", "en"} <= self.languages.keys():
            return None
        japanese, english = (self.languages[name].evidence[max(DEPTHS)] for name in ("ja", "en"))
        return None if japanese is None or english is None else japanese - english

    def as_json(self) -> dict[str, Any]:
        """Return all figures by name."""
        figures = asdict(self)
        return {"all": figures.pop("overall"), "english_behind": self.english_behind, **figures}


@dataclass(frozen=True, slots=True)
class _Row:
    """A question; ``evidence`` has no white space, ``sections`` are article, heading and occurrence of each."""

    question: str
    language: str
    article: str | None
    evidence: str
    answerable: bool
    sections: tuple[tuple[str, str, int], ...]


def evaluate_search(searcher: Searcher, lines: Iterable[str]) -> EvaluationReport:
    """Ask every question and compare what is found and quoted with its evidence.

    ``lines`` are JSON objects with question, lang, article, evidence and answerable. The section with the
    evidence may be named by section, its heading as it stands in the file ("" for the text before the first
    one), and section_occurrence; also lists more such sections. Raises ReportBotError for any other line.
    """
    rows = [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    judge = _Judge(searcher)
    judged = [judge.ask(row) for row in rows]
    missed = [(one.question, one.found) for one in judged if one.found is not None and one.found.rank != 1]
    missed.sort(key=lambda pair: -(pair[1].rank or DEEPEST + 1))
    return EvaluationReport(
        measure(judged),
        measure_by(judged, lambda one: one.language),
        measure_by(judged, lambda one: f"{one.language} about {one.written}" if one.written else ""),
        measure_by(judged, lambda one: one.kind),
        _passage_lengths(searcher),
        _milliseconds(judged),
        reliability(judged),
        tuple(Miss(question, found.rank, found.first, found.reason) for question, found in missed[:WORST]),
    )


def _row(number: int, line: str) -> _Row:
    try:
        line.encode()
        read = json.loads(line)
        values = {name: read[name] for name in ROW}
        sections = _named(read)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        values, sections = {}, ()
    typed = all(isinstance(values.get(name, ...), kind) for name, kind in ROW.items())
    if not typed or (values["answerable"] and values["evidence"] is None):
        raise ReportBotError(
            f"line {number} of the questions is not a JSON object with question, lang, article, evidence, answerable"
        )
    evidence = _squeezed(values["evidence"] or "")
    return _Row(values["question"], values["lang"], values["article"], evidence, values["answerable"], sections)


def _named(row: dict[str, Any]) -> tuple[tuple[str, str, int], ...]:
    """Return article, heading and occurrence of each section that a row names."""
    named = [row, *row.get("also", ())] if row.get("section") is not None else []
    return tuple((one["article"], str(one["section"]), int(one.get("section_occurrence", 0))) for one in named)


class _Judge:
    """Asks the questions of one index."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        articles = searcher.store.tables.articles()
        self._articles = {article.path: (number, article.text) for number, article in enumerate(articles)}
        self._written = {entry.path: entry.language for entry in searcher.store.tables.entries}

    def ask(self, row: _Row) -> Verdict:
        """Ask a question as the bot does."""
        started = time.perf_counter()
        result = self._searcher.search(row.question, CANDIDATES)
        spans = choose_spans(result, self._searcher)
        milliseconds = (time.perf_counter() - started) * 1000
        return Verdict(
            row.question,
            row.language,
            self._written.get(row.article or "", ""),
            result.question.kind.name,
            result.answerable,
            self._best_cosine(result),
            result.milliseconds,
            milliseconds,
            self._found(row, result, spans) if row.answerable else None,
        )

    def _best_cosine(self, result: SearchResult) -> float:
        _, cosines = self._searcher.store.dense_top(result.encoded.dense, 1)
        return float(cosines.max(initial=0.0))

    def _found(self, row: _Row, result: SearchResult, spans: Sequence[Span]) -> Retrieval:
        rank = _rank(result.hits, row)
        if rank is None:
            rank = _rank(self._searcher.search(row.question, DEEPEST).hits, row)
        right = {number for named in row.sections for number in self._section_numbers(*named)}
        numbers = [hit.stored.section_number for hit in result.hits]
        return Retrieval(
            rank,
            {depth: bool(right & set(numbers[:depth])) for depth in SECTION_DEPTHS} if right else None,
            _quoted(spans, row),
            bool(spans) and _quoted([span for span in spans if _section(span) == _section(spans[0])], row),
            len({_section(span) for span in spans}),
            _place(result.hits[0]) if result.hits else "",
            _reason(result.hits[0], row, right) if result.hits else "",
        )

    def _section_numbers(self, article: str, heading: str, occurrence: int) -> list[int]:
        """Return the number of a section in the index, nothing if there is none."""
        if article not in self._articles:
            return []
        number, text = self._articles[article]
        sections = self._searcher.store.tables.sections(number)
        same = [n for n, section in sections if _heading(text[section.start : section.end]) == heading]
        if not heading:
            same = [n for n, section in sections if section.level == 0]
        return same[occurrence : occurrence + 1]


def _heading(section: bytes) -> str:
    """Return the heading of a section as it stands in the file, without its marks."""
    line = section.decode().partition("\n")[0].strip()
    return re.sub(r"^#+\s+|\s+#+$", "", line)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _rank(hits: Iterable[Hit], row: _Row) -> int | None:
    """Return the rank of the first passage that has the evidence."""
    for hit in hits:
        if hit.stored.entry.path == row.article and row.evidence in _squeezed(hit.stored.text):
            return hit.rank
    return None


def _quoted(spans: Iterable[Span], row: _Row) -> bool:
    """Tell whether what is quoted of one section has the evidence."""
    texts: dict[int, str] = defaultdict(str)
    for span in spans:
        if span.stored.article.path == row.article:
            texts[span.stored.section_number] += _squeezed(span.text)
    return any(row.evidence in text for text in texts.values())


def _section(span: Span) -> int:
    return span.stored.section_number


def _place(hit: Hit) -> str:
    return " › ".join((hit.stored.entry.path, *hit.stored.passage.section.headings))


def _reason(first: Hit, row: _Row, right: Collection[int]) -> str:
    if first.stored.entry.path != row.article:
        return WRONG_ARTICLE
    return OTHER_PASSAGE if first.stored.section_number in right else NEIGHBOUR


def _passage_lengths(searcher: Searcher) -> dict[str, float]:
    tables = searcher.store.tables
    lengths = [len(one.text) for n in range(len(tables.articles())) for one in tables.passages_of_article(n)]
    return {"median": median(lengths), "longest": max(lengths)} if lengths else {}


def _milliseconds(judged: Sequence[Verdict]) -> dict[str, float]:
    taken = {
        "search": [one.search_milliseconds for one in judged],
        "answer": [one.answer_milliseconds for one in judged],
    }
    return {
        f"{name} p{percentile}": round(float(np.percentile(values, percentile)), 1)
        for name, values in taken.items()
        if values
        for percentile in (50, 95)
    }
