"""The addresses of articles' pages, and what a citation links to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.reading.pages.addresses import address
from index.sites.page import Dialect

if TYPE_CHECKING:
    from index.sites.site import Sites
    from index.types import Article

# Zenn reads moments as those of Japan.
_JAPAN = timezone(timedelta(hours=9))
_GITHUB = ("https://github.com/", "http://github.com/")
_BLOB = "/blob/"


def page_url(article: Article, sites: Sites) -> str | None:
    """Return the address of the article's public page, or None where there is none.

    Drafts, what is to be published later and files that a site does not look for have no public page, and without a
    configured site no page is assumed: nothing says that the folder is on the web.
    """
    site = sites.of(article.folder)
    if site is None or not article.published or not _has_come(article):
        return None
    return address(article, site)


def citation_url(article: Article, anchor: str | None, line: int, sites: Sites) -> str | None:
    """Return what a citation links to: the public page, else the file in the repository, else None.

    ``anchor`` is the percent-encoded heading id (None for lead text) and ``line`` counts from 1.
    """
    page, site = page_url(article, sites), sites.of(article.folder)
    if page is not None and site is not None:
        return f"{page}#{anchor}" if anchor and site.has_ids(article.dialect) else page
    if sites.repository_url:
        return _file_url(article, anchor, line, sites.repository_url)
    return None


def _file_url(article: Article, anchor: str | None, line: int, repository_url: str) -> str:
    """Return the address of an article's file in a repository, as in ``https://github.com/o/r/blob/main/articles``.

    GitHub shows what is written for it with ids that headings have there, and of Markdown lines only when asked for
    the plain text; GitLab has the same addresses.
    """
    folder = f"{repository_url.rstrip('/')}/"
    file = f"{folder}{quote(article.path)}"
    if anchor and article.dialect is Dialect.PLAIN and folder.startswith(_GITHUB):
        return f"{file}#{anchor}"
    return f"{file}?plain=1#L{line}" if _BLOB in folder else f"{file}#L{line}"


def _has_come(article: Article) -> bool:
    """Tell whether the day or moment of an article has come; Zenn publishes nothing at what is none."""
    moment = article.published_at or article.address.date
    if not moment:
        return True
    try:
        given = datetime.fromisoformat(moment)
    except ValueError:
        return False
    return (given if given.tzinfo else given.replace(tzinfo=_JAPAN)) <= datetime.now(UTC)
