"""The tags, comments and texts of a piece of HTML, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELEMENTS = "index/data/html_elements.txt"

# As the HTML standard's tokenizer has it, save that a tag which is never closed ends with the piece. Every alternative
# goes on to its end at once, so that the time grows with the text.
_TOKEN = re.compile(
    r"(?P<comment><!--)(?:-?>)?"
    r"|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<\?.*?(?:\?>|\Z)"
    r"|<(?:!|/(?![a-zA-Z]))[^>]*+(?:>|\Z)"
    r"|<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+(?:>|\Z)",
    re.DOTALL,
)


# Nobody wants to read what is in these, closed or not.
_CODE = frozenset({"script", "style"})
_COMMENT_END = re.compile(r"--!?>|\Z")


@cache
def elements(section: str) -> frozenset[str]:
    """Return the elements of a section of the list."""
    return words_listed(_ELEMENTS, section)


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    HIDDEN = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A range ``[start, end)`` of a text; ``name`` is the element, in small letters."""

    kind: Kind
    start: int
    end: int
    name: str = ""


class Tokenizer:
    """Tells the tokens of pieces of one text; a comment is one, and so is an element that is not shown, nor read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._unclosed: set[str] = set()

    def tokens(self, start: int, end: int) -> Iterator[Token]:
        """Yield the tokens of a piece in order; the last one may end behind it, as comments and such elements do."""
        at = start
        while at < end:
            found = _TOKEN.search(self._text, at, end)
            begin = found.start() if found is not None else end
            if at < begin:
                yield Token(Kind.TEXT, at, begin)
            at = begin
            if found is not None:
                token = self._markup(found, end)
                yield token
                at = token.end

    def _markup(self, found: re.Match[str], end: int) -> Token:
        name = (found["name"] or "").lower()
        if found[0] == found["comment"]:
            closing = _COMMENT_END.search(self._text, found.end())
            return Token(Kind.HIDDEN, found.start(), closing.end() if closing is not None else found.end())
        if not name:
            return Token(Kind.HIDDEN, *found.span())
        if found["slash"]:
            return Token(Kind.CLOSE, *found.span(), name)
        if name in elements("raw") and not found[0].endswith("/>"):
            unclosed = end if name in _CODE else found.end()
            return Token(Kind.HIDDEN, found.start(), self._end_of_raw(name, found.end(), unclosed))
        return Token(Kind.OPEN, *found.span(), name)

    def _end_of_raw(self, name: str, at: int, unclosed: int) -> int:
        """Return where an element ends that has no tags inside, ``unclosed`` if nothing closes it."""
        closing = None if name in self._unclosed else _closing(name).search(self._text, at)
        if closing is None:
            self._unclosed.add(name)
            return unclosed
        return closing.end()


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?![^\s/>])[^>]*>?", re.IGNORECASE)


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag; of one that is there twice the first counts."""
    parser = _Tag()
    parser.feed(tag)
    return parser.found


class _Tag(HTMLParser):
    """Reads the attributes of one tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the attributes."""
        del tag
        for name, value in reversed(attrs):
            self.found[name] = value or ""
