"""Inline Zenn Markdown: what the page shows for each character of a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it.token import Token

# What a character of the content is; one byte of `RenderedText.modes` each.
MARKUP = 0  # shown only through its effect: `**`, `](url)`
HIDDEN = 1  # a comment
FREE = 2  # running text
BOUND = 3  # running text inside emphasis, where a cut would break the markup
SOLID = 4  # text that has to stay whole: code, link texts, math, escapes
URL = 5  # an address that stands for itself
IMAGE = 6
NOTE = 7  # a footnote mark
CLOSE = 8  # the end of an emphasis

_SPACES = re.compile(r"[ \t\n\u00a0]+")


@dataclass(frozen=True, slots=True)
class RenderedText:
    """Inline content and what a reader sees of it, character by character.

    ``plain[i]`` is what the page shows for ``content[i]`` (a whole code span or image stands at its first
    character) and ``modes[i]`` says what the character is.
    """

    content: str
    plain: tuple[str, ...]
    modes: bytes

    def text(self, start: int, end: int) -> str:
        """Return what a reader sees of the range, with blanks run together."""
        return _SPACES.sub(" ", "".join(self.plain[start:end])).strip()

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Take blanks and comments off both ends of the range."""
        while start < end and self._is_blank(start):
            start += 1
        while end > start and self._is_blank(end - 1):
            end -= 1
        return start, end

    def is_visible(self, start: int, end: int) -> bool:
        """Tell whether a reader sees anything of the range, be it an image without a description."""
        return IMAGE in self.modes[start:end] or bool(self.text(start, end))

    def lines(self) -> Iterator[tuple[int, int]]:
        """Yield the range of each line of the content."""
        start = 0
        for line in self.content.split("\n"):
            yield start, start + len(line)
            start += len(line) + 1

    def _is_blank(self, position: int) -> bool:
        if self.modes[position] == HIDDEN:
            return True
        return self.content[position].isspace() and not self.plain[position].strip()


def plain_text(tokens: list[Token], notes: Mapping[int, Mapping[str, Any]]) -> str:
    """Return what a reader sees of inline tokens; ``notes`` are the footnotes of the page by number."""
    return "".join(_token_text(token, notes) for token in tokens)


def _token_text(token: Token, notes: Mapping[int, Mapping[str, Any]]) -> str:
    if token.type == "image":
        return plain_text(token.children or [], notes)
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "footnote_ref":
        inline = notes[token.meta["id"]].get("tokens")
        return "" if inline is None else f" ({plain_text(inline, notes)})"
    return token.content


def render(token: Token, notes: Mapping[int, Mapping[str, Any]]) -> RenderedText:
    """Return what the page shows for each character of an inline token's content."""
    canvas = _Canvas(token.content, notes)
    for child, start, end in located_tokens(token.children or [], len(token.content)):
        canvas.put(child, start, end)
    return RenderedText(token.content, tuple(canvas.plain), bytes(canvas.modes))


def located_tokens(tokens: list[Token], length: int) -> Iterator[tuple[Token, int, int]]:
    """Yield tokens with their ranges; an address that links itself is one token."""
    shown = [
        token
        for position, token in enumerate(tokens)
        if not (_is_auto(token, "link_close") or (position and _is_auto(tokens[position - 1], "link_open")))
    ]
    starts = [_start(token) for token in shown] + [length]
    for position, token in enumerate(shown):
        known_end = token.map[1] if token.map and len(token.map) > 1 else None
        yield token, starts[position], starts[position + 1] if known_end is None else known_end


def _is_auto(token: Token, kind: str) -> bool:
    return token.type == kind and token.info == "auto"


def _start(token: Token) -> int:
    start = token.map[0] if token.map else 0
    # A link notes the place of its label; the bracket before it belongs to the link too.
    return start - 1 if token.type == "link_open" and token.info != "auto" else start


class _Canvas:
    """A canvas that is filled in while the tokens of one content are gone through."""

    def __init__(self, content: str, notes: Mapping[int, Mapping[str, Any]]) -> None:
        self.content = content
        self.notes = notes
        self.plain = [""] * len(content)
        self.modes = bytearray(len(content))
        self.emphasis = 0
        self.links = 0

    def put(self, token: Token, start: int, end: int) -> None:
        """Fill in one token."""
        kind = token.type
        if kind == "text":
            self._put_text(token.content, start, end)
        elif kind == "link_open" and token.info == "auto":
            self._put_whole(self.content[start:end].strip().strip("<>"), start, end, URL)
        elif kind in ("link_open", "link_close"):
            self.links += token.nesting
        elif token.nesting:
            self.emphasis += token.nesting
            self._mark(start, end, CLOSE if token.nesting < 0 else MARKUP)
        elif kind == "code_inline":
            self._put_whole(self._code(token, start, end), start, end, SOLID)
        elif kind not in ("softbreak", "hardbreak"):
            modes = {"comment": HIDDEN, "image": IMAGE, "footnote_ref": NOTE}
            self._put_whole(_token_text(token, self.notes), start, end, modes.get(kind, SOLID))

    def _put_text(self, text: str, start: int, end: int) -> None:
        if not text:
            # The second character of a `**` is an empty text token after or before the other one.
            self._mark(start, end, CLOSE if start and self.modes[start - 1] == CLOSE else MARKUP)
            return
        stop = min(start + len(text), len(self.content))
        self.plain[start:stop] = text[: stop - start]
        self._mark(start, stop, SOLID if self.links else BOUND if self.emphasis else FREE)

    def _code(self, token: Token, start: int, end: int) -> str:
        raw = self.content[start:end]
        if "\n" not in raw:
            return token.content
        return raw[len(token.markup) : raw.rindex(token.markup)]

    def _put_whole(self, text: str, start: int, end: int, mode: int) -> None:
        """Fill in a token that stays whole; each line of its text goes to its line of the content."""
        self._mark(start, end, mode)
        at = start
        for number, line in enumerate(text.split("\n")):
            newline = self.content.find("\n", at, end - 1) if number else -1
            at = newline + 1 if newline >= 0 else at
            self.plain[at] += line if newline >= 0 or not number else f" {line}"

    def _mark(self, start: int, end: int, mode: int) -> None:
        self.modes[start:end] = bytes([mode]) * (end - start)
