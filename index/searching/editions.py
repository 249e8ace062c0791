"""Other editions: what a question names by number or name and the report that was found lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.asking.event_names import describes, kind_words, kinds_in
from index.asking.named_facts import EDITIONS, without_numbers, words_of
from index.asking.own_editions import names_of, text_of
from index.asking.reported_facts import alike, has_fact, mentions, missing_facts
from index.characters.normal_form import nfkc
from index.language import lexicon
from index.language.lexicon import SHORTEST_READING
from index.searching.judging import of_hits
from index.searching.question_words import share_known
from index.searching.reading import SURE
from index.searching.results import Filters
from index.word_lists import any_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.asking.event_names import EventName
    from index.asking.named_facts import NamedFact
    from index.asking.question import Question
    from index.searching.results import Hit, SearchResult
    from index.searching.search import Searcher
    from index.types import Article

# Less of its name than this, and an event is another one.
KNOWN_SHARE = 0.5
# What answers within so much of the best score answers alike.
_ALIKE = 0.1
# As many editions or versions as are named; more would be a list.
MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that a question names by number or name, and that a report is not of.

    ``mentioned`` says that the report tells of it all the same; ``others`` are what is reported instead, where no
    report is of it.
    """

    text: str
    mentioned: bool = False
    others: tuple[str, ...] = ()


def of_asked_edition(result: SearchResult, searcher: Searcher) -> SearchResult:
    """Return a search result without the reports of other editions, if there are reports of the one that is named.

    Where the best passage is from another edition, the named one is searched anew: what it says is judged by itself.
    """
    asked = result.question
    if asked.latest and not asked.facts:
        result = _of_latest(result, searcher)
    if not (asked.facts or asked.events):
        return _later_first(result, searcher)
    articles = {hit.stored.entry.path: hit.stored.article for hit in result.hits}
    having = {path for path, article in articles.items() if _has_named(asked, article, searcher)}
    having -= _only_mentioning(asked, [articles[path] for path in having])
    if not articles or having == set(articles):
        return result
    first = result.hits[0].stored.article
    if first.path in having:
        return of_hits(result, tuple(hit for hit in result.hits if hit.stored.entry.path in having))
    named = {one.path for one in _sharing_title(first, searcher) if _has_named(asked, one, searcher)}
    named |= {path for path in having if _is_of_its_event(articles[path], first, asked)}
    return searcher.search(asked, len(result.hits), Filters(articles=sorted(named))) if named else result


def _of_latest(result: SearchResult, searcher: Searcher) -> SearchResult:
    """Return what the reports of the last edition say, of the event that is meant; others are no answer to that."""
    if not result.hits:
        return result
    first = result.hits[0].stored.article
    of_any = any_of("index/data/latest.txt", "of any").search(result.question.latest) is not None
    if not of_any and names_of(first).isdisjoint(lexicon.terms(result.question.latest)):
        return result
    editions = _sharing_title(first, searcher)
    last = max(map(_edition, editions))
    latest = [one.path for one in editions if _edition(one) == last]
    if len(latest) == len(editions):
        return result
    return searcher.search(result.question, len(result.hits), Filters(articles=latest))


def _later_first(result: SearchResult, searcher: Searcher) -> SearchResult:
    """Return a search result with the last one first of the editions of one event that answer alike."""
    hits = list(result.hits)
    alike = [hit for hit in hits if _answer_alike(hits[0], hit) and not hit.stated]
    if len({hit.stored.article_number for hit in alike}) < 2 or result.is_stated:
        return result
    same = {one.path for one in _sharing_title(alike[0].stored.article, searcher)}
    alike = sorted((hit for hit in alike if hit.stored.entry.path in same), key=_edition_of_hit, reverse=True)
    ordered = [*alike, *(hit for hit in hits if hit not in alike)]
    return replace(result, hits=tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1)))


def _answer_alike(best: Hit, hit: Hit) -> bool:
    """Return whether a hit answers as well as the best one: as far as its score says, or as the reader is sure."""
    if best.reading is not None and hit.reading is not None and min(best.reading.answers, hit.reading.answers) >= SURE:
        return True
    return best.score - hit.score < _ALIKE


def _edition_of_hit(hit: Hit) -> tuple[str, int]:
    return _edition(hit.stored.article)


def _edition(article: Article) -> tuple[str, int]:
    """Return the year and the number by which the editions of an event are in order."""
    year = max(article.event.years, default=(article.date or article.published_at or "")[:4])
    return year, int(article.event.number or 0) if article.event.number.isdigit() else 0


def missing(result: SearchResult, searcher: Searcher) -> MissingFact | None:
    """Return what a question names and the first report is not of; None if it has all of it.

    Where none of the reports is of an edition that is named, it is that one, with those that there are instead.
    """
    return _other_editions(result, searcher) or _lacking(result, searcher)


