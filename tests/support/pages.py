"""Texts as their pages show them: what the bot reads of an article that is not Zenn's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.reading.articles import to_article
from index.reading.markdown.document import parse
from index.reading.passages import split_article
from index.types import SplitSettings

if TYPE_CHECKING:
    from index.types import Article, Sentence


def article_of(text: str, path: str = "a.md") -> Article:
    """Read a text as a file of that path."""
    return to_article(path, text.encode()).article


def shown(text: str, path: str = "a.md") -> list[str]:
    """Return the lines that the page of a text shows, headings with their marks among them."""
    article = article_of(text, path)
    lines = [(one.start, "#" * one.level + " " + one.text) for one in parse(article).headings]
    lines += [(one.start, one.plain) for one in sentences(article) if one.plain]
    return [line for _, line in sorted(lines)]


def code(text: str, path: str = "a.md") -> list[str]:
    """Return the lines of a text that its page shows as code."""
    return [one.plain for one in sentences(article_of(text, path)) if one.kind == "code"]


def quoted(text: str, plain: str, path: str = "a.md") -> str:
    """Return what the file has of the sentence of which the page shows ``plain``."""
    article = article_of(text, path)
    sentence = next(one for one in sentences(article) if one.plain == plain)
    start, end = article.file_range(sentence.start, sentence.end)
    return article.source[start:end].decode()


def sentences(article: Article) -> list[Sentence]:
    """Return all sentences of an article, in order."""
    return [one for passage in split_article(article, SplitSettings()) for one in passage.sentences]
