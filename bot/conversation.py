"""Follow-up questions: make a question that leans on the one before it stand alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index import lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

# What only means something together with what was said before.
LEANING = re.compile(
    r"^(and|so|but|then|also|what about|how about)\b|\b(it|its|that|this|they|them|their|he|she|those|these)\b"
    r"|^(じゃあ|では|それで|あと|他|ほか|もっと|つまり)|(それ|そこ|その|これ|この|彼|あれ|あの)",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]+|トラック|セッション|第)\s?(\d+)")


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """Return the question to search for, given the earlier questions of the conversation, oldest first.

    "And track3?" after "what did track4 conclude?" asks what track3 concluded; "when was it?" is searched
    together with the question before it. A question that has subjects enough of its own is left as it is.
    """
    if not earlier:
        return question
    words = set(lexicon.terms(question))
    if len(words) > 1 and not LEANING.search(question):
        return question
    previous = earlier[-1]
    numbered = NUMBERED.search(question)
    replaced = NUMBERED.search(previous)
    if numbered is not None and replaced is not None:
        return previous[: replaced.start()] + numbered.group() + previous[replaced.end() :]
    return f"{previous}\n{question}"
