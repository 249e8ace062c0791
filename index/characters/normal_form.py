"""Unicode's form for comparing texts: NFKC without what is invisible, in a time that grows with the text and no faster.

Soft hyphens, joiners and direction marks come with copied text and are no part of its words; Unicode's own form for
comparing, NFKC_Casefold, has none of them. Marks on one character are put in order by exchanging neighbours, which
takes minutes for 80 KB of them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# More on one character are in no language: the limit of Unicode's stream-safe text format (UAX #15).
MOST_MARKS = 30

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, which never gets less.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Line breaks and tabs are text.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Those that are no marks themselves and become some.
_SPACED_MARKS = re.compile("[\u0f73\u0f75\u0f81\uff9e\uff9f]")
# A byte for the class of every character, 0 for those that are no marks.
_TOO_MANY = re.compile(rb"[^\0]{%d,}" % (MOST_MARKS + 1))


def readable(text: str) -> str:
    """Blank out what is not text: control characters and, as JSON can hold them, lone surrogates."""
    return _NO_TEXT.sub(" ", text)


def visible(text: str) -> str:
    """Return a text without the characters that show nothing and are no blanks."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def nfkc(text: str) -> str:
    """Return a text in NFKC without what is invisible; of too many marks on one character it keeps the first."""
    if text.isascii():
        return text
    marked = _SPACED_MARKS.sub(lambda mark: unicodedata.normalize("NFKD", mark[0]), visible(text))
    return unicodedata.normalize("NFKC", "".join(_pieces(marked)))


def _pieces(text: str) -> Iterator[str]:
    if len(text) <= MOST_MARKS:
        yield text
        return
    begin = 0
    for run in _TOO_MANY.finditer(bytes(map(unicodedata.combining, text))):
        yield text[begin : run.start() + MOST_MARKS]
        begin = run.end()
    yield text[begin:]
