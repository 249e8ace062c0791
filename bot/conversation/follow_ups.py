"""Follow-up questions: what a question means after the answers before it in the conversation.

An answer leaves behind a Topic: what was asked, and the report and the lines that were quoted. A question that leans
on it is looked for in that report only, with the words that it leaves out. A question that stands alone, and one that
changes the subject, is left exactly as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.conversation import leaning
from bot.types import Earlier, Topic
from index.reports import grammar_language, terms
from index.types import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.conversation.leaning import Reading
    from index.reports import ArticleEntry, Reports
    from index.types import Language, Quote

# When and where an event was is one sentence of its report; asked for in these words, and the report's language, it is
# found more often than in others: first in 28 of 37 reports.
WHEN_AND_WHERE: dict[Language, str] = {"ja": "いつ、どこで開催された？", "en": "When and where was it held?"}
# A question with more words of its own is clear without those of the question before it.
FEW_WORDS = 3
# If the report has at least this share of a question's words, the question is about the report.
ITS_WORDS = 0.5
# Shorter stretches are shared by any two texts.
SHORTEST_NAME = 4
# Leaves half of what is searched for to the question that leans on it.
SUBJECT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a question in its conversation.

    ``question`` is to be searched for, in ``articles`` only if there are some; the reports answer it if they answer
    one of ``judged`` and have the kind of thing that ``asked`` asks for. ``subject`` is what the next question leans
    on. Of what asks for more, ``seen`` was quoted already. ``language`` is that of the reply where the question's own
    does not decide.
    """

    question: str
    asked: str
    judged: tuple[str, ...]
    subject: str
    articles: tuple[str, ...] = ()
    seen: tuple[Place, ...] = ()
    language: Language | None = None


def meaning_of(question: str, history: Sequence[Earlier], reports: Reports) -> Meaning:
    """Return what a question means after the earlier answers of its conversation, oldest first."""
    topic = latest_topic(history)
    if topic is None:
        return _whole(question)
    if topic.article is not None and not reports.has(topic.article):
        topic = replace(topic, article=None, quoted=())
    meaning = (
        _same_again(question, topic)
        or _of_the_report(question, topic, reports)
        or _leaning(question, topic, reports)
        or _whole(question)
    )
    if grammar_language(question) is None:
        # "Redshift?" is asked in the language of the conversation.
        return replace(meaning, language=topic.language)
    return meaning


def latest_topic(history: Sequence[Earlier]) -> Topic | None:
    """Return what a conversation is about after some answers, oldest first; None when nothing was asked."""
    return next((one.topic for one in reversed(history) if one.topic is not None), None)


def topic_after(
    meaning: Meaning, language: Language, quotes: Sequence[Quote], nearest: Sequence[ArticleEntry]
) -> Topic:
    """Return what a conversation is about after an answer with its quotes.

    ``nearest`` are the articles of the best hits, in order.

    It is the report that was quoted first. Where the reports don't say, it is the one that the question names or, if
    it names none, the only one that is near.
    """
    seen = (*meaning.seen, *(Place(quote.citation.article, quote.start, quote.end) for quote in quotes))
    topic = Topic(meaning.subject[:SUBJECT_CHARACTERS], meaning.question, language, quoted=seen)
    if quotes:
        cited = quotes[0].citation
        return replace(topic, article=cited.article, title=cited.title)
    words = set(terms(meaning.subject))
    named = [one for one in nearest if one.path in meaning.articles or words & set(terms(one.title))]
    about = named or (list(nearest) if len({one.path for one in nearest}) == 1 else [])
    return replace(topic, article=about[0].path, title=about[0].title) if about else topic


def _whole(question: str, articles: tuple[str, ...] = ()) -> Meaning:
    return Meaning(question, question, (question,), question, articles)


def _same_again(question: str, topic: Topic) -> Meaning | None:
    """Return the meaning of what asks the same again: in the other language, for more, of another part or event."""
    # Most messages follow nothing, and need none of its patterns.
    from bot.conversation import asked_again

    again = Meaning(topic.asked, topic.asked, (topic.asked, topic.subject), topic.subject, topic.articles)
    if (language := asked_again.language_asked_for(question)) is not None:
        return replace(again, language=language)
    if asked_again.asks_for_more(question):
        return replace(again, seen=topic.quoted)
    renumbered = asked_again.with_its_number(question, topic.subject)
    if renumbered is None:
        return None
    names_event = renumbered.replaced in asked_again.numbers_of(topic.title)
    return _whole(renumbered.question, () if names_event else topic.articles)


