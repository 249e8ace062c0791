"""What an article says of itself and of its event beside its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Sequence

FieldMeaning = Literal["date", "author", "tags", "description", "event", "held", "place", "speaker"]
FIELD_MEANINGS: tuple[FieldMeaning, ...] = get_args(FieldMeaning)

# Who writes these into front matter announces an event.
_OF_EVENTS = frozenset({"event", "place", "speaker"})
# A time of day as people write it; programs write seconds or a time zone behind it.
_BEGINNING = re.compile(r"(?<![\d:+-])\d{1,2}(?::\d{2}(?![\d:Z])(?! ?[+-]\d)|時)")

# Of the section of fields: below every heading, so that no section holds it and it holds none.
FIELDS_LEVEL = 7


@dataclass(frozen=True, slots=True)
class Field:
    """What a line of front matter says: its meaning, the bytes of the file where it stands, and how it is shown."""

    meaning: FieldMeaning
    start: int
    end: int
    plain: str


@dataclass(frozen=True, slots=True)
class Event:
    """The event that an article is a report of, as far as it says: its name, the number of its edition, its years.

    It may span more years than one, or be of none that is certain.
    """

    name: str = ""
    number: str = ""
    years: tuple[str, ...] = ()


NO_EVENT = Event()


def stating(meaning: FieldMeaning, fields: Sequence[Field]) -> list[Field]:
    """Return the fields that say one thing.

    The date of an announcement, which says who speaks or where, is when its event begins, to the minute; another date
    is the day of the report, which hardly ever is that of the event.
    """
    found = [field for field in fields if field.meaning == meaning]
    if not found and meaning == "held" and any(field.meaning in _OF_EVENTS for field in fields):
        found = [field for field in fields if field.meaning == "date" and _BEGINNING.search(field.plain)]
    return found
