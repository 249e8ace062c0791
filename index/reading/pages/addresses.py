"""The addresses of articles' pages on the sites that they are published on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from index.reading.pages import zenn
from index.sites.page import Dialect, FileName
from index.sites.site import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.sites.site import Site
    from index.types import Article

_QIITA_ID = re.compile(r"[0-9a-f]{20}")
# What stands for parts of an address that only the generator knows.
_TEMPLATE = re.compile(r"[{}]|/:|^:")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")


def address(article: Article, site: Site) -> str | None:
    """Return the address of an article's page on its site, None where there is none or it is not sure."""
    if site.kind == Dialect.ZENN:
        return zenn.address(article, site.value)
    if site.kind == Dialect.QIITA:
        return _qiita_address(article, site.value)
    return _address(site.value, article)


def _qiita_address(article: Article, user: str) -> str | None:
    if article.dialect is not Dialect.QIITA or not _QIITA_ID.fullmatch(article.address.identifier):
        return None
    return f"https://qiita.com/{f'{user}/' if user else ''}items/{article.address.identifier}"


def _address(pattern: str, article: Article) -> str | None:
    said = article.address
    own = _own_way(said.path, pattern)
    if own is not None:
        return _at(pattern, own) if own else None
    filled = _filled(pattern, _parts(article))
    if filled is None and said.alias and (alias := _own_way(said.alias, pattern)):
        return _at(pattern, alias)
    return filled


def _own_way(said: str, pattern: str) -> str | None:
    """Return the way that an article says it has on the site, empty when it cannot be known, None when it says none.

    Behind a part of the site such as ``/blog/`` it may count from there or from the root.
    """
    try:
        address = urlsplit(said)
    except ValueError:
        return ""
    if address.netloc:
        # What is on another site is not the page, but the event's own, for one.
        return address.path if address.netloc == urlsplit(pattern).netloc else None
    if not said:
        return None
    way = f"/{said.lstrip('/')}"
    start = urlsplit(pattern.split("{", 1)[0]).path.rpartition("/")[0] + "/"
    is_sure = way.startswith(start) and not _TEMPLATE.search(way) and said != "false"
    return way if is_sure else ""


def _at(pattern: str, way: str) -> str:
    site = urlsplit(pattern)
    return f"{site.scheme}://{site.netloc}{_quoted(way)}"


def _parts(article: Article) -> dict[str, str]:
    """Return what stands for the placeholders of a pattern, empty where it is not known."""
    name, said = FileName.of(article.path), article.address
    date = said.date or name.date
    # Hugo leaves the day in the address, and writes it small.
    is_hugo = article.dialect is Dialect.HUGO
    way, whole = (_hugo(name.way), _hugo(name.name)) if is_hugo else (name.way, name.name)
    own = whole if is_hugo else name.undated
    slug = said.slug or (_title_slug(article.title) if article.dialect is Dialect.PELICAN else own)
    if "/" in slug or FileName.is_list(article.path):
        slug = ""
    return {
        **dict(zip(("year", "month", "day"), date.split("-"), strict=False)),
        "section": name.folders[0] if name.folders else "",
        "path": way,
        "slug": slug,
        "name": whole,
        "language": name.language or said.language,
        "variant": name.language,
    }


def _filled(pattern: str, parts: Mapping[str, str]) -> str | None:
    names = PLACEHOLDER.findall(pattern)
    # Only the generator knows which of several languages has the shorter address.
    if not all(parts.get(name) for name in names) or (parts["variant"] and "language" not in names):
        return None
    return PLACEHOLDER.sub(lambda found: _quoted(parts[found[1]]), pattern)


def _hugo(way: str) -> str:
    return re.sub(r"\s+", "-", way).lower()


def _title_slug(title: str) -> str:
    """Return what Pelican makes of a title; of what is not ASCII only it knows."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title)).strip("-").lower() if title.isascii() else ""


def _quoted(way: str) -> str:
    """Write a way as a part of an address; what is escaped already stays so."""
    parts = re.split(f"({_ESCAPED.pattern})", way)
    return "".join(part if _ESCAPED.fullmatch(part) else quote(part, safe="/-_.~!$&'()*+,;=:@") for part in parts)
