"""Expected answer types: a question for a price or a number of people is not answered by a text without one.

Closeness in meaning cannot tell "a ticket service" from "what a ticket costs"; the kind of thing asked for can.
Only kinds that leave a plain mark in a text are listed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.characters.normal_form import nfkc

# The end of a number is enough to see one, and is found without trying each of its digits as the first.
NUMBER = r"(?:\d[,.]*|[一二三四五六七八九十百千万数])"


@dataclass(frozen=True, slots=True)
class AnswerType:
    """A kind of answer: how it is asked for, and the mark it leaves in a text that has it."""

    asked: re.Pattern[str]
    mark: re.Pattern[str]


PRICE = AnswerType(
    re.compile(
        r"いくら(?!で?も)|何(?:円|ドル)|(?:料金|値段|価格|参加費)(?:は|って|を|っていくら)"
        r"|how much (?:is|was|are|were|do|does|did)\b(?!.*\b(?:faster|slower|time|more|less)\b)(?!.*\bmatter)"
        r"|\bwhat(?:'s| is| was| are| were) the (?:\w+ ){0,2}(?:price|fee|cost)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"{NUMBER} ?(?:円|ドル|ユーロ|yen|dollars?|usd|jpy)|[¥$€£] ?\d|無料|有料|\bfree\b", re.IGNORECASE),
)
PEOPLE = AnswerType(
    re.compile(
        r"何(?:人|名)|how many (?:\w+ ){0,2}(?:people|attendees|participants|visitors|members|viewers|guests)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{NUMBER} ?(?:人|名)|\d,* ?(?:[^\W\d]+ )?(?:people|attendees|participants|visitors|members|viewers|guests)",
        re.IGNORECASE,
    ),
)
ANSWER_TYPES = (PRICE, PEOPLE)


def lacks_asked_type(question: str, passages: list[str]) -> bool:
    """Tell whether a question asks for a kind of answer that none of the passages has."""
    asked = nfkc(question)
    wanted = [kind for kind in ANSWER_TYPES if kind.asked.search(asked)]
    texts = [nfkc(passage) for passage in passages]
    return any(not any(kind.mark.search(text) for text in texts) for kind in wanted)
