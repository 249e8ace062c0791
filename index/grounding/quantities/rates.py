"""In which periods something is so much or so often: "per month", 月に, 毎月, monthly."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.quantities.written_numbers import ARTICLE, NUMBER, ONE, digits
from index.word_lists import by_script, either, rows_of

if TYPE_CHECKING:
    from index.grounding.statement import Statement

_RATES = {
    word.replace("_", " "): period
    for period, *words in rows_of("index/data/number_words.txt", "rates")
    for word in words
}
_LATIN, _OTHERS = by_script(_RATES)
_RATE_WORD = re.compile(rf"(?<![A-Za-z])(?:{either(_LATIN)})(?![A-Za-z])|{either(_OTHERS)}", re.IGNORECASE)
# "Three times a month" is a rate, "30 minutes within a month" is none.
_NO_PREPOSITION = r"(?:(?! (?:for|in|after|within|of|to|than|by|over|and)\b)[^.,;]){0,25}?"
_PER = re.compile(
    rf"(?:\bper|\beach|\bevery|(?<=[a-z%\d ])/|[\d{ONE}]{_NO_PREPOSITION} (?:{ARTICLE}|an?)) ?"
    r"(?P<period>second|minute|hour|day|week|month|quarter|year|person|head)s?\b",
    re.IGNORECASE,
)
_PERIODS = {
    "秒": "second",
    "分": "minute",
    "時": "hour",
    "時間": "hour",
    "日": "day",
    "週": "week",
    "週間": "week",
    "月": "month",
    "か月": "month",
    "ヶ月": "month",
    "年": "year",
    "年間": "year",
}
_HEADS = {"head": "person"}
_ABOUT = r"(?:約|およそ|だいたい|最大|合計)?"
_JAPANESE_PER = re.compile(
    rf"(?<!\d)(?:{ONE}|1)?(?P<period>{either(_PERIODS)})(?: |に|あたり|当たり|につき|額|間?|平均){_ABOUT}(?={NUMBER})"
    r"|[/あ](?P<behind>時|日|週|月|年)(?!\d)"
)
_PER_HEAD = re.compile(rf"(?:{ONE}|1|一)(?:人|名)(?:あたり|当たり|につき)")


@lru_cache(4096)
def rates(said: Statement) -> frozenset[str]:
    """Return in which periods a statement says that something is so much or so often."""
    text = digits(said)
    found = {_RATES[match[0].casefold()] for match in _RATE_WORD.finditer(text)}
    found |= {_HEADS.get(period, period) for period in (match["period"].casefold() for match in _PER.finditer(text))}
    found |= {_PERIODS[match["period"] or match["behind"]] for match in _JAPANESE_PER.finditer(text)}
    if _PER_HEAD.search(text):
        found.add("person")
    return frozenset(found)
