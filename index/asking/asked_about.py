"""Read from a question itself where its answer stands: "according to the … report", "last year's …".

Nobody has to learn a syntax: the words that people use anyway narrow the search, or are made plain for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.asking.event_names import named_events
from index.language.numerals import value
from index.word_lists import by_script, either, phrases_of, rows_of, sections_of, wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_LIST = "index/data/years_ago.txt"
_LATEST = re.compile(wording("index/data/latest.txt", "latest"), re.IGNORECASE)
_WORDS_BEHIND, _CHARACTERS_BEHIND = 4, 40


def _of_year(english: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{either(english)})['’]s\b", re.IGNORECASE)


_REPORT = re.compile(
    r"\b(?:according to|in|from|as per) (?:the |an? )?(?P<english>[^,.?!]{2,60}?)(?:['’]s)? "
    r"(?:report|article|write-?up|blog post|post)\b"
    r"|(?P<japanese>[^、。？！?!]{2,40}?)の?(?:参加)?(?:レポート|レポ|参加記|記事|ブログ)"
    r"(?:によると|によれば|では|だと|の中で|で、|に(?=書))",
    re.IGNORECASE,
)
# The years since each year that people name by its distance, and what they call it in Japanese and in English.
_NAMED_YEARS = {int(years): by_script(names) for years, names in sections_of(_LIST).items() if years != "compared"}
_COMPARED_EN, _COMPARED_JA = by_script(phrases_of(_LIST, "compared"))
# What a year is compared with is no edition: "more than last year", 去年より.
_NOT_COMPARED = rf"(?!\s?(?:{either(_COMPARED_JA)}))"
_NOT_SINCE = "".join(rf"(?<!\b{word} )" for word in _COMPARED_EN)
_YEARS_AGO = [
    (re.compile(rf"(?:{either(japanese)}){_NOT_COMPARED}"), _of_year(english), years)
    for years, (english, japanese) in _NAMED_YEARS.items()
    if years >= 0
]
# Said of an event these are the year of an edition; said of what a report tells they count from its own day.
_OF_EVENT = [
    (re.compile(rf"{_NOT_SINCE}\b(?:{either(english)})\b(?!['’]s)", re.IGNORECASE), years)
    for years, (english, _) in _NAMED_YEARS.items()
]
_NEXT_EN, _NEXT_JA = _NAMED_YEARS[-1]
_NEXT = (re.compile(rf"(?:{either(_NEXT_JA)})(?=の|に開)"), _of_year(_NEXT_EN))
_COUNTS = {row[0]: number for number, row in enumerate(rows_of("index/data/numbers.txt"), 1)}
_AGO = re.compile(
    r"(?P<japanese>\d{1,2}|[一二三四五六七八九十])年前(?=の|に開)"
    rf"|\b(?P<english>\d{{1,2}}|{'|'.join(_COUNTS)}) years? ago\b",
    re.IGNORECASE,
)


def named_report(question: str) -> str | None:
    """Return how a question names the report that is to answer it, as "Kaigi on Rails" in "in the … report"."""
    match = _REPORT.search(question)
    return (match["english"] or match["japanese"]) if match else None


def latest_of(question: str) -> str:
    """Return the words behind "the latest", which say of what the last edition is asked for; nothing without it."""
    match = _LATEST.search(question)
    return " ".join(question[match.end() :].split()[:_WORDS_BEHIND])[:_CHARACTERS_BEHIND] if match else ""


def without_latest(question: str) -> str:
    """Return a question without "the latest", which is no part of what it names."""
    return _LATEST.sub(" ", question)


def with_years(question: str, today: date) -> str:
    """Return a question with 去年 and "last year's" replaced by the year, which is what reports are named by."""
    for japanese, english, years in _YEARS_AGO:
        year = today.year - years
        question = english.sub(str(year), japanese.sub(f"{year}年", question))
    return _with_years_of_events(question, today) if named_events(question) else question


def _with_years_of_events(question: str, today: date) -> str:
    japanese, english = _NEXT
    question = english.sub(f"{today.year + 1}", japanese.sub(f"{today.year + 1}年", question))
    for said, years in _OF_EVENT:
        question = said.sub(str(today.year - years), question)
    return _AGO.sub(lambda match: _year_ago(match, today), question)


def _year_ago(match: re.Match[str], today: date) -> str:
    if match["japanese"]:
        return f"{today.year - value(match['japanese'])}年"
    counted = match["english"].casefold()
    return f"in {today.year - (_COUNTS.get(counted) or int(counted))}"
