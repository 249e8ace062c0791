"""The names of events in a question, which tell one event from another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.characters.normal_form import nfkc
from index.language import lexicon
from index.word_lists import rows_of, words_listed

_DESCRIBES = "~"
_ROWS = rows_of("index/data/event_kinds.txt")
_KINDS = sorted(words_listed("index/data/event_kinds.txt") - {_DESCRIBES, "会"}, key=len, reverse=True)
_JAPANESE = "|".join(word for word in _KINDS if not word.isascii())
_LATIN = [word for word in _KINDS if word.isascii()]
_CAPITAL = "|".join(word.capitalize() for word in _LATIN)
# In small letters the others are mostly no part of a name: "last night", "the second day".
_SMALL = "|".join(word for word in _LATIN if not word.startswith(("day", "night", "con", "camp", "kaigi")))
# What ends the name of an event in Latin letters, for patterns that ignore case.
KINDS_OF_NAMES = "|".join(word for word in _LATIN if not word.startswith("day"))
_NO_NAMES = lexicon.ENGLISH_STOP_WORDS | words_listed("index/data/no_event_names.txt")
# Behind these, words in small letters are no name.
_DETERMINERS = words_listed("index/data/determiners.txt")
_CHARACTER = r"[^\s\d#、。,.？?!！「」『』()（）:はがをにでとものへや]"
# A word in hiragana may hold what is a particle elsewhere, as みなと does.
_HIRAGANA = r"(?:(?<![ぁ-ゖァ-ヺー一-龠々A-Za-z])|(?<=の))[ぁ-ゖ]{3,12}"
_EVENT = re.compile(
    # Japanese: データ祭, Rust交流会. What everybody has, like 懇親会, is none.
    rf"(?:{_HIRAGANA}{_CHARACTER}{{0,12}}?|{_CHARACTER}{{2,20}}?)"
    rf"(?:(?:{_JAPANESE})(?![ァ-ヺー室場])|(?<=[ァ-ヺーぁ-ゖ])会(?![場員社議話費期計合見長談]))"
    rf"|(?:[A-Z][\w.:!+&]*\s)*(?:[A-Z][\w.:!+&]*\s?|[ァ-ヺー一-龠]+)(?:{_CAPITAL})(?![a-z])"
    r"|(?<![A-Za-z])[A-Za-z]+(?:con|conf|kaigi|fest|camp)(?![A-Za-z])"
    rf"|(?<![A-Za-z])(?:[a-z][\w.+&]*\s)?[a-z][\w.+&]*\s(?:{_SMALL})(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class EventName:
    """The name of an event as it is written, its own words, and the kind that it is called, by its line in the list."""

    text: str
    words: tuple[str, ...]
    kind: int


def named_events(question: str) -> list[EventName]:
    """Return the names of events in a question."""
    names = (_name(match[0]) for match in _EVENT.finditer(nfkc(question)) if not _is_common(match))
    return [name for name in names if name is not None]


def kinds_in(title: str) -> set[int]:
    """Return the kinds of events that a title names."""
    return {event.kind for event in named_events(title)}


def describes(kind: int) -> bool:
    """Return whether people also call events of another kind so."""
    return _ROWS[kind][0] == _DESCRIBES


def kind_words(kind: int) -> tuple[str, ...]:
    """Return the words for a kind of event."""
    return tuple(word for word in _ROWS[kind] if word != _DESCRIBES)


def _is_common(match: re.Match[str]) -> bool:
    """Return whether words in small letters are no name, as behind an article or another word that tells more."""
    words, before = match[0].split(), match.string[: match.start()].split()[-1:]
    if len(words) == 1 or not match[0].isascii() or not match[0].islower():
        return False
    leading = [word for word in [*before, *words[:-1]] if word.casefold() in _NO_NAMES]
    return (bool(before) and not leading) or not _DETERMINERS.isdisjoint(word.casefold() for word in leading)


def _name(text: str) -> EventName | None:
    words = text.split()
    while len(words) > 1 and words[0].casefold() in _NO_NAMES:
        del words[0]
    written = " ".join(words)
    folded = written.casefold()
    suffix, kind = next((known, row) for known, row in _suffixes() if folded.endswith(known))
    own = written[: -len(suffix)].strip()
    if folded in _NO_NAMES or not own or own.casefold() in _NO_NAMES:
        return None
    return EventName(written, tuple(dict.fromkeys(lexicon.terms(own))), kind)


@cache
def _suffixes() -> list[tuple[str, int]]:
    """Return the words for kinds of events with their lines, the longest first."""
    known = [(word, row) for row, words in enumerate(_ROWS) for word in words if word != _DESCRIBES]
    return sorted(known, key=lambda one: -len(one[0]))
