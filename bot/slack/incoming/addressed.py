"""Tell whether an untagged line of a thread asks the reports something, or is said to the people there.

It asks the reports if it has the form of a question, or of a request for an answer, and nothing in it is what people
say to each other (see ``speech``). What names neither reports nor events nor talks has to be about the report that the
thread is about. In doubt it is said to people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.conversation import leaning
from bot.conversation.asked_again import asks_for_more, language_asked_for
from bot.conversation.small_talk import without_courtesy
from bot.slack.incoming.speech import speech_of
from bot.slack.views.markup import spoken
from index.reports import nfkc, shown_language

if TYPE_CHECKING:
    from bot.slack.incoming.speech import Speech
    from bot.types import Answer, Topic

# What is longer is told to people.
LONGEST = 300
# At least this share of the words of a line has to be in the report that the thread is about.
NAMED = 0.5
# So many words that the report has in its language, and so surely answered, are no chance.
TRANSLATED_WORDS = 2
TRANSLATED_CONFIDENCE = 0.8

# A point inside a name ends no sentence: Next.js.
_SENTENCE = re.compile(r"(?:[^。.!?\n:–—-]|[.:-](?=\S))+[。.!?]*")
_OPENER = re.compile(
    r"^(?:(?:and|or|so|but|then|also|ok|okay|well|no|sorry|oops|thanks|thank you|got it|i see|oh|ah|hm+|btw|by the way"
    r"|nice|great|cool|please)\b[\s,.!:-]*(?=\w))+"
)
# "Anna, who spoke?" is asked of Anna.
_NAME_CALLED = re.compile(
    r"(?:(?:[Hh]ey|[Hh]i) )?"
    r"(?!(?:Thanks|Sorry|Okay|Ok|Then|Well|Also|Great|Nice|Cool|And|But|So|Oh|No|Yes)\b)[A-Z][a-z]+,"
)
# "Where did they do it?" has a subject that is not said.
_PAST = re.compile(r"[ただ](?:の|ん(?:です)?)?か?\?*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that asks the reports something.

    ``kind`` is "again" for what asks for more of the last answer, "asks" for what asks for something, and "whether" for
    what is answered with yes or no or is but a name. ``of_reports`` says that it names reports, events or talks, and
    ``words`` are those that name anything else.
    """

    kind: Literal["again", "asks", "whether"]
    of_reports: bool = True
    words: frozenset[str] = frozenset()


def read(text: str) -> Line | None:
    """Return what a line, as Slack sends it, asks the reports, or None if it is said to people."""
    said = nfkc(without_courtesy(spoken(text))).strip()
    if not 0 < len(said) <= LONGEST or _NAME_CALLED.match(said):
        return None
    if asks_for_more(said) or language_asked_for(said) is not None:
        return Line("again")
    speech = speech_of(shown_language(said) or "en")
    sentences = _sentences(said.lower())
    if any(_is_for_people(one, speech) for one in sentences):
        return None
    lines = [line for one in sentences if (line := _read_sentence(one, speech)) is not None]
    return min(lines, key=lambda line: (line.kind != "asks", not line.of_reports), default=None)


def is_question(text: str) -> bool:
    """Return whether a text asks for something, whoever is asked."""
    said = nfkc(spoken(text)).lower()
    speech = speech_of(shown_language(said) or "en")
    forms = (speech.request, speech.asks, speech.whether)
    return any("?" in one or any(form.search(_OPENER.sub("", one)) for form in forms) for one in _sentences(said))


def _sentences(said: str) -> list[str]:
    return [one.strip() for one in _SENTENCE.findall(said)]


def _is_for_people(sentence: str, speech: Speech) -> bool:
    rest = _without_request(sentence, speech)
    return bool(speech.phrases_for_people.search(rest) or speech.to_people.search(rest))


def _read_sentence(sentence: str, speech: Speech) -> Line | None:
    reading = leaning.read(sentence)
    when_or_where = reading.when_or_where and not reading.words and (reading.general or reading.pronoun)
    of_reports = bool(reading.part or when_or_where or speech.of_reports.search(sentence))
    rest = _without_request(sentence, speech)
    asks = speech.request.search(_OPENER.sub("", sentence)) is not None or speech.asks.search(rest) is not None
    if not (of_reports or reading.words):
        return Line("whether") if asks and reading.when_or_where and _PAST.search(sentence) else None
    words = frozenset(word for word in reading.words if not word.isdigit())
    if asks:
        return Line("asks", of_reports, words)
    return Line("whether", of_reports, words) if speech.whether.search(rest) or reading.left_out else None


def _without_request(sentence: str, speech: Speech) -> str:
    return speech.request.sub("", _OPENER.sub("", sentence)).strip()


def deserves(line: Line, answer: Answer, topic: Topic | None, named: float, *, heard: bool) -> bool:
    """Return whether an answer is to be said to whoever wrote a line; ``heard`` says that they asked the bot before.

    ``topic`` is what the thread was about, and ``named`` the share of the line's words that its report has. Whoever
    asked before wants to hear, too, that the reports don't say.
    """
    if answer.small_talk is not None:
        return False
    if line.kind == "again" or (line.kind == "asks" and (line.of_reports or named == 1)):
        return heard or answer.status == "answered"
    return answer.status == "answered" and (named >= NAMED or _goes_on(line, answer, topic))


def _goes_on(line: Line, answer: Answer, topic: Topic | None) -> bool:
    """Return whether an answer is about what the thread was about, though the line does not name it."""
    if topic is None or answer.quotes[0].citation.article != topic.article:
        return False
    translated = line.kind == "asks" and len(line.words) >= TRANSLATED_WORDS
    return line.of_reports or (translated and answer.confidence >= TRANSLATED_CONFIDENCE)
