"""Front matter in JSON, between lines of semicolons or as the file begins."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from frontmatter.default_handlers import JSONHandler

from index.errors import ArticleError
from index.reading.front_matter.block import CONTAINERS, DEEPEST, LARGEST, NEWLINE, Entry, line_at, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.front_matter.block import Block, Form

FORM: Form = "json"
# A brace alone may also begin a tag of a template.
_BEGINS = re.compile(rb'\{\s*(?:"(?:[^"\\\r\n]|\\.)*+"\s*:|\}[ \t]*(?:%b|\Z))' % NEWLINE)
_TOKEN = re.compile(rb'"(?:[^"\\\r\n]|\\.)*+"|[][{}:,"]')
_END_OF_LINE = re.compile(rb"[ \t]*(?:%b|\Z)" % NEWLINE)


def end_of(path: str, source: bytes, start: int) -> tuple[int, int] | None:
    """Return where the object with which a text begins ends, and the line behind it; None where it begins otherwise.

    With text behind it in its last line it is a part of that. Raises ArticleError where the object has no end.
    """
    if _BEGINS.match(source, start) is None:
        return None
    depth = 0
    for token in _TOKEN.finditer(source, start, start + LARGEST + 1):
        depth += (token[0] in b"[{") - (token[0] in b"]}")
        if depth == 0:
            behind = _END_OF_LINE.match(source, token.end())
            return (token.end(), behind.end()) if behind else None
    if len(source) - start > LARGEST:
        raise ArticleError(path, line_at(source, start), f"The front matter is larger than {LARGEST >> 10} KiB.")
    raise ArticleError(path, line_at(source, start), "The front matter is not closed by a }.")


def entries(block: Block) -> list[Entry]:
    """Return the keys of a block with their values; raise ArticleError with the line at fault."""
    begins, ends = len(block.text) - len(block.text.lstrip()), len(block.text.rstrip())
    text = block.text if block.text[begins : begins + 1] == "{" else f"{{{block.text}}}"
    places = dict(_places(block)) if ends else {}
    try:
        # Numbers stay as they are written: a million digits are none.
        values = JSONHandler().load(text, parse_int=str, parse_float=str, parse_constant=str, strict=False)
    except json.JSONDecodeError as error:
        line = min(error.lineno, len(block.text.splitlines()) or 1) - 1
        raise block.error(line, f"The front matter is not valid JSON: {one_line(error.msg).lower()}.") from error
    return list(_entries(values, places))


def _entries(values: dict[str, Any], places: dict[str, tuple[int, int]]) -> Iterator[Entry]:
    """Yield the keys with their values, and then, without places, those of the objects that hold more."""
    for key, value in values.items():
        yield Entry(key, value, *places.get(key, (0, 0)))
    for key, value in values.items():
        if key.casefold() in CONTAINERS and isinstance(value, dict):
            start, _ = places.get(key, (0, 0))
            yield from (Entry(inner, one, start, start) for inner, one in value.items())


def _places(block: Block) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the keys of the outermost object with where they and their values stand; raise ArticleError.

    A key that is there twice is refused, and what is nested too deep for the parser.
    """
    depth = 0 if block.text.lstrip().startswith("{") else 1
    outer, known = 1, set[str]()
    key: tuple[str, int] | None = None
    before: re.Match[str] | None = None
    for token in _TEXT_TOKEN.finditer(block.text):
        mark = token[0]
        depth += mark in "[{"
        if depth > DEEPEST:
            raise block.error_at(token.start(), f"The front matter is nested more than {DEEPEST} deep.")
        if depth == outer and mark == ":" and key is None and before is not None and len(before[0]) > 1:
            key = (_text_of(before[0]), before.start())
            if key[0] in known:
                reason = f"The front matter has the key {one_line(key[0])[:50]} twice."
                raise block.error_at(key[1], reason)
            known.add(key[0])
        elif depth == outer and mark in ",}" and key is not None:
            yield key[0], (key[1], _without_blanks(block.text, token.start()))
            key = None
        depth -= mark in "]}"
        before = token
    if key is not None:
        yield key[0], (key[1], len(block.text.rstrip()))


_TEXT_TOKEN = re.compile(_TOKEN.pattern.decode())


def _text_of(written: str) -> str:
    """Return the text of a string as JSON writes it."""
    try:
        return str(json.loads(written, strict=False))
    except json.JSONDecodeError:
        return written


def _without_blanks(text: str, end: int) -> int:
    """Return where what stands before a place ends."""
    while end and text[end - 1].isspace():
        end -= 1
    return end
