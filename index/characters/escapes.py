"""Text as Markdown that shows it as it is."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_\[\]<>~$#|!^&]")


def escaped(text: str) -> str:
    """Return a line of text with a backslash before what Markdown takes for a mark."""
    return _MARKS.sub(r"\\\g<0>", text)
