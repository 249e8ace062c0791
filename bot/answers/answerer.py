"""From a question to an Answer: search, decide whether the reports say, choose quotes, cite them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answers import notices
from bot.answers.several_answers import MOST_QUESTIONS, answers_all, together
from bot.conversation import leaning, small_talk
from bot.conversation.follow_ups import meaning_of, topic_after
from bot.conversation.several_questions import questions_in
from bot.texts import texts
from bot.types import Answer, ConsideredPassage, Material
from index.reports import Question, open_reports, readable, shown_language, without_emoji
from index.types import QUESTION_CHARACTERS, Citation, Language, Place, Quote

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.conversation.follow_ups import Meaning
    from bot.conversation.several_questions import Subquestion
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
# As many lines as an answer is written from, beside those that are quoted.
WRITTEN_FROM = 24


@dataclass(frozen=True, slots=True)
class Reply:
    """What is quoted, what is said beside it or instead, and where an answer that is written may look besides."""

    quotes: tuple[Quote, ...] = ()
    notice: str | None = None
    further: tuple[Place, ...] = ()


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
        said = Question.of(question).text
        kind = small_talk.kind_of(said, self.reports.known, follows=bool(history))
        if kind is not None:
            lang = shown_language(said) or default
            reply = texts(lang).small_talk_where(kind, writes=self.settings.writes)
            return Answer(question, lang, "not_found", 0.0, (), (), self.reports.version, notice=reply, small_talk=kind)
        asked = without_emoji(small_talk.without_courtesy(said)).strip()
        answer = self._decide_each(asked, history, default)
        notice = answer.notice or notices.notice_of(question, answer.lang, answered=answer.status == "answered")
        return replace(answer, question=question, notice=notice)

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
        question = Question.of(asked)
        meaning = meaning_of(asked, history, self.reports)
        found = self.reports.search(meaning.question, CANDIDATES, meaning.articles)
        found = self.reports.of_asked_edition(found)
        lang = meaning.language or question.language or default
        confidence = self.reports.probability(Question.of(meaning.asked), meaning.judged, found, meaning.articles)
        reply = self._reply(meaning, found, confidence, lang)
        notice = reply.notice
        if question.is_of_any_event and not history and self.reports.count > 1:
            notice = notice or notices.which_event(reply.quotes, found.hits, lang)
        return Answer(
            asked,
            lang,
            "answered" if reply.quotes else "not_found",
            confidence,
            reply.quotes,
            () if reply.quotes else self._nearest(found.hits),
            self.reports.version,
            notice=notice,
            considered=tuple(self._considered(hit) for hit in found.hits[:CONSIDERED]),
            topic=topic_after(meaning, lang, reply.quotes, [hit.stored.entry for hit in found.hits]),
            material=Material(meaning.question, reply.further) if self.settings.writes and reply.quotes else None,
        )

    def _reply(self, meaning: Meaning, found: SearchResult, confidence: float, lang: Language) -> Reply:
        """Return what is quoted of what was found, or what is said instead."""
        if not found.hits:
            return Reply()
        missing = self.reports.missing(found)
        if missing is not None and missing.others:
            return Reply(notice=notices.not_reported(missing, lang))
        if meaning.seen:
            # That the reports answer was judged when the first of it was quoted.
            quotes = self.reports.more(found, meaning.seen)
            return Reply(quotes, None if quotes else texts(lang).no_more)
        if confidence < self.settings.threshold:
            return Reply()
        if missing is not None:
            notice = notices.lacking(missing, found.hits[0].stored.entry.title, lang)
            return self._quoting(found.of_first_report(), notice)
        return self._quoting(found)

    def _quoting(self, found: SearchResult, notice: str | None = None) -> Reply:
        quotes, further = self.reports.quotes_and_lines(found, WRITTEN_FROM if self.settings.writes else 0)
        return Reply(quotes, notice, further)

    def _considered(self, hit: Hit) -> ConsideredPassage:
        cited = self.reports.cite(hit.stored)
        return ConsideredPassage(cited, hit.score, hit.dense, hit.sparse or 0.0, hit.lexical)

    def _nearest(self, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """Return the sections of the best hits, each once."""
        sections = {hit.stored.section_number: hit.stored for hit in reversed(hits)}
        nearest = list(reversed(sections.values()))[:SUGGESTIONS]
        return tuple(self.reports.cite(stored) for stored in nearest)


def _stands_alone(part: Subquestion) -> bool:
    """Return whether a question of several says itself what it is about, as far as its words show."""
    return not leaning.read(part.asked).pronoun


def open_answerer(settings: BotSettings, encoder: Encoder | None = None) -> Answerer:
    """Open the index that the settings name; see ``index.reports.open_reports``."""
    return Answerer(open_reports(settings, encoder), settings)
