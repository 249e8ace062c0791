"""Write the numbers of a text in digits: "twenty-one", 二十一, 2万8千, "a dozen", "half" and 半年.

What is but one in words, as "one" and 一, says little; it is written ``ONE``, and an article before a unit ``ARTICLE``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.word_lists import either, rows_of, words_listed

if TYPE_CHECKING:
    from index.grounding.statement import Statement

# Unicode's form for comparing has neither of them.
ONE, ARTICLE = "¹", "ª"
NUMBER = rf"(?:\d+(?:\.\d+)?|{ONE}|{ARTICLE})"

_LIST = "index/data/number_words.txt"
_CARDINALS: dict[str, int] = {}
_ORDINALS: dict[str, int] = {}
for _value, (_cardinal, _ordinal) in enumerate(rows_of("index/data/numbers.txt"), 1):
    _CARDINALS[_cardinal], _ORDINALS[_ordinal] = _value, _value
for _row in rows_of(_LIST, "tens"):
    _CARDINALS[_row[1]], _ORDINALS[_row[2]] = int(_row[0]), int(_row[0])
for _row in rows_of(_LIST, "zero"):
    _CARDINALS[_row[1]] = 0
_SCALES = {word: int(number) for number, word in rows_of(_LIST, "scales")}
_FRACTIONS = {word: int(number) for number, *words in rows_of(_LIST, "fractions") for word in words}
_MULTIPLES = {word: int(number) for number, *words in rows_of(_LIST, "multiples") for word in words}
_WORD = either([*_CARDINALS, *_ORDINALS, *_SCALES])
_RUN = re.compile(rf"(?<![A-Za-z])(?:{_WORD})(?:(?:[ -]|,? and )(?:{_WORD}))*(?![A-Za-z])", re.IGNORECASE)
_SCALED = re.compile(rf"(\d+(?:\.\d+)?)[ -]?({either(_SCALES)})s?(?![A-Za-z])|(\d+(?:\.\d+)?)([kKM])(?![A-Za-z\d])")
_SHORT_SCALES = {"k": 1000, "K": 1000, "M": 1000000}
_TIME = r"(?:second|minute|hour|day|week|fortnight|month|year|quarter|person)"
_FRACTION = re.compile(
    rf"(?<![A-Za-z])(?:(?P<top>a|an|one|two|three|four|nine|\d) |(?<!first )(?<!second )(?<!latter )(?<!other )"
    rf"(?=half|halves))(?P<part>{either(_FRACTIONS)})(?<!two quarters)(?<!2 quarters)(?![A-Za-z])",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(rf"(?<![A-Za-z])(?:{either(_MULTIPLES)})(?![A-Za-z])", re.IGNORECASE)
# Phrases that are written with a half, in their order.
_HALVES = [
    (re.compile(pattern, re.IGNORECASE), written)
    for pattern, written in (
        (r"\b(?:an?|one) (hour|year|week|day|month|minute)s? and a half\b", r"1.5 \1s"),
        (r"\b(\w+) and a half\b", r"\1.5"),
        (r"\bhalf (?:a|of a|of one) per ?cent\b", "0.5 percent"),
        (r"\bhalf(?: an?|-| the)? ?hours?\b|半時間", " 30 minutes "),
        (r"\b(?:the )?half(?: an?| the|-)? ?year\b|半年", " 6 months "),
        (r"\bhalf(?: an?|-a)? dozen\b|半ダース", " 6 "),
        (rf"\b({either(list(_CARDINALS)[:20])}|\d+)-?fold\b", r"\1 fold"),
        (r"\b(?:a|the) second time\b", " 2 times "),
        (r"\b(19|20)(\d\d)(年?(?:から|-|〜|~))(\d\d)(?=年)", r"\1\2\3\1\4"),
        (r"(\d+)(時間|か月|ヶ月|カ月|年|分|週間|倍|万)半", r"\1.5\2"),
        (r"半分|半数|半額", " 50 percent "),
        (r"(?<![\d.何数])倍(?![率数速増])", "2倍"),
        (r"(\d+)分の(\d+)", r"\2/\1"),
        (r"(?:一番|いちばん)?最初の(?!うち)|初回|初日", f" {ONE}st "),
    )
]
_UNIT_BEFORE = re.compile(rf"(?:\b(?:per|each|every)|{ONE}|{ARTICLE}|\d)[ -]$", re.IGNORECASE)
_OF_ALL = re.compile(r" of\b|$|[.,;]")
_FOLLOWING = re.compile(r" ([a-z]+)")
_NO_NOUNS = words_listed("index/data/stop_words_en.txt") | words_listed(_LIST, "no units")
_PAST = re.compile(
    r"\b(?:a )?(?P<part>half|quarter|five|ten|twenty|twenty-five) (?:past|(?<=quarter )(?P<to>to)) "
    rf"(?P<hour>\d{{1,2}}|{either(list(_CARDINALS)[:12])})\b",
    re.IGNORECASE,
)
_WORD_AND_A_HALF = re.compile(r"\b([A-Za-z]+)\.5\b")
_A_SCALE = re.compile(rf"\ban? (?=(?:{either(_SCALES)})\b)", re.IGNORECASE)
_AMPERES = re.compile(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?) ?A(?![A-Za-z\d])(?! [A-Z]| ?[会班組社館棟室案])")
_SEPARATED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PART_OF = re.compile(r"(?<![\d/.])(\d)/(\d)(?![\d/])(?!月)")
_ONE_THING = re.compile(r"[一壱](?:人|つ|名)")


# A text with none of these has no numbers.
_ANY = re.compile(
    rf"[\d〇零一二三四五六七八九十百千万億兆壱半倍初]|いちばん|\ban? {_TIME}"
    rf"|(?<![A-Za-z])(?:half|halves|{either([*_CARDINALS, *_ORDINALS, *_SCALES, *_FRACTIONS, *_MULTIPLES])})",
    re.IGNORECASE,
)


@lru_cache(4096)
def digits(said: Statement) -> str:
    """Return the text of a statement with its numbers in digits."""
    if not _ANY.search(said.text):
        return said.text
    text = _AMPERES.sub(r"\1 amperes", _SEPARATED.sub("", _japanese(said)))
    text = _WORD_AND_A_HALF.sub(lambda match: f"{_small(match[1])}.5", _PAST.sub(_clock, _halved(text)))
    text = _A_SCALE.sub("one ", _FRACTION.sub(_part, text))
    text = re.sub(rf"(?<![A-Za-z])an? (?={_TIME})", f"{ARTICLE} ", text, flags=re.IGNORECASE)
    text = _MULTIPLE.sub(lambda match: _times(match[0]), text)
    return _PART_OF.sub(_percent, _RUN.sub(_number, _SCALED.sub(_scaled, text)))


def _japanese(said: Statement) -> str:
    pieces, end = [], 0
    for word in said.words:
        # 十人 is a place, too.
        if word.is_number or (word.classes[1] == "固有名詞" and _ONE_THING.fullmatch(word.surface)):
            written = word.normal if re.fullmatch(r"\d+(?:\.\d+)?", word.normal) else word.surface
            pieces += [said.text[end : word.start], ONE if word.surface == "一" else written]
            end = word.end
        elif _ONE_THING.fullmatch(word.surface):
            pieces += [said.text[end : word.start], ONE, word.surface[1:]]
            end = word.end
    return "".join([*pieces, said.text[end:]])


def _halved(text: str) -> str:
    for pattern, written in _HALVES:
        text = pattern.sub(written, text)
    return text


def _clock(match: re.Match[str]) -> str:
    """Write "half past seven" and "a quarter to eight" as clocks show them."""
    hour = int(_small(match["hour"]))
    part = match["part"].casefold()
    minutes = {"half": 30, "quarter": 15, "twenty-five": 25}.get(part) or _CARDINALS[part]
    return f"{hour - 1 or 12}:{60 - minutes}" if match["to"] else f"{hour}:{minutes:02}"


def _small(word: str) -> str:
    return str(_CARDINALS.get(word.casefold(), word))


def _part(match: re.Match[str]) -> str:
    """Write a part of a whole in percent; an ordinal like "fourth" is one only behind a number."""
    top, part = match["top"], _FRACTIONS[match["part"].casefold()]
    if top is None:
        return "50 percent"
    is_single = top.casefold() in ("a", "an", "one")
    if is_single and match["part"].casefold() in _ORDINALS and not _OF_ALL.match(match.string, match.end()):
        # "A third of them" is a part, "a third speaker" is not.
        return match[0]
    number = _CARDINALS.get(top.casefold(), 1) if not top.isdigit() else int(top)
    return match[0] if number >= part else f"{100 * number / part:.6g} percent"


def _percent(match: re.Match[str]) -> str:
    top, whole = int(match[1]), int(match[2])
    return f"{100 * top / whole:.6g} percent" if 0 < top < whole else match[0]


def _times(word: str) -> str:
    number = _MULTIPLES[word.casefold()]
    return f"{ONE} time" if number == 1 else f"{number} times"


def _number(match: re.Match[str]) -> str:
    """Write a run of English number words in digits; "nine and ten" are two numbers, "per second" has none."""
    if match[0].casefold() == "first" and _is_adverb(match):
        return match[0]
    if match[0].casefold() == "second" and _UNIT_BEFORE.search(match.string, 0, match.start()):
        return match[0]
    found: list[str] = []
    total, current, last = 0, 0, ""
    for word in re.findall(r"[a-z]+", match[0].casefold()):
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            total, current = (total + current, 0) if _SCALES[word] >= 1000 else (total, current)
        elif word == "and":
            continue
        else:
            value = _CARDINALS.get(word, _ORDINALS.get(word, 0))
            if last and not _goes_on(last, value):
                found.append(_written(total + current, last))
                total, current = 0, 0
            current += value
        last = word
    return " and ".join([*found, _written(total + current, last)])


def _is_adverb(match: re.Match[str]) -> bool:
    """Return whether "first" numbers nothing, as in "at first" and "comes first because"."""
    following = _FOLLOWING.match(match.string, match.end())
    return following is None or following[1] in _NO_NOUNS or match.string[: match.start()].casefold().endswith("at ")


def _goes_on(word: str, value: int) -> bool:
    """Return whether a number goes on behind one of its words: "two hundred" and "twenty" do."""
    return word in _SCALES or (_CARDINALS.get(word, 0) >= 20 and 0 < value < 10)


def _written(value: int, word: str) -> str:
    if word in _ORDINALS and word not in _CARDINALS:
        return f"{ONE}st" if value == 1 else f"{value}th"
    return ONE if word == "one" and value == 1 else str(value)


def _scaled(match: re.Match[str]) -> str:
    number, scale = (match[1], _SCALES[match[2].casefold()]) if match[1] else (match[3], _SHORT_SCALES[match[4]])
    return f"{float(number) * scale:.12g}"
