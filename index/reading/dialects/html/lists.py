"""Lists and quotes of HTML as those of Markdown, in each other."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from index.reading.dialects.html.rows import Break
from index.reading.dialects.html.writer import Container

if TYPE_CHECKING:
    from index.reading.dialects.html.pieces import Piece
    from index.reading.dialects.html.writer import Writer

# Deeper ones are shown as if they were this deep: the parser of Markdown reads a hundred blocks in each other.
DEEPEST = 12

_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_START = re.compile(r"\d{1,8}", re.ASCII)


class Lists:
    """Opens and closes the lists, items and quotes around what a writer writes."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._deeper: Counter[str] = Counter()

    def opens(self, piece: Piece) -> bool:
        """Open what a tag opens, and tell whether it is one of these."""
        if piece.name not in _LISTS | {"li", "blockquote"}:
            return False
        if piece.name == "li":
            self._open_item()
        elif len(self._writer.containers) >= DEEPEST:
            self._deeper[piece.name] += 1
            self._writer.part(Break.LINE)
        elif piece.name == "blockquote":
            self._writer.part(Break.BLOCK)
            self._writer.containers.append(Container("blockquote", "> ", "> "))
        else:
            start = _START.fullmatch(piece.attributes.get("start", ""))
            self._open_list(piece.name, int(start[0]) if start is not None else 1)
        return True

    def _open_list(self, name: str, start: int) -> None:
        is_inner = bool(self._writer.containers) and self._writer.containers[-1].name == "li"
        # A list that begins with another number than 1 is none right after text.
        self._writer.part(Break.LINE if is_inner and start == 1 else Break.BLOCK)
        self._writer.containers.append(Container(name, number=start))

    def _open_item(self) -> None:
        containers = self._writer.containers
        if self._deeper.total():
            self._writer.part(Break.LINE)
            return
        while containers and containers[-1].name == "li":
            containers.pop()
        outer = containers[-1] if containers else None
        mark = "- "
        if outer is not None and outer.name == "ol":
            mark = f"{outer.number}. "
            outer.number += 1
        if outer is None or outer.name not in _LISTS:
            self._writer.part(Break.LINE)
        elif outer.has_item:
            self._writer.begin_item(Break.LINE)
        if outer is not None:
            outer.has_item = True
        containers.append(Container("li", mark, " " * len(mark)))

    def close(self, name: str) -> None:
        """Close what a tag closes, with all that is open in it."""
        containers = self._writer.containers
        if self._deeper[name]:
            self._deeper[name] -= 1
        elif name == "li":
            if containers and containers[-1].name == "li":
                containers.pop()
        elif name in _LISTS | {"blockquote"} and any(one.name == name for one in containers):
            while containers.pop().name != name:
                pass
