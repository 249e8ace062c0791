"""Tell what the page shows of each line of a quote: running text, a line of code, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token

from index.reading.markdown.block_parser import parser
from index.reading.markdown.inline import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a quote, counted from 0, that are no running text, and what its references refer to.

    ``code`` has the lines of programs and formulas without the blanks that mark them, ``hidden`` the lines that show
    nothing, ``underlines`` those that make a heading of the lines above. ``notes`` are the texts of footnotes by label.
    """

    code: Mapping[int, str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    underlines: frozenset[int] = frozenset()
    references: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, Any]:
        """Return what an inline parser has to know of the article; it writes into it."""
        refs = {f":{label}": -1 for label in self.notes}
        return {"references": self.references, "footnotes": {"refs": refs, "list": {}}}

    def noted(self, environment: Mapping[str, Any]) -> Mapping[int, Mapping[str, Any]]:
        """Return the footnotes that a parser met, by number, with their texts."""
        met: dict[int, dict[str, Any]] = environment["footnotes"]["list"]
        for note in met.values():
            if note.get("label") in self.notes:
                note["tokens"] = [Token("text", "", 0, content=self.notes[note["label"]])]
        return met


def read_page(text: str, start: int, end: int) -> Page:
    """Read the quote ``text[start:end]`` in its place; every line ends with a line feed."""
    environment: dict[str, Any] = {}
    tokens = parser().parse(text, environment)
    reader = _Reader(text, start, end)
    for token in tokens:
        reader.read(token)
    return Page(
        reader.code,
        frozenset(reader.hidden | reader.definitions()),
        frozenset(reader.underlines),
        environment.get("references", {}),
        dict(_notes(tokens)),
    )


class _Reader:
    """Goes through the block tokens of a text for the lines of a quote in it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._lines = text.split("\n")
        self._first = text.count("\n", 0, start)
        self._last = text.count("\n", 0, end)
        self._start_column = start - (text.rfind("\n", 0, start) + 1)
        self._end_column = end - (text.rfind("\n", 0, end) + 1)
        self._blocks: set[int] = set()
        self.code: dict[int, str] = {}
        self.hidden: set[int] = set()
        self.underlines: set[int] = set()

    def read(self, token: Token) -> None:
        """Take note of the lines of a token."""
        if not token.map:
            return
        first, end = token.map
        if token.level == 0:
            self._blocks.update(range(max(first, self._first), min(end, self._last + 1)))
        if token.type == "code_block":
            self._program(first, token.content.rstrip("\n").split("\n"))
        elif token.type == "fence":
            content = token.content.split("\n")[:-1]
            self._program(first + 1, content)
            self._hide(first, *range(first + 1 + len(content), end))
        elif token.type == "math_block":
            self._formula(first, end)
        elif token.type == "heading_open" and not token.markup.startswith("#"):
            self.underlines.add(end - 1 - self._first)

    def definitions(self) -> set[int]:
        """Return the lines that are part of no block: what references refer to."""
        lines = range(self._first, self._last + 1)
        return {line - self._first for line in lines if self._lines[line].strip() and line not in self._blocks}

    def _program(self, first: int, content: Sequence[str]) -> None:
        for line, shown in enumerate(content, first):
            if self._first <= line <= self._last:
                marks = len(self._lines[line]) - len(shown) if self._lines[line].endswith(shown) else 0
                self.code[line - self._first] = self._quoted(line, marks)

    def _formula(self, first: int, end: int) -> None:
        for line in range(max(first, self._first), min(end, self._last + 1)):
            shown = self._quoted(line, 0).replace("$$", "").strip()
            if shown:
                self.code[line - self._first] = shown
            else:
                self._hide(line)

    def _quoted(self, line: int, marks: int) -> str:
        """Return what a quote has of a line, with its indent, but without the marks of its block."""
        text = self._lines[line]
        begin = marks
        if line == self._first and text[: self._start_column].strip(" \t>"):
            begin = self._start_column
        return text[begin : self._end_column] if line == self._last else text[begin:]

    def _hide(self, *lines: int) -> None:
        self.hidden.update(line - self._first for line in lines)


def _notes(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield the label and the text of each footnote that is defined."""
    label = ""
    texts: list[str] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            label, texts = token.meta["label"], []
        elif token.type == "footnote_reference_close":
            yield label, " ".join(texts)
        elif token.type == "inline" and label:
            texts.append(plain_text(token.children or [], _NoNotes()))


class _NoNotes(dict[int, Any]):
    """Footnotes of footnotes, which nobody reads."""

    def __missing__(self, _: int) -> dict[str, Any]:
        return {}
