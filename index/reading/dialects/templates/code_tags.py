"""Tags around code: ``{{< highlight go >}}`` of Hugo, ``{% highlight ruby %}`` of Jekyll and the like, as fences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading.dialects.body import Body

_TAG = re.compile(
    r"""(?:\{\{[<%]\s*+(?P<hugo_end>/?)\s*+(?P<hugo>highlight|code|mermaid)\b
        (?P<hugo_arguments>(?:(?!\{\{|[>%]\}\}|\n[ \t]*\n).)*+)[>%]\}\}
    |\{%-?\s*+(?P<liquid_end>(?:end)?)(?P<liquid>highlight|codeblock|code|mermaid)\b
        (?P<liquid_arguments>(?:(?!\{%|%\}|\n[ \t]*\n).)*+)%\})""",
    re.VERBOSE | re.DOTALL,
)
_LANGUAGE = re.compile(r"[\s(]*+(?:lang(?:uage)?[=:]\s*+)?[\"']?([\w+#-]++)")
_BACKTICKS = re.compile(r"`{3,}")
_NEWLINE = re.compile(r"[ \t]*+(?:\n|\Z)")


def edits(body: Body) -> Iterator[TextEdit]:
    """Make fences of pairs of tags; what stands between them is code."""
    opened: re.Match[str] | None = None
    for match in _TAG.finditer(body.text):
        if match["hugo_end"] or match["liquid_end"]:
            if opened and _name(opened) == _name(match):
                yield from _fence(body.text, opened, match)
            opened = None
        elif opened is None and not body.is_code(match.start()):
            opened = match


def _name(match: re.Match[str]) -> tuple[str | None, str | None]:
    return match["hugo"], match["liquid"]


def _fence(text: str, opening: re.Match[str], closing: re.Match[str]) -> Iterator[TextEdit]:
    start, end = opening.end(), closing.start()
    longest = max((len(run) for run in _BACKTICKS.findall(text, start, end)), default=2)
    fence = "`" * (longest + 1)
    language = _LANGUAGE.match(opening["hugo_arguments"] or opening["liquid_arguments"] or "")
    break_behind = "" if _NEWLINE.match(text, start) else "\n"
    yield TextEdit(*opening.span(), f"{fence}{language[1] if language else ''}{break_behind}")
    yield TextEdit(*closing.span(), ("" if _begins_line(text, end) else "\n") + fence)


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>")
