"""The lines of front matter that say something of the report or its event, as a reader is shown them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.front_matter.block import LONGEST_TEXT, one_line
from index.reading.front_matter.dates import day_of
from index.reading.front_matter.keys import texts
from index.sites.facts import FIELD_MEANINGS, Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.front_matter.block import Block, Entry
    from index.reading.front_matter.keys import Keys

_MOST_FIELDS = 20


def fields_of(block: Block, keys: Keys) -> tuple[Field, ...]:
    """Return the fields of a block in the order of its text; their places are bytes of the file."""
    fields = sorted(_fields(block, keys), key=lambda field: field.start)
    return tuple(fields[:_MOST_FIELDS])


def _fields(block: Block, keys: Keys) -> Iterator[Field]:
    seen: set[int] = set()
    for meaning in FIELD_MEANINGS:
        entries = keys.all(meaning)
        # Of several days one is when the report was written, and the others when it was changed.
        for entry in entries if meaning != "date" else _first_day(entries):
            if entry.end > entry.start and entry.start not in seen:
                seen.add(entry.start)
                yield Field(meaning, *_place(block, entry), _plain(entry))


def _first_day(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if day_of(texts(entry.value)[0]) is not None][:1]


def _place(block: Block, entry: Entry) -> tuple[int, int]:
    written = block.text[entry.start : entry.end].rstrip()
    start = block.start + len(block.text[: entry.start].encode())
    return start, start + len(written.encode())


def _plain(entry: Entry) -> str:
    return f"{one_line(entry.key)}: {', '.join(texts(entry.value))}"[:LONGEST_TEXT]
