"""Expected answer types: a question for a price or a number of people is not answered by a text without one.

Closeness in meaning cannot tell "a ticket service" from "what a ticket costs"; the kind of thing asked for can.
Only kinds that leave a plain mark in a text are listed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.characters.normal_form import nfkc
from index.characters.patterns import compiled
from index.word_lists import either, phrases_of, wording, words_listed

TYPES_LIST = "index/data/question_types.txt"
# The end of a number is enough to see one, and is found without trying each of its digits as the first.
NUMBER = r"(?:\d[,.]*|[一二三四五六七八九十百千万数])"


@dataclass(frozen=True, slots=True)
class AnswerType:
    """A kind of answer: how it is asked for, and the mark it leaves in a text that has it."""

    asked: re.Pattern[str]
    mark: str


_UNITS = either(phrases_of(TYPES_LIST, "price: unit"))
_PEOPLE = either(phrases_of(TYPES_LIST, "people: unit"))
PRICE = AnswerType(
    re.compile(
        rf"いくら(?!で?も)|{wording(TYPES_LIST, 'price')}"
        r"|how much (?:is|was|are|were|do|does|did)\b(?!.*\b(?:faster|slower|time|more|less)\b)(?!.*\bmatter)"
        r"|\bwhat(?:'s| is| was| are| were) the (?:\w+ ){0,2}(?:price|fee|cost)\b",
        re.IGNORECASE,
    ),
    rf"(?i){NUMBER} ?(?:{_UNITS})|(?:[¥$€£]|\b(?:JPY|USD|EUR|GBP)) ?\d|{wording(TYPES_LIST, 'price: mark')}",
)
PEOPLE = AnswerType(
    re.compile(rf"{wording(TYPES_LIST, 'people')}|how many (?:\w+ ){{0,2}}(?:{_PEOPLE})", re.IGNORECASE),
    rf"(?i){NUMBER} ?(?:人|名)|(?:\d,*\+?|\b(?:hundred|thousand|dozen)) ?(?:[^\W\d]+ )?(?:{_PEOPLE})"
    r"|(?:attended by|(?:audience|crowd) of) (?:[a-z]+ )?\d|\d of us\b|参加者数?(?:は|が|: ?)(?:約|およそ)?\d",
)
# What is said of one edition is no answer about the next one.
_EVENTS = either(words_listed("index/data/event_kinds.txt") - {"~"} | set(phrases_of(TYPES_LIST, "next: event")))
_PARTS = either(phrases_of(TYPES_LIST, "next: no event"))
NEXT = AnswerType(
    re.compile(
        rf"(?:{wording(TYPES_LIST, 'next')})(?! (?:to|door)\b)"
        # "The next talk at the conference" is of this edition, and データ is no day.
        rf"|\b(?:next|upcoming|another) (?:(?!(?:{_PARTS})\b)[\w'.-]+ ){{0,4}}(?:{_EVENTS})\b"
        rf"|(?:次の|今度の)[^はがをにでと、]{{0,30}}?(?:{_EVENTS})(?![ァ-ヶー])",
        re.IGNORECASE,
    ),
    # Not the framework, Next.js, nor "お次は", the next talk. Reports also call the next one by its number alone.
    rf"(?i)\bnext\b(?!\.\w)|(?<!お)次は|(?:#|\bno\. ?|\bnumber |\bvol\. ?|第) ?\d|{wording(TYPES_LIST, 'next: mark')}",
)
ANSWER_TYPES = (PRICE, PEOPLE, NEXT)


def lacks_asked_type(question: str, passages: list[str]) -> bool:
    """Tell whether a question asks for a kind of answer that none of the passages has."""
    asked = nfkc(question)
    wanted = [kind for kind in ANSWER_TYPES if kind.asked.search(asked)]
    texts = [nfkc(passage) for passage in passages]
    return any(not any(compiled(kind.mark).search(text) for text in texts) for kind in wanted)
