"""What an article says of itself and of its event beside its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FieldMeaning = Literal["date", "author", "tags", "description", "event", "held", "place", "speaker"]
FIELD_MEANINGS: tuple[FieldMeaning, ...] = get_args(FieldMeaning)


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
