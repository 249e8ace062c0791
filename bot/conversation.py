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
# Short, but whole: these ask for one thing and name it.
COMPLETE = re.compile(r"^what(?:['’]s| is| are| was| were)\b|とは|って(?:何|なに)|について", re.IGNORECASE)
NUMBERED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]+|トラック|セッション|第)\s?(\d+)")


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """Return the question to search for, given the earlier questions of the conversation, oldest first.

    "And track3?" after "what did track4 conclude?" asks what track3 concluded; "when was it?" is searched
    together with the question before it. A question that has subjects enough of its own is left as it is.
    """
    previous = ""
    for one in (*earlier, question):
        previous = _completed(one, previous)
    return previous


def _completed(question: str, previous: str) -> str:
    """Return a question that may lean on the one before it, which stands alone, so that it does too."""
    if not previous:
        return question
    enough = len(set(lexicon.terms(question))) > 1 or COMPLETE.search(question)
    if enough and not LEANING.search(question):
        return question
    numbered = NUMBERED.search(question)
    replaced = NUMBERED.search(previous)
    if numbered is not None and replaced is not None:
        return previous[: replaced.start()] + numbered.group() + previous[replaced.end() :]
    # Of several questions that lean on one, the first named what they are about.
    return f"{previous.splitlines()[0]}\n{question}"
