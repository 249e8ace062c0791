"""Japanese readings in Latin letters: so that "Kagiban" finds 鍵番 and "Ohta" 太田.

Names are written in many ways: 東京 is Tokyo, Toukyou, Tōkyō. All of them, and the kana of a reading, are brought to
one spelling, which is Hepburn's without long vowels, doubled letters and the m before b, m and p.
"""

from __future__ import annotations

import re
import unicodedata

_HEPBURN = {
    kana: letters
    for row in (
        "アa イi ウu エe オo カka キki クku ケke コko サsa シshi スsu セse ソso タta チchi ツtsu テte トto",
        "ナna ニni ヌnu ネne ノno ハha ヒhi フfu ヘhe ホho マma ミmi ムmu メme モmo ヤya ユyu ヨyo",
        "ラra リri ルru レre ロro ワwa ヲo ンn ガga ギgi グgu ゲge ゴgo",
        "ザza ジji ズzu ゼze ゾzo ダda ヂji ヅzu デde ドdo",
        "バba ビbi ブbu ベbe ボbo パpa ピpi プpu ペpe ポpo ヴvu ァxa ィxi ゥxu ェxe ォxo ャxya ュxyu ョxyo",
    )
    for kana, letters in re.findall(r"([ァ-ヺ])([a-z]+)", row)
}
_SPELLINGS = [
    (re.compile(pattern), letters)
    for pattern, letters in (
        # A small kana replaces the vowel before it: "shi" and "xya" are "sha", "ki" and "xya" are "kya".
        (r"(?<=sh|ch)ixy(?=[auo])|(?<=j)ixy(?=[auo])", ""),
        (r"ixy(?=[auo])", "y"),
        (r"[aiueo]x(?=[aiueo])", ""),
        (r"x", ""),
        (r"m(?=[bmp])", "n"),
        (r"(?<=[aiueo])h(?![aiueoy])", ""),
        (r"ou", "o"),
        (r"tch", "ch"),
        (r"(.)\1+", r"\1"),
    )
]


def spelling(word: str) -> str:
    """Return the one spelling of a romanised word or a reading in katakana."""
    letters = "".join(_HEPBURN.get(character, character) for character in word)
    decomposed = unicodedata.normalize("NFKD", letters.lower())
    spelled = re.sub(r"[^a-z]", "", decomposed)
    for pattern, replacement in _SPELLINGS:
        spelled = pattern.sub(replacement, spelled)
    return spelled
