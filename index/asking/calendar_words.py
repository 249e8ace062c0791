"""Years, seasons, months and days of a text in NFKC, in the ways in which reports and questions write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.language.numerals import value
from index.word_lists import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Found = tuple[tuple[int, int], str]

# The year before the first of an era.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
ERA_YEAR = rf"(?:{'|'.join(_ERAS)})\s?(?:\d{{1,2}}|元|[〇一二三四五六七八九十百]{{1,6}})\s?年"
_ERA = re.compile(rf"(?P<era>{'|'.join(_ERAS)})\s?(?P<number>\d{{1,2}}|元|[〇一二三四五六七八九十百]{{1,6}})\s?年")
_YEAR = re.compile(r"(?<![\d.,/#-])(?P<year>(?:19|20)\d\d)(?![\d%]|[.,:-]\d|(?:円|人|名|件|個|台|ドル|ms\b|px\b|x\d))")
_OTHER_YEAR = re.compile(
    r"(?P<kanji>[一二][〇九][〇一二三四五六七八九]{2})(?=年)|['’](?P<short>\d\d)(?![\w'’])"
    r"|(?<!\d)(?P<dated>(?:19|20)\d\d)(?=[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))"
)
_MONTHS = {word: number for number, row in enumerate(rows_of("index/data/months.txt"), 1) for word in row}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEASONS = {"春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter", "fall": "autumn"}
_SEASON = "spring|summer|autumn|fall|winter"
_PERIOD = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?(?:年度?)?の?\s?(?:(?P<kanji>[春夏秋冬])(?!(?-i:[一-龠々])(?<![季期号版編開大参]))"
    rf"|(?P<number>\d{{1,2}})月(?!\s?\d{{1,2}}日)|(?P<word>{_SEASON})(?![a-z]))"
    rf"|(?<![a-z])(?P<named>{_SEASON}|(?:{_MONTH})\.?)\s(?:of\s)?(?P<behind>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_ORDINAL = r"(?:st|nd|rd|th)?"
_DAY = re.compile(
    r"(?<![\d/.])(?P<dated>\d{4}[-/.])?(?P<month>\d{1,2})(?P<mark>[-/.月])(?P<day>\d{1,2})(?![\d/.]|-\d)日?"
    rf"|(?<![a-z])(?P<before>{_MONTH})\.?\s(?P<ahead>\d{{1,2}}){_ORDINAL}(?![\d:.%a-z]|\s(?:people|a\.?m|p\.?m))"
    rf"|(?<!\d)(?P<early>\d{{1,2}}){_ORDINAL}\s(?:of\s)?(?P<behind>{_MONTH})(?![a-z])",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"\s?(?:\([^)]{{1,5}}\))?,?\s?(?:[-–—〜~・、,&]|to|and|から|と)\s?(?P<day>\d{{1,2}})(?:日|{_ORDINAL})(?![\d:月/人名])"
)


def years(text: str) -> Iterator[Found]:
    """Yield the years of a text with where they stand: 2024, 令和6年, 二〇二四年 and '24."""
    for match in _ERA.finditer(text):
        number = 1 if match["number"] == "元" else value(match["number"])
        yield match.span(), str(_ERAS[match["era"]] + number)
    for match in _YEAR.finditer(text):
        yield match.span(), match["year"]
    for match in _OTHER_YEAR.finditer(text):
        short = match["short"] and f"20{match['short']}"
        yield match.span(), match["dated"] or short or str(value(match["kanji"]))


def periods(text: str) -> Iterator[Found]:
    """Yield the seasons and months of years: 2024-autumn for 2024年秋, 2024-05 for "May 2024"."""
    for match in _PERIOD.finditer(text):
        named = (match["kanji"] or match["word"] or match["named"] or "").casefold().rstrip(".")
        month = int(match["number"] or _MONTHS.get(named, 0))
        period = f"{month:02}" if month else _SEASONS.get(named, named)
        yield match.span(), f"{match['year'] or match['behind']}-{period}"


def days(text: str) -> Iterator[Found]:
    """Yield the days of a text that are certain to be some, as 05-03 for 5月3日, "May 3" and "3rd of May"."""
    for match in _DAY.finditer(text):
        if match["mark"] == "月" or match["dated"] or (match["mark"] is None and not _is_modal(match)):
            start = match.start("month") if match["mark"] else match.start()
            yield (start, match.end()), _day(match)


def all_days(text: str) -> set[str]:
    """Return the days that a text may name, also 5/3 and those of a range."""
    found: set[str] = set()
    for match in _DAY.finditer(text):
        month, first = _day(match).split("-")
        until = _UNTIL.match(text, match.end())
        last = int(until["day"]) if until else int(first)
        found.update(f"{month}-{day:02}" for day in range(int(first), max(last, int(first)) + 1))
    return found


def _is_modal(match: re.Match[str]) -> bool:
    """Return whether "may 3" has a verb, as in "you may 3 times"."""
    return match["before"] == "may" and not match.string[: match.start()].endswith("on ")


def _day(match: re.Match[str]) -> str:
    named = match["before"] or match["behind"]
    month = _MONTHS[named.casefold()] if named else int(match["month"])
    return f"{month:02}-{int(match['day'] or match['ahead'] or match['early']):02}"
