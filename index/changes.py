"""Find the articles and which of them have changed since the version in use, by the hashes of their files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.article_files import Places, article_path, find_files, read_file
from index.articles import one_article, to_article
from index.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from index.tables import ArticleEntry
    from index.types import Article


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article to be indexed; ``known`` is its number in the version in use when not a byte of it has changed.

    It is also known when ``is_out_of_reach``: its folder cannot be listed now, and what the index has of it is kept.
    """

    path: str
    root: Path
    places: Places
    published: bool
    known: int | None = None
    is_out_of_reach: bool = False

    def read(self) -> Article:
        """Read the article; raise ArticleError."""
        return to_article(self.path, read_file(self.root, self.path, self.places))


@dataclass(frozen=True, slots=True)
class Changes:
    """All articles to be indexed, by path, what cannot be read, and the paths of the version in use."""

    articles: tuple[ListedArticle, ...]
    failed: tuple[ArticleError, ...]
    indexed: frozenset[str]

    @property
    def added(self) -> int:
        """How many articles are new."""
        return sum(one.path not in self.indexed for one in self.articles)

    @property
    def changed(self) -> int:
        """How many articles are other than they were."""
        return sum(one.known is None and one.path in self.indexed for one in self.articles)

    @property
    def unchanged(self) -> int:
        """How many articles are as they were."""
        return len(self.articles) - self.added - self.changed

    @property
    def removed(self) -> int:
        """How many articles are gone or cannot be read any more."""
        return len(self.indexed - {one.path for one in self.articles})

    def without(self, failed: Sequence[ArticleError]) -> Changes:
        """Return the changes without some articles that turned out to be unreadable."""
        paths = {error.path for error in failed}
        articles = tuple(one for one in self.articles if one.path not in paths)
        return Changes(articles, (*self.failed, *failed), self.indexed)


def find_changes(
    folders: Sequence[Path], indexed: Sequence[ArticleEntry], *, drafts: bool, links_to: Sequence[Path] = ()
) -> Changes:
    """Look at every file of the articles folders; of a changed one no more is kept than its path.

    A path that stands in two folders is refused the second time. ``links_to`` names the folders outside of them that
    links may lead to. Raises ArticlesFolderError.
    """
    places = Places.of(folders, links_to)
    known = {entry.path: (number, entry) for number, entry in enumerate(indexed)}
    listed: dict[str, ListedArticle] = {}
    failed: list[ArticleError] = []
    out_of_reach: list[ListedArticle] = []
    for root in folders:
        found = find_files(root, places)
        failed += found.refused
        out_of_reach += _out_of_reach(root, found.unlisted, places, known)
        for file in found.files:
            try:
                article = _look(root, file, places, known)
            except ArticleError as error:
                failed.append(error.alone())
                continue
            if article.path in listed:
                failed.append(ArticleError(article.path, 1, "another articles folder has an article of this path"))
            elif article.published or drafts:
                listed[article.path] = article
    for article in out_of_reach:
        if article.published or drafts:
            listed.setdefault(article.path, article)
    return Changes(tuple(listed[path] for path in sorted(listed)), tuple(failed), frozenset(known))


def _look(root: Path, file: Path, places: Places, known: Mapping[str, tuple[int, ArticleEntry]]) -> ListedArticle:
    """Return an article; raise ArticleError when it cannot be read."""
    path = article_path(root, file)
    with one_article(path):
        source = read_file(root, path, places)
        if path in known:
            number, entry = known[path]
            if hashlib.sha256(source).digest() == entry.sha256:
                return ListedArticle(path, root, places, entry.published, number)
        return ListedArticle(path, root, places, to_article(path, source).published)


def _out_of_reach(
    root: Path, folders: Sequence[str], places: Places, known: Mapping[str, tuple[int, ArticleEntry]]
) -> list[ListedArticle]:
    """Return the known articles of subfolders that cannot be listed now."""
    inside = tuple(f"{folder}/" for folder in folders)
    return [
        ListedArticle(path, root, places, entry.published, number, is_out_of_reach=True)
        for path, (number, entry) in known.items()
        if path.startswith(inside)
    ]
