"""Read articles: find the files, take front matter and text apart, say what is wrong with a file."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import ArticleError, ArticlesFolderError
from index.front_matter import LONGEST_TEXT, line_at, one_line, read_front_matter
from index.markdown import parse
from index.types import Article


def list_article_paths(folder: Path) -> list[Path]:
    """Return the Markdown files of a folder and its subfolders, sorted, without hidden ones.

    Raises `ArticlesFolderError` when the folder or one of its subfolders cannot be listed.
    """
    if not folder.is_dir():
        raise ArticlesFolderError(f"There is no articles folder at {folder}.")
    found: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=_raise_folder_error):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if name.endswith(".md") and not name.startswith(".")]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _raise_folder_error(error: OSError) -> None:
    raise ArticlesFolderError(f"The articles folder {error.filename} cannot be listed: {error.strerror}.")


def read_article(folder: Path, path: Path) -> Article:
    """Read one article; ``path`` lies in ``folder`` or is relative to it.

    Raises `ArticleError` with the line at fault when the file cannot be read, is not UTF-8 or has front
    matter that cannot be understood.
    """
    full = path if path.is_relative_to(folder) else folder / path
    name = full.relative_to(folder).as_posix()
    if (readable := os.fsencode(name).decode("utf-8", "replace")) != name:
        raise ArticleError(readable, 1, "The name of the file is not UTF-8 text.")
    try:
        source = full.read_bytes()
    except OSError as error:
        raise ArticleError(name, 1, f"The file cannot be read: {error.strerror}.") from error
    return to_article(name, source)


def to_article(path: str, source: bytes) -> Article:
    """Take the bytes of an article file apart; raise ArticleError."""
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArticleError(path, line_at(source, error.start), "The file is not UTF-8 text.") from error
    front = read_front_matter(path, source)
    return Article(
        path=path,
        source=source,
        body_start=front.body_start,
        title=front.title or _title_from_text(path, source, front.body_start),
        topics=front.topics,
        published=front.published,
        published_at=front.published_at,
        publication=front.publication,
    )


def _title_from_text(path: str, source: bytes, body_start: int) -> str:
    """Return the first h1 of an article without a title, or else its file name."""
    article = Article(path, source, body_start, "")
    titles = (heading.text for heading in parse(article).headings if heading.level == 1 and heading.text)
    return one_line(next(titles, article.slug))[:LONGEST_TEXT]
