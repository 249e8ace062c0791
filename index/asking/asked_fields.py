"""Tell whether a question asks for what front matter says of a report and its event, and what else it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.asking.question_type import LINK, WHEN, WHERE, WHO, question_types
from index.characters.normal_form import nfkc
from index.language import lexicon
from index.word_lists import sections_of, wording

if TYPE_CHECKING:
    from index.sites.facts import FieldMeaning

_LIST = "index/data/field_questions.txt"
_OF_REPORTS = frozenset({"date", "author"})
_CAPITAL = r"[A-Z][A-Za-z0-9_.:!&+-]*"
_NAME = re.compile(rf"[A-Za-z]*[0-9]+|[a-z]*{_CAPITAL}|[ァ-ヺー]+(?=の)")
_NUMBERED = re.compile(rf"(?:{_CAPITAL}\s?|[ァ-ヺー一-龠]+\s?){{1,4}}#?\s?\d+|\d{{4}}\s?{_CAPITAL}")


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field that a question asks for, and the words by which it names the report or its event.

    ``names`` are those of them that are written like names, and ``numbered``, of an event, those beside a number.
    """

    meaning: FieldMeaning
    words: tuple[str, ...]
    names: frozenset[str]
    numbered: frozenset[str]
    is_of_event: bool


def asked_field(question: str) -> AskedField | None:
    """Return the field that a question may ask for; the article that it is of decides whether it does."""
    text = nfkc(question)
    meaning = _meaning(text)
    if meaning is None:
        return None
    named = text
    for heading in sections_of(_LIST):
        named = _pattern(heading).sub(" ", named)
    names, numbered = (frozenset(lexicon.terms(" ".join(one.findall(named)))) for one in (_NAME, _NUMBERED))
    is_of_event = meaning not in _OF_REPORTS
    words = tuple(dict.fromkeys(lexicon.terms(named)))
    return AskedField(meaning, words, names, numbered if is_of_event else frozenset(), is_of_event)


def _meaning(text: str) -> FieldMeaning | None:
    kinds = question_types(text)
    if WHEN in kinds:
        is_written = _says("written", text) or (_says("published", text) and _says("report", text))
        return "date" if is_written else "held"
    if WHO in kinds:
        if _says("author", text) or _says("written", text):
            return "author"
        return "speaker" if _says("speaker", text) else None
    return "place" if WHERE in kinds and LINK not in kinds else None


def _says(heading: str, text: str) -> bool:
    return _pattern(heading).search(text) is not None


@cache
def _pattern(heading: str) -> re.Pattern[str]:
    return re.compile(wording(_LIST, heading), re.IGNORECASE)
