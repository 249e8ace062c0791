"""Find the front matter at the top of a file: between lines of hyphens, plus signs or semicolons, or as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from index.errors import ArticleError
from index.reading.front_matter import headers_form, json_form
from index.reading.front_matter.block import LARGEST, NEWLINE, Block, line_at

if TYPE_CHECKING:
    from index.reading.front_matter.block import Form

_BOM = b"\xef\xbb\xbf"
# Nothing else can match what these do, so that the way back need not be remembered, which takes memory for every line.
_BLANK_LINES = re.compile(rb"(?:[ \t]*%b)*+" % NEWLINE)


class _Fence(NamedTuple):
    """The lines between which front matter stands, by their mark and what they are called."""

    form: Form
    mark: bytes
    name: str
    # What begins like front matter, so that a file without an end of it is at fault.
    begins: bytes


_FENCES = (
    _Fence("yaml", b"-", "hyphens", rb"\w+[ \t]*:"),
    _Fence("toml", rb"\+", "plus signs", rb"(?:[\w\"'.-]+[ \t]*=|\[)"),
    _Fence("json", b";", "semicolons", rb"[\"{]"),
)


def find_block(path: str, source: bytes) -> Block | None:
    """Return the front matter of a file, None where it has none; raise ArticleError where it has no end.

    Blank lines may come before it.
    """
    start = body_start(source)
    for fence in _FENCES:
        block = _fenced(path, source, start, fence)
        if block is not None:
            return block
    first = _BLANK_LINES.match(source, start)
    at = first.end() if first else start
    for form, ending in ((json_form.FORM, json_form.end_of), (headers_form.FORM, headers_form.end_of)):
        if (found := ending(path, source, at)) is not None:
            end, body = found
            return _block(path, source, (at, end), body, form)
    return None


def body_start(source: bytes) -> int:
    """Return the byte at which a file without front matter begins."""
    return len(_BOM) if source.startswith(_BOM) else 0


def _fenced(path: str, source: bytes, start: int, fence: _Fence) -> Block | None:
    marks = {b"m": fence.mark, b"n": NEWLINE, b"b": fence.begins}
    opening = re.compile(rb"(?:[ \t]*%(n)b)*+%(m)b{3,}[ \t]*%(n)b" % marks).match(source, start)
    if opening is None:
        return None
    closing = re.compile(rb"(?<=[\r\n])%(m)b{3,}[ \t]*(?:%(n)b|\Z)" % marks).search(source, opening.end())
    if closing is not None:
        return _block(path, source, (opening.end(), closing.start()), closing.end(), fence.form)
    # Blank lines before it are no reason to take a text for front matter.
    if re.compile(rb"\s*+%(m)b{3,}[ \t]*%(n)b%(b)b" % marks).match(source, start):
        raise ArticleError(path, 1, f"The front matter is not closed by a line of three {fence.name}.")
    return None


def _block(path: str, source: bytes, span: tuple[int, int], body: int, form: Form) -> Block:
    start, end = span
    block = Block(path, form, source[start:end].decode(), start, line_at(source, start), body)
    if end - start > LARGEST:
        raise block.error(0, f"The front matter is larger than {LARGEST >> 10} KiB.")
    return block
