"""Unicode's form for comparing texts, NFKC, in a time that grows with the text and no faster.

Marks on one character are put in order by exchanging neighbours, which takes minutes for 80 KB of them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# More on one character are in no language: the limit of Unicode's stream-safe text format (UAX #15).
MOST_MARKS = 30

# Those that are no marks themselves and become some.
_SPACED_MARKS = re.compile("[\u0f73\u0f75\u0f81\uff9e\uff9f]")
# A byte for the class of every character, 0 for those that are no marks.
_TOO_MANY = re.compile(rb"[^\0]{%d,}" % (MOST_MARKS + 1))


def nfkc(text: str) -> str:
    """Return a text in NFKC; of too many marks on one character it keeps the first."""
    if text.isascii():
        return text
    marked = _SPACED_MARKS.sub(lambda mark: unicodedata.normalize("NFKD", mark[0]), text)
    return unicodedata.normalize("NFKC", "".join(_pieces(marked)))


def _pieces(text: str) -> Iterator[str]:
    begin = 0
    for run in _TOO_MANY.finditer(bytes(map(unicodedata.combining, text))):
        yield text[begin : run.start() + MOST_MARKS]
        begin = run.end()
    yield text[begin:]
