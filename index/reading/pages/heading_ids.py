"""The ids of headings as the pages of each dialect have them; None where one cannot be sure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.reading.pages import zenn
from index.sites.page import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.reading.markdown.document import Heading
    from index.types import Article

# Longer ones fit in no address that Slack takes, and every section below repeats the one above.
LONGEST_ANCHOR = 1_900

# The first line of a heading that is written as Markdown, with what may stand before its mark, and the line below one.
_MARKED = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t>]+)*(#{1,6}(?=[ \t]|$))?")
_UNDERLINED = re.compile(r"\n[ \t>]*(?:=+|-+)[ \t]*$")
_CLOSED = re.compile(r"(?<![ \t])[ \t]++#++[ \t]*+$")
_EXPLICIT = re.compile(r"(?<![ \t])[ \t]*+\{:?[ \t]*+#[^{}\n]*+\}[ \t]*+$")
# A page shows something else instead of these, and they leave no two generators the same letters.
_SUBSTITUTED = re.compile(r"(?<!\w):[a-z0-9_+-]++:|\{\{|\{%|\{[a-z]", re.IGNORECASE)
_DASHES = re.compile(r"(?<!-)-{2,3}(?!-)")
_NO_ASCII_WORD = re.compile(r"[^\w\s-]")
_NUMBERED = re.compile(r"(.*)_(\d{1,9})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Written:
    """A heading with the Markdown of its text in the file, None where it is written as HTML."""

    heading: Heading
    markdown: str | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a dialect makes an id of a heading's label, and tells repeated ones apart.

    ``of_html`` says that headings that are written as HTML get one, too, and ``of_markdown`` that it is made of the
    Markdown of the heading, marks and addresses included.
    """

    base: Callable[[str], str]
    numbers: Callable[[], _Numbers]
    of_html: bool = False
    of_markdown: bool = False


class _Numbers:
    """Tells repeated ids apart by ``-1``, ``-2`` and so on, until one is new."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self._counts: Counter[str] = Counter()

    def unique(self, base: str) -> str | None:
        """Return the id of the next heading with a base, None when another one has it already."""
        found = base
        while found in self.used:
            self._counts[base] += 1
            found = f"{base}-{self._counts[base]}"
        self.used.add(found)
        return found


class _Counts(_Numbers):
    """Tells them apart by how many had the same base before, whatever else is called so."""

    def unique(self, base: str) -> str | None:
        count = self._counts[base]
        self._counts[base] += 1
        found = f"{base}-{count}" if count else base
        if found in self.used:
            return None
        self.used.add(found)
        return found


class _Underscored(_Numbers):
    """Tells them apart by ``_1`` or by counting up the number that they end with; none is empty."""

    def unique(self, base: str) -> str | None:
        numbered = _NUMBERED.fullmatch(base)
        stem, number = (numbered[1], int(numbered[2])) if numbered else (base, 0)
        found = base
        if found in self.used or not found:
            number = max(number, self._counts[base])
            while (found := f"{stem}_{number + 1}") in self.used:
                number += 1
            self._counts[base] = number
        self.used.add(found)
        return found


def heading_ids(article: Article, headings: Sequence[Heading]) -> list[str | None]:
    """Return the percent-encoded id of every heading of an article, in order, None for one without."""
    if article.dialect is Dialect.ZENN:
        return zenn.heading_ids((heading.level, heading.label) for heading in headings)
    written = [_Written(heading, _markdown(article, heading)) for heading in headings]
    return [quote(one, safe=zenn.UNESCAPED) if one else None for one in _ids(written, _RULES[article.dialect])]


def _ids(written: Iterable[_Written], rule: _Rule) -> Iterator[str | None]:
    numbers = rule.numbers()
    for one in written:
        if one.heading.id is not None:
            numbers.used.add(one.heading.id)
            yield one.heading.id
        elif one.markdown is None:
            yield numbers.unique(rule.base(one.heading.label)) if rule.of_html else None
        else:
            found = numbers.unique(rule.base(one.markdown if rule.of_markdown else one.heading.label))
            yield found if _is_sure(one, rule) else None


def _is_sure(one: _Written, rule: _Rule) -> bool:
    """Tell whether nothing but text makes the id of a heading."""
    markdown = one.markdown or ""
    if _SUBSTITUTED.search(markdown):
        return False
    return not rule.of_markdown or rule.base(markdown) == rule.base(one.heading.label)


def _markdown(article: Article, heading: Heading) -> str | None:
    """Return the Markdown of a heading's text as it stands in the file, None when it is HTML."""
    start, end = article.file_range(heading.start, heading.end)
    source = article.source[start:end].decode(errors="replace")
    mark = _MARKED.match(source)
    is_underlined = _UNDERLINED.search(source) is not None
    if mark is None or not (mark[1] or is_underlined):
        return None
    text = _UNDERLINED.sub("", source) if is_underlined else _CLOSED.sub("", source)
    return _EXPLICIT.sub("", text[mark.end() :]).strip()


def _as_github(label: str) -> str:
    return "".join(one for one in label.lower() if one in " -" or _is_word(one)).replace(" ", "-")


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category in {"Nd", "Nl", "Pc"}


def _as_hugo(markdown: str) -> str:
    kept = (one for one in markdown if one in "-_ \t" or unicodedata.category(one)[0] == "L" or one.isdecimal())
    return re.sub(r"[ \t]", "-", "".join(kept)).lower() or "heading"


def _as_kramdown(label: str) -> str:
    # It makes dashes of hyphens first.
    return _as_github(_DASHES.sub("", label.replace("\t", " ")))


def _as_python_markdown(label: str) -> str:
    text = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", _NO_ASCII_WORD.sub("", text).strip().lower())


# GitHub's rule is also that of github-slugger, which Docusaurus, Astro and others have.
_RULES = {
    Dialect.PLAIN: _Rule(_as_github, _Numbers, of_html=True),
    Dialect.MDX: _Rule(_as_github, _Numbers),
    Dialect.QIITA: _Rule(_as_github, _Counts, of_html=True),
    Dialect.HUGO: _Rule(_as_hugo, _Numbers, of_markdown=True),
    Dialect.JEKYLL: _Rule(_as_kramdown, _Counts),
    Dialect.PELICAN: _Rule(_as_python_markdown, _Underscored),
}
