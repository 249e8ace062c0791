"""Components of MDX, Astro, Svelte and the like: ``<Figure src={photo} caption="…" />``, ``<Tabs>…</Tabs>``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.templates.braces import pairs, string_in
from index.reading.dialects.templates.tags import Argument, literal, replaced, shown, shown_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.reading.dialects.body import Body

_NAME = re.compile(r"<(?P<closing>/?)(?P<name>(?:[A-Za-z][\w-]*+(?:\.\w++)*+(?=[\s/>])|(?=>)))")
_ATTRIBUTE = re.compile(
    r"""\s*+(?:(?P<name>[\w:@.-]++)(?:\s*+=\s*+(?:"(?P<double>[^"]{0,2000}+)"|'(?P<single>[^']{0,2000}+)'|(?P<value>\{)))?+
    |(?P<spread>\{)|(?P<end>/?>))""",
    re.VERBOSE,
)
_LINE_BREAK = re.compile(r"[ \t]*+\n\s*+")
# More than any component has: a tag that goes on and on is none.
_MOST_ATTRIBUTES = 100
# What a page shows of these only when somebody points at it.
_TITLE_IS_HINT = frozenset({"A", "Link"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: ``braces`` are the attributes with a value in braces, blanks before them included."""

    name: str
    start: int
    end: int
    is_closing: bool
    is_complete: bool
    attributes: tuple[Argument, ...]
    braces: tuple[Argument, ...]


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave nothing of components but the text inside and what they show of their attributes.

    Elements of HTML are made such as HTML can have.
    """
    tags = tags_of(body)
    closing = {tag.name for tag in tags if tag.is_closing}
    for tag in tags:
        if not _is_component(tag.name, body.dialect):
            yield from _as_html(body.text, tag)
        elif body.dialect is Dialect.MDX or tag.is_complete or tag.name in closing or tag.attributes or tag.braces:
            values = _shown(body.text, tag)
            yield from replaced(body.text, (tag.start, tag.end), values)
            for value in values:
                yield from literal(body.text, (value.start, value.end))


def tags_of(body: Body) -> list[Tag]:
    """Return the tags of components and elements, in order."""
    return [tag for tag in _tags(body.text) if not body.is_code(tag.start)]


def _is_component(name: str, dialect: Dialect) -> bool:
    """Tell components from HTML, which people write in capital letters, too."""
    if dialect is Dialect.MDX:
        return name[:1].isupper() or not name or "." in name
    return name[:1].isupper() and any(letter.islower() for letter in name)


def _tags(text: str) -> Iterator[Tag]:
    closed = pairs(text)
    at = 0
    while match := _NAME.search(text, at):
        tag = _tag(text, match, closed)
        if tag:
            yield tag
        at = tag.end if tag else match.end()


def _tag(text: str, opening: re.Match[str], closed: Mapping[int, int]) -> Tag | None:
    """Return the tag that a name begins, None if it does not end as one."""
    at = opening.end()
    attributes: list[Argument] = []
    braces: list[Argument] = []
    for _ in range(_MOST_ATTRIBUTES):
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            return None
        if match["end"]:
            kinds = bool(opening["closing"]), match["end"] == "/>"
            return Tag(opening["name"], opening.start(), match.end(), *kinds, tuple(attributes), tuple(braces))
        at = match.end()
        name, kind = (match["name"] or "").lower(), match.lastgroup
        if kind in ("double", "single"):
            attributes.append(Argument(name, *match.span(kind), is_quoted=True))
        elif kind in ("value", "spread"):
            if (end := closed.get(match.start(kind))) is None:
                return None
            at = end + 1
            braces.append(Argument(name, match.start(), at, is_quoted=False))
            if string := string_in(text, match.start(kind), end):
                attributes.append(Argument(name, *string, is_quoted=True))
    return None


def _shown(text: str, tag: Tag) -> list[Argument]:
    values = shown(text, tag.attributes, shown_names(tag.name))
    if tag.name == "TabItem" and not values:
        values = [one for one in tag.attributes if one.name == "value"]
    return [one for one in values if one.name != "title" or tag.name not in _TITLE_IS_HINT]


def _as_html(text: str, tag: Tag) -> Iterator[TextEdit]:
    """Put a tag in one line, since a `>` that begins one makes a quote, and leave its values in braces out."""
    for match in _LINE_BREAK.finditer(text, tag.start, tag.end):
        yield TextEdit(*match.span(), " ")
    strings = {one.name: one for one in tag.attributes}
    for brace in tag.braces:
        string = strings.get(brace.name)
        if string and brace.start < string.start < brace.end and '"' not in text[string.start : string.end]:
            yield TextEdit(brace.start, string.start, f' {brace.name}="')
            yield TextEdit(string.end, brace.end, '"')
        else:
            yield TextEdit(brace.start, brace.end, "")
