"""Shortcodes of Hugo: ``{{< figure caption="…" >}}``, ``{{% notice %}}…{{% /notice %}}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.matches import matches
from index.reading.dialects.templates.tags import Argument, arguments, replaced, shown, shown_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.reading.dialects.body import Body

_TAG = re.compile(
    r"\{\{[<%]\s*+(?P<closing>/?)\s*+(?P<name>\w[\w./-]*+)(?P<arguments>(?:(?!\{\{|[>%]\}\}|\n[ \t]*\n).)*+)[>%]\}\}",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\{\{[<%](/\*)(?:(?!\{\{|\*/[>%]\}\}|\n[ \t]*\n).)*+(\*/)[>%]\}\}", re.DOTALL)
# Whose first or second argument without a name is a title.
_TITLE_FIRST = frozenset("accordion collapse details expand fold spoiler tab".split())
_TITLE_SECOND = frozenset("admonition alert button callout link notice".split())


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave nothing of shortcodes but the text inside and what figures and boxes show of their arguments."""
    for match in matches(_TAG, body):
        yield from replaced(body.text, match.span(), [] if match["closing"] else _values(body.text, match))
    for match in matches(_ESCAPED, body):
        yield TextEdit(*match.span(1), "")
        yield TextEdit(*match.span(2), "")


def _values(text: str, match: re.Match[str]) -> Sequence[Argument]:
    found = list(arguments(text, match.span("arguments")))
    unnamed = [one for one in found if not one.name]
    name = match["name"].rsplit("/", 1)[-1].lower()
    titles = unnamed[:1] if name in _TITLE_FIRST else unnamed[1:2] if name in _TITLE_SECOND else []
    return shown(text, found, shown_names(name)) or [title for title in titles if title.is_quoted]
