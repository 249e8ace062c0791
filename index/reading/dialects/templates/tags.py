"""What tags have in common: their arguments, and which of these a page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.reading.dialects.body import Range

# What a page shows of a figure, a box, a tab, a card or a quote, whoever has written the component.
SHOWN = frozenset("alt attr author caption description header heading label subtitle summary text title".split())
_NAMED = re.compile(r"author|member|person|session|speaker|tab|talk|user", re.IGNORECASE)
# Backslashes stand for themselves, so that no quote behind one begins a value.
_ARGUMENT = re.compile(
    r"""(?:(?P<name>[\w:.-]++)\s*+=\s*+)?
    (?:"(?P<double>(?:[^"\\]|\\.)*+)"|'(?P<single>(?:[^'\\]|\\.)*+)'|`(?P<raw>[^`]*+)`|(?P<bare>[^\s"'`,()=\\]++))
    |\\.|.""",
    re.VERBOSE | re.DOTALL,
)
_VALUES = ("double", "single", "raw", "bare")
_BRACKETS = re.compile(r"[\[\]]")
_MARK = re.compile(r"[*_`\[\]\\~$<|]")
# What may stand before a tag that has its lines for itself.
_LINE_START = re.compile(r"[ \t>]*+(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*+")
_LINE_END = re.compile(r"[ \t]*+(?:\n|\Z)")
_TARGET = re.compile(r"(?:\]\(<?|\]:[ \t]+<?)\Z")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a tag: its name, if it has one, and the range of its value without the quotes."""

    name: str
    start: int
    end: int
    is_quoted: bool


def arguments(text: str, span: Range) -> Iterator[Argument]:
    """Yield the arguments that stand in a range."""
    for match in _ARGUMENT.finditer(text, *span):
        kind = next((kind for kind in _VALUES if match[kind] is not None), None)
        if kind:
            yield Argument((match["name"] or "").lower(), *match.span(kind), kind != "bare")


def shown_names(tag: str) -> frozenset[str]:
    """Return the names of the arguments that a page shows of a tag; most have a name for their maker alone."""
    return SHOWN | {"name"} if _NAMED.search(tag) else SHOWN


def shown(text: str, found: Iterable[Argument], names: Iterable[str] = SHOWN) -> list[Argument]:
    """Return the arguments whose values a page shows; a description that repeats a caption is none."""
    kept = [one for one in found if one.name in names and text[one.start : one.end].strip()]
    captions = {text[one.start : one.end] for one in kept if one.name != "alt"}
    return [one for one in kept if one.name != "alt" or text[one.start : one.end] not in captions]


def literal(text: str, span: Range) -> Iterator[TextEdit]:
    """Let the marks in a range, which is no Markdown, stand for themselves."""
    for match in _MARK.finditer(text, *span):
        yield TextEdit(match.start(), match.start(), "\\")


def replaced(text: str, span: Range, values: Sequence[Argument]) -> Iterator[TextEdit]:
    """Leave nothing of a tag but values of its arguments, each in a line of its own where the tag begins its line."""
    start, end = span
    if not values:
        yield TextEdit(start, end, "#" if _TARGET.search(text, max(start - 10, 0), start) else "")
        return
    begins, ends = _begins_line(text, start), _LINE_END.match(text, end) is not None
    joint = "\n" if begins else " "
    at, before = start, "" if begins or text[start - 1].isspace() else " "
    for value in values:
        is_image = value.name == "alt" and not _BRACKETS.search(text, value.start, value.end)
        yield TextEdit(at, value.start, before + "![" * is_image)
        at, before = value.end, "]()" * is_image + joint
    yield TextEdit(at, end, before if begins or not (ends or text[end].isspace()) else before.rstrip())


def _begins_line(text: str, at: int) -> bool:
    begin = text.rfind("\n", 0, at) + 1
    before = _LINE_START.match(text, begin, at)
    return before is not None and before.end() == at
