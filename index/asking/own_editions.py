"""Tell the edition that a report is of by its title, file name, front matter and the sentences that date it.

A report also mentions other years and editions: the next one, the one before. They say nothing about what it is of.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.asking.calendar_words import all_days, years
from index.asking.event_names import named_events
from index.asking.named_facts import EDITIONS, facts_in, words_of
from index.characters.normal_form import nfkc
from index.language.lexicon import ENGLISH_STOP_WORDS
from index.sites.facts import Event, stating
from index.word_lists import any_of, words_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Article

# What files are named by after the day on which they were written.
_WRITTEN = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_ ]?")
_NUMBERS = EDITIONS | {"numbered"}
_FIRST_OF_NUMBER = re.compile(r"[\d#第]")
_ORDINAL = re.compile(r"第?\s?\d+\s?[回弾期号夜]")
_COUNTER = re.compile(r"(?<![A-Za-z])(?:vol|ep|no|v)\.?\s*$", re.IGNORECASE)
_REMARK = re.compile(r"【[^】]*】")
# A name may have these in it: Kaigi on Rails.
_AROUND_NAMES = ENGLISH_STOP_WORDS - {"on", "of", "and"}
_KINDS = words_listed("index/data/event_kinds.txt") | {"talk"}
_NAME_WORDS = 4
_ENDING = re.compile(r"(?:[A-Za-z][\w:!.+&/'-]*(?: |$))+$|[一-龠々ァ-ヺーA-Za-z]{2,40}$")
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
    """Return all that an article says, with its title, moment of publication, topics and fields."""
    source = article.text[article.body_start :].decode("utf-8")
    fields = (field.plain for field in article.fields if field.meaning != "date")
    named = (article.title, article.slug, article.published_at or "", *article.topics)
    return nfkc("\n".join((*named, *fields, source)))


@lru_cache(64)
def said_of_itself(article: Article) -> str:
    """Return the sentences of an article that are not about another time."""
    return "\n".join(one for one in _sentences(article) if not any_of("index/data/other_times.txt").search(one))


def event_of(article: Article) -> Event:
    """Return the event that an article is of: its years are those of what it is called, or when it says it was held."""
    years = _years_titled(article) or _years_in(_named_without_day(article)) or _years_held(article)
    return Event(_name(article), _number(nfkc(article.title)), tuple(sorted(years)))


def shown_years(article: Article) -> list[str]:
    """Return the years by which a reader tells an article from others: those of its title or of its day."""
    return sorted(_years_titled(article) or _years_written(article))


def may_be_of(year: str, article: Article) -> bool:
    """Return whether an article may be of the event of a year."""
    return year in (article.event.years or _years_in(said_of_itself(article)) | _years_written(article))


@lru_cache(64)
def names_of(article: Article) -> frozenset[str]:
    """Return the words by which a title calls the event: those beside its number or, without one, all of them."""
    title = nfkc(article.title)
    spans = [span for span, fact in facts_in(title) if fact.kind in _NUMBERS]
    beside = {
        word
        for start, end in spans
        for word in (*words_of(title[:end])[-_WORDS_BESIDE:], *words_of(title[end:])[:_WORDS_BESIDE])
    }
    return frozenset(beside or words_of(title))


def _name(article: Article) -> str:
    """Return what the event of an article is called in its front matter, or else in its title."""
    said = [nfkc(field.plain.partition(": ")[2]) for field in stating("event", article.fields)]
    # What stands in such brackets says what kind of article it is, if anything else says what it is about.
    titles = map(nfkc, (_REMARK.sub(" ", article.title), article.title))
    names = (*(_name_in(text) or text.rstrip(" #0123456789") for text in said), *map(_name_in, titles))
    return next(filter(None, names), "")


def _name_in(text: str) -> str:
    """Return the name of an event in a text: the words before its number, or what is called by a kind of events."""
    numbers = sorted(_number_in(text, start) for (start, _), fact in facts_in(text) if fact.kind in EDITIONS)
    named = named_events(_ORDINAL.sub(" ", text))
    before = _words_before(text[: numbers[0]]) if numbers else ""
    return named[0].text if named and named[0].text.endswith(before) else before


def _number_in(text: str, start: int) -> int:
    """Return where the number of an edition stands, whose name may stand before it: 技術書典7."""
    found = _FIRST_OF_NUMBER.search(text, start)
    return found.start() if found else start


def _words_before(text: str) -> str:
    """Return the words with which a text ends, as far as they may be a name."""
    ending = _ENDING.search(_COUNTER.sub("", text).rstrip(" #-–:"))
    words = ending[0].split() if ending else []
    common = [number for number, word in enumerate(words) if word.casefold() in _AROUND_NAMES]
    words = words[common[-1] + 1 if common else 0 :][-_NAME_WORDS:]
    while len(words) > 1 and words[0].islower() and not words[-1].islower():
        del words[0]
    name = " ".join(words)
    return "" if name.casefold() in _KINDS else name


def _number(title: str) -> str:
    """Return the number of the edition that a title names."""
    return next((fact.key for _, fact in facts_in(title) if fact.kind == "edition"), "")


def _years_titled(article: Article) -> frozenset[str]:
    return _years_in(_RANGE.sub(" ", titled(article)))


def _years_in(text: str) -> frozenset[str]:
    return frozenset(year for _, year in years(text))


def _years_held(article: Article) -> frozenset[str]:
    """Return the years in which a report says that its event was held: those of its days count, too."""
    front = "\n".join(field.plain for field in (*stating("event", article.fields), *stating("held", article.fields)))
    held, said = any_of("index/data/held.txt"), said_of_itself(article).splitlines()
    return _years_in(nfkc(front)) | _years_in("\n".join(one for one in said if held.search(one) or all_days(one)))


def _years_written(article: Article) -> frozenset[str]:
    dated = {article.date[:4]} if article.date else set()
    return _years_in(nfkc(f"{article.published_at or ''}\n{article.slug}")) | dated


def _named_without_day(article: Article) -> str:
    """Return the words of the name of a file, without the day by which it is named."""
    return _WRITTEN.sub("", article.slug).replace("-", " ")


def _sentences(article: Article) -> Iterator[str]:
    body = nfkc(article.text[article.body_start :].decode("utf-8"))
    return (match[0] for match in _SENTENCE.finditer(body))
