"""Read articles: take a file's front matter and text apart, say what is wrong with it, and get done with any."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import ArticleError, ReportBotError
from index.reading.article_files import Places, article_path, read_file
from index.reading.dialects.dialect import Dialect, dialect_of
from index.reading.dialects.page import page_edits
from index.reading.front_matter.block import line_at
from index.reading.front_matter.dates import day_in_path, day_of
from index.reading.front_matter.front_matter import read_front_matter
from index.reading.markdown.document import Document, parse
from index.reading.pages.zenn import is_in_place
from index.reading.time_limit import TimeUp, time_limit
from index.reading.titles import title_of
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

# Reports take a tenth of a second at most. Who has one that no parser gets done with should not wait for long in every
# build; but a book of a megabyte takes seven on a busy machine.
SECONDS = 10.0
SECONDS_PER_MEBIBYTE = 10.0


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as it was read, and its text where that was parsed to find a title.

    ``warnings`` name what of its front matter is left out.
    """

    article: Article
    document: Document | None = None
    warnings: tuple[ArticleError, ...] = ()


def read_article(folder: Path, path: Path, places: Places | None = None) -> Article:
    """Read one article; ``path`` lies in ``folder`` or is relative to it. Links lead nowhere else without ``places``.

    Raises `ArticleError` with the line at fault when the file cannot be read, is not UTF-8 or has front
    matter that cannot be understood.
    """
    name = article_path(folder, path if path.is_relative_to(folder) else folder / path)
    source = read_file(folder, name, places or Places.of([folder]))
    return to_article(name, source, in_place=is_in_place(folder, name)).article


def to_article(path: str, source: bytes, *, in_place: bool = True, folder: int = 0) -> ReadArticle:
    """Take the bytes of an article file apart; ``in_place`` says that Zenn looks for articles there.

    ``folder`` numbers the articles folder. Raises `ArticleError`.
    """
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArticleError(path, line_at(source, error.start), "The file is not UTF-8 text.") from error
    front = read_front_matter(path, source)
    body = source[front.body_start :].decode()
    dialect = dialect_of(path, front.form, front.keys, body)
    article = Article(
        path=path,
        source=source,
        body_start=front.body_start,
        title=front.title,
        topics=front.topics,
        published=front.published,
        published_at=front.published_at,
        publication=front.publication,
        has_page=in_place and front.says_published,
        edits=page_edits(source, front.body_start, dialect),
        dialect=dialect,
        address=front.address,
        folder=folder,
        date=front.date or day_in_path(path),
        # Zenn shows nothing of it but what the reader of a citation sees anyway.
        fields=() if dialect is Dialect.ZENN else front.fields,
    )
    if article.title:
        return ReadArticle(article, warnings=front.warnings)
    document = parse(article)
    title, title_from = title_of(article, document)
    titled = replace(article, title=title, title_from=title_from, date=article.date or day_of(title))
    return ReadArticle(titled, document, front.warnings)


@contextmanager
def one_article(path: str, size: int = 0) -> Iterator[None]:
    """Turn whatever goes wrong inside into an ArticleError, also when it takes too long, so that others can go on.

    An article of ``size`` bytes that is to be split gets more time than one that is only looked at.
    """
    seconds = SECONDS + SECONDS_PER_MEBIBYTE * size / (1 << 20)
    try:
        with time_limit(seconds):
            yield
    except ReportBotError:
        raise
    except TimeUp as error:
        reason = f"Reading it takes more than {seconds:.3g} seconds of computing time."
        raise ArticleError(path, 1, reason) from error
    except Exception as error:  # a parser can fail in any way with what somebody has written
        log.debug("cannot read an article", exc_info=True)
        raise ArticleError(path, 1, f"The article cannot be read: {type(error).__name__}.") from error
