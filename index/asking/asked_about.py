"""Read from a question itself where its answer stands: "according to the … report", "last year's …".

Nobody has to learn a syntax: the words that people use anyway narrow the search, or are made plain for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.asking.event_names import named_events
from index.language.numerals import value

if TYPE_CHECKING:
    from datetime import date

_REPORT = re.compile(
    r"\b(?:according to|in|from|as per) (?:the |an? )?(?P<english>[^,.?!]{2,60}?)(?:['’]s)? "
    r"(?:report|article|write-?up|blog post|post)\b"
    r"|(?P<japanese>[^、。？！?!]{2,40}?)の?(?:参加)?(?:レポート|レポ|参加記|記事|ブログ)"
    r"(?:によると|によれば|では|だと|の中で|で、|に(?=書))",
    re.IGNORECASE,
)
# What a year is compared with is no edition: "more than last year", 去年より.
_NOT_COMPARED = r"(?!\s?(?:より|と比|に比|から|以来|に続|と同|同様|との))"
_NOT_SINCE = "".join(rf"(?<!\b{word} )" for word in "than since from to with over like unlike as".split())
_YEARS_AGO = [
    (re.compile(rf"(?:{japanese}){_NOT_COMPARED}"), re.compile(rf"\b{english}['’]s\b", re.IGNORECASE), years)
    for japanese, english, years in (
        (r"一昨年|おととし", "the year before last", 2),
        (r"去年|昨年", "last year", 1),
        (r"今年|本年", "this year", 0),
    )
]
_COUNTS = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
# Said of an event these are the year of an edition; said of what a report tells they count from its own day.
_OF_EVENT = [
    (re.compile(rf"{_NOT_SINCE}\b{english}\b(?!['’]s)", re.IGNORECASE), years)
    for english, years in (("the year before last", 2), ("last year", 1), ("this year", 0), ("next year", -1))
]
_NEXT = (re.compile(r"来年(?=の|に開)"), re.compile(r"\bnext year['’]s\b", re.IGNORECASE))
_AGO = re.compile(
    r"(?P<japanese>\d{1,2}|[一二三四五六七八九十])年前(?=の|に開)"
    rf"|\b(?P<english>\d{{1,2}}|{'|'.join(_COUNTS)}) years? ago\b",
    re.IGNORECASE,
)


def named_report(question: str) -> str | None:
    """Return how a question names the report that is to answer it, as "Kaigi on Rails" in "in the … report"."""
    match = _REPORT.search(question)
    return (match["english"] or match["japanese"]) if match else None


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
