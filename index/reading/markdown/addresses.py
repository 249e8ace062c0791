"""Addresses in running text: linkify-it's own patterns, matched in place.

linkify-it copies the rest of the text for every address, and looks through it for the other bracket of each one that
stands in an address. Here brackets that are never closed are known beforehand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkify_it import LinkifyIt
from markdown_it.rules_inline.linkify import SCHEME_RE

if TYPE_CHECKING:
    from index.reading.markdown.inline_state import LocatedState

_SCHEMES = frozenset({"http", "https", "ftp"})
_LONGEST_SCHEME = max(map(len, _SCHEMES))
_SOURCES = LinkifyIt().re
_HOST = re.compile(rf"//{_SOURCES['src_auth']}{_SOURCES['src_host_port_strict']}", re.IGNORECASE)
_PATH = re.compile(_SOURCES["src_path"], re.IGNORECASE)


def linkify(state: LocatedState, silent: bool) -> bool:
    """Read an address whose scheme is the end of the pending text and whose ``://`` is here."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos, state.posMax):
        return False
    scheme = SCHEME_RE.search(state.pending[-_LONGEST_SCHEME - 1 :])
    if scheme is None or scheme[1].lower() not in _SCHEMES:
        return False
    start, host = state.pos - len(scheme[1]), _HOST.match(state.src, state.pos + 1)
    if host is None or state.src[start : state.pos] != scheme[1]:
        return False
    path = _PATH.match(state.addressable, host.end())
    # An asterisk at the end is rather that of an emphasis.
    url = state.src[start : path.end() if path else host.end()].rstrip("*")
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        _push_link(state, start, url)
    state.pos = start + len(url)
    return True


def _push_link(state: LocatedState, start: int, url: str) -> None:
    opening = state.push("link_open", "a", 1)
    text = state.push("text", "", 0)
    closing = state.push("link_close", "a", -1)
    opening.info = closing.info = "auto"
    opening.map = [start]
    text.content = state.md.normalizeLinkText(url)
