"""Find a title for an article whose front matter has none: a heading above all of its text, or the name of its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.reading.front_matter.block import LONGEST_TEXT, one_line
from index.sites.page import FileName

if TYPE_CHECKING:
    from index.reading.markdown.document import Document, Heading
    from index.types import Article

_DAY = re.compile(r"^(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d[-_. ]+(?=\S)")
# Below a folder for its year.
_DAY_OF_YEAR = re.compile(r"^\d\d[-_.]?\d\d[-_. ]+(?=\S)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SEPARATORS = re.compile(r"[-_\s]+")
_WORD = re.compile(r"[^\W\d_]{3,}")


def title_of(article: Article, document: Document) -> tuple[str, str]:
    """Return the title that an article's text has, or else the one that its file is named by, and which of them it is.

    That is ``heading`` or ``file name``.
    """
    heading = _title_heading(article, document)
    if heading is None:
        return title_of_path(article.path), "file name"
    return one_line(heading.text)[:LONGEST_TEXT], "heading"


def title_of_path(path: str) -> str:
    """Return the name of a file made readable: ``2019-06-12-rubykaigi-day-1.md`` is "rubykaigi day 1".

    The page of a folder, such as ``index.md``, takes the name of that.
    """
    file = FileName.of(path)
    name = _DAY.sub("", file.name)
    if file.folders and _YEAR.fullmatch(file.folders[-1]):
        name = _DAY_OF_YEAR.sub("", name)
    return one_line(_SEPARATORS.sub(" ", name))[:LONGEST_TEXT] or name


def _title_heading(article: Article, document: Document) -> Heading | None:
    """Return the only h1, or of several the first one where it stands above all of them and is no section like them.

    It is one where its text is that of a section, unless the file is named by a word of it.
    """
    titles = [heading for heading in document.headings if heading.level == 1 and heading.text]
    if len(titles) < 2:
        return next(iter(titles), None)
    first, rest = titles[0], [heading.start for heading in document.headings if heading.start > titles[0].start]
    texts = [leaf.start for leaf in document.leaves]
    if texts and texts[0] < first.start:
        return None
    has_text = bool(texts) and texts[0] < rest[0]
    return first if not has_text or _words(first.text) & _words(article.path) else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
