"""Days as front matter and the names of files write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from index.word_lists import rows_of

_MONTHS = {word: number for number, row in enumerate(rows_of("index/data/months.txt"), 1) for word in row}
_MONTH = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# What YAML 1.1 takes for a moment, and Zenn for one.
_MOMENT = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d)(?::(\d\d)(?:\.\d*)?)?"
    r"(?:[ \t]*(?:[Zz]|(?P<zone>[-+]\d\d?)(?::?(?P<minutes>\d\d))?))?)?"
)
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}\s?[-/.年]\s?(?P<month>\d{{1,2}})\s?[-/.月]\s?(?P<day>\d{{1,2}})(?!\d)",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"(?:[a-z]{{3,9}},?\s+)?{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}",
        rf"(?:[a-z]{{3,9}},?\s+)?{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_YEAR}\s?[-/.年]\s?(?P<month>\d{{1,2}})(?:月|$)",
        rf"{_MONTH},?\s+{_YEAR}",
        rf"{_YEAR}(?:年|$)",
    )
)
# A day stands together in the name of a file, or its parts in the folders above.
_IN_PATH = (
    re.compile(r"(?:^|(?<=[/_. -]))(?P<year>(?:19|20)\d\d)(?P<sep>[-_./]?)(?P<month>\d\d)[-_./]?(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?:^|(?<=[/_. -]))(?P<year>(?:19|20)\d\d)[-_/](?P<month>\d\d)(?![\da-zA-Z])"),
    re.compile(r"(?:^|(?<=/))(?P<year>(?:19|20)\d\d)/"),
)


def day_of(text: str) -> str | None:
    """Return the day that a text begins with as 2019-06-12, 2019-06 or 2019; None where it is none."""
    found = (_day(match) for pattern in _WRITTEN if (match := pattern.match(text)) is not None)
    return next((day for day in found if day is not None), None)


def day_in_path(path: str) -> str | None:
    """Return the day, month or year by which a file or the folders above it are named; None where there is none."""
    found = (_day(match) for pattern in _IN_PATH for match in pattern.finditer(path))
    return next((day for day in found if day is not None), None)


def moment(text: str) -> str:
    """Return a day or moment as 2024-05-06 09:30, other texts as they are; raise ValueError for one that is none."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups()[:6])
    if match[4] is None:
        return date(year, month, day).isoformat()
    if match["zone"]:
        timezone(timedelta(hours=int(match["zone"]), minutes=int(match["minutes"] or 0)))
    return datetime(year, month, day, hour, minute, second).isoformat(" ", "minutes")  # noqa: DTZ001 - as it is written


def _day(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month = _MONTHS[parts["name"].casefold()] if parts.get("name") else int(parts.get("month") or 0)
    day = int(parts.get("day") or 0)
    try:
        exact = date(int(parts["year"]), month or 1, day or 1).isoformat()
    except ValueError:
        return None
    return exact if day else exact[:7] if month else exact[:4]
