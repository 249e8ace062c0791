"""Read articles: take a file's front matter and text apart, say what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.article_files import Places, article_path, read_file
from index.errors import ArticleError
from index.front_matter import LONGEST_TEXT, line_at, one_line, read_front_matter
from index.markdown import parse
from index.types import Article

if TYPE_CHECKING:
    from pathlib import Path


def read_article(folder: Path, path: Path, places: Places | None = None) -> Article:
    """Read one article; ``path`` lies in ``folder`` or is relative to it. Links lead nowhere else without ``places``.

    Raises `ArticleError` with the line at fault when the file cannot be read, is not UTF-8 or has front
    matter that cannot be understood.
    """
    name = article_path(folder, path if path.is_relative_to(folder) else folder / path)
    return to_article(name, read_file(folder, name, places or Places.of([folder])))


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
