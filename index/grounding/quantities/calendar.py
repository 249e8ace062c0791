"""Days, months, years, weekdays and times of day of a text whose numbers are in digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.asking.calendar_words import years
from index.word_lists import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where something stands, what is written there, and all that it may be.
Found = tuple[tuple[int, int], str, list[tuple[str, float]]]

_MONTHS = {word: number for number, row in enumerate(rows_of("index/data/months.txt"), 1) for word in row}
_MONTH = "|".join(sorted((word.capitalize() for word in _MONTHS), key=len, reverse=True))
_ORDINAL = r"(?:st|nd|rd|th)?"
_DAYS = r"\d{1,2}" + _ORDINAL
_LIST_OF_DAYS = rf"{_DAYS}(?:(?:,| and| to| ?-| ?&|, and) ?{_DAYS}(?!\d|[:.]\d|%))*"
_ENGLISH_DATE = re.compile(
    rf"(?<![A-Za-z])(?P<month>{_MONTH})\.? (?:the )?(?P<days>{_LIST_OF_DAYS})(?![\d:%]|\.\d)"
    rf"|(?<![\d.:])(?P<before>{_LIST_OF_DAYS}) (?:of )?(?P<behind>{_MONTH})(?![a-z])"
)
_JAPANESE_DATE = re.compile(
    r"(?<![\d/.])(?P<month>\d{1,2})(?:月|/)(?P<day>\d{1,2})(?:日|(?![\d/.%]))(?:\([^)]{1,4}\))?"
    r"(?:(?:[-~〜・、と]|から)(?:\d{1,2}[月/])?(?P<until>\d{1,2})日?(?![\d:/時人名]))?"
)
_DATE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)日?")
_MONTH_OF_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})(?![\d/.-])")
_NAMED_MONTH = re.compile(rf"(?<![A-Za-z])(?P<month>{_MONTH})(?![A-Za-z])")
_BEGINS = re.compile(r"(?:^|[.!?:] )$")
_JAPANESE_MONTH = re.compile(r"(?<!\d)(?P<month>\d{1,2})月(?!\d)")
_WEEKDAY = re.compile(
    "|".join(
        rf"(?P<d{number}>(?<![A-Za-z])(?:{'|'.join(map(str.capitalize, english))})s?(?![A-Za-z])"
        rf"|{kanji}曜|(?<=[(・]){kanji}(?=[)・、祝]))"
        for number, (*english, kanji) in enumerate(rows_of("index/data/weekdays.txt"))
    )
)
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?!:?\d) ?(?P<half>[ap]\.?m\b\.?)?"
    r"|(?<![\d:.])(?P<only>\d{1,2}) ?(?P<of>[ap]\.?m\b\.?)"
    r"|(?<![\d:.])(?P<sharp>\d{1,2}) ?o'clock(?P<in> in the (?:morning|afternoon|evening))?"
    r"|(?P<ampm>午前|午後|朝|夜|夕方|夕|晩|昼|正午|深夜)?の?(?<!\d)(?P<hours>\d{1,2})時(?!間)"
    r"(?:(?P<thirty>半)|(?P<minutes>\d{1,2})分)?",
    re.IGNORECASE,
)
_NAMED_TIMES = re.compile(
    r"(?<![A-Za-z])(?:noon|midday|(?P<midnight>midnight))(?![A-Za-z])|正午|(?P<night>真夜中)", re.IGNORECASE
)
_MORNING, _AFTERNOON = (
    re.compile(r"a|午前|朝|深夜|.*morning", re.IGNORECASE),
    re.compile(r"p|午後|夜|夕|晩|.*(?:afternoon|evening)", re.IGNORECASE),
)


def dated(text: str) -> Iterator[Found]:
    """Yield what a text says of times and days."""
    taken: list[tuple[int, int]] = []
    yield from _weekdays(text)
    for found in (*_times(text), *_days(text)):
        (start, end), *_ = found
        if not any(start < last and first < end for first, last in taken):
            taken.append((start, end))
            yield found
    for span, year in years(text):
        if not any(span[0] < last and first < span[1] for first, last in taken):
            yield span, year, [("year", float(year)), ("", float(year))]


def _times(text: str) -> Iterator[Found]:
    for match in _CLOCK.finditer(text):
        hour = int(match["hour"] or match["only"] or match["sharp"] or match["hours"])
        minute = 30 if match["thirty"] else int(match["minute"] or match["minutes"] or 0)
        half = match["half"] or match["of"] or match["in"] or match["ampm"]
        if hour <= 30 and minute < 60:
            yield match.span(), match[0], [("clock", float(60 * one + minute)) for one in _hours(hour, half)]
    for match in _NAMED_TIMES.finditer(text):
        yield match.span(), match[0], [("clock", 0.0 if match["midnight"] or match["night"] else 720.0)]


def _hours(hour: int, half: str | None) -> list[int]:
    """Return which hours of the day one may be: without a.m. or p.m. either, up to noon."""
    if half and _AFTERNOON.match(half):
        return [hour % 12 + 12] if hour <= 12 else [hour]
    if half and _MORNING.match(half):
        return [hour % 12 if hour <= 12 else hour]
    return [hour, hour + 12] if 0 < hour < 12 else [hour % 24]


def _days(text: str) -> Iterator[Found]:
    for match in _DATE.finditer(text):
        yield from _parts(match, ("year", match["year"]), ("month", match["month"]), ("day", match["day"]))
    for match in _ENGLISH_DATE.finditer(text):
        month = _MONTHS[(match["month"] or match["behind"]).casefold()]
        days = [("day", day) for day in re.findall(r"\d+", match["days"] or match["before"])]
        yield from _parts(match, ("month", month), *days)
    for match in _JAPANESE_DATE.finditer(text):
        if 1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31:
            until = [("day", match["until"])] if match["until"] else []
            yield from _parts(match, ("month", match["month"]), ("day", match["day"]), *until)
    for match in _MONTH_OF_YEAR.finditer(text):
        if 1 <= int(match["month"]) <= 12:
            yield from _parts(match, ("year", match["year"]), ("month", match["month"]))
    for match in _NAMED_MONTH.finditer(text):
        if match["month"] not in ("May", "March") or not _BEGINS.search(text, 0, match.start()):
            yield from _parts(match, ("month", _MONTHS[match["month"].casefold()]))
    for match in _JAPANESE_MONTH.finditer(text):
        yield from _parts(match, ("month", match["month"]))


def _weekdays(text: str) -> Iterator[Found]:
    for match in _WEEKDAY.finditer(text):
        number = next(name for name, one in match.groupdict().items() if one)
        yield (match.end(), match.end()), match[0], [("weekday", float(number[1:]))]


def _parts(match: re.Match[str], *parts: tuple[str, str | int]) -> Iterator[Found]:
    """Yield the parts of a date, the first with the range of the whole."""
    start, end = match.span()
    for number, (kind, value) in enumerate(parts):
        yield (start, end) if number == 0 else (end, end), match[0], [(kind, float(value))]
