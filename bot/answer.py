"""From a question to an Answer: search, decide whether the reports say, choose quotes, cite them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from bot.conversation import SUBJECT_CHARACTERS, Place, Topic, resolve
from bot.more import more_spans
from bot.quotes import choose_spans
from bot.texts import texts
from index import calibration, lexicon
from index.anchors import citation_url
from index.language import Language, language_of
from index.search import QUESTION_CHARACTERS, Filters, open_searcher, readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation import Earlier, Resolved
    from bot.quotes import Span
    from bot.settings import BotSettings
    from index.search import Hit, Searcher, SearchResult
    from index.tables import StoredPassage

# Enough passages for the quotes of one answer; more only bring in other subjects.
CANDIDATES = 10
SUGGESTIONS = 3
# As many as explain an answer; the others are far behind.
CONSIDERED = 5


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote or a suggested section stands; ``url`` is None where there is no page to link to."""

    article: str
    title: str
    headings: tuple[str, ...]
    anchor: str | None
    url: str | None
    line: int
    draft: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A byte range ``[start, end)`` of an article and its text; ``code`` says that it is from inside a fence."""

    citation: Citation
    start: int
    end: int
    text: str
    code: bool = False

    @property
    def last_line(self) -> int:
        """The line of the file on which the quote ends, counted from 1."""
        return self.citation.line + self.text.count("\n")


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that was looked at for an answer, with the scores of its `Hit`."""

    citation: Citation
    score: float
    dense: float
    sparse: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reports say, or that they don't.

    ``confidence`` is the probability that the reports answer the question. ``suggestions`` are the nearest
    sections when they do not; ``notice`` then replaces "the reports don't say" where something else is meant.
    ``considered`` are the best passages, for whoever asks why this is the answer; ``topic`` is what a follow-up
    question leans on.
    """

    question: str
    lang: Language
    status: Literal["answered", "not_found"]
    confidence: float
    quotes: tuple[Quote, ...]
    suggestions: tuple[Citation, ...]
    index_version: str
    milliseconds: float = 0.0
    notice: str | None = None
    considered: tuple[Considered, ...] = ()
    topic: Topic | None = None


class Answerer:
    """Answers questions from one version of the index; safe to use from several threads."""

    def __init__(self, searcher: Searcher, settings: BotSettings) -> None:
        self._searcher = searcher
        self._settings = settings

    @property
    def default_language(self) -> Language:
        """The language of replies to questions that show none."""
        return self._settings.default_language

    @property
    def article_count(self) -> int:
        """How many reports there are to ask about."""
        return int(self._searcher.store.manifest["articles"])

    def answer(self, question: str, history: Sequence[Earlier] = ()) -> Answer:
        """Answer a question; ``history`` has the earlier answers of the conversation, oldest first.

        The same index, question and history give the same answer, but for the time it took.
        """
        started = time.perf_counter()
        answer = self._decide(readable(question).strip(), history)
        return replace(answer, milliseconds=(time.perf_counter() - started) * 1000)

    def _decide(self, question: str, history: Sequence[Earlier]) -> Answer:
        asked = question[:QUESTION_CHARACTERS]
        lang = language_of(asked, self.default_language)
        declined = Answer(question, lang, "not_found", 0.0, (), (), self._searcher.store.name)
        if not question:
            return replace(declined, notice=texts(lang).empty_question)
        resolved = resolve(asked, history, self._searcher)
        result = self._searcher.search(resolved.question, CANDIDATES, Filters(articles=resolved.articles))
        declined = replace(
            declined,
            lang=resolved.language or lang,
            confidence=self._confidence(resolved, result),
            considered=tuple(self._considered(hit) for hit in result.hits[:CONSIDERED]),
        )
        quotes: tuple[Quote, ...] = ()
        if result.hits and declined.confidence >= self._settings.threshold:
            quotes = tuple(self._quote(span) for span in self._spans(resolved, result))
        if quotes:
            return replace(declined, status="answered", quotes=quotes, topic=_topic_of(resolved, quotes))
        return replace(
            declined,
            suggestions=self._nearest(result.hits),
            topic=_unanswered_topic(resolved, result),
        )

    def _confidence(self, resolved: Resolved, result: SearchResult) -> float:
        """Return the probability that the reports answer what a question means in its conversation."""
        within = Filters(articles=resolved.articles)
        judged = [
            result.signals if text == resolved.question else self._searcher.search(text, 1, within).signals
            for text in dict.fromkeys(resolved.judged)
        ]
        # What kind of thing is asked for, only the question itself says.
        lacks_type = result.signals.lacks_type
        return max(calibration.probability(replace(signals, lacks_type=lacks_type)) for signals in judged)

    def _spans(self, resolved: Resolved, result: SearchResult) -> list[Span]:
        if resolved.seen:
            return more_spans(result, self._searcher, resolved.seen)
        return choose_spans(resolved.question, result, self._searcher)

    def _quote(self, span: Span) -> Quote:
        return Quote(self._cite(span.stored, span.start), span.start, span.end, span.text, span.is_code)

    def _considered(self, hit: Hit) -> Considered:
        cited = self._cite(hit.stored, hit.stored.passage.start)
        return Considered(cited, hit.score, hit.dense, hit.sparse, hit.lexical)

    def _nearest(self, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """Return the sections of the best hits, each once."""
        sections = {hit.stored.section_number: hit.stored for hit in reversed(hits)}
        nearest = list(reversed(sections.values()))[:SUGGESTIONS]
        return tuple(self._cite(stored, stored.passage.start) for stored in nearest)

    def _cite(self, stored: StoredPassage, start: int) -> Citation:
        article, section = stored.article, stored.passage.section
        line = article.line_of(start)
        url = citation_url(article, section.anchor, line, self._settings.zenn_user, self._settings.repository_url)
        return Citation(article.path, article.title, section.headings, section.anchor, url, line, not article.published)


def _topic_of(resolved: Resolved, quotes: Sequence[Quote]) -> Topic:
    """Return what is talked about after an answer: the report that was quoted first."""
    cited = quotes[0].citation
    places = tuple(Place(quote.citation.article, quote.start, quote.end) for quote in quotes)
    subject = resolved.subject[:SUBJECT_CHARACTERS]
    return Topic(subject, resolved.question, cited.article, cited.title, (*resolved.seen, *places))


def _unanswered_topic(resolved: Resolved, result: SearchResult) -> Topic:
    """Return what is talked about although the reports don't say: the report that the question names."""
    subject = resolved.subject[:SUBJECT_CHARACTERS]
    words = set(lexicon.terms(resolved.subject))
    nearest = [hit.stored.article for hit in result.hits]
    named = [one for one in nearest if one.path in resolved.articles or words & set(lexicon.terms(one.title))]
    if len({one.path for one in nearest}) == 1 or named:
        about = named[0] if named else nearest[0]
        return Topic(subject, resolved.question, about.path, about.title, resolved.seen)
    return Topic(subject, resolved.question)


def open_answerer(settings: BotSettings) -> Answerer:
    """Open the index that the settings name; raises what ``index.search.open_searcher`` raises."""
    return Answerer(open_searcher(settings), settings)
