"""The sites that the articles folders are published on, as they are set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.sites.page import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

_USER = re.compile(r"[0-9A-Za-z_-]+")
_ADDRESS = re.compile(r"https?://[^\s/{}?#]+/\S*")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Both have pages of their own, with ids of their own.
_SERVICES = frozenset({Dialect.ZENN, Dialect.QIITA})
_NO_PAGES = "github"

PARTS = ("year", "month", "day", "section", "path", "slug", "name", "language")


@dataclass(frozen=True, slots=True)
class Site:
    """A site: ``kind`` is zenn or qiita, with the name of a user, or pages, with a pattern of their addresses.

    Qiita finds articles without the name of their author, too.
    """

    kind: str
    value: str

    @classmethod
    def of(cls, text: str) -> Site | None:
        """Read a site as it is set, None for one without pages; raise ValueError with what is wrong."""
        kind, _, value = text.partition(":")
        if text == _NO_PAGES:
            return None
        if text == Dialect.QIITA:
            return cls(text, "")
        if kind in _SERVICES:
            if not _USER.fullmatch(value):
                raise ValueError(f"{text} names no user, as in {kind}:name")
            return cls(kind, value)
        _check_pattern(text)
        return cls("pages", text)

    def has_ids(self, dialect: Dialect) -> bool:
        """Tell whether the headings of an article have the ids of its dialect there."""
        return self.kind == dialect or (self.kind == "pages" and dialect not in _SERVICES)


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites of the articles folders, in their order, and where the files are on the web."""

    sites: tuple[Site | None, ...] = ()
    repository_url: str | None = None

    def of(self, folder: int) -> Site | None:
        """Return the site of the articles folder with a number, None when it has none; one alone is that of all."""
        if len(self.sites) == 1:
            return self.sites[0]
        return self.sites[folder] if folder < len(self.sites) else None


def read_sites(texts: Sequence[str], folders: Sequence[Path]) -> tuple[Site | None, ...]:
    """Return the site of every folder; texts are in the order of the folders, or begin with ``folder=``.

    Raises ValueError with what is wrong.
    """
    named = [_named(text) for text in texts]
    if not any(folder for folder, _ in named):
        if len(texts) > 1 and len(texts) != len(folders):
            raise ValueError(f"has {len(texts)} sites for {len(folders)} articles folders")
        return tuple(Site.of(text) for text in texts)
    by_folder: dict[Path, Site | None] = {}
    for folder, site in named:
        if not folder or Path(folder) not in folders:
            raise ValueError(f"{folder or site} is none of the articles folders; all sites have one, or none has")
        by_folder[Path(folder)] = Site.of(site)
    # Of one folder alone it would be that of all.
    return tuple(by_folder.get(folder) for folder in folders)


def _named(text: str) -> tuple[str, str]:
    """Part the folder from a site; a pattern may have = in its query."""
    folder, equals, site = text.partition("=")
    return (folder.strip(), site.strip()) if equals and ":" not in folder else ("", text)


def _check_pattern(pattern: str) -> None:
    if not _ADDRESS.fullmatch(pattern) or not urlsplit(pattern).hostname:
        raise ValueError(f"{pattern} is no site: write zenn:user, qiita:user, github or https://example.com/{{slug}}/")
    unknown = [name for name in PLACEHOLDER.findall(pattern) if name not in PARTS]
    if unknown or not PLACEHOLDER.search(pattern) or re.search(r"[{}]", PLACEHOLDER.sub("", pattern)):
        reason = f"does not know {{{unknown[0]}}}" if unknown else f"has no part that tells pages apart in {pattern}"
        raise ValueError(f"{reason}; there are {', '.join(f'{{{name}}}' for name in PARTS)}")
