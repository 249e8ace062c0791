"""Tell the edition that a report is of by its title, file name, front matter and the sentences that date it.

A report also mentions other years and editions: the next one, the one before. They say nothing about what it is of.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.asking.calendar_words import all_days, years
from index.asking.named_facts import facts_in, words_of
from index.characters.normal_form import nfkc
from index.word_lists import any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Article

# What files are named by after the day on which they were written.
_WRITTEN = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_ ]?")
_HELD_ON = re.compile(r"^(?:event|held|開催)\w*[ \t]*:.*$", re.MULTILINE | re.IGNORECASE)
_WRITTEN_ON = re.compile(r"^(?:date|published|created)\w*[ \t]*:.*$", re.MULTILINE | re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?\n]|\.(?=\s)|$)")
# Beyond these a title says what the report is about besides the event.
_WORDS_BESIDE = 2
_RANGE = re.compile(r"(?<=\d{4})\s?[-–〜~/・]\s?(?=(?:19|20)\d\d(?!\d))")


@lru_cache(64)
def titled(article: Article) -> str:
    """Return what an article is called: its title and the name of its file, without the day it was written on."""
    return nfkc(f"{article.title}\n{_WRITTEN.sub('', article.slug)}")


@lru_cache(64)
def text_of(article: Article) -> str:
    """Return all that an article says, with its title, date and topics."""
    source = article.text[article.body_start :].decode("utf-8")
    return nfkc("\n".join((article.title, article.slug, article.published_at or "", *article.topics, source)))


@lru_cache(64)
def said_of_itself(article: Article) -> str:
    """Return the sentences of an article that are not about another time."""
    return "\n".join(one for one in _sentences(article) if not any_of("index/data/other_times.txt").search(one))


@lru_cache(64)
def own_years(article: Article) -> frozenset[str]:
    """Return the years of the event that an article is of; as far as it says, in what it is called."""
    return _years_titled(article) or _years_held(article)


def shown_years(article: Article) -> list[str]:
    """Return the years by which a reader tells an article from others: those of its title or of its day."""
    return sorted(_years_titled(article) or _years_written(article))


def may_be_of(year: str, article: Article) -> bool:
    """Return whether an article may be of the event of a year."""
    own = own_years(article)
    return year in (own or _years_in(said_of_itself(article)) | _years_written(article))


@lru_cache(64)
def names_of(article: Article) -> frozenset[str]:
    """Return the words by which a title calls the event: those beside its number or, without one, all of them."""
    title = nfkc(article.title)
    spans = [span for span, fact in facts_in(title) if fact.kind in ("year", "edition", "period", "numbered")]
    beside = {
        word
        for start, end in spans
        for word in (*words_of(title[:end])[-_WORDS_BESIDE:], *words_of(title[end:])[:_WORDS_BESIDE])
    }
    return frozenset(beside or words_of(title))


def _years_titled(article: Article) -> frozenset[str]:
    return _years_in(_RANGE.sub(" ", titled(article)))


def _years_in(text: str) -> frozenset[str]:
    return frozenset(year for _, year in years(text))


def _years_held(article: Article) -> frozenset[str]:
    """Return the years in which a report says that its event was held: those of its days count, too."""
    front = "\n".join(_HELD_ON.findall(_front_matter(article)))
    held, said = any_of("index/data/held.txt"), said_of_itself(article).splitlines()
    return _years_in(front) | _years_in("\n".join(one for one in said if held.search(one) or all_days(one)))


def _years_written(article: Article) -> frozenset[str]:
    front = "\n".join(_WRITTEN_ON.findall(_front_matter(article)))
    return _years_in(nfkc(f"{front}\n{article.published_at or ''}\n{article.slug}"))


def _front_matter(article: Article) -> str:
    return article.source[: article.body_start].decode("utf-8")


def _sentences(article: Article) -> Iterator[str]:
    body = nfkc(article.text[article.body_start :].decode("utf-8"))
    return (match[0] for match in _SENTENCE.finditer(body))
