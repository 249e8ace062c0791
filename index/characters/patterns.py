"""Regular expressions that are compiled when they are first used, for what most questions do without.

A range of thousands of characters, as that of the kanji, takes a millisecond each time that it stands in one, and
several where case is ignored: in ``(?-i:…)`` it is not.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """Return the pattern of a regular expression, which says itself whether it ignores case."""
    return re.compile(expression)
