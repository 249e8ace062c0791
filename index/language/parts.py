"""The numbered parts of an event: "track4", "トラック4", "4番目のトラック" and "the fourth track" are one word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.language.numerals import ORDINALS, value
from index.word_lists import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# The names of parts as they are compared, and what else each is called.
_NAMES = {name: forms for name, *forms in rows_of("index/data/parts_of_events.txt")}
_JAPANESE = {form: name for name, forms in _NAMES.items() for form in forms}
_ORDINALS = {
    word: number
    for ordinal, number in list(ORDINALS.items())[:10]
    for word in (ordinal, f"{number}st", f"{number}nd", f"{number}rd", f"{number}th")
}
_NUMBER = r"([0-9]{1,2}|[一二三四五六七八九十])"
_LATIN_NAMES = "|".join(_NAMES)
_JAPANESE_NAMES = "|".join(_JAPANESE)

PART = re.compile(rf"(?:{_LATIN_NAMES})[0-9]{{1,2}}")
_JAPANESE_AFTER = re.compile(rf"({_JAPANESE_NAMES})[ #]*([0-9]{{1,2}})(?![0-9]|[年月日時分人名円.,])")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}) ({_LATIN_NAMES})s?\b", re.IGNORECASE)
_COUNTED = re.compile(rf"{_NUMBER}(?:番目|つ目|つめ|個目|本目)の?({_JAPANESE_NAMES}|{_LATIN_NAMES})", re.IGNORECASE)
_DAY = re.compile(rf"{_NUMBER}日目")
_SECTION = re.compile(rf"第{_NUMBER}部")


def parts(text: str) -> Iterator[str]:
    """Yield ``track4`` for "トラック4", "4番目のトラック" and "fourth track" in a text in NFKC.

    "Track 4" itself is left to ``lexicon.terms``, which joins any word with its number.
    """
    for name, number in _JAPANESE_AFTER.findall(text):
        yield f"{_JAPANESE[name]}{int(number)}"
    for ordinal, name in _ORDINAL.findall(text):
        yield f"{name.lower()}{_ORDINALS[ordinal.lower()]}"
    for number, name in _COUNTED.findall(text):
        yield f"{_JAPANESE.get(name, name.lower())}{value(number)}"
    for number in _DAY.findall(text):
        yield f"day{value(number)}"
    for number in _SECTION.findall(text):
        yield f"part{value(number)}"
