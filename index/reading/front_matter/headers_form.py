"""Front matter as Pelican and MultiMarkdown read it: `Title: …` lines up to a blank line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.front_matter.block import LARGEST, NEWLINE, Entry, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.front_matter.block import Block, Form

FORM: Form = "headers"
_LINE = re.compile(rb"[^\r\n]*+(?:%b|\Z)" % NEWLINE)
_LINES = re.compile(_LINE.pattern.decode())
_HEADER = re.compile(r"(?P<key>[A-Za-z][\w-]{0,40}):(?:[ \t]+(?P<value>.*))?", re.DOTALL)
# One of these says that the lines are no paragraph; a date alone may be the note of when an event was.
_TITLES = frozenset({"title", "slug"})
_KNOWN = frozenset(
    {"date", "modified", "author", "authors", "tags", "category", "keywords", "lang", "summary", "status"}
)


def end_of(_: str, source: bytes, start: int) -> tuple[int, int] | None:
    """Return where the headers with which a text begins end, and where the text begins; None where there are none."""
    at, keys = start, set[str]()
    while at < min(len(source), start + LARGEST):
        line = _LINE.match(source, at)
        if line is None or not line[0].strip():
            break
        text = line[0].decode()
        header = _HEADER.match(text)
        if header is not None:
            keys.add(header["key"].casefold())
        elif at == start or not text[0].isspace():
            # Pelican reads the text from here on; what has but a title may as well be a paragraph.
            return (at, at) if keys & _TITLES and keys & _KNOWN else None
        at = line.end()
    is_headers = keys & _TITLES or ("date" in keys and keys <= _KNOWN)
    return (at, at) if is_headers else None


def entries(block: Block) -> list[Entry]:
    """Return the keys of a block with their values; of a key that is there twice the values are a list, as in Pelican.

    It has no forms that could be wrong.
    """
    by_key: dict[str, list[Entry]] = {}
    for entry in _headers(block):
        by_key.setdefault(entry.key.casefold(), []).append(entry)
    return [_joined(same) for same in by_key.values()]


def _headers(block: Block) -> Iterator[Entry]:
    """Yield the headers with the indented lines that go on with each of them."""
    at, begun = 0, list[tuple[str, list[str], int]]()
    for line in _LINES.findall(block.text):
        header = _HEADER.match(line)
        if header is not None:
            begun.append((header["key"], [header["value"] or ""], at))
        elif begun:
            begun[-1][1].append(line)
        at += len(line)
    ends = [*(start for _, _, start in begun[1:]), at]
    for (key, values, start), end in zip(begun, ends, strict=True):
        last = start + len(block.text[start:end].rstrip())
        yield Entry(key, one_line(" ".join(values)), start, last)


def _joined(same: list[Entry]) -> Entry:
    first = same[0]
    if len(same) == 1:
        return first
    return Entry(first.key, [entry.value for entry in same], first.start, first.end)
