"""Text as Markdown: the marks in it, which stand for themselves, behind a backslash."""

from __future__ import annotations

import re
from html import unescape

MARKS = r"*_`\[\]\\~$|<"
REFERENCE = r"&(?:#[xX][0-9a-fA-F]+|#\d+|\w+);?"
_MARK = re.compile(f"[{MARKS}]")
_REFERENCE_MARK = re.compile(r"&(?=[#\w])")
_MARK_OF_LINE = re.compile(r"[#+=>-]")
_LINE_MARK = re.compile(r"[#+=>-]|:{3}|\d{1,9}(?=[.)](?!\w))")


def escaped(text: str) -> str:
    """Return text inside of a line as Markdown."""
    return _REFERENCE_MARK.sub("&amp;", _MARK.sub(r"\\\g<0>", text))


def line_mark(text: str, start: int) -> int | None:
    """Return where a backslash has to stand, None for nowhere, so that a line begins no block but a paragraph."""
    found = _LINE_MARK.match(text, start)
    if found is None:
        return None
    return found.end() if found[0].isdigit() else start


def reference(text: str, behind: str) -> str:
    """Return what a character reference shows as Markdown; ``behind`` is the character after it."""
    shown = _MARK_OF_LINE.sub(r"\\\g<0>", escaped(unescape(text)))
    return "&amp;" if shown == "&" and _REFERENCE_MARK.match(shown + behind) else shown
