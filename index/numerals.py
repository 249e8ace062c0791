"""Numbers below a thousand, written in digits or in kanji."""

from __future__ import annotations

from unicodedata import numeric


def value(number: str) -> int:
    """Return what a number says: 二十三 and 二三 are 23. Raises ValueError for what is none."""
    if number.isascii():
        return int(number)
    total, digits = 0, 0
    for one in number:
        digit = int(numeric(one))
        if digit < 10:
            digits = 10 * digits + digit
        else:
            total, digits = total + digit * (digits or 1), 0
    return total + digits
