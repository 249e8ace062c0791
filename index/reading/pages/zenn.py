"""Zenn: where it looks for articles, where their pages are, and which ids it gives their headings."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.sites.page import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from index.types import Article

# What Zenn publishes, seen from its folder of articles or from the repository; it publishes nothing of subfolders.
_PAGE_PATH = re.compile(r"(?:articles/)?[0-9a-z\-_]{12,50}\.md")
_ARTICLES = "articles"
_BOOKS = "books"
# JavaScript's \s: unlike Python's, it has U+FEFF and lacks U+001C to U+001F and U+0085.
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_INNER_BLANKS = re.compile(f"[{_BLANKS}]+")
# What JavaScript's encodeURIComponent leaves as it is, besides letters and digits.
UNESCAPED = "-_.!~*'()"
_DEEPEST_WITH_ID = 4


def heading_id(label: str) -> str:
    """Return the id that Zenn makes from a heading's text, before repeated ids are told apart.

    ``label`` is the heading's text and inline code, without images and math.
    """
    return quote(_INNER_BLANKS.sub("-", label.strip(_BLANKS).lower()), safe=UNESCAPED)


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


def is_in_place(root: Path, path: str) -> bool:
    """Tell whether Zenn would publish a file of an articles folder, which may also be the repository around it."""
    return _PAGE_PATH.fullmatch(path) is not None and path.split("/")[:-1] == _folders(root.resolve())


def address(article: Article, user: str) -> str | None:
    """Return the address of an article's page, None for what is not Zenn's or where Zenn does not look for it."""
    if article.dialect is not Dialect.ZENN or not article.has_page or not _PAGE_PATH.fullmatch(article.path):
        return None
    return f"https://zenn.dev/{quote(article.publication or user, safe='')}/articles/{article.slug}"


def _folders(root: Path) -> list[str] | None:
    """Return the way from a folder to Zenn's articles; None where it is a part of them or of a book."""
    if root.name != _ARTICLES and (root / _ARTICLES).is_dir():
        return [_ARTICLES]
    # A folder of articles may have another name, but not a place inside.
    return None if root.name == _BOOKS or root.parent.name in {_ARTICLES, _BOOKS} else []
