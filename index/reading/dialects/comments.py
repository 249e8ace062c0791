"""Comments of HTML, which no page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave out comments, which may go on over lines and blank lines."""
    at = 0
    while (start := body.text.find("<!--", at)) >= 0:
        closed = body.text.find("-->", start + len("<!--"))
        end = len(body.text) if closed < 0 else closed + len("-->")
        if body.is_code(start):
            at = start + len("<!--")
        else:
            yield TextEdit(start, end, "")
            at = end
