"""Inline Zenn Markdown: what the page shows for each character of a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import SCHEME_RE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

# What a character of the content is; one byte of `Rendered.modes` each.
MARKUP = 0  # shown only through its effect: `**`, `](url)`
HIDDEN = 1  # a comment
FREE = 2  # running text
BOUND = 3  # running text inside emphasis, where a cut would break the markup
SOLID = 4  # text that has to stay whole: code, link texts, math, escapes
URL = 5  # an address that stands for itself
IMAGE = 6
NOTE = 7  # a footnote mark
CLOSE = 8  # the end of an emphasis

_BREAK = re.compile(r"<br\s?/?>")
_COMMENT = re.compile(r"<!--[^\n]*?-->")
_DISPLAY_MATH = re.compile(r"\$\$(\S|\S(?!.*\]\(http).*?\S)\$\$")
# The look-ahead leaves `[$a](https://example.com/$b)` alone, as Zenn does.
_MATH = re.compile(r"\$(\S|\S(?!.*\]\(http.*\$.*\)).*?\S)\$")
_SIZED_IMAGE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
    r"\(\s*(?:<[^<>\n]*>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:\s+\"[^\"\n]*\")?\s+=\d*%?x\d*%?(?:\s+\"[^\"\n]*\")?\s*\)",
    re.DOTALL,
)
_SPACES = re.compile(r"[ \t\n\u00a0]+")


@dataclass(frozen=True, slots=True)
class Rendered:
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


class _LocatedState(StateInline):
    """Inline state that notes in ``token.map`` where in the content each token begins."""

    pending_at = 0

    def append_pending(self, text: str) -> None:
        """Note where the pending text begins."""
        if not self.pending:
            self.pending_at = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802 - markdown-it calls it so
        """Push the pending text with its place."""
        token = super().pushPending()
        token.map = [self.pending_at]
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Push a token with its place."""
        start = self._token_start()
        token = super().push(ttype, tag, nesting)
        token.map = [start]
        return token

    def _token_start(self) -> int:
        last = self.tokens[-1] if self.tokens else None
        # The characters of a run of delimiters are pushed one by one, with the position at the first.
        if not self.pending and last and last.type == "text" and last.map and last.map[0] >= self.pos:
            return last.map[0] + len(last.content)
        # The linkify rule fires at the colon and takes the scheme back from the pending text.
        if self.src.startswith("://", self.pos) and (scheme := SCHEME_RE.search(self.src[: self.pos])):
            return scheme.start(1)
        return self.pos


class LocatedInline(ParserInline):
    """Inline parser whose tokens know their place in the content."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse inline content and push its tokens."""
        state = _LocatedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def use_zenn_inline(md: MarkdownIt) -> None:
    """Add Zenn's line breaks, comments, math and image sizes to a parser with a `LocatedInline`."""
    # Joining tokens would lose their places, and nothing here needs them joined.
    md.inline.ruler2.disable("fragments_join")
    md.core.ruler.disable(["text_join", "linkify"])
    md.inline.ruler.before("escape", "math_display", _display_math)
    md.inline.ruler.before("escape", "math", _math)
    md.inline.ruler.before("emphasis", "br", _line_break)
    md.inline.ruler.before("autolink", "comment", _comment)
    md.inline.ruler.before("image", "sized_image", _sized_image)


def _push(state: StateInline, match: re.Match[str], kind: str, content: str, *, silent: bool) -> bool:
    if not silent:
        token = state.push(kind, "", 0)
        token.map = [match.start(), match.end()]
        token.content = content
    state.pos = match.end()
    return True


def _line_break(state: StateInline, silent: bool) -> bool:
    match = _BREAK.match(state.src, state.pos, state.posMax)
    return match is not None and _push(state, match, "br", " ", silent=silent)


def _comment(state: StateInline, silent: bool) -> bool:
    match = _COMMENT.match(state.src, state.pos, state.posMax)
    return match is not None and _push(state, match, "comment", "", silent=silent)


def _display_math(state: StateInline, silent: bool) -> bool:
    return _math_rule(state, _DISPLAY_MATH, silent=silent)


def _math(state: StateInline, silent: bool) -> bool:
    return _math_rule(state, _MATH, silent=silent)


def _math_rule(state: StateInline, pattern: re.Pattern[str], *, silent: bool) -> bool:
    source, position = state.src, state.pos
    if source[position] != "$" or (position and source[position - 1] in "\\0123456789"):
        return False
    match = pattern.match(source, position, state.posMax)
    # Zenn takes `$5 and $6` for money.
    if match is None or (match.end() < len(source) and source[match.end()] in "0123456789"):
        return False
    return _push(state, match, "math", match[1], silent=silent)


def _sized_image(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("![", state.pos):
        return False
    match = _SIZED_IMAGE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    _push(state, match, "image", match[1], silent=silent)
    if not silent:
        children: list[Token] = []
        state.md.inline.parse(match[1], state.md, state.env, children)
        state.tokens[-1].children = children
    return True


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


def render(token: Token, notes: Mapping[int, Mapping[str, Any]]) -> Rendered:
    """Return what the page shows for each character of an inline token's content."""
    canvas = _Canvas(token.content, notes)
    for child, start, end in _spans(token.children or [], len(token.content)):
        canvas.put(child, start, end)
    return Rendered(token.content, tuple(canvas.plain), bytes(canvas.modes))


def _spans(tokens: list[Token], length: int) -> Iterator[tuple[Token, int, int]]:
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
    """What is filled in while the tokens of one content are gone through."""

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
