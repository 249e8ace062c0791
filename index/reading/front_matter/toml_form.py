"""Front matter in TOML, read by the standard library."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from index.reading.front_matter.block import CONTAINERS, DEEPEST, Entry, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.errors import ArticleError
    from index.reading.front_matter.block import Block

# Strings and comments whole, so that no bracket or dot in them counts.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\r\n]|\\.)*+"?|'
    r"'[^'\r\n]*+'?|#[^\r\n]*+|[\w-]++|[][{}.=,]",
    re.DOTALL,
)
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_DATE = re.compile(
    r"^([ \t]*+[\w.\"'-]++[ \t]*+=[ \t]*+)(\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d++)?(?:[Zz]|[-+]\d\d:\d\d)?)?)"
    r"(?=[ \t]*+(?:#|\r|$))",
    re.MULTILINE,
)
# Python makes no number of more.
_LONG_NUMBER = re.compile(r"(?<!\d)[\d_]{4300}")
_KEY = re.compile(r"""^[ \t]*+(?:\[+[^\]\r\n]*+\]+|(?P<key>[\w-]++|"[^"\r\n]*+"|'[^'\r\n]*+')[ \t]*+=)""", re.MULTILINE)


def entries(block: Block) -> list[Entry]:
    """Return the keys of a block with their values; raise ArticleError with the line at fault."""
    _check_shape(block)
    try:
        values = tomllib.loads(_DATE.sub(_readable_date, block.text), parse_float=str)
    except ValueError as error:
        raise _at_its_line(block, error) from error
    return list(_entries(block, values))


def _check_shape(block: Block) -> None:
    """Refuse what the parser would read in itself, again and again, and keys of so many parts."""
    depth = parts = 0
    for token in _TOKEN.finditer(block.text):
        mark = token[0]
        depth = max(depth + (mark in "[{") - (mark in "]}"), 0)
        parts = parts + 1 if mark == "." else 0 if mark in "[]{}=," else parts
        if max(depth, parts) > DEEPEST:
            raise block.error_at(token.start(), f"The front matter is nested more than {DEEPEST} deep.")


def _readable_date(match: re.Match[str]) -> str:
    """Return a line whose date does not exist with that as a text, so that it makes nothing else unreadable."""
    try:
        datetime.fromisoformat(match[2].upper())
    except ValueError:
        return f'{match[1]}"{match[2]}"'
    return match[0]


def _at_its_line(block: Block, error: ValueError) -> ArticleError:
    reason = one_line(str(error))
    if (number := _LONG_NUMBER.search(block.text)) is not None and not isinstance(error, tomllib.TOMLDecodeError):
        return block.error_at(number.start(), "The front matter is not valid TOML: a number has too many digits.")
    place = _PLACE.search(reason)
    last = max(len(block.text.splitlines()) - 1, 0)
    line = min(int(place[1]) - 1, last) if place and place[1] else last if place else 0
    return block.error(line, f"The front matter is not valid TOML: {_PLACE.sub('', reason)[:150].rstrip('.').lower()}.")


def _entries(block: Block, values: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the keys with their values, and then those of the tables in which generators have more."""
    places = _places(block)
    tables = [values, *(one for key, one in values.items() if key.casefold() in CONTAINERS and isinstance(one, dict))]
    for table in tables:
        for key, value in table.items():
            start, end = next((place for place in places.get(key, ()) if _says(block.text, place, key, value)), (0, 0))
            yield Entry(key, _readable(value), start, end)


def _places(block: Block) -> dict[str, list[tuple[int, int]]]:
    """Return where each key and its value may stand: from the key to the next one or the next table."""
    places: dict[str, list[tuple[int, int]]] = {}
    for match, following in pairwise([*_KEY.finditer(block.text), None]):
        if match is not None and match["key"] is not None:
            start, end = match.start("key"), following.start() if following else len(block.text)
            places.setdefault(match["key"].strip("\"'"), []).append((start, _end(block.text, start, end)))
    return places


def _end(text: str, start: int, end: int) -> int:
    """Return where a value ends before a place, without the blank lines and comments behind it."""
    lines = text[start:end].splitlines(keepends=True)
    while len(lines) > 1 and lines[-1].lstrip()[:1] in ("", "#"):
        lines.pop()
    return start + len("".join(lines).rstrip())


def _says(text: str, place: tuple[int, int], key: str, value: object) -> bool:
    """Tell whether a place says alone what a key has for a value."""
    try:
        return tomllib.loads(_DATE.sub(_readable_date, text[slice(*place)]), parse_float=str) == {key: value}
    except ValueError:
        return False


def _readable(value: object) -> object:
    """Return dates as they are written."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value
