"""From a question to an Answer: search, decide whether the reports say, choose quotes, cite them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answers import notices
from bot.answers.several_answers import MOST_QUESTIONS, answers_all, together
from bot.conversation import leaning, small_talk
from bot.conversation.follow_ups import resolve, topic_after
from bot.conversation.several_questions import questions_in
from bot.texts import texts
from bot.types import Answer, Considered
from index.reports import language_of, open_reports, readable, shown_language, visible, without_emoji
from index.types import QUESTION_CHARACTERS, Citation, Language

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.conversation.follow_ups import Resolved
    from bot.conversation.several_questions import Part
    from bot.settings import BotSettings
    from bot.types import Earlier
    from index.reports import Encoder, Hit, Reports, SearchResult

# Enough passages for the quotes of one answer; more only bring in other subjects.
CANDIDATES = 10
SUGGESTIONS = 3
# How many answers are kept for whoever asks the same again.
REMEMBERED = 256
# As many as explain an answer; the others are far behind.
CONSIDERED = 5


class Answerer:
    """Answers questions from one version of the index; safe to use from several threads."""

    def __init__(self, reports: Reports, settings: BotSettings) -> None:
        self.reports = reports
        self.settings = settings
        self._remembered = lru_cache(REMEMBERED)(lambda question, default, _day: self._answer(question, (), default))

    @property
    def default_language(self) -> Language:
        """The language of replies to questions that show none."""
        return self.settings.default_language

    @property
    def article_count(self) -> int:
        """The number of reports to ask about."""
        return self.reports.count

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
        """Return the share of some words, as ``terms`` gives them, that a report has as they are."""
        return self.reports.share_named(words, article)

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
        kind = small_talk.kind_of(said, self.reports.known, follows=follows)
        if kind is None:
            return None
        lang = shown_language(said) or default
        reply = texts(lang).small_talk[kind]
        return Answer(said, lang, "not_found", 0.0, (), (), self.reports.version, notice=reply, small_talk=kind)

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
        declined = Answer(asked, lang, "not_found", 0.0, (), (), self.reports.version)
        resolved = resolve(asked, history, self.reports)
        result = self.reports.search(resolved.question, CANDIDATES, resolved.articles)
        result = self.reports.of_asked_edition(resolved.question, result)
        declined = replace(
            declined,
            lang=resolved.language or lang,
            confidence=self.reports.probability(resolved.asked, resolved.judged, result, resolved.articles),
            considered=tuple(self._considered(hit) for hit in result.hits[:CONSIDERED]),
        )
        answer = self._quoting(declined, resolved, result)
        return replace(answer, topic=topic_after(resolved, answer, [hit.stored.article for hit in result.hits]))

    def _quoting(self, declined: Answer, resolved: Resolved, result: SearchResult) -> Answer:
        """Return the answer that quotes what was found, or the one that declines and says what is nearest."""
        declined_with_nearest = replace(declined, suggestions=self._nearest(result.hits))
        if not result.hits:
            return declined_with_nearest
        asked, first = resolved.question, result.hits[0].stored
        if missing := self.reports.other_editions(asked, first):
            return replace(declined_with_nearest, notice=notices.not_reported(missing, declined.lang))
        if declined.confidence < self.settings.threshold:
            return declined_with_nearest
        notice = None
        if not resolved.seen:
            if missing := self.reports.lacking(asked, first.article):
                notice = notices.lacking(missing, first.article.title, declined.lang)
                result = self.reports.only_of(first.article, asked, result)
            quotes = self.reports.quotes(asked, result)
        elif not (quotes := self.reports.more(result, resolved.seen)):
            return replace(declined_with_nearest, notice=texts(declined.lang).no_more)
        return replace(declined, status="answered", notice=notice, quotes=quotes)

    def _considered(self, hit: Hit) -> Considered:
        cited = self.reports.cite(hit.stored, hit.stored.passage.start)
        return Considered(cited, hit.score, hit.dense, hit.sparse or 0.0, hit.lexical)

    def _nearest(self, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """Return the sections of the best hits, each once."""
        sections = {hit.stored.section_number: hit.stored for hit in reversed(hits)}
        nearest = list(reversed(sections.values()))[:SUGGESTIONS]
        return tuple(self.reports.cite(stored, stored.passage.start) for stored in nearest)


def _stands_alone(part: Part) -> bool:
    """Return whether a question of several says itself what it is about, as far as its words show."""
    return not leaning.read(part.asked).pronoun


def open_answerer(settings: BotSettings, encoder: Encoder | None = None) -> Answerer:
    """Open the index that the settings name; see ``index.reports.open_reports``."""
    return Answerer(open_reports(settings, encoder), settings)
