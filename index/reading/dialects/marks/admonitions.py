"""Boxes: ``:::tip[Title]`` of Docusaurus, Qiita and VuePress, and ``> [!NOTE] Title`` of GitHub and Obsidian."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit, hard_break
from index.reading.dialects.matches import around, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_CONTAINER = re.compile(r"^[ \t>]*+(?P<colons>:{3,}+)(?P<info>[^\n]*+)", re.MULTILINE)
_INFO = re.compile(
    r"""[ \t]*+(?P<name>[A-Za-z][\w-]*+)?[ \t]*+(?:\[(?P<label>(?:[^\[\]]|\[[^\[\]]*+\])++)\])?[ \t]*+
    (?:\{[^{}]*+\})?[ \t]*+(?P<title>.*)""",
    re.VERBOSE,
)
# A directive in a line of its own, such as an embedded video.
_LEAF = re.compile(
    r"^[ \t>]*+(?P<mark>::[a-z][\w-]*+(?:\[(?P<label>[^\[\]\n]*+)\])?(?:\{[^{}\n]*+\})?)[ \t]*+$", re.MULTILINE
)
_ALERT = re.compile(
    r"^[ \t]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+(?:>[ \t]*+)++(?P<mark>\[![\w-]++(?:\|[^\]\n]*+)?\][+-]?[ \t]*+)",
    re.MULTILINE,
)
# The parser knows these of Zenn's, and VuePress has the second one, too.
_READ_BY_PARSER = re.compile(r"message(?:[ \t]+alert)?|details[ \t]+\S[^\n]*")
# What Qiita writes behind `note`.
_QIITA_KINDS = frozenset({"info", "warn", "alert"})


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave the titles of boxes and what stands in them."""
    opened: list[re.Match[str]] = []
    for match in matches(_CONTAINER, body):
        if match["info"].strip(" \t:"):
            opened.append(match)
        elif opened:
            yield from _box(opened.pop(), match)
    for match in matches(_LEAF, body):
        if match["mark"].endswith(("]", "}")):
            end = match.end("mark")
            yield from around(match.span("mark"), match.span("label") if match["label"] else (end, end))
    for match in matches(_ALERT, body):
        yield TextEdit(*match.span("mark"), "")
        if (end := body.text.find("\n", match.end())) > match.end():
            yield hard_break(end)


def _box(opening: re.Match[str], closing: re.Match[str]) -> Iterator[TextEdit]:
    info = opening["info"].rstrip(" \t:")
    if _READ_BY_PARSER.fullmatch(info.strip()):
        return
    start, end = opening.start("info"), opening.end("info")
    first, last = _title(info)
    yield TextEdit(opening.start("colons"), start + first, "")
    yield TextEdit(start + last, end, "\n" if last > first else "")
    yield TextEdit(closing.start("colons"), closing.end("info"), "")


def _title(info: str) -> tuple[int, int]:
    """Return the range of a box's title in what stands behind the colons, an empty one if it has none."""
    match = _INFO.match(info)
    if match is None or (match["name"] == "note" and match["title"] in _QIITA_KINDS):
        return len(info), len(info)
    return match.span("label" if match["label"] else "title")
