"""Codes of emoji, ``:tada:``, by the names that GitHub and Qiita have for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.matches import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_CODES = re.compile(r"(?<![:/\w])(?::[a-z0-9_+-]++:)++(?![:/])|(?<=[A-Za-z])(?::[a-z0-9_+-]++:)++(?![:/\w])", re.ASCII)
_CODE = re.compile(r":([a-z0-9_+-]++):")
_TONE = re.compile(r"(.+)_tone([1-5])")
_FIRST_TONE = 0x1F3FB


def edits(body: Body) -> Iterator[TextEdit]:
    """Show the emoji of codes; what is none, as in ``10:30:45``, and names that nobody knows stay as they are."""
    for match in matches(_CODES, body):
        codes = [(code, emoji_of(code[1])) for code in _CODE.finditer(body.text, *match.span())]
        if all(emoji for _, emoji in codes):
            for code, emoji in codes:
                yield TextEdit(*code.span(), emoji)


def emoji_of(name: str) -> str:
    """Return the emoji of a name, empty if there is none."""
    # Most articles have no codes, and the names take a while to load.
    import emoji

    toned = _TONE.fullmatch(name)
    code = f":{toned[1] if toned else name}:"
    shown = emoji.emojize(code, language="alias")
    if shown == code:
        return ""
    return f"{shown[0]}{chr(_FIRST_TONE + int(toned[2]) - 1)}{shown[1:].lstrip(chr(0xFE0F))}" if toned else shown
