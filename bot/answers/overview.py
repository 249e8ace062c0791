"""List what the bot can be asked about: the reports with their sections, and example questions made from them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.texts import texts
from index.types import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reports import Reports
    from index.types import Contents, Section

EXAMPLES = 4
# A shorter heading, such as "Memo", says too little alone, and a much longer one makes no short question.
TELLING = 6
EXAMPLE_LENGTHS = range(TELLING, 61)
# Each try is a search; more would make opening an index with thousands of reports slow.
TRIES = 12
_VERSION_TIME = re.compile(r"\d{8}T\d{6}")


@dataclass(frozen=True, slots=True)
class Report:
    """One article: ``sections`` are its headings in the order of the text, ``url`` its public page."""

    title: str
    path: str
    url: str | None
    draft: bool
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The contents of one version of the index, the newest reports first; ``indexed_at`` is in UTC."""

    reports: tuple[Report, ...]
    section_count: int
    version: str
    indexed_at: datetime | None
    japanese_examples: tuple[str, ...]
    english_examples: tuple[str, ...]

    def examples(self, language: Language) -> tuple[str, ...]:
        """Return questions that the reports answer, in a language."""
        return self.japanese_examples if language == "ja" else self.english_examples


def overview(reports: Reports, threshold: float) -> Overview:
    """Return what a version of the index has; the same version gives the same overview.

    Examples are tried: those that the index answers below ``threshold`` are left out.
    """
    listed = sorted(reports.contents(), key=_newest_first)
    examples = {lang: _examples(listed, lang, reports, threshold) for lang in LANGUAGES}
    listing = tuple(
        Report(
            one.article.title,
            one.article.path,
            one.url,
            not one.article.published,
            tuple(section.headings[-1] for section in one.sections),
        )
        for one in listed
    )
    count = sum(len(report.sections) for report in listing)
    version = reports.version
    return Overview(listing, count, version, indexed_at(version), examples["ja"], examples["en"])


def indexed_at(version: str) -> datetime | None:
    """Return when a version of the index was made, which its name begins with."""
    match = _VERSION_TIME.match(version)
    if match is None:
        return None
    try:
        return datetime.strptime(match.group(), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def section_name(headings: Sequence[str], title: str) -> str:
    """Return what to call a section: its heading, and for "Memo" also the heading or title above it."""
    path = [title, *headings]
    return path[-1] if len(path[-1]) >= TELLING else " › ".join(part for part in path[-2:] if part)


def section_question(headings: Sequence[str], title: str, language: Language) -> str:
    """Return the question that asks what a section says; lead text is asked for by the title."""
    section = section_name(headings, title)
    # The name must not end the quotation marks around it.
    for mark in '"「」':
        section = section.replace(mark, " ")
    return texts(language).section_question.format(section=" ".join(section.split()))


def _newest_first(listed: Contents) -> tuple[bool, list[int], str]:
    """Sort by the day of publication, the latest first, then those without one by path."""
    date = listed.article.published_at or listed.article.date or ""
    return not date, [-ord(character) for character in date], listed.article.path


def _examples(listed: Sequence[Contents], language: Language, reports: Reports, threshold: float) -> tuple[str, ...]:
    """Return questions about sections, from as many reports as there are, that the index answers."""
    examples: list[str] = []
    for _, section in zip(range(TRIES), _candidates(listed), strict=False):
        question = section_question(section.headings, "", language)
        result = reports.search(question, 1)
        if result.answerable >= threshold and result.hits and result.hits[0].stored.passage.section == section:
            examples.append(question)
        if len(examples) == EXAMPLES:
            break
    return tuple(examples)


def _candidates(listed: Sequence[Contents]) -> Iterator[Section]:
    """Yield sections that make a question: the longest of every report, then the second longest and so on."""
    seen = Counter(section.headings[-1] for one in listed for section in one.sections)
    by_report = [
        sorted(
            (s for s in one.with_text if seen[s.headings[-1]] == 1 and len(s.headings[-1]) in EXAMPLE_LENGTHS),
            key=lambda section: section.start - section.end,
        )
        for one in listed
    ]
    for rank in zip_longest(*by_report):
        yield from (section for section in rank if section is not None)
