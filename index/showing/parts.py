"""What a reader sees of an article: running text in styles, and programs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text, list items and table rows; its lines are separated by line breaks in the runs."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The text without its styles."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a program."""

    text: str


Part = Prose | Code
