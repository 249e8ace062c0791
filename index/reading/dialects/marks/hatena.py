"""Marks of Hatena Blog and HackMD: ``[f:id:…:plain]``, ``[https://…:embed]``, ``[name=…]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.matches import around, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

# What shows nothing that the file says: a table of contents, photographs, embedded posts and articles for sale.
_NOTHING = re.compile(
    r"(?<![!\[])\[(?::contents|(?:f:id|gist|niconico|tweet|youtube):[^\[\]\s]++|(?:asin|ISBN):\w++:(?:detail|image))\]"
    r"(?![(\[])"
)
_ADDRESS = re.compile(
    r"""(?<![!\[])\[(?P<address>https?://[^\[\]\s]+?)
    (?P<kind>:(?:embed(?::cite)?|title|bookmark|image|cite)(?:=(?P<title>[^\[\]\n]++))?(?::[^\[\]\s]*+)?)\](?![(\[])""",
    re.VERBOSE,
)
_MEMBER = re.compile(
    r"(?<![!\[])\[(?P<kind>id:|name=|time=)(?P<text>[^\[\]\n]++)\](?![(\[])|(?<![!\[])\[color=[^\[\]\n]++\]"
)
_DETAIL = re.compile(r":(?:detail|image)\Z")
_QUOTED = re.compile(r"[ \t]*+>")


def edits(body: Body) -> Iterator[TextEdit]:
    """Leave addresses, titles and names of what is embedded."""
    for match in matches(_NOTHING, body):
        yield TextEdit(*match.span(), "")
    for match in matches(_ADDRESS, body):
        yield from _address(match)
    for match in matches(_MEMBER, body):
        if match["kind"] == "id:" or _is_quoted(body.text, match.start()):
            yield from _member(match)


def _address(match: re.Match[str]) -> Iterator[TextEdit]:
    if match["title"]:
        yield TextEdit(match.start() + 1, match.start("title"), "")
        yield TextEdit(match.end("title"), match.end(), f"]({match['address']})")
    else:
        yield from around(match.span(), match.span("address"))


def _member(match: re.Match[str]) -> Iterator[TextEdit]:
    if match["text"] is None:
        yield TextEdit(*match.span(), "")
    elif match["kind"] == "id:":
        detail = _DETAIL.search(match["text"])
        length = detail.start() if detail else len(match["text"])
        yield from around(match.span(), (match.start("kind"), match.start("text") + length))
    else:
        yield from around(match.span(), match.span("text"))


def _is_quoted(text: str, at: int) -> bool:
    return _QUOTED.match(text, text.rfind("\n", 0, at) + 1) is not None
