"""Numbers below a thousand in digits or in kanji, years digit by digit, and English ordinals."""

from __future__ import annotations

from unicodedata import numeric

from index.word_lists import rows_of

ORDINALS = {row[1]: number for number, row in enumerate(rows_of("index/data/numbers.txt"), 1)}


def value(number: str) -> int:
    """Return what a number says: 二十三 and 二三 are 23, fourth is 4. Raises ValueError for what is none."""
    if number.isascii():
        return ORDINALS.get(number.casefold()) or int(number)
    total, digits = 0, 0
    for one in number:
        digit = int(numeric(one))
        if digit < 10:
            digits = 10 * digits + digit
        else:
            total, digits = total + digit * (digits or 1), 0
    return total + digits
