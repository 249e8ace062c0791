"""What makes a module of an MDX file: imports, exports, comments and expressions in braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.matches import around, matches
from index.reading.dialects.templates.braces import pairs, string_in
from index.reading.dialects.templates.tags import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.reading.dialects.body import Body

_IMPORT = re.compile(
    r"""^[ \t]*+import\s++(?:(?:type\s++)?(?:[\w$*][^\n'"{};]*?)?(?:\{[^{}'";]*+\}\s*+)?from\s*+)?
    (?:"[^"\n]++"|'[^'\n]++')[^\n]*+$""",
    re.MULTILINE | re.VERBOSE,
)
_EXPORT = re.compile(
    r"^export\s++(?:(?:async|class|const|default|enum|function|interface|let|type|var)\b|[*{])", re.MULTILINE
)
_SCRIPT = re.compile(r"^[ \t]*+<(script|style)\b[^>]*+>(?:(?!</?\1\b).)*+</\1>", re.MULTILINE | re.DOTALL)
_OPENING_OR_END = re.compile(r"[({\[]|$", re.MULTILINE)
_COMMENT = re.compile(r"\s*+/\*(?P<text>.*)\*/\s*+", re.DOTALL)
_HEADING_ID = re.compile(r"\s*+#[\w-]++\s*+")
# `{#id}` and `{.class}` are attributes.
_ATTRIBUTES = re.compile(r"\s*+(?:[.#](?!if\b|each\b|await\b|key\b)|:(?!else\b|then\b|catch\b))")
# Behind these a brace is part of a formula, a tag or text about templates.
_NO_EXPRESSION_BEHIND = re.compile(r"(?:\\[A-Za-z]+|[=$\\{_^}])\Z")
_LONGEST_COMMAND = 20


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave nothing of a module but the strings in its expressions."""
    imports = list(matches(_IMPORT, body))
    for match in imports:
        yield TextEdit(*match.span(), "")
    if not (imports or body.dialect is Dialect.MDX):
        return
    closed = pairs(body.text)
    for match in matches(_SCRIPT, body):
        yield TextEdit(*match.span(), "")
    for match in matches(_EXPORT, body):
        yield TextEdit(match.start(), _end_of_statement(body.text, match.start(), closed), "")
    yield from _expressions(body, closed)


def _end_of_statement(text: str, at: int, closed: Mapping[int, int]) -> int:
    """Return where the line ends on which all brackets are closed that a statement has opened."""
    while (match := _OPENING_OR_END.search(text, at)) and match[0]:
        at = closed.get(match.start(), match.start()) + 1
    return match.start() if match else len(text)


def _expressions(body: Body, closed: Mapping[int, int]) -> Iterator[TextEdit]:
    text, reached = body.text, 0
    for start in sorted(closed):
        end = closed[start] + 1
        is_behind_another = bool(reached) and start == reached
        if text[start] != "{" or start < reached or body.is_code(start):
            continue
        if not is_behind_another and _is_text(text, start):
            continue
        reached = end
        comment = _COMMENT.fullmatch(text, start + 1, end - 1)
        if string := string_in(text, start, end - 1):
            yield from around((start, end), string)
            yield from literal(text, string)
        elif comment and _HEADING_ID.fullmatch(comment["text"]):
            yield TextEdit(start, end, f"{{{comment['text'].strip()}}}")
        else:
            yield TextEdit(start, end, "")


def _is_text(text: str, start: int) -> bool:
    """Tell whether a brace begins no expression but attributes, a part of a formula or a template."""
    before = _NO_EXPRESSION_BEHIND.search(text, max(start - _LONGEST_COMMAND, 0), start)
    return before is not None or _ATTRIBUTES.match(text, start + 1) is not None
