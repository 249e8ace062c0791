"""Tags of Liquid, Twig, ERB and their kin, as Jekyll, Hexo, Zola, HackMD and others have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.matches import around, matches
from index.reading.dialects.templates.tags import SHOWN, Argument, arguments, replaced, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_MARK = re.compile(
    r"""(?<!\{)\{%-?\s*+(?P<name>\w*+)(?P<arguments>(?:(?!\{%|%\}|\n[ \t]*\n).)*+)%\}
    |(?<![=${\\])\{\{(?![{<%])(?P<output>(?:(?!\{\{|\}\}|\n[ \t]*\n).)*+)\}\}
    |<%(?:(?!<%|%>|\n[ \t]*\n).)*+%>
    |(?P<comment>\{\#(?=\s)(?:(?!\{\#|\#\}).)*+\#\})""",
    re.VERBOSE | re.DOTALL,
)
# What shows nothing itself, whatever its arguments are called.
_CONTROL = frozenset(
    "assign block capture case cycle elif else elsif extends for if import macro set unless when".split()
)
_COMMENT_END = "endcomment"
_CLOSED_BY = {"comment": _COMMENT_END, "raw": "endraw", "verbatim": "endverbatim"}
# All that stands in these is what they show, without quotes; those of images have it in quotes.
_TITLED = frozenset("collapsible details fold spoiler".split())
_IMAGES = frozenset("asset_img figure image img picture".split())
_STRING = re.compile(r"-?\s*+([\"'])((?:(?!\1).)*+)\1\s*+-?")
# What generators put in, in a text that may just as well be about templates.
_EXPRESSION = re.compile(r"-?\s*+(?:[.$][.\w]|[\"']|(?:collections|config|page|params|post|site)\.\w|[\w.]++\s*+[(|])")


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave nothing of tags, outputs and comments but the text inside and what figures show of their arguments."""
    marks = list(matches(_MARK, body))
    last = {match["name"]: match.start() for match in marks}
    start, awaited = 0, ""
    for match in marks:
        name = match["name"] or ""
        if not awaited:
            closing = _CLOSED_BY.get(name)
            if closing and last.get(closing, -1) > match.start():
                start, awaited = match.start(), closing
            yield from _output(body, match) if match["output"] is not None else _tag(body.text, match)
        elif name == awaited:
            yield TextEdit(start if name == _COMMENT_END else match.start(), match.end(), "")
            awaited = ""


def _tag(text: str, match: re.Match[str]) -> Iterator[TextEdit]:
    name = match["name"] or ""
    values: list[Argument] = []
    if name in _TITLED and (title := match["arguments"].strip("- ")):
        start = match.start("arguments") + match["arguments"].index(title)
        values = [Argument("", start, start + len(title), is_quoted=False)]
    elif name and name not in _CONTROL:
        found = [one for one in arguments(text, match.span("arguments")) if one.is_quoted]
        values = shown(text, found, {*SHOWN, ""} if name in _IMAGES else SHOWN)
    yield from replaced(text, match.span(), values)


def _output(body: Body, match: re.Match[str]) -> Iterator[TextEdit]:
    if body.dialect is not Dialect.JEKYLL and not _EXPRESSION.match(match["output"]):
        return
    start = match.start("output")
    if text := _STRING.fullmatch(match["output"]):
        yield from around(match.span(), (start + text.start(2), start + text.end(2)))
    else:
        values = [one for one in shown(body.text, arguments(body.text, match.span("output"))) if one.is_quoted]
        yield from replaced(body.text, match.span(), values)
