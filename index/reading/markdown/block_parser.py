"""The parser of Zenn Markdown: markdown-it's, with Zenn's blocks."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import table
from mdit_py_plugins.container import container_plugin

from index.reading.markdown.footnotes import use_footnotes
from index.reading.markdown.inline_parser import use_zenn_inline

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_DETAILS = re.compile(r"details\s+(.*)")
_MESSAGE = re.compile(r"message\s*(alert)?")
_EMBED = re.compile(r"@\[([\w-]+)\]\((.*)\)\s*")
# A table with all its cells has at least two characters for each.
_CELLS_BY_CHARACTER = 4


@cache
def parser() -> MarkdownIt:
    """Return a parser set up as Zenn's is."""
    md = MarkdownIt("js-default", {"breaks": True, "linkify": True, "html": False})
    use_zenn_inline(md)
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.block.ruler.after("table", "end_of_sparse_table", _end_of_sparse_table, {"alt": ["blockquote"]})
    md.block.ruler.before("fence", "math_block", _math_block)
    md.block.ruler.before("fence", "embed", _embed, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    container_plugin(md, "details", validate=lambda params, _: _DETAILS.fullmatch(params.strip()) is not None)
    container_plugin(md, "message", validate=lambda params, _: _MESSAGE.fullmatch(params.strip()) is not None)
    use_footnotes(md)
    return md


def _line_text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _embed(state: StateBlock, start_line: int, _: int, silent: bool) -> bool:
    match = None if state.is_code_block(start_line) else _EMBED.fullmatch(_line_text(state, start_line))
    if match is None:
        return False
    if not silent:
        service, target = match.groups()
        token = state.push("embed", "", 0)
        token.map = [start_line, start_line + 1]
        token.content = target if ":" in target else f"{service} {target}"
        state.line = start_line + 1
    return True


def _math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    text = _line_text(state, start_line)
    if state.is_code_block(start_line) or not text.startswith("$$"):
        return False
    text, last = text[2:], start_line
    while "$" not in text and last + 1 < end_line:
        last += 1
        text = _line_text(state, last)
    if not text.partition("$")[2].startswith("$"):
        return False
    if not silent:
        token = state.push("math_block", "", 0)
        token.map = [start_line, last + 1]
        state.line = last + 1
    return True


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if not silent:
        state.env["table"] = start_line
    return table(state, start_line, end_line, silent)


def _end_of_sparse_table(state: StateBlock, line: int, _: int, silent: bool) -> bool:
    """End a table before a row if it has many more cells than characters; the other rows are text then.

    markdown-it fills in the cells that rows lack, and ends a table after 65,536: 1,500 characters are enough for that.
    """
    if not silent or state.parentType != "table":
        return False
    start: int = state.env["table"]
    cells = (line - start) * _line_text(state, start + 1).count("|")
    return cells > _CELLS_BY_CHARACTER * (state.bMarks[line] - state.bMarks[start])
