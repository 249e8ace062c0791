"""What passes over an article's text have in common: where a mark stands outside of code, and what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from index.reading.dialects.body import Body, Range


def matches(pattern: re.Pattern[str], body: Body) -> Iterator[re.Match[str]]:
    """Yield where a pattern matches an article's text outside of code."""
    return (match for match in pattern.finditer(body.text) if not body.is_code(match.start()))


def around(span: Range, kept: Range) -> Iterator[TextEdit]:
    """Leave of a range of a text nothing but a range in it."""
    yield TextEdit(span[0], kept[0], "")
    yield TextEdit(kept[1], span[1], "")
