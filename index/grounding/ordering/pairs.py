"""What a text puts in order, as pairs: "from A to B", A → B, "B instead of A", "B after A", AのあとにB.

Of each pair the first is the earlier, the lesser or what is not chosen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.quantities.quantities import quantities
from index.grounding.quantities.quantity import BARE
from index.grounding.statement import Statement, piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.grounding.quantities.quantity import Quantity

Pair = tuple[Statement, Statement]

_SOME = r"[^,.;:!?()、。]{1,60}?"
# With the point of a decimal.
_ANY = r"[^,;:!?()、。]{1,60}?"
_LETTER = r"[^,;:!?()、。]"
_WORDS = r"[\w -]{1,40}?"
_END = (
    r"(?=[,;:!?()]|\.(?!\d)|$"
    r"| (?:and|but|because|in|on|at|by|for|since|after|before|when|while|which|with|so|that)\b)"
)
_ARROW = r" ?(?:→|->|=>|⇒) ?"


def _patterns(*expressions: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expression, re.IGNORECASE) for expression in expressions)


_ENGLISH = _patterns(
    rf"\bfrom (?P<a>{_ANY}) (?:down |up |back |over )?(?:to|into|towards?) (?P<b>{_ANY}){_END}",
    rf"\bto (?P<b>{_ANY}) from (?P<a>{_ANY}){_END}",
    rf"\breplac(?:ed|es|ing|e) (?P<a>{_ANY}) (?:with|by) (?P<b>{_ANY}){_END}",
    rf"\b(?P<a>\w{_WORDS}) (?:was|were|is|are|been|being|got) replaced (?:with|by) (?P<b>{_ANY}){_END}",
    (
        r"\b(?:(?:swapp?|exchang|trad|abandon|dropp?|ditch)(?:ed|ing|e)?|left|leave|leaving|g[ai]v(?:e|ing) up)"
        rf" (?P<a>{_ANY}) for (?P<b>{_ANY}){_END}"
    ),
    rf"\b(?:chose|choose|choosing|favou?r|pick)(?:ed|ing|s)? (?P<b>{_ANY}) over (?P<a>{_ANY}){_END}",
    rf"\bprefer(?:red|ring|s)? (?P<b>{_ANY}) (?:over|to) (?P<a>{_ANY}){_END}",
    rf"\b(?:turn|convert|rewr\w+|translat\w+)(?:ed|ing|s)? (?P<a>{_ANY}) into (?P<b>{_ANY}){_END}",
    rf"(?P<b>\w{_WORDS}) (?:has |have |had )?replaced (?P<a>(?:(?! (?:with|by) ){_LETTER}){{1,40}}?){_END}",
    rf"(?P<a>\w{_WORDS}) (?:gave|made|gives|makes) way (?:to|for) (?P<b>{_ANY}){_END}",
    rf"(?P<b>\w{_WORDS}) (?:took|takes|taking) (?:the place of|over from) (?P<a>{_ANY}){_END}",
    rf"\b(?P<b>\w[\w :.,%$€£-]{{1,40}}?) (?:instead of|rather than|in place of) (?P<a>{_ANY}){_END}",
    rf"\bnot (?P<a>{_ANY}),? but (?P<b>{_ANY}){_END}",
    rf"(?P<b>{_SOME}),? (?:and )?not (?!only|just)(?P<a>{_ANY}){_END}",
    (
        rf"(?P<b>{_WORDS}) (?:(?:was|were|is|are|took|takes|has|had) )?(?:much |far )?"
        rf"(?:more|better|\w+er)\b[\w ]{{0,30}}? than (?P<a>{_ANY}){_END}"
    ),
    rf"(?P<a>{_WORDS}) (?:(?:was|were|is|are) )?(?:less|worse|fewer)\b[\w ]{{0,30}}? than (?P<b>{_ANY}){_END}",
    rf"(?P<a>[^,;:!?()→]{{1,50}}?){_ARROW}(?P<b>[^,;:!?()→]{{1,50}}?)(?=[,;:!?()→]|\.(?!\d)|$)",
)
_ENGLISH_IN_TIME = _patterns(
    rf"(?P<b>{_SOME}) (?:right |only |shortly )?after (?P<a>{_ANY}){_END}",
    rf"(?P<a>{_SOME}) (?:right |only |shortly )?before (?P<b>{_ANY}){_END}",
    rf"\bafter (?P<a>{_SOME}), (?P<b>{_SOME}){_END}",
    rf"\bbefore (?P<b>{_SOME}), (?P<a>{_SOME}){_END}",
    rf"(?P<a>{_SOME}),? (?:and )?(?:then|later|afterwards|followed by) (?P<b>{_ANY}){_END}",
    rf"\bnot? (?P<b>{_SOME}) until (?P<a>{_ANY}){_END}",
    rf"\b(?:begin|start|began)(?:s|ning|ing|ed)? (?:with|by) (?P<a>{_SOME}),? .{{0,60}}?(?P<b>{_SOME}) last\b",
    rf"\bfirst,? (?P<a>{_SOME}),? (?:and )?(?:then|second(?:ly)?|later|next) (?P<b>{_SOME}){_END}",
)
_PART = r"[^、。,;:!?()「」→]{1,30}?"
_CASE = r"(?:[をにがでへとの]|(?=[、。,;:!?()→]|$))"
_STOP = r"(?=[、。,;:!?()→]|$)"
_CHANGES = r"(?:置き換|変え|替え|換え|移|切り替|乗り換|書き換|直)"
_JAPANESE = _patterns(
    rf"(?P<a>{_PART})から、?(?P<b>{_PART})(?:へ|に|まで|{_STOP})",
    rf"(?P<a>[^、。;:!?()「」→]{{1,30}}?){_ARROW}(?P<b>[^、。;:!?()「」→]{{1,30}}?){_STOP}",
    rf"(?P<a>{_PART})(?:ではなく|じゃなく|でなく)て?、?「?(?P<b>{_PART}){_CASE}",
    rf"(?P<a>{_PART})は、?(?P<b>{_PART})より(?:も)?(?:先|前|早)",
    rf"(?P<b>{_PART})は、?(?P<a>{_PART})より(?:も)?(?:後|あと|遅)",
    rf"(?P<a>{_PART})より(?:も|は)? ?、?(?P<b>{_PART}){_CASE}",
    rf"(?P<b>{_PART})ほうが、?(?P<a>{_PART})より",
    rf"(?P<a>{_PART})の(?:代わり|かわり)に、?(?P<b>{_PART}){_CASE}",
    rf"(?P<a>{_PART})を(?:やめ|止め|捨て)て?、?(?P<b>{_PART}){_CASE}",
    rf"(?P<a>{_PART})を、?(?P<b>{_PART})[にへ][^、。にへをが]{{0,10}}?{_CHANGES}",
    rf"(?P<a>{_PART})に(?:代え|替え|換え|代わっ|替わっ|代わり)て?、?(?P<b>{_PART}){_CASE}",
    rf"(?P<a>{_PART})(?:だった|でした)[。、が]+(?P<b>{_PART})[にへ]{_CHANGES}",
)
_JAPANESE_IN_TIME = _patterns(
    rf"(?P<a>{_PART})(?:の|した|た)(?:後|あと|のち)(?:に|で|、)?、?(?P<b>{_PART}){_STOP}",
    rf"(?P<a>{_PART})てから、?(?P<b>{_PART}){_STOP}",
    rf"(?P<b>{_PART})(?:の|する|る)(?:前|まえ)(?:に|、)?、?(?P<a>{_PART}){_STOP}",
    rf"(?P<a>{_PART})まで、?(?:誰も|何も|は)?(?P<b>{_PART})(?:なかった|ない|ず)",
    rf"(?P<a>{_PART})、(?:次に|続いて|その後|そのあと|それから)、?(?P<b>{_PART}){_STOP}",
    (
        rf"(?:まず|最初に|はじめに|先に)、?(?P<a>{_PART})[、。][^。]{{0,24}}(?:次|続いて|後|あと|それから|さらに|最後)"
        rf"(?:に|で)?、?(?P<b>{_PART}){_STOP}"
    ),
)
_THEN = r"(?:before|earlier|at first|last year|previously)\b"
_NOW = r"(?:now|today|later|this year|afterwards)\b"
_THEN_JAPANESE = r"(?:前|以前|昨年|去年|前年|前回|当初|最初)[^、。()\d]{0,4}は"
_NOW_JAPANESE = r"(?:今|現在|今年|その後|いま)は?"
# These put values in order only.
_OF_VALUES = _patterns(
    r"(?P<a>\d[\w%,.]*(?: [a-z%]+){0,2}) (?:down |up )?to (?P<b>\d[\w%,.]*(?: ?[a-z%]+)?)",
    rf"(?P<a>\d[\w%,. ]{{0,30}}?) {_THEN}[^.;]{{0,30}}?(?P<b>\d[\w%]*(?:[.,]\d+)?[\w %]{{0,15}}?) {_NOW}",
    rf"{_THEN}[^.;\d]{{0,30}}?(?P<a>\d[\w%,. ]{{0,30}}?)[,;] [^.;\d]{{0,30}}?{_NOW}[^.;\d]{{0,20}}(?P<b>\d[\w%]*)",
    rf"{_NOW} (?P<b>\d[\w%]*)[^.;]{{0,40}}?(?:was|were|before|instead of|used to be)\D{{0,20}}(?P<a>\d[\w%]*)",
    (
        rf"(?P<a>[^、。;:!?「」→]{{0,20}}\d[^、。;:!?「」→]{{0,20}}?)[がを] ?"
        rf"(?P<b>[^、。;:!?「」→]{{0,12}}\d[^、。;:!?「」→\d]{{0,5}}?)(?:に|{_STOP})"
    ),
    (
        rf"{_THEN_JAPANESE}、?(?P<a>[^、。]{{0,15}}\d[^、。]{{0,15}})[、。]{_NOW_JAPANESE}、?"
        r"(?P<b>[^、。]{0,15}\d[^、。]{0,12})"
    ),
    (
        rf"(?P<a>\d[^、。]{{0,12}})(?:だった|でした)(?:が|のが|ものが|けど)、?(?:{_NOW_JAPANESE})?"
        r"(?P<b>[^、。]{0,10}\d[^、。]{0,12})"
    ),
    rf"(?P<a>[^、。]{{0,12}}\d[^、。]{{0,8}})。[^。]{{0,60}}?(?P<b>\d[^、。\d]{{0,6}})に{_STOP}",
    rf"(?P<a>\d[^、。]{{0,10}})(?:かかった|だった|あった)[^。]{{0,20}}?(?P<b>\d[^、。\d]{{0,6}})(?:に|まで|へ|{_STOP})",
    (
        rf"(?P<b>\d[^()、。;]{{0,15}}) ?[(、](?:{_THEN_JAPANESE}|(?:前|昨|去)[年月週回][^()、。\d]{{0,4}})"
        r"(?P<a>\d[^()、。]{0,8})"
    ),
    r"(?P<b>\d[^();]{0,20}?) ?[(,] ?(?:(?:it )?(?:was|were|had been) )?(?:up|down) from (?P<a>\d[\w,.%]*)",
    r"(?P<a>\d[^→、。]{0,8}) ?→[^→]{0,60}?(?P<b>\d[^→、。\d]{0,6})に?(?:$|。)",
)
_SEPARATED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MOVES = r"\b(?:mov|switch|migrat|chang)(?:ed|es|ing|e)?"
_DESTINATIONS = [
    re.compile(rf"(?P<place>{_PART})[へに](?:移|乗り換|切り替|変更|変え)"),
    re.compile(rf"{_MOVES} (?:\w+ ){{0,4}}to (?P<place>{_ANY}){_END}", re.IGNORECASE),
]
_SOURCES = [
    re.compile(rf"(?P<place>{_PART})から(?:移|乗り換|切り替|変更|離れ)"),
    re.compile(
        rf"{_MOVES} (?:\w+ ){{0,4}}(?:from|off|out of) (?P<place>(?:(?! to | into )[\w -]){{1,40}})(?=[,;.!]|$)",
        re.IGNORECASE,
    ),
]
# Values are put in order only where two are, and other things in English where one of these words is.
_TWO_VALUES = re.compile(r"\d.*?[^\d,.].*?\d", re.DOTALL)
_NEEDED = re.compile(
    r"\b(?:to|replac|swap|exchang|trad|abandon|drop|ditch|left\b|leav|g[ai]v|prefer|choo?s|favou?r|pick|into\b|way\b"
    r"|tak(?:es|ing)\b|instead|rather|in place|not?\b|than\b|after|before|then\b|later|follow|first\b"
    r"|begin|began|start|from\b)|→|->|=>|⇒",
    re.IGNORECASE,
)
_NEEDED_IN_JAPANESE = re.compile(
    r"から|まで|より|ほう|代|替|換|かわり|なく|やめ|止め|捨て|だった|でした|後|あと|のち|前|まえ|次|続|まず|最初|はじめ|先"
    r"|→|->|=>|⇒|[にへ][^、。にへをが]{0,10}(?:置|変|移|切|乗|書|直)"
)
_IN_BRACKETS = re.compile(r"\([^()]{0,40}\)")
_PARTICLE = re.compile(r"^.*[をはがもで](?=\s?[^\u3040-\u309f])")


@lru_cache(4096)
def pairs(said: Statement) -> tuple[Pair, ...]:
    """Return what a statement puts in order."""
    return tuple(_pairs(said))


@lru_cache(4096)
def sequences(said: Statement) -> tuple[Pair, ...]:
    """Return what a statement says happened one after the other."""
    patterns = _JAPANESE_IN_TIME if said.is_japanese else _ENGLISH_IN_TIME
    found = (match for pattern in patterns for match in pattern.finditer(said.text))
    return tuple((piece(match["a"].strip()), piece(match["b"].strip())) for match in found)


@lru_cache(4096)
def destinations(said: Statement) -> tuple[Statement, ...]:
    """Return where something moves to."""
    text = _IN_BRACKETS.sub("", said.text)
    return tuple(_side(match["place"]) for pattern in _DESTINATIONS for match in pattern.finditer(text))


@lru_cache(4096)
def sources(said: Statement) -> tuple[Statement, ...]:
    """Return where something moves from, if it is not said where to."""
    return tuple(_side(match["place"]) for pattern in _SOURCES for match in pattern.finditer(said.text))


def values(pair: Pair) -> tuple[Quantity, Quantity] | None:
    """Return the values of which a pair tells, if both sides end with some that can be compared."""
    first, last = ([one for one in quantities(side) if one.numbers] for side in pair)
    if not first or not last:
        return None
    one, two = first[-1], last[-1]
    # The first place is no less than the second.
    is_measured = one.kinds == two.kinds or BARE in one.kinds | two.kinds
    return (one, two) if is_measured and "ordinal" not in one.kinds | two.kinds else None


def has_values(said: Statement) -> bool:
    """Return whether a statement puts two values in order, so that these say whether something rose."""
    return any(values(pair) for pair in pairs(said))


def _pairs(said: Statement) -> Iterator[Pair]:
    own = (*_JAPANESE, *_JAPANESE_IN_TIME) if said.is_japanese else (*_ENGLISH, *_ENGLISH_IN_TIME)
    if not (_NEEDED_IN_JAPANESE if said.is_japanese else _NEEDED).search(said.text):
        own = ()
    text = _SEPARATED.sub("", said.text)
    yield from _matches(own, text)
    if _TWO_VALUES.search(text):
        yield from (pair for pair in _matches(_OF_VALUES, text) if values(pair))


def _matches(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[Pair]:
    return ((_side(match["a"]), _side(match["b"])) for pattern in patterns for match in pattern.finditer(text))


def _side(text: str) -> Statement:
    """Return one of two sides: in Japanese, what stands behind the last particle."""
    return piece(_PARTICLE.sub("", text.strip()))
