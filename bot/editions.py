"""Answers about another edition: what a question names by number or name and the report lacks is never passed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.texts import texts
from index import lexicon
from index.asked_about import with_years
from index.known_words import share_known
from index.lexicon import SHORTEST_READING
from index.named_facts import alike, missing_facts, named_events, without_numbers
from index.search import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.language import Language
    from index.named_facts import NamedFact
    from index.search import Searcher, SearchResult
    from index.types import Article

# Less of its name than this, and an event is another one.
KNOWN_SHARE = 0.5
# As many editions or versions as are named; more would be a list.
MOST_NAMED = 6


def of_asked_edition(question: str, result: SearchResult, searcher: Searcher) -> SearchResult:
    """Return a search result without the reports of other editions, if there are reports of the one that is named."""
    articles = {hit.stored.article.path: hit.stored.article for hit in result.hits}
    having = {path for path, article in articles.items() if not _lacking(question, article, searcher)}
    if not articles or having == set(articles):
        return result
    if having:
        return replace(result, hits=tuple(hit for hit in result.hits if hit.stored.article.path in having))
    editions = _sharing_title(result.hits[0].stored.article, searcher)
    named = [one.path for one in editions if not _lacking(question, one, searcher)]
    return searcher.search(question, len(result.hits), Filters(articles=named)) if named else result


def not_reported(question: str, article: Article, searcher: Searcher, language: Language) -> str | None:
    """Return the sentence that the reports are of other editions than the one asked about, and which these are."""
    for fact in missing_facts(_dated(question), article):
        others = sorted({other for one in _editions(fact, article, searcher) for other in alike(fact, one)})
        if others:
            said = "、".join(others[:MOST_NAMED]) if language == "ja" else ", ".join(others[:MOST_NAMED])
            return texts(language).other_edition.format(asked=fact.text, others=said)
    return None


def notice_of_edition(question: str, article: Article, searcher: Searcher, language: Language) -> str | None:
    """Return the sentence that the quoted report does not have what the question names; None if it has all of it."""
    lacking = _lacking(question, article, searcher)
    return texts(language).lacking.format(asked=lacking[0], title=article.title) if lacking else None


def _dated(question: str) -> str:
    return with_years(question, datetime.now().astimezone().date())


def _lacking(question: str, article: Article, searcher: Searcher) -> list[str]:
    """Return what a question names and an article does not have."""
    asked = _dated(question)
    return [*(fact.text for fact in missing_facts(asked, article)), *_unknown_events(asked, article, searcher)]


def _unknown_events(asked: str, article: Article, searcher: Searcher) -> Iterator[str]:
    names = named_events(asked)
    title = lexicon.spelled(article.title) if names else ""
    for name in names:
        words = list(dict.fromkeys(lexicon.terms(name)))
        # A name in Latin letters may be how a Japanese one is read.
        latin = (lexicon.spelled(word) for word in words if word.isascii() and len(word) >= SHORTEST_READING)
        read = any(word in title for word in latin)
        if words and not read and not _knows(words, article, searcher):
            yield name


def _knows(words: Sequence[str], article: Article, searcher: Searcher) -> bool:
    """Return whether an article has a name's first word, which tells it from others, and enough of the others."""
    first, share = (share_known(some, article.path, searcher.store) for some in (words[:1], words))
    return first > 0 and share >= KNOWN_SHARE


def _editions(fact: NamedFact, article: Article, searcher: Searcher) -> Sequence[Article]:
    """Return the article and, where editions are asked for, the others of its event."""
    return _sharing_title(article, searcher) if fact.kind in ("year", "edition") else [article]


def _sharing_title(article: Article, searcher: Searcher) -> list[Article]:
    """Return the articles whose titles are the same but for the numbers."""
    title, tables = without_numbers(article.title), searcher.store.tables
    numbers = [n for n, entry in enumerate(tables.entries()) if without_numbers(entry.title) == title]
    return [tables.article(number) for number in numbers]
