"""What a question itself says about where its answer stands: "according to the … report", "last year's …".

Nobody has to learn a syntax: the words that people use anyway narrow the search, or are made plain for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_REPORT = re.compile(
    r"\b(?:according to|in|from|as per) (?:the |an? )?(?P<english>[^,.?!]{2,60}?)(?:['’]s)? "
    r"(?:report|article|write-?up|blog post|post)\b"
    r"|(?P<japanese>[^、。？！?!]{2,40}?)の?(?:参加)?(?:レポート|レポ|参加記|記事|ブログ)"
    r"(?:によると|によれば|では|だと|の中で|で、|に(?=書))",
    re.IGNORECASE,
)
_YEARS_AGO = [
    (re.compile(japanese), re.compile(english, re.IGNORECASE), years)
    for japanese, english, years in (
        (r"一昨年|おととし", r"\bthe year before last['’]s\b", 2),
        (r"去年|昨年", r"\blast year['’]s\b", 1),
        (r"今年|本年", r"\bthis year['’]s\b", 0),
    )
]


def named_report(question: str) -> str | None:
    """Return how a question names the report that is to answer it, as "Kaigi on Rails" in "in the … report"."""
    match = _REPORT.search(question)
    return (match["english"] or match["japanese"]) if match else None


def with_years(question: str, today: date) -> str:
    """Return a question with 去年 and "last year's" replaced by the year, which is what reports are named by."""
    for japanese, english, years in _YEARS_AGO:
        year = today.year - years
        question = english.sub(str(year), japanese.sub(f"{year}年", question))
    return question