def _of_the_report(question: str, topic: Topic, reports: Reports) -> Meaning | None:
    """Return the meaning of what asks for the report itself: "when was it written?"."""
    if topic.article is None or not reports.states(question, topic.article):
        return None
    return Meaning(question, question, (question,), topic.subject, topic.articles)


def _leaning(question: str, topic: Topic, reports: Reports) -> Meaning | None:
    """Return the meaning of a question in words of its own, or None if it stands alone."""
    reading = leaning.read(question)
    in_context = f"{topic.subject}\n{question}"
    meaning = Meaning(in_context, question, (in_context,), topic.subject, topic.articles)
    if not reading.words:
        return _of_the_event(meaning, reading, topic, reports) if reading.asking or reading.pronoun else None
    if not (reading.incomplete or reading.part):
        return None
    if topic.article is None:
        return meaning if reading.pronoun else None
    known = reports.share_known(reading.words, topic.article)
    about = known >= ITS_WORDS and not _names_another(question, reading, topic, reports)
    if reading.pronoun and len(reading.words) <= FEW_WORDS:
        searched = question if reading.of_event else in_context
        return replace(meaning, question=searched, judged=(in_context if about else question,))
    if about:
        judged = (question, _of_report(question, topic)) if reading.incomplete else (question,)
        return replace(meaning, question=question, judged=judged, subject=question)
    return _renamed(reading, topic, reports)


def _of_the_event(meaning: Meaning, reading: Reading, topic: Topic, reports: Reports) -> Meaning:
    """Return the meaning of a question that names nothing: "when was it?", "who said that?", "and the party?"."""
    if topic.article is None:
        return meaning
    if reading.when_or_where:
        searched = WHEN_AND_WHERE[reports.language_of(topic.article)]
        return replace(meaning, question=searched, judged=(_of_report(meaning.asked, topic), topic.subject))
    if not reading.of_event:
        return replace(meaning, judged=(*meaning.judged, topic.subject))
    known = reports.share_known(reading.general, topic.article) > 0
    judged = (meaning.asked, _of_report(meaning.asked, topic)) if known else (meaning.asked,)
    return replace(meaning, question=meaning.asked, judged=judged)


def _of_report(question: str, topic: Topic) -> str:
    return f"{topic.title}\n{question}"


def _names_another(question: str, reading: Reading, topic: Topic, reports: Reports) -> bool:
    """Return whether the words of a question are the name of another report, and not of the one talked about."""
    # One word in a title is not its name yet.
    if len(reading.words) == 1 or set(reading.words) <= set(terms(topic.title)):
        return False
    return _in_title_of_another(reading.words, question, topic, reports)


def _in_title_of_another(words: Iterable[str], question: str, topic: Topic, reports: Reports) -> bool:
    """Return whether the report that is nearest to a question is another one and has all the words in its title."""
    nearest = [hit.stored.entry for hit in reports.search(question).hits[:1]]
    return any(one.path != topic.article and set(words) <= set(terms(one.title)) for one in nearest)


def _renamed(reading: Reading, topic: Topic, reports: Reports) -> Meaning | None:
    """Ask of another event what was asked of this one: "and PyCon?" after "when was RubyKaigi?"."""
    subject, title = topic.subject.casefold(), topic.title.casefold()
    # The event's name, as the question has it, is the longest stretch that it shares with the title.
    shared = SequenceMatcher(None, subject, title, autojunk=False).find_longest_match()
    name = topic.subject[shared.a : shared.a + shared.size].strip()
    # Casefolding makes some letters longer, and then the stretch is another one.
    if reading.name is None or len(name) < SHORTEST_NAME or len(subject) != len(topic.subject):
        return None
    if not _in_title_of_another(reading.words, reading.name, topic, reports):
        return None
    return _whole(topic.subject.replace(name, reading.name, 1))
