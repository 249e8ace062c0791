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
from index.named_facts import EDITIONS, alike, has_fact, missing_facts, named_events, named_facts, without_numbers
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
    """Return a search result without the reports of other editions, if there are reports of the one that is named.

    Where the best passage is from another edition, the named one is searched anew: what it says is judged by itself.
    """
    asked = _dated(question)
    articles = {hit.stored.article.path: hit.stored.article for hit in result.hits}
    having = {path for path, article in articles.items() if _has_named(asked, article, searcher)}
    if not articles or having == set(articles):
        return result
    first = result.hits[0].stored.article
    if first.path in having:
        return replace(result, hits=tuple(hit for hit in result.hits if hit.stored.article.path in having))
    named = {one.path for one in _sharing_title(first, searcher) if _has_named(asked, one, searcher)}
    named |= {path for path in having if _is_of_its_event(articles[path], first, asked)}
    return searcher.search(question, len(result.hits), Filters(articles=sorted(named))) if named else result


def not_reported(question: str, article: Article, searcher: Searcher, language: Language) -> str | None:
    """Return the sentence that the reports are of other editions than the one asked about, and which these are."""
    asked = _dated(question)
    missing = missing_facts(asked, article)
    editions = (fact for fact in named_facts(asked) if fact.kind in EDITIONS)
    if not missing or any(_is_reported(fact, article, searcher) for fact in editions):
        # One of several editions that are asked about is there; what is not is said beside its answer.
        return None
    for fact in missing:
        others = sorted({other for one in _editions(fact, article, searcher) for other in alike(fact, one)})
        if others:
            said = "、".join(others[:MOST_NAMED]) if language == "ja" else ", ".join(others[:MOST_NAMED])
            return texts(language).other_edition.format(asked=fact.text, others=said)
    return None


def notice_of_edition(question: str, article: Article, searcher: Searcher, language: Language) -> str | None:
    """Return the sentence that the quoted report does not have what the question names; None if it has all of it."""
    asked = _dated(question)
    facts = [fact.text for fact in missing_facts(asked, article) if not _is_reported(fact, article, searcher)]
    lacking = [*facts, *_unknown_events(asked, article, searcher)]
    return texts(language).lacking.format(asked=lacking[0], title=article.title) if lacking else None


def _dated(question: str) -> str:
    return with_years(question, datetime.now().astimezone().date())


def _has_named(asked: str, article: Article, searcher: Searcher) -> bool:
    """Return whether an article has what a question names; of several editions it needs but one."""
    missing = missing_facts(asked, article)
    there = {fact.kind for fact in named_facts(asked) if fact.kind in EDITIONS and fact not in missing}
    return all(fact.kind in there for fact in missing) and not any(_unknown_events(asked, article, searcher))


def _is_reported(fact: NamedFact, article: Article, searcher: Searcher) -> bool:
    """Return whether an article has a fact or, where that is an edition, another article of its event."""
    return any(has_fact(fact, one) for one in _editions(fact, article, searcher))


def _is_of_its_event(article: Article, first: Article, asked: str) -> bool:
    """Return whether an article is of the event that a question names, or of that of the first article.

    Its title has all that the question has of the first one's title, or an event's name. What is named by identifier
    or version is in one report or another, whatever that is called.
    """
    title, missing = _words(article.title), missing_facts(asked, first)
    if not missing:
        return any(_words(name) <= title for name in named_events(asked))
    if all(fact.kind in ("identifier", "version") for fact in missing):
        return True
    named = _words(first.title) & _words(asked)
    return bool(named) and named <= title


def _words(text: str) -> set[str]:
    return {word for word in lexicon.terms(text) if not word.isdigit()}


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
    return _sharing_title(article, searcher) if fact.kind in EDITIONS else [article]


def _sharing_title(article: Article, searcher: Searcher) -> list[Article]:
    """Return the articles whose titles are the same but for the numbers."""
    title, tables = without_numbers(article.title), searcher.store.tables
    numbers = [n for n, entry in enumerate(tables.entries()) if without_numbers(entry.title) == title]
    return [tables.article(number) for number in numbers]
