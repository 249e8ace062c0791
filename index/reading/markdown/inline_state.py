"""The state of markdown-it's inline parser: where tokens begin in the content, and where marks stand further on."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

from markdown_it.rules_inline import StateInline

from index.reading.markdown.brackets import Labels, without_open_brackets

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType


class LocatedState(StateInline):
    """Inline state that notes in ``token.map`` where in the content each token begins.

    ``labels`` and what the methods look up are found once for the whole content.
    """

    pending_at = 0

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.labels = Labels()
        self._places: dict[re.Pattern[str], list[int]] = {}

    def place_of(self, mark: re.Pattern[str], start: int) -> int:
        """Return where a mark stands at ``start`` or next after it; the length of the text if it does not."""
        if mark not in self._places:
            self._places[mark] = [match.start() for match in mark.finditer(self.src)] + [len(self.src)]
        places = self._places[mark]
        return places[bisect_left(places, min(start, len(self.src)))]

    @cached_property
    def addressable(self) -> str:
        """The text as addresses are read from it, with the same places."""
        return without_open_brackets(self.src)

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
        return self.pos


def located(rule: Callable[[LocatedState, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Return a rule as markdown-it knows rules; a `LocatedInline` calls it with its own state."""
    return cast("Callable[[StateInline, bool], bool]", rule)
