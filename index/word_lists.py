"""The word lists in ``index/data``: words between blanks, and lines of comment."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources


@cache
def rows_of(file: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each line of a list."""
    lines = resources.files("index").joinpath("data", file).read_text("utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line and not line.startswith("#"))


@cache
def any_of(file: str) -> re.Pattern[str]:
    """Return the pattern of any word of a list, where Latin ones stand by themselves."""
    words = sorted((word for row in rows_of(file) for word in row), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    others = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.compile(rf"(?<![A-Za-z])(?:{latin})(?![A-Za-z])|{others}", re.IGNORECASE)
