"""Know where Zenn looks for articles: in the folder ``articles`` of a repository, in no subfolder and no book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.links import PAGE_PATH

if TYPE_CHECKING:
    from pathlib import Path

_ARTICLES = "articles"
_BOOKS = "books"


def is_in_place(root: Path, path: str) -> bool:
    """Tell whether Zenn would publish a file of an articles folder, which may also be the repository around it."""
    return PAGE_PATH.fullmatch(path) is not None and path.split("/")[:-1] == _folders(root.resolve())


def _folders(root: Path) -> list[str] | None:
    """Return the way from a folder to Zenn's articles; None where it is a part of them or of a book."""
    if root.name != _ARTICLES and (root / _ARTICLES).is_dir():
        return [_ARTICLES]
    # A folder of articles may have another name, but not a place inside.
    return None if root.name == _BOOKS or root.parent.name in {_ARTICLES, _BOOKS} else []
