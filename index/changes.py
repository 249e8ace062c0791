"""Find the articles and which of them have changed since the version in use, by the hashes of their files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.articles import list_article_paths, read_article
from index.errors import ArticleError, ArticlesFolderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from index.tables import ArticleEntry


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article to be indexed; ``known`` is its number in the version in use when not a byte of it has changed."""

    path: str
    root: Path
    file: Path
    known: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All articles to be indexed, by path, those that cannot be read, and how many are new, changed or gone."""

    articles: tuple[ListedArticle, ...]
    failed: tuple[ArticleError, ...]
    added: int
    changed: int
    removed: int

    @property
    def unchanged(self) -> int:
        """How many articles are as they were."""
        return len(self.articles) - self.added - self.changed


def find_changes(folders: Sequence[Path], indexed: Sequence[ArticleEntry], *, drafts: bool) -> Changes:
    """Look at every file of the articles folders; of a changed one no more is kept than its path.

    A path that stands in two folders is refused the second time. Raises ArticlesFolderError.
    """
    known = {entry.path: (number, entry) for number, entry in enumerate(indexed)}
    listed: dict[str, ListedArticle] = {}
    failed: list[ArticleError] = []
    for root in folders:
        if not root.is_dir():
            raise ArticlesFolderError(f"there is no articles folder {root}; name one with --articles or ARTICLES")
        for file in list_article_paths(root):
            try:
                found, published = _look(root, file, known)
            except ArticleError as error:
                failed.append(error)
                continue
            if found.path in listed:
                failed.append(ArticleError(found.path, 1, "another articles folder has an article of this path"))
            elif published or drafts:
                listed[found.path] = found
    changed = sum(one.known is None and one.path in known for one in listed.values())
    return Changes(
        articles=tuple(listed[path] for path in sorted(listed)),
        failed=tuple(failed),
        added=len(listed.keys() - known.keys()),
        changed=changed,
        removed=len(known.keys() - listed.keys()),
    )


def _look(root: Path, file: Path, known: Mapping[str, tuple[int, ArticleEntry]]) -> tuple[ListedArticle, bool]:
    """Return an article and whether it is published; raise ArticleError when it cannot be read."""
    path = file.relative_to(root).as_posix()
    if path in known:
        number, entry = known[path]
        try:
            with file.open("rb") as opened:
                is_same = hashlib.file_digest(opened, "sha256").digest() == entry.sha256
        except OSError as error:
            raise ArticleError(path, 1, f"The file cannot be read: {error.strerror}.") from error
        if is_same:
            return ListedArticle(path, root, file, number), entry.published
    return ListedArticle(path, root, file, None), read_article(root, file).published
