"""An article to be indexed, as a build finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.article_files import Places, read_file
from index.reading.articles import to_article
from index.reading.zenn_place import is_in_place

if TYPE_CHECKING:
    from pathlib import Path

    from index.types import Article


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article to be indexed; ``known`` is its number in the version in use when nothing of it has changed.

    It is also known when ``is_out_of_reach``: its file or folder cannot be opened now, and what the index has of it is
    kept. ``text_hash`` is the same for copies of an article.
    """

    path: str
    root: Path
    places: Places
    published: bool
    has_page: bool
    sha256: bytes
    text_hash: bytes
    known: int | None = None
    is_out_of_reach: bool = False

    def read(self) -> Article:
        """Read the article; raise ArticleError."""
        source = read_file(self.root, self.path, self.places)
        return to_article(self.path, source, in_place=is_in_place(self.root, self.path))
