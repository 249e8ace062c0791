"""Zenn's inline Markdown: what the rules of markdown-it lack, and where in the content each token begins.

Every rule takes a time that grows with the text and no faster: whether a mark is closed further on is looked up, not
searched for from every mark that opens something.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING

from markdown_it import helpers
from markdown_it.parser_inline import ParserInline
from markdown_it.token import Token

from index.reading.markdown.addresses import linkify
from index.reading.markdown.inline_state import LocatedState, located
from index.reading.markdown.link_labels import parse_link_label, parse_link_title

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.utils import EnvType

# Each image in the description of another and each footnote in another is read as often as it is deep.
DEEPEST = 16

_BREAK = re.compile(r"<br\s?/?>")
_SIZED_IMAGE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*+)\]"
    r"\(\s*(?:<[^<>\n]*>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:\s+\"[^\"\n]*\")?\s+=\d*%?x\d*%?(?:\s+\"[^\"\n]*\")?\s*\)",
    re.DOTALL,
)
_LINE_END = re.compile("\n")
_COMMENT_END = re.compile("-->")
_DOLLAR = re.compile(r"\$")
# A blank before the second dollar sign, as in `$5 and $6`, means that it ends no math.
_MATH_END = re.compile(r"(?<=\S)\$")
_DISPLAY_END = re.compile(r"(?<=\S)(?=\$\$)")
_LINK_TO_WEB = re.compile(r"\]\(http")
_PARENTHESIS = re.compile(r"\)")
_DIGITS = frozenset("0123456789")
_BEFORE_NO_MATH = _DIGITS | {"\\"}


class LocatedInline(ParserInline):
    """Inline parser whose tokens know their place in the content."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse inline content and push its tokens; beyond `DEEPEST` it is taken as it stands."""
        if not src:
            return tokens
        depth = env.get("inline_depth", 0)
        if depth > DEEPEST:
            tokens.append(Token("text", "", 0, content=src, map=[0]))
            return tokens
        env["inline_depth"] = depth + 1
        state = LocatedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        env["inline_depth"] = depth
        return state.tokens


def use_places(md: MarkdownIt) -> None:
    """Let a parser tell the places of tokens in the inline content, in a time that grows with its length."""
    md.inline = LocatedInline()
    md.helpers = SimpleNamespace(  # type: ignore[assignment]  # the rules for links look for these three names in it
        parseLinkLabel=parse_link_label,
        parseLinkDestination=helpers.parseLinkDestination,
        parseLinkTitle=parse_link_title,
    )
    # Joining tokens would lose their places, and nothing here needs them joined.
    md.inline.ruler2.disable("fragments_join")
    md.core.ruler.disable(["text_join", "linkify"])


def use_zenn_inline(md: MarkdownIt) -> None:
    """Add the places of tokens and Zenn's line breaks, comments, math and image sizes to a parser."""
    use_places(md)
    md.inline.ruler.at("linkify", located(linkify))
    md.inline.ruler.before("escape", "math_display", _display_math)
    md.inline.ruler.before("escape", "math", _math)
    md.inline.ruler.before("emphasis", "br", _line_break)
    md.inline.ruler.before("autolink", "comment", _comment)
    md.inline.ruler.before("image", "sized_image", _sized_image)


def _push(state: StateInline, kind: str, content: str, end: int, *, silent: bool) -> bool:
    if not silent:
        token = state.push(kind, "", 0)
        token.map = [state.pos, end]
        token.content = content
    state.pos = end
    return True


def _line_break(state: StateInline, silent: bool) -> bool:
    match = _BREAK.match(state.src, state.pos, state.posMax)
    return match is not None and _push(state, "br", " ", match.end(), silent=silent)


@located
def _comment(state: LocatedState, silent: bool) -> bool:
    if not state.src.startswith("<!--", state.pos, state.posMax):
        return False
    after = state.pos + len("<!--")
    end = state.place_of(_COMMENT_END, after) + len("-->")
    return end <= _end_of_line(state, after) and _push(state, "comment", "", end, silent=silent)


def _end_of_line(state: LocatedState, position: int) -> int:
    return min(state.place_of(_LINE_END, position), state.posMax)


@located
def _display_math(state: LocatedState, silent: bool) -> bool:
    return _is_math(state, "$$") and _math_rule(state, "$$", _end_of_display(state, state.pos + 2), silent=silent)


@located
def _math(state: LocatedState, silent: bool) -> bool:
    return _is_math(state, "$") and _math_rule(state, "$", _end_of_math(state, state.pos + 1), silent=silent)


def _is_math(state: LocatedState, mark: str) -> bool:
    """Tell whether math may begin here: after no digit and with no blank."""
    position, first = state.pos, state.pos + len(mark)
    if not state.src.startswith(mark, position, state.posMax) or first >= state.posMax:
        return False
    return not (state.src[first].isspace() or (position and state.src[position - 1] in _BEFORE_NO_MATH))


def _end_of_display(state: LocatedState, first: int) -> int:
    """Return where the content that begins at ``first`` ends; beyond the end of the line if it does not."""
    if state.src.startswith("$$", first + 1, state.posMax):
        return first + 1
    if state.place_of(_LINK_TO_WEB, first + 1) + len("](http") <= _end_of_line(state, first):
        return state.posMax
    return state.place_of(_DISPLAY_END, first + 2)


def _end_of_math(state: LocatedState, first: int) -> int:
    """Return where the content that begins at ``first`` ends; beyond the end of the line if it does not."""
    if state.src.startswith("$", first + 1, state.posMax):
        return first + 1
    # As Zenn does, leave `[$a](https://example.com/$b)` alone.
    address = state.place_of(_LINK_TO_WEB, first + 1) + len("](http")
    closed = state.place_of(_PARENTHESIS, state.place_of(_DOLLAR, address) + 1)
    return state.posMax if closed < _end_of_line(state, first) else state.place_of(_MATH_END, first + 2)


def _math_rule(state: LocatedState, mark: str, last: int, *, silent: bool) -> bool:
    end = last + len(mark)
    # Zenn takes `$5 and $6` for money.
    if end > _end_of_line(state, state.pos) or state.src[end : end + 1] in _DIGITS:
        return False
    return _push(state, "math", state.src[state.pos + len(mark) : last], end, silent=silent)


def _sized_image(state: StateInline, silent: bool) -> bool:
    match = _SIZED_IMAGE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    _push(state, "image", match[1], match.end(), silent=silent)
    if not silent:
        children: list[Token] = []
        state.md.inline.parse(match[1], state.md, state.env, children)
        state.tokens[-1].children = children
    return True
