"""Where a line that is too long may be cut: at cells, sentences, phrases or tokens."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from index.reading.markdown.inline import plain_text, render
from index.reading.sentences import short_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

# About two sentences: what answers is quoted, and little else of a line that has much.
PIECE_CHARACTERS = 200
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Of a longer line, as of one that is a single word or address, only the beginning is looked at.
LONGEST = 20_000
# Where the text pauses, and where it may be cut if it does not.
_PAUSES = {
    "row": re.compile(r"(?<!\\)\||<br\s*/?>|[。．！？]+[」』）)]*|[.!?]+(?=\s)", re.IGNORECASE),
    "code": re.compile(r"[,;]\s*"),
}
_WORD = re.compile(r"\w")
_TOKEN_END = re.compile(r"[、，,\s]+|(?<=[\w\"'])(?=[^\w\"'])")


def pieces(line: str, kind: str, limit: int) -> Iterator[tuple[int, int, str]]:
    """Yield the pieces of a line without blanks at their ends, as first and last column and what a reader sees."""
    cuts = [at for at in sorted(_cuts(line, kind)) if at in (0, len(line)) or _parts_words(line, at)]
    for first, last in _packed(line, cuts, min(PIECE_CHARACTERS, limit)):
        text = line[first:last]
        if shown := text.strip():
            begin = first + len(text) - len(text.lstrip())
            yield begin, begin + len(shown), _plain(shown) if kind == "row" else shown


def fragments(line: str, kind: str, size: int) -> list[tuple[int, int]]:
    """Return ranges of about ``size`` characters at most that a line may be cut into; where it has to be, anywhere."""
    line = line[:LONGEST]
    if kind in _PAUSES:
        ranges = [(first, last) for first, last, _ in pieces(line, kind, size)]
    else:
        rendered = render(*_parsed(line))
        ranges = short_spans(rendered, 0, len(rendered.content), size)
    return [(at, min(at + size, last)) for first, last in ranges for at in range(first, last, size)]


def _cuts(line: str, kind: str) -> set[int]:
    """Return where a line may be cut; where it pauses nowhere for long, also at the ends of tokens."""
    pauses = {match.end() for match in _PAUSES[kind].finditer(line)} | {0, len(line)}
    tokens = {match.end() for match in _TOKEN_END.finditer(line)}
    in_order = sorted(pauses)
    return pauses | {at for at in tokens if not _is_near(at, in_order)}


def _parts_words(line: str, at: int) -> bool:
    """Tell whether there are words on both sides of a place; looked for near it, where they are."""
    return bool(_WORD.search(line, max(0, at - PIECE_CHARACTERS), at) and _WORD.search(line, at, at + PIECE_CHARACTERS))


def _is_near(at: int, pauses: list[int]) -> bool:
    """Tell whether a place lies in a stretch between two pauses that is short enough."""
    number = bisect_right(pauses, at)
    return number == len(pauses) or pauses[number] - pauses[number - 1] <= PIECE_CHARACTERS


def _packed(line: str, cuts: list[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield ranges between cuts, as long as fit the size."""
    first = last = 0
    for cut in cuts[1:]:
        if cut - first > size and last > first:
            yield first, last
            first = last
        last = cut
    yield first, len(line)


def _plain(text: str) -> str:
    """Return what a reader sees of cells and parts of cells."""
    inline, notes = _parsed(_LINE_BREAK.sub(" ", text).strip("| "))
    return " ".join(plain_text(inline.children or [], notes).replace("\\|", "|").split())


def _parsed(text: str) -> tuple[Token, dict[int, Any]]:
    """Return inline Markdown as a token with its footnotes."""
    # Few answers quote from a line that is too long, and the parser takes a while to import.
    from index.reading.markdown.block_parser import parser

    env: dict[str, Any] = {}
    (inline,) = parser().parseInline(text, env)
    return inline, env.get("footnotes", {}).get("list", {})
