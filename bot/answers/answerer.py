"""From a question to an Answer: search, decide whether the reports say, choose quotes, cite them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answers import editions, notices
from bot.answers.several_answers import MOST_QUESTIONS, answers_all, together
from bot.conversation import leaning, small_talk
from bot.conversation.follow_ups import resolve, topic_after
from bot.conversation.several_questions import questions_in
from bot.texts import texts
from bot.types import Answer, Considered
from index.asking.answer_type import lacks_asked_type
from index.characters.normal_form import visible
from index.language.detection import language_of, shown_language, without_emoji
from index.reading.links import citation_url
from index.searching import calibration
from index.searching.known_words import share_named
from index.searching.more import more_spans
from index.searching.quotes import choose_spans
from index.searching.search import JUDGED_HITS, Filters, open_searcher, readable
from index.showing.surroundings import surroundings
from index.types import QUESTION_CHARACTERS, Citation, Language, Quote

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.conversation.follow_ups import Resolved
    from bot.conversation.several_questions import Part
    from bot.settings import BotSettings
    from bot.types import Earlier
    from index.models.encoder import Encoder
    from index.searching.quotable import Span
    from index.searching.search import Hit, Searcher, SearchResult
    from index.storage.tables import StoredPassage

# Enough passages for the quotes of one answer; more only bring in other subjects.
CANDIDATES = 10
SUGGESTIONS = 3
# How many answers are kept for whoever asks the same again.
REMEMBERED = 256
# As many as explain an answer; the others are far behind.
CONSIDERED = 5


class Answerer:
    """Answers questions from one version of the index; safe to use from several threads."""

    def __init__(self, searcher: Searcher, settings: BotSettings) -> None:
        self._searcher = searcher
        self._settings = settings
        self._remembered = lru_cache(REMEMBERED)(lambda question, default, _day: self._answer(question, (), default))

    @property
    def default_language(self) -> Language:
        """The language of replies to questions that show none."""
        return self._settings.default_language

    @property
    def article_count(self) -> int:
        """How many reports there are to ask about."""
        return int(self._searcher.store.manifest["articles"])

    def answer(self, question: str, history: Sequence[Earlier] = (), default: Language | None = None) -> Answer:
        """Answer a question; ``history`` has the earlier answers of the conversation, oldest first.

        ``default`` is the language of the reply where the question shows none; None for that of the settings.
        The same index, question and history give the same answer, but for the time it took.
        """
        started = time.perf_counter()
        default = default or self.default_language
        question = readable(question).strip()
        if history or len(question) > QUESTION_CHARACTERS:
            answer = self._answer(question, history, default)
        else:
            # What "last year" means depends on the day.
            answer = self._remembered(question, default, datetime.now().astimezone().date())
        return replace(answer, milliseconds=(time.perf_counter() - started) * 1000)

    def share_named(self, words: Collection[str], article: str) -> float:
        """Return the share of some words, as ``index.language.lexicon`` has them, that a report has as they are."""
        return share_named(words, article, self._searcher.store)

    def _answer(self, question: str, history: Sequence[Earlier], default: Language) -> Answer:
        said = visible(question[:QUESTION_CHARACTERS])
        answer = self._reply(said, default, follows=bool(history))
        if answer is not None:
            return replace(answer, question=question)
        asked = without_emoji(small_talk.without_courtesy(said)).strip()
        answer = replace(self._decide_each(asked, history, default), question=question)
        return replace(answer, notice=answer.notice or notices.notice_of(answer))

    def _reply(self, said: str, default: Language, *, follows: bool) -> Answer | None:
        """Return the reply to small talk, None to a question; ``follows`` says that something was asked before."""
        kind = small_talk.kind_of(said, self._searcher.store.tables.word_numbers, follows=follows)
        if kind is None:
            return None
        lang = shown_language(said) or default
        reply = texts(lang).small_talk[kind]
        version = self._searcher.store.name
        return Answer(said, lang, "not_found", 0.0, (), (), version, notice=reply, small_talk=kind)

    def _decide_each(self, asked: str, history: Sequence[Earlier], default: Language) -> Answer:
        """Answer a message: as one question, unless it has several that need more quotes than it gets so."""
        whole = self._decide(asked, history, default)
        parts = questions_in(asked)
        answers: list[Answer] = []
        for part in parts[:MOST_QUESTIONS]:
            # The later ones lean on the first: "where was it? how many came?"
            answer = self._decide(part.asked, (*history, *answers), default)
            if answer.status != "answered" and any(one.status == "answered" for one in answers) and _stands_alone(part):
                alone = self._decide(part.asked, history, default)
                answer = alone if alone.status == "answered" else answer
            answers.append(answer)
        return together(whole, parts, answers) if parts and not answers_all(whole, parts, answers) else whole

    def _decide(self, asked: str, history: Sequence[Earlier], default: Language) -> Answer:
        lang = language_of(asked, default)
        declined = Answer(asked, lang, "not_found", 0.0, (), (), self._searcher.store.name)
        resolved = resolve(asked, history, self._searcher)
        result = self._searcher.search(resolved.question, CANDIDATES, Filters(articles=resolved.articles))
        result = editions.of_asked_edition(resolved.question, result, self._searcher)
        declined = replace(
            declined,
            lang=resolved.language or lang,
            confidence=self._confidence(resolved, result),
            considered=tuple(self._considered(hit) for hit in result.hits[:CONSIDERED]),
        )
        answer = self._quoting(declined, resolved, result)
        return replace(answer, topic=topic_after(resolved, answer, [hit.stored.article for hit in result.hits]))

    def _confidence(self, resolved: Resolved, result: SearchResult) -> float:
        """Return the probability that the reports answer what a question means in its conversation."""
        if resolved.judged == (resolved.question,) or not result.hits:
            return result.answerable
        within = Filters(articles=resolved.articles)
        judged = [
            result.signals if text == resolved.question else self._searcher.search(text, 1, within).signals
            for text in resolved.judged
        ]
        lacks_type = lacks_asked_type(resolved.asked, [hit.stored.text for hit in result.hits[:JUDGED_HITS]])
        return max(calibration.probability(replace(one, lacks_type=lacks_type)) for one in judged if one is not None)

    def _quoting(self, declined: Answer, resolved: Resolved, result: SearchResult) -> Answer:
        """Return the answer that quotes what was found, or the one that declines and says what is nearest."""
        declined_with_nearest = replace(declined, suggestions=self._nearest(result.hits))
        if not result.hits:
            return declined_with_nearest
        asked, first = resolved.question, result.hits[0].stored
        if other := editions.not_reported(asked, first, self._searcher, declined.lang):
            return replace(declined_with_nearest, notice=other)
        if declined.confidence < self._settings.threshold:
            return declined_with_nearest
        notice = None
        if not resolved.seen:
            notice = editions.notice_of_edition(asked, first.article, self._searcher, declined.lang)
            if notice is not None:
                result = editions.only_of(first.article, asked, result)
            spans = choose_spans(asked, result, self._searcher)
        elif not (spans := more_spans(result, self._searcher, resolved.seen)):
            return replace(declined_with_nearest, notice=texts(declined.lang).no_more)
        return replace(declined, status="answered", notice=notice, quotes=tuple(self._quote(span) for span in spans))

    def _quote(self, span: Span) -> Quote:
        article, section = span.stored.article, span.stored.passage.section
        around = surroundings(article.source, section, span.start, span.end)
        cited = self._cite(span.stored, span.start)
        return Quote(cited, span.start, span.end, span.text, span.is_code, around, span.cut)

    def _considered(self, hit: Hit) -> Considered:
        cited = self._cite(hit.stored, hit.stored.passage.start)
        return Considered(cited, hit.score, hit.dense, hit.sparse or 0.0, hit.lexical)

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


def _stands_alone(part: Part) -> bool:
    """Return whether a question of several says itself what it is about, as far as its words show."""
    return not leaning.read(part.asked).pronoun


def open_answerer(settings: BotSettings, encoder: Encoder | None = None) -> Answerer:
    """Open the index that the settings name; see ``index.searching.search.open_searcher``."""
    return Answerer(open_searcher(settings, encoder), settings)
