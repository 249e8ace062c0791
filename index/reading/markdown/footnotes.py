"""Footnotes, as `mdit_py_plugins` reads them, with its two inline rules kept from reading on and on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from index.reading.markdown.inline_state import located
from index.reading.markdown.link_labels import NO_LABEL, parse_link_label

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from index.reading.markdown.inline_state import LocatedState

# As long as CommonMark allows the label of a link to be.
LONGEST_LABEL = 999


def use_footnotes(md: MarkdownIt) -> None:
    """Add footnotes to a parser with a `LocatedInline`."""
    footnote_plugin(md, inline=False, move_to_end=False)
    md.inline.ruler.before("footnote_ref", "footnote_inline", _inline_footnote)
    md.inline.ruler.at("footnote_ref", _reference)


@located
def _reference(state: LocatedState, silent: bool) -> bool:
    """Read `[^1]`; a label that does not end soon is none."""
    start = state.pos + len("[^")
    is_closed = state.src.startswith("[^", state.pos) and state.src.find("]", start, start + LONGEST_LABEL + 1) >= 0
    return is_closed and footnote_ref(state, silent)


@located
def _inline_footnote(state: LocatedState, silent: bool) -> bool:
    """Read `^[text]`; its number is taken before those of footnotes in the text."""
    if not state.src.startswith("^[", state.pos) or state.pos + 2 >= state.posMax:
        return False
    end = parse_link_label(state, state.pos + 1)
    if end == NO_LABEL:
        return False
    if not silent:
        content = state.src[state.pos + 2 : end]
        notes = state.env.setdefault("footnotes", {"refs": {}, "list": {}})["list"]
        token = state.push("footnote_ref", "", 0)
        token.meta = {"id": len(notes)}
        tokens: list[Token] = []
        notes[len(notes)] = {"content": content, "tokens": tokens}
        state.md.inline.parse(content, state.md, state.env, tokens)
    state.pos = end + 1
    return True
