"""The units of a text: what stands behind a number and says what it counts or measures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.grounding.quantities.quantity import THING
from index.word_lists import by_script, either, rows_of, sections_of, words_listed

if TYPE_CHECKING:
    from index.grounding.quantities.quantity import Reading

# The signs of money, which stand before the number.
SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₩": "won"}
# Stands for any word that is counted and no unit.
ANYTHING = "*"

_LIST = "index/data/units.txt"
_UNITS: dict[str, list[Reading]] = {}
for _kind in sections_of(_LIST):
    for _factor, *_forms in rows_of(_LIST, _kind):
        for _form in _forms:
            _UNITS.setdefault(_form.replace("_", " "), []).append((_kind, float(_factor)))
_LATIN, _OTHERS = by_script(_UNITS)
LATIN_UNIT = either(_LATIN)
_NEXT_UNIT = re.compile(rf"[ -]?(?:(?P<latin>{LATIN_UNIT})(?![A-Za-z])|(?P<other>{either(_OTHERS)}))", re.IGNORECASE)
_DAY_OR_MONTH = re.compile(r" ?(?P<unit>日(?!間)|月(?!々))")
_KATAKANA = re.compile(r" ?[ァ-ヺ]")
_NEXT_WORD = re.compile(r"[ -](?P<word>[A-Za-zÀ-ɏ'-]+)")
_FUNCTION_WORDS = words_listed("index/data/stop_words_en.txt") | words_listed("index/data/number_words.txt", "no units")
# "12 more invited guests" are guests.
_WORDS_BETWEEN = 3
_PLURAL = re.compile(r"[^su]s$")


def unit_behind(text: str, end: int) -> tuple[str | None, int]:
    """Return the unit behind a number that ends there, or ``ANYTHING``, and where it ends; None if there is none.

    A unit behind other words is but that of what may be counted.
    """
    if match := _DAY_OR_MONTH.match(text, end):
        return match["unit"], match.end()
    if match := _NEXT_UNIT.match(text, end):
        return (match["latin"] or match["other"]).casefold(), match.end()
    if _KATAKANA.match(text, end):
        return ANYTHING, end
    at, is_counted = end, False
    for _ in range(_WORDS_BETWEEN):
        word = _NEXT_WORD.match(text, at)
        if word is None or word["word"].casefold() in _FUNCTION_WORDS:
            break
        at, small = word.end(), word["word"].casefold()
        if small in _UNITS:
            return f"{ANYTHING}{small}", at
        is_counted = is_counted or _PLURAL.search(small) is not None
    return (ANYTHING, at) if is_counted else (None, end)


def measured(number: float, unit: str) -> list[Reading]:
    """Return what a number of a unit may be."""
    if unit == "日":
        return [("day", number), ("time", 86400 * number)]
    if unit == "月":
        return [("month", number)]
    if unit in ("年", "年度") and is_year(number):
        return [("year", number)]
    also = [(THING, number)] if unit.startswith(ANYTHING) else []
    unit = unit.removeprefix(ANYTHING)
    readings = also + [(kind, factor * number) for kind, factor in _UNITS.get(unit, [])]
    if unit in ("year", "years"):
        readings.append(("age", number))
    if unit == "h":
        readings.append(("clock", 60 * number))
    if unit in ("回", "度"):
        readings.append(("ordinal", number))
    return readings


def is_year(number: float) -> bool:
    """Return whether a number may be a year of our time."""
    return 1900 <= number < 2100
