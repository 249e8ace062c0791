"""Find what a question names by number, a year, an edition, an identifier or a version: no other one answers it.

Closeness in meaning does not tell 2024 from 2025. What a question names stands in the report that answers it, in one
way of writing or another; if it does not, the report is about another edition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from index.asking.calendar_words import ERA_YEAR, days, periods, years
from index.asking.event_names import KINDS_OF_NAMES, named_events
from index.characters.normal_form import nfkc
from index.characters.patterns import compiled
from index.language import lexicon
from index.language.numerals import ORDINALS, value
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["year", "period", "edition", "day", "identifier", "version", "numbered"]
# By these the editions of one event are told apart.
EDITIONS = frozenset({"year", "period", "edition"})

_KANJI = "[〇一二三四五六七八九十百]{1,6}"
# One letter alone is mostly none.
_ROMAN = {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12, "XIII": 13, "XIV": 14}
_ROMAN_NUMBER = rf"(?-i:{'|'.join(sorted(_ROMAN, key=len, reverse=True))})(?![A-Za-z0-9])"
# Longer words are no names; without a limit each of their letters would be tried as the first.
_ASCII = r"[A-Za-z](?:[A-Za-z0-9.:!+]{0,30}[A-Za-z.!+])?(?<!\d\.)"
# What a number may count or date, whatever the word before it is.
_COUNTED = (
    r"\s?(?:[年月日時分秒人名円個件台社本枚回倍割歳度つ%]|[kKMGTP]i?B\b|am\b|pm\b"
    r"|(?:people|(?:time|year|day|hour|minute|talk|session|track|speaker|attendee|participant|seat|room|fact|point|example"
    r"|euro|dollar)s?|yen)\b)"
)
# An ordinal counts an event, not a talk or a floor: "the fourth Lark Summit", "HarborConf 4th". Kanji have no case.
_ORDINAL = (
    rf"(?<![\dA-Za-z])(?P<ordinal>{'|'.join(ORDINALS)}|\d{{1,4}}(?:st|nd|rd|th))(?![A-Za-z])"
    rf"(?=\s(?:annual\s)?(?:edition|(?-i:[A-Z])|(?:[\w.&+!-]+\s){{0,3}}?[\w.&+!-]*(?:{KINDS_OF_NAMES})(?![A-Za-z])))"
    r"|(?<=[A-Za-z]|(?-i:[ぁ-ゖァ-ヺー一-龠]))\s?(?P<behind>\d{1,4}(?:st|nd|rd|th))(?=[^\sA-Za-z]|$|\s[^\sA-Za-z])"
)
_EDITION = re.compile(
    rf"#\s?(?P<sharp>\d{{1,4}})(?![\d.])|第\s?(?P<number>\d{{1,4}}|{_KANJI})\s?[回弾期号夜]"
    rf"|(?<!\d)(?P<time>\d{{1,4}}|{_KANJI})回目|(?<![A-Za-z0-9])(?P<roman>{_ROMAN_NUMBER})"
    r"|(?<![A-Za-z])(?:vol|ep|no|number|episode|edition)\.?\s?(?P<volume>\d{1,4})(?![\dA-Za-z])"
    rf"|{_ORDINAL}"
    rf"|(?-i:[ぁ-ゖ]{{0,8}}[一-龠々ァ-ヺー]{{2,12}})(?P<joined>\d{{1,3}})(?!(?-i:[\d,:%一-龠])|\.\d|{_COUNTED})",
    re.IGNORECASE,
)
# In what the titles of an event's editions differ, besides digits.
_VARYING = (
    rf"[(\[【][^)\]】\d]*+\d[^)\]】]*+[)\]】]|第\s?{_KANJI}\s?[回弾期号夜]|第?\d+\s?[回弾期号年夜]|{_KANJI}回目|{ERA_YEAR}"
    rf"|(?<![A-Za-z0-9]){_ROMAN_NUMBER}|\d{{4}}\s?年?[春夏秋冬]|(?<![A-Za-z])(?i:{'|'.join(ORDINALS)})(?![A-Za-z])"
    r"|\d(?:st|nd|rd|th)(?![A-Za-z])|(?<![A-Za-z])(?i:spring|summer|autumn|fall|winter)(?![A-Za-z])"
)
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9-])(?P<prefix>[A-Z][A-Z0-9]{0,15}(?:-\d{1,8})?)-(?P<number>\d{2,})(?![\d-])")
_VERSION = re.compile(
    r"(?<![\d.,:/-])(\d{1,4}(?:\.\d{1,4}){1,3})(?![\d%]|\.\d|\s?(?:倍|秒|円|[kKMGT]B|ms\b|GHz|人|割|度|時間|年))"
)
_NUMBERED = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<name>{_ASCII}|[ァ-ヺー]{{2,20}})"
    r"(?:\s?(?:v|ver\.?|version\s)?(?P<number>\d{1,4})|[-/](?P<joined>\d{1,3}(?:\.\d{1,3}){0,2}))"
    r"(?![\d,%]|[:.]\d|[A-Za-z]|[-/]\d)",
    re.IGNORECASE,
)
_COUNTS = re.compile(_COUNTED, re.IGNORECASE)
_NO_NAMES = (
    lexicon.ENGLISH_STOP_WORDS | words_listed("index/data/months.txt") | words_listed("index/data/not_numbered.txt")
)
# As many words in front of a number and behind it may be the name of what it numbers.
_WORDS_AHEAD, _WORDS_BEHIND = 1, 3


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A fact that a question names: ``text`` as written, ``key`` as it is compared, ``name`` what the number is of.

    ``near`` are the words beside it, and ``of_event`` says that they are of an event's name.
    """

    kind: Kind
    text: str
    key: str
    name: str = ""
    near: frozenset[str] = field(default=frozenset(), compare=False)
    of_event: bool = field(default=False, compare=False)


