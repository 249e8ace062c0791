"""What the page of an article shows instead of the markup of its dialect."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from index.edits import Edit
from index.reading.dialects.body import TextEdit, read_body
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.html import reader as html
from index.reading.dialects.marks import (
    admonitions,
    attributes,
    definition_lists,
    emoji_codes,
    hatena,
    indented_blocks,
    wiki_links,
)
from index.reading.dialects.soft_breaks import joined_lines
from index.reading.dialects.stages import composed, edited
from index.reading.dialects.templates import children, code_tags, components, liquid, modules, shortcodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.reading.dialects.body import Body

    Pass = Callable[[Body], Iterable[TextEdit]]

# Each stage reads the text that the one before it has made, as generators do: templates come before HTML and Markdown.
# Of edits of the same characters the one of more characters holds, else that of the earlier pass.
_STAGES: tuple[tuple[Pass, ...], ...] = (
    (children.edits, indented_blocks.edits, code_tags.edits),
    (shortcodes.edits, liquid.edits, components.edits, modules.edits),
    (html.edits,),
    (
        attributes.edits,
        admonitions.edits,
        hatena.edits,
        wiki_links.edits,
        definition_lists.edits,
        emoji_codes.edits,
    ),
)

# Their pages show a line break for each in the text.
_HARD_BREAKS = frozenset({Dialect.QIITA})
_LINE_BREAK = re.compile(r"\r\n")


def page_edits(source: bytes, body_start: int, dialect: Dialect) -> tuple[Edit, ...]:
    """Return the edits that make plain Markdown of the body of an article's file.

    Zenn shows what it does not know as it stands, and what it knows the parser reads itself.
    """
    if dialect is Dialect.ZENN:
        return ()
    text = source[body_start:].decode()
    # Passes know one kind of line break.
    shown = text.replace("\r\n", "\n")
    kept: list[TextEdit] = []
    body = None
    for stage in _STAGES:
        if body is None or body.text != shown:
            body = read_body(shown, dialect)
        found = _found(stage, body)
        kept, shown = composed(kept, shown, found), edited(shown, found)
    if dialect not in _HARD_BREAKS:
        kept = composed(kept, shown, list(joined_lines(shown, kept)))
    return tuple(_in_bytes(text, body_start, _with_line_breaks(text, kept)))


def _found(stage: Sequence[Pass], body: Body) -> list[TextEdit]:
    """Return the edits of all passes of a stage, in order."""
    kept: list[tuple[TextEdit, int]] = []
    found = [(edit, rank) for rank, one in enumerate(stage) for edit in one(body) if _changes(body.text, edit)]
    for edit, rank in sorted(found, key=_place):
        if not kept or kept[-1][0].end <= edit.start:
            kept.append((edit, rank))
        elif edit.end > kept[-1][0].end and rank < kept[-1][1]:
            kept[-1] = (edit, rank)
    return [edit for edit, _ in kept]


def _changes(text: str, edit: TextEdit) -> bool:
    return text[edit.start : edit.end] != edit.text


def _place(found: tuple[TextEdit, int]) -> tuple[int, bool, int, int]:
    edit, rank = found
    return edit.start, edit.end > edit.start, -edit.end, rank


def _with_line_breaks(text: str, edits: Iterable[TextEdit]) -> Iterator[TextEdit]:
    """Yield the edits of a text whose lines all end with a line feed as those of the text itself."""
    breaks = [match.start() - number for number, match in enumerate(_LINE_BREAK.finditer(text))]
    for edit in edits:
        start, end = (at + bisect_left(breaks, at) for at in (edit.start, edit.end))
        yield TextEdit(start, end, edit.text)


def _in_bytes(text: str, first_byte: int, edits: Iterable[TextEdit]) -> Iterator[Edit]:
    """Yield edits of the characters of a body as edits of the bytes of its file."""
    at, byte = 0, first_byte
    for edit in edits:
        start = byte + len(text[at : edit.start].encode())
        end = start + len(text[edit.start : edit.end].encode())
        yield Edit(start, end, edit.text)
        at, byte = edit.end, end
