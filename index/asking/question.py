"""A question as it is asked for the first time: read once, and told once what it asks for and what it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from index.asking.any_event import is_of_any_event
from index.asking.asked_about import latest_of, named_report, with_years, without_latest
from index.asking.asked_fields import asked_field
from index.asking.event_names import named_events
from index.asking.named_facts import named_facts
from index.asking.question_type import WHEN, WHERE, WHO, is_answered_in_code, question_types
from index.characters.normal_form import readable, visible
from index.language import lexicon
from index.language.detection import asked_language
from index.types import QUESTION_CHARACTERS

if TYPE_CHECKING:
    from index.asking.asked_fields import AskedField
    from index.asking.event_names import EventName
    from index.asking.named_facts import NamedFact
    from index.asking.question_type import QuestionType
    from index.types import Language


@dataclass(frozen=True)
class Question:
    """What somebody asks: its ``text`` without what is no text, cut to `QUESTION_CHARACTERS`, on a ``day``."""

    text: str
    day: date

    @classmethod
    def of(cls, written: str | Question) -> Question:
        """Return the question that somebody has written today."""
        if isinstance(written, Question):
            return written
        return cls(visible(readable(written[:QUESTION_CHARACTERS])), datetime.now().astimezone().date())

    @cached_property
    def language(self) -> Language | None:
        """The language that it is asked in, None where it shows none."""
        return asked_language(self.text)

    @cached_property
    def dated(self) -> str:
        """Its text with years in the place of "last year" and the like; reports are named by years."""
        return with_years(self.text, self.day)

    @cached_property
    def latest(self) -> str:
        """What the last edition is asked for of, in the words behind "the latest"."""
        return latest_of(self.text)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its words in the form in which they are compared, each once."""
        return tuple(dict.fromkeys(lexicon.terms(self.dated)))

    @cached_property
    def kind(self) -> QuestionType:
        """The most telling kind of question that its wording shows."""
        return question_types(self.text)[0]

    @cached_property
    def field(self) -> AskedField | None:
        """What it may ask for that front matter says."""
        return asked_field(self.text)

    @cached_property
    def is_answered_in_code(self) -> bool:
        """Whether it asks for a command, a formula, a diagram or other code."""
        return is_answered_in_code(self.text)

    @cached_property
    def facts(self) -> tuple[NamedFact, ...]:
        """What it names by number: years, editions, days, identifiers, versions."""
        return named_facts(self.dated)

    @cached_property
    def events(self) -> list[EventName]:
        """The names of events in it."""
        return named_events(without_latest(self.dated))

    @cached_property
    def is_of_any_event(self) -> bool:
        """Whether it asks about an event without saying which one."""
        if self.facts or self.events:
            return False
        return is_of_any_event(self.terms) if self.terms else self.kind in (WHEN, WHERE, WHO)

    @cached_property
    def report_terms(self) -> tuple[str, ...]:
        """The words by which it names the report that is to answer it; there may be none."""
        return tuple(dict.fromkeys(lexicon.terms(named_report(self.dated) or "")))
