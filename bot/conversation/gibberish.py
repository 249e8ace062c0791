"""Tell whether a text is nothing but hit keys: a few letters over and over, or straight along the rows of a keyboard.

Other letters at random look like names that nobody has heard of. They are searched for, and declined.
"""

from __future__ import annotations

import re
from itertools import combinations

from index.reports import compiled

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Fewer letters beside each other are also found in words.
_LEAST_WALK = 3
# Where all words are shorter they are abbreviations more often than not: asd, ert.
_LEAST_LETTERS = 4
_WALKS = sorted(
    (
        way[start:end]
        for row in _ROWS
        for way in (row, row[::-1])
        for start, end in combinations(range(len(row) + 1), 2)
        if end - start >= _LEAST_WALK
    ),
    key=len,
    reverse=True,
)
_WALKED = rf"(?:{'|'.join(_WALKS)})+"

# Capitals, digits and other letters make a name.
_PLAIN = re.compile(r"[a-z\W_]+")
# Capitals are left out: AAAA is a DNS record.
_REPEATABLE = re.compile(r"[a-zぁ-ゖァ-ヺー]+")
_LONGEST_UNIT = 4


def is_repetition(text: str) -> bool:
    """Return whether a text is a letter or a few over and over, as no name and no word is: ああああ, asdasdasd."""
    letters = re.sub(r"[\W_]", "", text)
    if _REPEATABLE.fullmatch(letters) is None:
        return False
    units = (letters[:size] for size in range(1, _LONGEST_UNIT + 1) if len(letters) >= max(4, 3 * size))
    return any((unit * len(letters))[: len(letters)] == letters for unit in units)


def is_walk(text: str) -> bool:
    """Return whether all words of a text are straight along the rows of a keyboard, as asdf and "poiu lkjh" are."""
    words = re.findall("[a-z]+", text) if _PLAIN.fullmatch(text) else []
    return any(len(word) >= _LEAST_LETTERS for word in words) and all(map(compiled(_WALKED).fullmatch, words))
