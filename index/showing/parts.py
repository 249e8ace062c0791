"""What a reader sees of an article: running text in styles, and programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE_BREAKS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Slack drops some of these, and what they held apart would then mean something: "<\0!channel>".
_UNWANTED = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff"
    # Marks that turn the direction of what follows, and invisible copies of ASCII.
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\U000e0000-\\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; ``emphasised`` is what answers, whatever style the report gives it."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    emphasised: bool = False


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


def clean(text: str) -> str:
    """Return the text with ordinary line breaks and without control characters and direction marks."""
    return _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))


def plain(parts: Sequence[Part]) -> str:
    """Return parts without styles."""
    return "\n".join(part.text for part in parts)
