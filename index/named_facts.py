"""What a question names by number: a year, an edition, an identifier, a version. Of another one nothing is answered.

Closeness in meaning does not tell 2024 from 2025. What a question names stands in the report that answers it, in one
way of writing or another; if it does not, the report is about another edition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from index import lexicon
from index.normal_form import nfkc
from index.numerals import value
from index.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Article

Kind = Literal["year", "edition", "identifier", "version", "numbered"]
# By these the editions of one event are told apart.
EDITIONS = frozenset({"year", "edition"})

_KANJI = "[〇一二三四五六七八九十百]{1,6}"
# One letter alone is mostly none.
_ROMAN = {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12, "XIII": 13, "XIV": 14}
_ROMAN_NUMBER = rf"(?-i:{'|'.join(sorted(_ROMAN, key=len, reverse=True))})(?![A-Za-z0-9])"
# The year before the first of an era.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ERA_YEAR = re.compile(rf"(?P<era>{'|'.join(_ERAS)})\s?(?P<number>\d{{1,2}}|元|{_KANJI})\s?年")
# Longer words are no names; without a limit each of their letters would be tried as the first.
_ASCII = r"[A-Za-z](?:[A-Za-z0-9.:!+]{0,30}[A-Za-z.!+])?(?<!\d\.)"
# What a number may count or date, whatever the word before it is.
_COUNTED = (
    r"\s?(?:[年月日時分秒人名円個件台社本枚回倍割歳度つ%]|[kKMGTP]i?B\b|am\b|pm\b"
    r"|(?:people|(?:time|year|day|hour|minute|talk|session|track|speaker|attendee|participant|seat|room|fact|point|example"
    r"|euro|dollar)s?|yen)\b)"
)
_YEAR = re.compile(r"(?<![\d.,/#-])((?:19|20)\d\d)(?![\d%]|[.,:-]\d|(?:円|人|名|件|個|台|ドル|ms\b|px\b|x\d))")
_EDITION = re.compile(
    rf"#\s?(?P<sharp>\d{{1,4}})(?![\d.])|第\s?(?P<number>\d{{1,4}}|{_KANJI})\s?[回弾期号]"
    rf"|(?<!\d)(?P<time>\d{{1,4}}|{_KANJI})回目|(?<![A-Za-z0-9])(?P<roman>{_ROMAN_NUMBER})"
    r"|(?<![A-Za-z])(?:vol|ep|no|number|episode|edition)\.?\s?(?P<volume>\d{1,4})(?![\dA-Za-z])"
    r"|(?<![\dA-Za-z])(?P<ordinal>\d{1,4})(?:st|nd|rd|th)(?![A-Za-z])"
    rf"|[ぁ-ゖ]{{0,8}}[一-龠々ァ-ヺー]{{2,12}}(?P<joined>\d{{1,3}})(?![\d,:%一-龠]|\.\d|{_COUNTED})",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T][\d:]+)?")
# In what the titles of an event's editions differ, besides digits.
_VARYING = re.compile(
    rf"[(\[【][^)\]】\d]*+\d[^)\]】]*+[)\]】]|第\s?{_KANJI}\s?[回弾期号]|第?\d+\s?[回弾期号年]|{_KANJI}回目|{_ERA_YEAR.pattern}"
    rf"|(?<![A-Za-z0-9]){_ROMAN_NUMBER}|\d{{4}}\s?[春夏秋冬]"
)
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9-])(?P<prefix>[A-Z][A-Z0-9]{0,15}(?:-\d{1,8})?)-(?P<number>\d{2,})(?![\d-])")
_VERSION = re.compile(
    r"(?<![\d.,:/-])(\d{1,4}(?:\.\d{1,4}){1,3})(?![\d%]|\.\d|\s?(?:倍|秒|円|[kKMGT]B|ms\b|GHz|人|割|度|時間|年))"
)
_NUMBERED = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<name>{_ASCII}|[ァ-ヺー]{{2,20}})\s?(?:v|ver\.?|version\s)?"
    r"(?P<number>\d{1,4})(?![\d,:%]|\.\d|[A-Za-z])",
    re.IGNORECASE,
)
_COUNTS = re.compile(_COUNTED, re.IGNORECASE)
# What events are called; the words before it are the name.
_EVENT = re.compile(
    r"[^\s\d#、。,.？?!！「」『』()（）はがをにでとものへや]{2,20}?"
    r"(?:祭|まつり|フェス(?:タ|ティバル)?(?![ァ-ヺー])|カンファレンス|サミット|ハッカソン|ミートアップ|フォーラム|シンポジウム"
    r"|[ァ-ヺー]会|[強究ぁ-ゖ]会(?![場員社議話費期計合見長談])"
    r"|(?:con|conf|kaigi|fest|days?|camp|summit|meetup)(?![a-z]))"
    r"|(?-i:(?:[A-Z][\w.:!+&]*\s)*[A-Z][\w.:!+&]*\s?(?:Con|Conf|Kaigi|Fest|Festival|Conference|Summit|Days?|Camp|Meetup"
    r"|Forum|Expo|Hackathon|Symposium|Night)(?![a-z]))"
    r"|(?<![a-z])[a-z]+(?:con|conf|kaigi|fest|camp)(?![a-z])",
    re.IGNORECASE,
)
# Months, and what is numbered or asked for.
_NO_NAMES = lexicon.ENGLISH_STOP_WORDS | frozenset(
    "above apr april aug august below between day dec december ep feb february jan january jul july jun"
    " june last least less line list mar march may name need next nov november oct october only page past"
    " sep september show top under until vol within".split()
)


@dataclass(frozen=True, slots=True)
class NamedFact:
    """What a question names: ``text`` as it stands there, ``key`` as it is compared, ``name`` what the number is of."""

    kind: Kind
    text: str
    key: str
    name: str = ""


def named_facts(question: str) -> tuple[NamedFact, ...]:
    """Return the years, editions, identifiers, versions and numbered names of a question, each once."""
    found: dict[tuple[int, int], NamedFact] = {}
    for (start, end), fact in _facts(nfkc(question)):
        if not any(start < other_end and other_start < end for other_start, other_end in found):
            found[start, end] = fact
    return tuple(dict.fromkeys(fact for _, fact in sorted(found.items())))


def named_events(question: str) -> list[str]:
    """Return the names of events in a question."""
    return [match[0].strip() for match in _EVENT.finditer(nfkc(question))]


def missing_facts(question: str, article: Article) -> tuple[NamedFact, ...]:
    """Return what a question names and an article does not have, neither in its text nor in its title or date."""
    return tuple(fact for fact in named_facts(question) if not has_fact(fact, article))


def alike(fact: NamedFact, article: Article) -> list[str]:
    """Return what an article has instead: its years and editions, its identifiers and versions of the same name."""
    told = _text_of(article) if fact.kind in ("identifier", "version", "numbered") else _title_of(article)
    same = (other for _, other in _facts(told) if other.kind == fact.kind and other.name == fact.name)
    return list(dict.fromkeys(other.text for other in same if other.key != fact.key))


def without_numbers(title: str) -> str:
    """Return a title as the editions of one event share it: without numbers, and what stands in brackets with one."""
    return re.sub(r"[\W\d_]+", "", _VARYING.sub("", nfkc(title))).casefold()


def _facts(text: str) -> Iterator[tuple[tuple[int, int], NamedFact]]:
    """Yield the facts of a text in NFKC with where they stand, the more telling readings of a place first."""
    for match in _IDENTIFIER.finditer(text):
        yield match.span(), NamedFact("identifier", match[0], _plain(match["number"]), match["prefix"].casefold())
    for match in _EDITION.finditer(text):
        number = next(value for value in match.groupdict().values() if value is not None)
        yield match.span(), NamedFact("edition", match[0].strip(), str(_value(number)))
    yield from _numbered(text)
    for match in _ERA_YEAR.finditer(text):
        yield match.span(), NamedFact("year", match[0], str(_western(match)))
    for match in _YEAR.finditer(text):
        yield match.span(), NamedFact("year", match[1], match[1])
    for match in _VERSION.finditer(text):
        yield match.span(), NamedFact("version", match[1], match[1])


def _numbered(text: str) -> Iterator[tuple[tuple[int, int], NamedFact]]:
    for match in _NUMBERED.finditer(text):
        is_year = re.fullmatch(r"(?:19|20)\d\d", match["number"]) is not None
        if not (is_year or match["name"].casefold() in _NO_NAMES or _COUNTS.match(text, match.end())):
            name = match["name"].casefold().rstrip(".:")
            yield match.span(), NamedFact("numbered", match[0], _plain(match["number"]), name)


def _western(match: re.Match[str]) -> int:
    number = match["number"]
    return _ERAS[match["era"]] + (1 if number == "元" else _value(number))


def _value(number: str) -> int:
    return _ROMAN.get(number) or value(number)


def _plain(number: str) -> str:
    return number.lstrip("0") or "0"


def has_fact(fact: NamedFact, article: Article) -> bool:
    """Return whether an article has what a question names, in one way of writing or another."""
    if fact.kind == "year":
        text = _text_of(article)
        return _stands_in(fact.key, text) or any(str(_western(era)) == fact.key for era in _ERA_YEAR.finditer(text))
    if fact.kind == "version":
        return re.search(rf"(?<![\d.]){re.escape(fact.key)}(?!\d)", _text_of(article)) is not None
    # "Nets 14" may be how a question writes the name of an edition.
    if fact.kind in ("numbered", "edition") and (
        _stands_in(fact.key, _DATE.sub("", _title_of(article))) or _has_part(fact, _text_of(article))
    ):
        return True
    if fact.kind == "numbered":
        return _has_numbered(fact, _text_of(article))
    known = (other for _, other in _facts(_text_of(article)))
    return any((other.kind, other.name, other.key) == (fact.kind, fact.name, fact.key) for other in known)


def _stands_in(number: str, text: str) -> bool:
    return re.search(rf"(?<!\d)0*{number}(?!\d)", text) is not None


def _has_part(fact: NamedFact, text: str) -> bool:
    """Return whether a text has a part of an event in either language, also as in "the fourth track"."""
    # `parts` leaves "track 4" itself out.
    asked = {f"{fact.name}{fact.key}", *parts(fact.text)}
    known = {*parts(text), *(f"{other.name}{other.key}" for _, other in _numbered(text))}
    return not asked.isdisjoint(known)


def _has_numbered(fact: NamedFact, text: str) -> bool:
    """Return whether a name stands right before its number."""
    near = rf"{re.escape(fact.name)}[^\dA-Za-z]{{0,8}}(?:v|ver\.?|version)?\s?0*{fact.key}(?!\d)"
    return re.search(near, text.casefold()) is not None


@lru_cache(16)
def _text_of(article: Article) -> str:
    source = article.source[article.body_start :].decode("utf-8")
    return nfkc("\n".join((_title_of(article), *article.topics, source)))


def _title_of(article: Article) -> str:
    return nfkc(f"{article.title}\n{article.slug}\n{article.published_at or ''}")