def _other_editions(result: SearchResult, searcher: Searcher) -> MissingFact | None:
    """Return the edition that a question names and none of the reports is of, with those that there are instead.

    What the first passage itself says of another time is an answer.
    """
    asked, first = result.question.facts, result.hits[0].stored
    if not asked:
        return None
    article = first.article
    missing = [fact for fact in missing_facts(asked, article) if fact.kind != "day"]
    editions = (fact for fact in asked if fact.kind in EDITIONS)
    if not missing or any(_is_reported(fact, article, searcher) for fact in editions):
        # One of several editions that are asked about is there; what is not is said beside its answer.
        return None
    if any(mentions(fact, nfkc(first.text)) for fact in missing):
        return None
    for fact in missing:
        others = sorted({other for one in _editions(fact, article, searcher) for other in alike(fact, one)})
        if others:
            return MissingFact(fact.text, others=tuple(others[:MOST_NAMED]))
    return None


def _lacking(result: SearchResult, searcher: Searcher) -> MissingFact | None:
    """Return what a question names and the first report does not have, or is not of; None if it has all of it."""
    question, article = result.question, result.hits[0].stored.article
    for fact in missing_facts(question.facts, article):
        if not _is_reported(fact, article, searcher):
            return MissingFact(fact.text, mentioned=mentions(fact, text_of(article)))
    name = next(_unknown_events(question, article, searcher), None)
    return MissingFact(name) if name else None


def _has_named(asked: Question, article: Article, searcher: Searcher) -> bool:
    """Return whether an article has what a question names; of several editions it needs but one."""
    missing = missing_facts(asked.facts, article)
    there = {fact.kind for fact in asked.facts if fact.kind in EDITIONS and fact not in missing}
    return all(fact.kind in there for fact in missing) and not any(_unknown_events(asked, article, searcher))


def _only_mentioning(asked: Question, articles: Sequence[Article]) -> set[str]:
    """Return the paths of the articles that mention a year of which another one is the report."""
    years = {fact.key for fact in asked.facts if fact.kind == "year"}
    own = [one for one in articles if years & set(one.event.years)]
    titles = {without_numbers(one.title) for one in own}
    return {one.path for one in articles if one not in own and without_numbers(one.title) in titles}


def _is_reported(fact: NamedFact, article: Article, searcher: Searcher) -> bool:
    """Return whether an article has a fact or, where that is an edition, another article of its event."""
    return any(has_fact(fact, one) for one in _editions(fact, article, searcher))


def _is_of_its_event(article: Article, first: Article, asked: Question) -> bool:
    """Return whether an article is of the event that a question names, or of that of the first article.

    Its title has all that the question has of the first one's title, or an event's name. What is named by identifier
    or version is in one report or another, whatever that is called.
    """
    title, missing = set(words_of(article.title)), missing_facts(asked.facts, first)
    if any(set(words_of(event.text)) <= title for event in asked.events):
        return True
    if not missing:
        return False
    if all(fact.kind in ("identifier", "version") for fact in missing):
        return True
    named = set(words_of(first.title)) & set(words_of(asked.dated))
    return bool(named) and named <= title


def _unknown_events(asked: Question, article: Article, searcher: Searcher) -> Iterator[str]:
    """Yield the names of events that an article has not, neither as they are nor in other words."""
    return (event.text for event in asked.events if not _is_known(event, article, searcher))


def _is_known(event: EventName, article: Article, searcher: Searcher) -> bool:
    if not event.words or _folded(event.text) in _folded(text_of(article)):
        return True
    # A name in Latin letters may be how a Japanese one is read.
    latin = [word for word in map(lexicon.spelled, event.words) if len(word) >= SHORTEST_READING]
    title = lexicon.spelled(article.title)
    read = any(word in title for word in latin) and all(word.isascii() for word in event.words)
    return (read or _knows(event.words, article, searcher)) and _may_be_called(event, article, searcher)


def _folded(text: str) -> str:
    return "".join(nfkc(text).casefold().split())


def _may_be_called(event: EventName, article: Article, searcher: Searcher) -> bool:
    """Return whether an article's event may be called by a kind: its title has no other one, or the text has this."""
    kinds = kinds_in(article.title)
    if event.kind in kinds or (describes(event.kind) and not kinds):
        return True
    known = (share_known(lexicon.terms(word), article.path, searcher.store) for word in kind_words(event.kind))
    return not kinds and any(share > 0 for share in known)


def _knows(words: Sequence[str], article: Article, searcher: Searcher) -> bool:
    """Return whether an article has a name's first word, which tells it from others, and enough of the others."""
    first, share = (share_known(some, article.path, searcher.store) for some in (words[:1], words))
    return first > 0 and share >= KNOWN_SHARE


def _editions(fact: NamedFact, article: Article, searcher: Searcher) -> Sequence[Article]:
    """Return the article and, where editions are asked for, the others of its event."""
    return _sharing_title(article, searcher) if fact.kind in EDITIONS else [article]


def _sharing_title(article: Article, searcher: Searcher) -> list[Article]:
    """Return the articles of the same event, by its name or by titles that are the same but for the numbers."""
    return [searcher.store.tables.article(number) for number in searcher.editions_of(article)]
