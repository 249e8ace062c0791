"""The page of an article: what publishes it, and what the names of its file and its front matter say of its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

# A report is written in one of few languages; more of their codes are endings of names, as in ``node.js.md``.
_LANGUAGES = "de|en|es|fr|id|it|ja|ko|pt|ru|th|vi|zh"
_FILE_NAME = re.compile(
    rf"(?P<name>.+?)(?:\.(?P<language>(?:{_LANGUAGES})(?:[-_][a-z]{{2,4}})?))?(?:\.html)?\.(?:md|markdown|mdx)",
    re.IGNORECASE | re.DOTALL,
)
_DATED = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})[-_ ](?P<rest>.+)", re.DOTALL)
# A page that is a folder: its file has no name of its own.
_NAMELESS = frozenset({"index", "_index", "readme"})
# Where site generators look for what they publish; what follows is the way to the page.
_SOURCES = re.compile(r"(?:.*?/)??(?:src/)?(?:contents?|pages|source(?:/_posts)?|_posts)/", re.DOTALL)


class Dialect(StrEnum):
    """What publishes an article; what is written for none of the others, or for GitHub alone, is ``PLAIN``."""

    ZENN = "zenn"
    QIITA = "qiita"
    HUGO = "hugo"
    JEKYLL = "jekyll"
    PELICAN = "pelican"
    MDX = "mdx"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class PageAddress:
    """What the front matter of an article says of the address of its page; empty where it says nothing.

    ``path`` is the whole way on the site and ``slug`` its last part; ``alias`` is another way that leads there.
    ``identifier`` is what a service calls the article. ``date`` is the day (YYYY-MM-DD) that addresses are made of.
    """

    path: str = ""
    slug: str = ""
    alias: str = ""
    identifier: str = ""
    date: str = ""
    language: str = ""


NO_ADDRESS = PageAddress()


@dataclass(frozen=True, slots=True)
class FileName:
    """What the path of an article says: the folders of its page, its name, and its language and day if it has them.

    ``name`` is without suffixes; a file such as ``my-talk/index.md`` has the name of its folder.
    """

    folders: tuple[str, ...]
    name: str
    language: str = ""

    @classmethod
    def of(cls, path: str) -> FileName:
        """Take the path of an article apart."""
        *folders, last = path[_end_of_sources(path) :].split("/")
        found = _FILE_NAME.fullmatch(last)
        name, language = (found["name"], found["language"] or "") if found else (last, "")
        if name.casefold() in _NAMELESS and folders:
            name = folders.pop()
        return cls(tuple(folders), name, language.lower())

    @staticmethod
    def is_list(path: str) -> bool:
        """Tell whether a file is what Hugo shows above the list of the pages of its folder."""
        return path.rpartition("/")[2].startswith("_index.")

    @property
    def date(self) -> str:
        """The day that the name begins with, as in ``2019-06-12-my-talk``."""
        dated = _DATED.fullmatch(self.name)
        return dated["date"] if dated else ""

    @property
    def undated(self) -> str:
        """The name without the day that it begins with."""
        dated = _DATED.fullmatch(self.name)
        return dated["rest"] if dated else self.name

    @property
    def way(self) -> str:
        """The folders and the name, as the way to the page."""
        return "/".join((*self.folders, self.name))


def _end_of_sources(path: str) -> int:
    found = _SOURCES.match(path)
    return found.end() if found else 0
