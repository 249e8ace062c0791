"""Copies of an article: the same text is indexed once, whatever the files are called."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING

from index.reading.skipped import SkippedPath
from index.word_lists import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.building.listed_article import ListedArticle
    from index.types import Article


def text_hash(article: Article) -> bytes:
    """Return a hash of what is read of an article: its title and its text, whatever else its front matter says."""
    # Editors and git change the ends of lines and of the file.
    text = article.text[article.body_start :].replace(b"\r\n", b"\n").strip()
    return hashlib.sha256(b"\n".join((original_title(article.title).encode(), text))).digest()


def original_title(title: str) -> str:
    """Return the title that a copy is named after, or else the title itself."""
    while (found := _copy_title().fullmatch(title)) is not None:
        title = next(filter(None, found.groups()))
    return title


def is_named_copy(title: str) -> bool:
    """Return whether a title says that it is of a copy."""
    return original_title(title) != title


@cache
def _copy_title() -> re.Pattern[str]:
    """Return the pattern of the titles of copies, with groups for what they are copies of."""
    forms = {
        "…": r"(\S.*?)[\s_-]*",
        "#": r"\d{1,3}",
        " ": r"\s*",
        "(": "[(（]",
        ")": "[)）]",
        "~": "[~～〜]",
        ":": "[:：]",
    }
    rows = (" ".join(row) for row in rows_of("index/data/copy_titles.txt"))
    return re.compile("|".join("".join(forms.get(one, re.escape(one)) for one in row) for row in rows), re.IGNORECASE)


def without_copies(articles: Sequence[ListedArticle]) -> tuple[list[ListedArticle], list[SkippedPath]]:
    """Part articles, in their order, from copies of them.

    Which one is kept depends on nothing but which there are, so that every build keeps the same.
    """
    kept: dict[bytes, ListedArticle] = {}
    copies: dict[int, SkippedPath] = {}
    for number, article in sorted(enumerate(articles), key=lambda pair: _rank(pair[1])):
        # Files without a title of their own have the same bytes and different titles.
        hashes = article.sha256, article.text_hash
        original = next((kept[one] for one in hashes if one in kept), None)
        if original is not None:
            copies[number] = SkippedPath(article.path, f"the same text as {original.path}")
        for one in hashes:
            kept.setdefault(one, original or article)
    rest = [article for number, article in enumerate(articles) if number not in copies]
    return rest, [copies[number] for number in sorted(copies)]


def _rank(article: ListedArticle) -> tuple[bool, bool, bool, int, int, str]:
    """Put first what has a page, and then what is not the copy by its names: in no subfolder, and a short one."""
    path = article.path
    return not article.published, not article.has_page, article.is_named_copy, path.count("/"), len(path), path
