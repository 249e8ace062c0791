"""Links and marks of Obsidian and of wikis: ``[[Page|label]]``, ``![[photo|caption]]``, ``==mark==``, ``%%…%%``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.matches import around, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_LINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<page>(?!\s)[^\[\]|\n]*[^\[\]|\s\\])(?P<labels>(?:\\?\|[^\[\]|\n]*+)*+)\]\](?![(\[:])"
)
_FILE = re.compile(r"[^\s#].*\.[A-Za-z0-9]{2,5}")
_SIZE = re.compile(r"\d+(?:x\d+)?|right|left|center")
_MENTION = re.compile(r"\{(?P<name>@[\w/.-]++)(?:\|(?P<label>[^{}|\n]++))?(?:\|[^{}|\n]++)?\}")
_IMAGE_SIZE = re.compile(r"!\[[^\[\]|\n]*+(?P<size>\|\d++(?:x\d++)?)\]\(")
_MARKED = re.compile(r"(?<![=\w!<>])==(?=[^\s=])(?P<text>(?:(?!==|\n).)++)(?<=\S)==(?![=\w])", re.ASCII)
_COMMENT = re.compile(
    r"^[ \t>]*+%%[ \t]*$(?:(?!^[ \t>]*+%%[ \t]*$).)*+^[ \t>]*+%%[ \t]*$|(?<![%\w])%%(?!%)(?:(?!%%|\n).)++%%(?![%\w])",
    re.MULTILINE | re.DOTALL,
)
_BLOCK_ID = re.compile(r"(?:(?<=\S)[ \t]++|^)\^(?:[0-9a-f]{6}|[A-Za-z][\w-]{2,})[ \t]*$", re.MULTILINE)


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave what links and embedded notes are called, and no marks, comments and ids of blocks."""
    for match in matches(_LINK, body):
        yield from _link(match)
    for match in matches(_MARKED, body):
        yield from around(match.span(), match.span("text"))
    for match in matches(_MENTION, body):
        yield from around(match.span(), match.span("label" if match["label"] else "name"))
    for match in matches(_IMAGE_SIZE, body):
        yield TextEdit(*match.span("size"), "")
    for pattern in (_COMMENT, _BLOCK_ID):
        for match in matches(pattern, body):
            yield TextEdit(*match.span(), "")


def _link(match: re.Match[str]) -> Iterator[TextEdit]:
    """Leave the last label that says no size, else the name of the page."""
    if match["page"].isdecimal() and not match["embed"]:
        return
    label = _label(match)
    if label is None and match["embed"] and _FILE.fullmatch(match["page"]):
        yield TextEdit(*match.span(), "")
        return
    start, end = label or match.span("page")
    heading = -1 if label else match["page"].find("#")
    yield from around(match.span(), (start + (heading == 0), end))
    if heading > 0:
        yield TextEdit(start + heading, start + heading + 1, " > ")


def _label(match: re.Match[str]) -> tuple[int, int] | None:
    end = match.end("labels")
    for label in reversed(match["labels"].split("|")[1:]):
        text = label.removesuffix("\\")
        if text.strip() and not (match["embed"] and _SIZE.fullmatch(text.strip())):
            return end - len(label), end - len(label) + len(text)
        end -= len(label) + 1
    return None
