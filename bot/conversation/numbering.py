"""The marks of a list that counts on: "Q1: … Q2: …", "(a) … (b) …", "①…②…", "ア. … イ. …", also within one line.

One mark alone says nothing, since names and sentences have numbers, too; marks of one form that count on make a list.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reports import nfkc

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERIES = {
    "kanji": "一 二 三 四 五 六 七 八 九 十".split(),
    "word": "one two three four five six seven eight nine ten".split(),
    "letter": "a b c d e f g h i j".split(),
    "roman": "i ii iii iv v vi vii viii ix x".split(),
    "kana": "ア イ ウ エ オ カ キ ク ケ コ".split(),
    "counted": "ひと ふた みっ よっ いつ むっ なな やっ ここの とお".split(),
}
_WORDS = sorted({one for series in _SERIES.values() for one in series}, key=len, reverse=True)
_COUNT = rf"(?P<count>[0-9０-９]{{1,2}}|{'|'.join(_WORDS)}|[ａ-ｊⅰ-ⅹ])"
# In circles, in brackets or on a key.
_SIGN = r"(?P<count>[①-⒛⒜-⒵Ⓐ-ⓩ❶-❿➀-➓]|[0-9]\ufe0f?\u20e3)"
_ANYWHERE = re.compile("")
# Behind a letter stands the end of a word: `e.g.`, 統一, メディア.
_APART = re.compile(r"(?:^|[^\w#＃]|_)\Z")
# What only a blank follows may be the name of a quarter or of a talk, and "1、2、3" are numbers of something.
_BEGINNING = re.compile(r"(?:^|[\n。？！]|[?!.]\s)\s*\Z")
_SPACED = re.compile(r"(?:^|[\s。？！])\Z")
_LINE = re.compile(r"(?:^|\n)[ \t　]*\Z")
_KINDS = tuple(
    (re.compile(rf"{pattern}\s*", re.IGNORECASE), where)
    for pattern, where in (
        (rf"(?P<label>question|質問|設問|問い?)\s?[#＃]?{_COUNT}\s?(?P<end>[.)．）、:：]?)(?![0-9])", _ANYWHERE),
        (rf"(?P<label>question|質問|設問|問い?)?{_SIGN}[.．、:：]?", _ANYWHERE),
        (rf"(?P<label>Q|問|質問)?(?P<open>[(（\[【]){_COUNT}[)）\]】](?P<end>[:：]?)", _ANYWHERE),
        (rf"(?P<label>Q|No\.)?{_COUNT}\s?(?P<end>[.)．）:：](?![0-9])|/(?=\s))", _APART),
        (rf"{_COUNT}(?:つ目|つめ|点目|個目|番目)(?P<end>[:：、])", _APART),
        (rf"(?P<label>Q){_COUNT}(?=[\s、]|[^\x00-\x7f])、?", _BEGINNING),
        (rf"{_COUNT}(?P<end>、)", _SPACED),
        (rf"{_COUNT}(?=\s+[^\x00-\x7f])", _BEGINNING),
    )
)
# As far as one looks back for what a mark stands behind.
_BEHIND = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """The range ``[start, end)`` of a mark in a message."""

    start: int
    end: int


def list_marks(message: str) -> tuple[Mark, ...]:
    """Return the marks of the longest list in a message that counts on from its first one; nothing where none does."""
    lists = [counted for pattern, where in _KINDS for counted in _lists(message, pattern, where)]
    told = [tuple(counted) for counted in lists if len(counted) > 1 and _says_all(message, counted)]
    return max(told, key=len, default=())


def _lists(message: str, pattern: re.Pattern[str], where: re.Pattern[str]) -> Iterator[list[Mark]]:
    """Yield for every form of a kind of mark the marks that count on."""
    lists: dict[tuple[str, ...], list[Mark]] = {}
    for found in pattern.finditer(message):
        groups = found.groupdict(default="")
        labels = tuple(nfkc(groups.get(name, "")).casefold() for name in ("label", "open", "end"))
        for series, number in _numbers(groups["count"]):
            counted = lists.setdefault((series, *labels), [])
            if number == len(counted) + 1 and _may_stand(message, found, where, counted, series):
                counted.append(Mark(*found.span()))
    yield from lists.values()


def _may_stand(message: str, found: re.Match[str], where: re.Pattern[str], counted: list[Mark], series: str) -> bool:
    """Tell whether a mark may stand where it does; digits of a list that begins a line may touch words before them."""
    before = message[max(0, found.start() - _BEHIND) : found.start()]
    if where.search(before):
        return True
    goes_on = bool(counted) and series == "digit" and _LINE.search(message[: counted[0].start]) is not None
    return where is _APART and goes_on and not before[-1:].isascii() and not before.endswith("第")


def _numbers(count: str) -> Iterator[tuple[str, int]]:
    """Yield the series that a count may be of, with its number there, from 1."""
    text = nfkc(count.rstrip("\u20e3\ufe0f")).strip("(). ").lower()
    number = unicodedata.digit(text, 0) if len(text) == 1 else 0
    if text.isdecimal() or number:
        yield "digit", number or int(text)
    for name, series in _SERIES.items():
        if text in series:
            yield name, series.index(text) + 1


def _says_all(message: str, marks: list[Mark]) -> bool:
    """Tell whether something stands behind each mark, and not the same: else the numbers are what differs."""
    ends = [*(mark.start for mark in marks[1:]), len(message)]
    said = [message[mark.end : end].strip() for mark, end in zip(marks, ends, strict=True)]
    return all(said) and len(set(said)) > 1
