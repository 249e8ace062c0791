"""Spell a word by its consonants, so that ``serverless`` and サーバーレス, Carnival and Carnibal are written alike.

Katakana has one letter for l and r, one for b and v, and adds vowels; English drops the r of "server". What is left
of both is a string of consonants, in the manner of Soundex (Russell, US patent 1,261,167, 1918).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LATIN = re.compile(r"[a-z]+")
KATAKANA = re.compile(r"[ァ-ヺー]+")

# Fewer consonants are shared by too many words.
LEAST_CONSONANTS = 3

_ROWS = {
    "k": "カキクケコヵヶ",
    "g": "ガギグゲゴ",
    "s": "サシスセソザズゼゾ",
    "j": "ジヂ",
    "t": "タテト",
    "c": "チ",
    "ts": "ツヅ",
    "d": "ダデド",
    "n": "ナニヌネノン",
    "h": "ハヒフヘホ",
    "b": "バビブベボヴ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "y": "ヤユヨ",
    "r": "ラリルレロ",
    "w": "ワヲ",
}
_KANA = {kana: consonant for consonant, row in _ROWS.items() for kana in row}
# Letters whose sound depends on their neighbours, the longer first.
_ENGLISH = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[ts]ion", "sn"),
        (r"tu(?=r)", "c"),
        (r"sch|sh|c(?=[eiy])", "s"),
        (r"ch", "c"),
        (r"ph", "h"),
        (r"ck|qu?|c(?!$)(?=.)|c$", "k"),
        (r"dge?(?=[eiy])|g(?=[eiy])", "j"),
        (r"th", "s"),
        (r"x", "ks"),
        (r"wh", "w"),
        (r"(?<=[aeiou])gh", ""),
        (r"r(?![aeiouy])", ""),
        (r"(?<=[aeiou])w(?![aeiou])", ""),
        (r"y(?![aeiou])", ""),
    )
]
_ALIKE = str.maketrans({"l": "r", "v": "b", "f": "h", "z": "s"})


def consonants(word: str) -> str | None:
    """Return the consonants of a Latin or katakana word in lower case, None for other words and short ones."""
    spelled = all_consonants(word)
    return spelled if spelled is not None and len(spelled) >= LEAST_CONSONANTS else None


@lru_cache(4096)
def all_consonants(word: str) -> str | None:
    """Return the consonants of a Latin or katakana word in lower case, however few, None for other words."""
    word = unicodedata.normalize("NFKC", word).lower()
    if LATIN.fullmatch(word):
        spelled = _of_english(word)
    elif KATAKANA.fullmatch(word):
        spelled = "".join(_KANA.get(kana, "") for kana in word)
    else:
        return None
    return re.sub(r"(.)\1+", r"\1", spelled.replace("mp", "np").replace("mb", "nb"))


def _of_english(word: str) -> str:
    # Before an l or an r becomes the other: only the r is silent.
    for pattern, sound in _ENGLISH:
        word = pattern.sub(sound, word)
    return re.sub(r"[aeiou]", "", word).translate(_ALIKE)
