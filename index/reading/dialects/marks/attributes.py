"""Attributes of kramdown, Pandoc and others, ``{: .class #id}``, and places for a table of contents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.matches import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_ONE = r"""(?:[.#][\w:-]++|[\w:-]++=(?:"[^"\n]*+"|'[^'\n]*+'|[^\s"'{}]++))"""
_LIST = rf"(?P<list>\{{(?:::?[^{{}}\n]*+|[ \t]*+{_ONE}(?:[ \t]++{_ONE})*+[ \t]*+)\}})"
# A list of attributes in a line of its own belongs to the block before or behind it, one behind a span to that.
_BLOCK = re.compile(rf"^[ \t>]*+{_LIST}[ \t]*$", re.MULTILINE)
_SPAN = re.compile(rf"(?<=[)\]*_`]){_LIST}")
_EXTENSION = re.compile(r"\{::comment\}(?:(?!\{::comment\}|\{:/).)*+\{:/(?:comment)?\}|\{:[:/][^{}\n]*+\}", re.DOTALL)
_AT_LINE_END = re.compile(rf"(?<![ \t\n>])[ \t]*+{_LIST}(?=[ \t]*+#*+[ \t]*+$)", re.MULTILINE)
_ID = re.compile(r"#([\w:-]+)")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]")
_UNDERLINE = re.compile(r"[^\n]*\n[ ]{0,3}(?:=+|-+)[ \t]*(?:\n|\Z)")
_CONTENTS_ITEM = re.compile(r"[ ]{0,3}(?:[-*+]|1\.)[ \t][^\n]*")
_CONTENTS = re.compile(
    r"^[ \t]*(?:@?\[toc\](?:\([^()\n]*+\))?|\[\[_?toc_?\]\]|\$\{toc\}|\{\{toc\}\})[ \t]*$", re.MULTILINE | re.IGNORECASE
)


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave of attributes nothing but the ids of headings, which stand behind these then."""
    for match in matches(_BLOCK, body):
        yield _block(body.text, match)
    for match in matches(_AT_LINE_END, body):
        if _is_heading(body.text, match.start()):
            yield TextEdit(*match.span(), _as_id(match["list"]))
    for pattern in (_EXTENSION, _SPAN, _CONTENTS):
        for match in matches(pattern, body):
            yield TextEdit(*match.span(), "")


def _block(text: str, match: re.Match[str]) -> TextEdit:
    end = max(match.start() - 1, 0)
    start = text.rfind("\n", 0, end) + 1
    line = text[start:end]
    if _HEADING.match(line) and (heading_id := _as_id(match["list"])):
        return TextEdit(end, match.end("list"), heading_id)
    if match["list"].startswith("{:toc") and _CONTENTS_ITEM.fullmatch(line):
        return TextEdit(start, match.end("list"), "")
    return TextEdit(*match.span("list"), "")


def _as_id(attributes: str) -> str:
    """Return attributes as the parser reads the id of a heading from behind it."""
    found = _ID.search(attributes)
    return f" {{#{found[1]}}}" if found else ""


def _is_heading(text: str, at: int) -> bool:
    begin = text.rfind("\n", 0, at) + 1
    return (_HEADING.match(text, begin) or _UNDERLINE.match(text, at)) is not None
