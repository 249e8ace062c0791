"""From a question to an Answer: search, decide whether the reports say, choose quotes, cite them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from bot.conversation import stand_alone
from bot.texts import texts
from index.anchors import citation_url
from index.language import Language, language_of
from index.quotes import choose_spans
from index.search import QUESTION_CHARACTERS, open_searcher, readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import BotSettings
    from index.quotable import Span
    from index.search import Hit, Searcher
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
    ``considered`` are the best passages, for whoever asks why this is the answer.
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


class Earlier(Protocol):
    """What a follow-up question leans on: an earlier answer, or the record of one."""

    @property
    def question(self) -> str:
        """The question as it was asked."""


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
        answer = self._decide(readable(question).strip(), [one.question for one in history])
        return replace(answer, milliseconds=(time.perf_counter() - started) * 1000)

    def _decide(self, question: str, earlier: Sequence[str]) -> Answer:
        asked = question[:QUESTION_CHARACTERS]
        lang = language_of(asked, self.default_language)
        declined = Answer(question, lang, "not_found", 0.0, (), (), self._searcher.store.name)
        if not question:
            return replace(declined, notice=texts(lang).empty_question)
        result = self._searcher.search(
            stand_alone(asked, [one[: QUESTION_CHARACTERS // 2] for one in earlier]), CANDIDATES
        )
        considered = tuple(self._considered(hit) for hit in result.hits[:CONSIDERED])
        declined = replace(declined, confidence=result.answerable, considered=considered)
        if not result.hits or result.answerable < self._settings.threshold:
            return replace(declined, suggestions=self._nearest(result.hits))
        quotes = tuple(self._quote(span) for span in choose_spans(asked, result, self._searcher))
        return replace(declined, status="answered", quotes=quotes)

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


def open_answerer(settings: BotSettings) -> Answerer:
    """Open the index that the settings name; raises what ``index.search.open_searcher`` raises."""
    return Answerer(open_searcher(settings), settings)
