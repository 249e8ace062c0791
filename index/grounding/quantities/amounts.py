"""The numbers of a text with what they count or measure; what is dated is left to ``calendar.py``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.grounding.quantities.quantity import BARE, THING, Quantity
from index.grounding.quantities.units import LATIN_UNIT, SIGNS, is_year, measured, unit_behind
from index.grounding.quantities.written_numbers import ARTICLE, NUMBER, ONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from index.grounding.quantities.quantity import Reading

# Kinds, beside things, of which "one" says less than other numbers do.
_SAID_OF_ONE = frozenset({"person", "times", "ordinal", "fold", "degrees"})
_ORDINAL = r"st|nd|rd|th"
# A number is no part of a name like H100 or 3D.
_AMOUNT = re.compile(
    rf"(?P<sign>[{''.join(SIGNS)}])?(?<![A-Za-z\d])(?<!\d\.)"
    rf"(?P<before>第|#|(?:no|vol)\.? ?|(?:year|grade) (?=\d\d?\b))?"
    rf"(?P<number>{NUMBER})(?P<ordinal>{_ORDINAL})?"
    rf"(?!\d|\.\d|(?!(?:{_ORDINAL}|x|{LATIN_UNIT})(?![A-Za-z]))[A-Za-z])",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?P<first>{NUMBER}) ?(?:to|or|-|~|〜|and|から|、) ?(?P<last>{NUMBER})")
_JAPANESE_ORDINAL = re.compile(r"(?:回|番|つ|度|人|日|代|社|枚|年|個|本|件|週|月|位)目|番|位|号|年生")
_NO_NOUN = re.compile(r" ?(?:$|[,.;:)]|(?:of|to|at|in|for|and|or|from|until)\b)")
_LAST = re.compile(
    r"(?<![A-Za-z])(?:last|final)(?= [a-z])"
    r"(?! (?:year|month|week|night|day|time|spring|summer|autumn|fall|winter|few|\d))|最後の|最終回",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<![\d.])v?(\d+\.\d+\.\d+(?:\.\d+)*)", re.IGNORECASE)
# 1個に6.5秒 is no share.
_NO_MEASURE = r"(?![\d.]| ?(?:秒|分|時|日|円|%|percent))"
# "6 of 10" is 60 percent.
_OF = re.compile(
    rf"(?P<part>{NUMBER})(?: out)? (?:of|in) (?:the |every )?(?P<whole>(?!(?:19|20)\d\d){NUMBER})"
    rf"(?!\d|(?:{_ORDINAL})(?![a-z]))"
    rf"|(?P<every>{NUMBER})(?:人|件|枚|社|回|個|つ|名|本|台|問|組)に(?P<one>{NUMBER}){_NO_MEASURE}"
    rf"|(?P<total>{NUMBER})(?:人|件|枚|社|回|個|つ|名|本|台|問|組)(?:中|のうち|のなか)の?、?(?P<some>{NUMBER}){_NO_MEASURE}"
)
_JOINED = re.compile(r" ?(?:and )?と?")


def versions(text: str) -> tuple[list[Quantity], str]:
    """Return the versions with two dots that a text names, and the text without them."""
    found = [Quantity(match[0], (), frozenset({(f"version {match[1]}", 1.0)})) for match in _VERSION.finditer(text)]
    return found, _VERSION.sub(" ", text)


def parts_and_ends(text: str) -> Iterator[Quantity]:
    """Yield what share some are of all, and what is the last."""
    for match in _OF.finditer(text):
        some = _value(match["part"] or match["some"] or match["one"])
        whole = _value(match["whole"] or match["total"] or match["every"])
        if whole:
            # More than there are is nothing that a line says.
            yield Quantity(match[0], (), frozenset({("percent", 100 * some / whole)}), is_weak=some <= whole)
    for match in _LAST.finditer(text):
        yield Quantity(match[0], (), frozenset({("ordinal", -1.0)}), is_weak=True)


def amounts(text: str) -> Iterator[Quantity]:
    """Yield what has a number; hours and minutes behind one another are also one duration."""
    lasts = {match.start("first"): match.start("last") for match in _RANGE.finditer(text)}
    end, lasted, unit = 0, 0.0, 0.0
    for match in _AMOUNT.finditer(text):
        number = _value(match["number"])
        readings, stop = _readings(match, text)
        if (last := lasts.get(match.start("number"))) is not None:
            readings += _in_units_of(number, _AMOUNT.match(text, last), text)
        time = next((value for kind, value in readings if kind == "time"), 0.0)
        if 0 < time < unit and _JOINED.fullmatch(text, end, match.start()):
            readings.append(("time", lasted + time))
        written = (
            () if match["number"] == ARTICLE else (number, *(value for kind, value in readings if kind == "percent"))
        )
        is_weak = _is_weak(match["number"], readings) or number == 0
        yield Quantity(text[match.start() : stop], written, frozenset(readings), is_weak)
        end, lasted, unit = stop, time, time / number if number else 0.0


def _value(number: str) -> float:
    return 1.0 if number in (ONE, ARTICLE) else float(number)


def _in_units_of(number: float, last: re.Match[str] | None, text: str) -> list[Reading]:
    """Return what a number is in the units of the last of its range: "30 to 40 percent" are 30 percent, too."""
    value = _value(last["number"]) if last else 0.0
    return [(kind, amount / value * number) for kind, amount in _readings(last, text)[0]] if last and value else []


def _is_weak(number: str, readings: Collection[Reading]) -> bool:
    """Return whether an amount is but one of something: "one idea", 1チームにつき."""
    kinds = {kind for kind, _ in readings}
    if number == ARTICLE or (number == ONE and BARE in kinds):
        return True
    return number in (ONE, "1") and all(kind.startswith(THING) or kind in _SAID_OF_ONE for kind in kinds)


def _readings(match: re.Match[str], text: str) -> tuple[list[Reading], int]:
    """Return what an amount may be, and where it ends."""
    number, end = _value(match["number"]), match.end()
    if match["sign"]:
        return [(SIGNS[match["sign"]], number)], end
    if behind := _JAPANESE_ORDINAL.match(text, end):
        return [("ordinal", number)], behind.end()
    if match["ordinal"] or match["before"]:
        return [("ordinal", number), *_besides(match, number, text)], end
    unit, end = unit_behind(text, end)
    if unit is None:
        return [(BARE, number), *([("year", number)] if is_year(number) else [])], end
    second = [("ordinal", 2.0)] if unit == "second" and match["number"] == ARTICLE else []
    return [*measured(number, unit), *second], end


def _besides(match: re.Match[str], number: float, text: str) -> list[Reading]:
    """Return what an ordinal may be besides: #8 a number, "by the 10th" a day."""
    if match["before"] == "#":
        return [(BARE, number)]
    return [("day", number)] if number <= 31 and _NO_NOUN.match(text, match.end()) else []
