"""Heading ids as Zenn makes them, page addresses, and what a citation links to."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.types import Article

# What Zenn publishes, seen from its folder of articles or from the repository; it publishes nothing of subfolders.
PAGE_PATH = re.compile(r"(?:articles/)?[0-9a-z\-_]{12,50}\.md")
# Zenn reads moments as those of Japan.
_JAPAN = timezone(timedelta(hours=9))
# JavaScript's \s: unlike Python's, it has U+FEFF and lacks U+001C to U+001F and U+0085.
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_INNER_BLANKS = re.compile(f"[{_BLANKS}]+")
# What JavaScript's encodeURIComponent leaves as it is, besides letters and digits.
_UNESCAPED = "-_.!~*'()"
_DEEPEST_WITH_ID = 4
# Longer ones fit in no address that Slack takes, and every section below repeats the one above.
LONGEST_ANCHOR = 1_900


def heading_id(label: str) -> str:
    """Return the id that Zenn makes from a heading's text, before repeated ids are told apart.

    ``label`` is the heading's text and inline code, without images and math.
    """
    return quote(_INNER_BLANKS.sub("-", label.strip(_BLANKS).lower()), safe=_UNESCAPED)


def heading_ids(headings: Iterable[tuple[int, str]]) -> list[str | None]:
    """Return the id of each ``(level, label)`` of a page, in order; None for h5, h6 and empty labels.

    A repeated id takes ``-1``, ``-2`` and so on, h1 to h4 of the whole page together.
    """
    used: set[str] = set()
    numbers: Counter[str] = Counter()
    ids: list[str | None] = []
    for level, label in headings:
        if level > _DEEPEST_WITH_ID:
            ids.append(None)
            continue
        base = unique = heading_id(label)
        while unique in used:
            numbers[base] += 1
            unique = f"{base}-{numbers[base]}"
        used.add(unique)
        ids.append(unique or None)
    return ids


def page_url(article: Article, user_name: str | None) -> str | None:
    """Return the address of the article's public page, or None where there is none.

    Drafts, what is to be published later and files that Zenn does not look for have no public page, and without a
    configured ``user_name`` no page is assumed, not even in a publication: nothing says that the folder is on Zenn.
    """
    if not (user_name and article.published and article.has_page and PAGE_PATH.fullmatch(article.path)):
        return None
    if not _has_come(article.published_at):
        return None
    return f"https://zenn.dev/{quote(article.publication or user_name, safe='')}/articles/{article.slug}"


def _has_come(moment: str | None) -> bool:
    """Tell whether a day or moment has come; Zenn publishes nothing at what is none."""
    if moment is None:
        return True
    try:
        given = datetime.fromisoformat(moment)
    except ValueError:
        return False
    return (given if given.tzinfo else given.replace(tzinfo=_JAPAN)) <= datetime.now(UTC)


def citation_url(
    article: Article, anchor: str | None, line: int, zenn_user: str | None, repository_url: str | None
) -> str | None:
    """Return what a citation links to: the public page, else the file in the repository, else None.

    ``anchor`` is the percent-encoded heading id (None for lead text), ``line`` counts from 1 and
    ``repository_url`` is the address of the articles folder, as in ``https://github.com/o/r/blob/main/articles``.
    """
    page = page_url(article, zenn_user)
    if page is not None:
        return f"{page}#{anchor}" if anchor else page
    if repository_url:
        return f"{repository_url.rstrip('/')}/{quote(article.path)}#L{line}"
    return None
