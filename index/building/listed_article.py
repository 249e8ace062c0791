"""An article to be indexed, as a build finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.article_files import Places, read_file
from index.reading.articles import ReadArticle, to_article
from index.reading.pages.zenn import is_in_place

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article to be indexed; ``known`` is its number in the version in use when nothing of it has changed.

    It is also known when ``is_out_of_reach``: its file or folder cannot be opened now, and what the index has of it is
    kept. ``folder`` numbers the articles folder. ``text_hash`` is the same for copies of an article, and
    ``is_named_copy`` says that the title calls it one. ``held`` is what was read to find this out, where there was room
    for it.
    """

    path: str
    root: Path
    folder: int
    places: Places
    published: bool
    has_page: bool
    is_named_copy: bool
    sha256: bytes
    text_hash: bytes
    known: int | None = None
    is_out_of_reach: bool = False
    held: ReadArticle | None = None

    def read(self) -> ReadArticle:
        """Read the article, unless it is held; raise ArticleError."""
        if self.held is not None:
            return self.held
        source = read_file(self.root, self.path, self.places)
        return to_article(self.path, source, in_place=is_in_place(self.root, self.path), folder=self.folder)
