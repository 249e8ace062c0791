"""The Markdown around a quote, as far as it decides what the page makes of the quote itself.

Whether an indented line is code, `===` underlines a heading and `[text][ref]` is a link shows in no quote alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.types import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Section

# In longer sections a quote is read alone: they would have to be parsed for every answer.
LONGEST = 100_000
# What may be something else than it looks. Inside of a quotation, its marks may be code or stand around code.
UNSURE = re.compile(r"^(?: {4}|\t| {0,3}>)|\$\$|^[ >]*(?:=+|-+)\s*$|\](?!\()|\^\[", re.MULTILINE)
# What a reference refers to may stand anywhere in an article: `[ref]: address` and `[^1]: note`.
LABEL = re.compile(r"\[([^\[\]\n]{1,999})\]")
DEFINITION = re.compile(r"^ {0,3}\[(\^?)[^\]\n]{1,999}\]:[^\n]*", re.MULTILINE)
# A footnote goes on with indented lines, also behind blank ones, and a paragraph of it with any that begin no block.
NOTE_GOES_ON = re.compile(
    r"\n(?:[ \t\r]*\n)*(?: {4}|\t)[^\n]*\S[^\n]*"
    r"|(?<!\n)\n(?! {0,3}(?:\[[^\]\n]+\]:|[>#|$:]|`{3}|~{3}|(?:[-*+]|\d{1,9}[.)])\s|[-*_=]{3,}\s*$))[^\n]*\S[^\n]*"
)


def needed_definitions(around: Surroundings) -> tuple[str, ...]:
    """Return the definitions that a quote refers to and does not hold."""
    quote = around.text[around.start : around.end]
    labels = {label.casefold() for label in LABEL.findall(quote)}
    return tuple(one for one in around.definitions if one not in quote and label_of(one) in labels)


def label_of(definition: str) -> str:
    """Return the label that a definition is of, as references to it are compared."""
    return definition[1 : definition.index("]")].casefold()


def surroundings(text: bytes, section: Section, start: int, end: int) -> Surroundings | None:
    """Return what stands around the byte range of a quote, None where that does not matter."""
    before, quote = text[section.start : start], text[start:end].decode()
    if not (UNSURE.search(quote) or _is_indented(before)) or section.end - section.start > LONGEST:
        return None
    shown = before.decode()
    whole = shown + quote + text[end : section.end].decode()
    return Surroundings(whole, len(shown), len(shown) + len(quote), tuple(_definitions(text.decode())))


def _definitions(text: str) -> Iterator[str]:
    """Yield what references and footnotes refer to, a footnote with all of its lines."""
    for found in DEFINITION.finditer(text):
        end = found.end()
        while found[1] and (more := NOTE_GOES_ON.match(text, end)):
            end = more.end()
        yield text[found.start() : end].strip()


def _is_indented(before: bytes) -> bool:
    """Return whether what stands before a quote in its line is an indent that may make code of it."""
    indent = before[before.rfind(b"\n") + 1 :]
    return not indent.strip(b" \t>") and (b"    " in indent or b"\t" in indent)