def named_facts(question: str) -> tuple[NamedFact, ...]:
    """Return the years, editions, days, identifiers, versions and numbered names of a question, each once."""
    text = nfkc(question)
    found: dict[tuple[int, int], NamedFact] = {}
    for (start, end), fact in facts_in(text):
        # Behind it a colon makes a heading of it in a report, and a mark of a list in a question: "Q1: where was it?"
        is_mark = fact.kind == "numbered" and text.startswith(":", end)
        if not is_mark and not any(start < other_end and other_start < end for other_start, other_end in found):
            found[start, end] = fact
    events = {word for event in named_events(text) for word in lexicon.terms(event.text)} if found else set()
    return tuple(dict.fromkeys(_placed(fact, text, span, events) for span, fact in sorted(found.items(), key=_start)))


def without_numbers(title: str) -> str:
    """Return a title as the editions of one event share it: without numbers, and what stands in brackets with one."""
    return re.sub(r"[\W\d_]+", "", compiled(_VARYING).sub("", nfkc(title))).casefold()


def words_of(text: str) -> list[str]:
    """Return the words of a text that are no numbers."""
    return [word for word in lexicon.terms(text) if not word[0].isdigit()]


def facts_in(text: str) -> Iterator[tuple[tuple[int, int], NamedFact]]:
    """Yield the facts of a text in NFKC with where they stand, the more telling readings of a place first."""
    for match in _IDENTIFIER.finditer(text):
        yield match.span(), NamedFact("identifier", match[0], plain(match["number"]), match["prefix"].casefold())
    for span, day in days(text):
        yield span, NamedFact("day", text[slice(*span)], day)
    for match in _EDITION.finditer(text):
        number = next(value for value in match.groupdict().values() if value is not None)
        yield match.span(), NamedFact("edition", match[0].strip(), str(_value(number)))
    for span, period in periods(text):
        yield span, NamedFact("period", text[slice(*span)], period)
    yield from numbered(text)
    for span, year in years(text):
        yield span, NamedFact("year", text[slice(*span)], year)
    for match in _VERSION.finditer(text):
        yield match.span(), NamedFact("version", match[1], match[1])


def numbered(text: str) -> Iterator[tuple[tuple[int, int], NamedFact]]:
    """Yield the names with numbers of a text in NFKC: "Node 20", GPT-4, HTTP/2."""
    for match in _NUMBERED.finditer(text):
        number = match["number"] or match["joined"]
        is_year = re.fullmatch(r"(?:19|20)\d\d", number) is not None
        if not (is_year or match["name"].casefold() in _NO_NAMES or _COUNTS.match(text, match.end())):
            name = match["name"].casefold().rstrip(".:")
            yield match.span(), NamedFact("numbered", match[0], plain(number), name)


def plain(number: str) -> str:
    """Return a number without leading zeros."""
    return number.lstrip("0") or "0"


def _start(item: tuple[tuple[int, int], NamedFact]) -> tuple[int, int]:
    return item[0]


def _placed(fact: NamedFact, text: str, span: tuple[int, int], events: set[str]) -> NamedFact:
    """Return a fact with the words beside it, where these tell what it is the edition of."""
    if fact.kind not in EDITIONS and fact.kind != "numbered":
        return fact
    near = {*words_of(text[: span[0]])[-_WORDS_AHEAD:], *words_of(text[span[1] :])[:_WORDS_BEHIND]}
    own = words_of(re.sub(r"\d+$", "", fact.text)) if fact.kind in ("edition", "numbered") else []
    return replace(fact, near=frozenset((*near, *own)), of_event=not events.isdisjoint((*near, *own)))


def _value(number: str) -> int:
    return _ROMAN.get(number) or value(re.sub(r"(?<=\d)[a-z]+$", "", number, flags=re.IGNORECASE))
