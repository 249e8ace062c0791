"""Tell how a question leans on what was said before it: by pronouns, by naming no event, by what it leaves out.

Only the words of the question are looked at here; ``follow_ups`` decides what they lean on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.reports import ENGLISH_STOP_WORDS, terms
from index.word_lists import by_script, either, phrases_of, wording, words_listed

COMMON = "bot/data/of_all_events.txt"
# What every event has, and every talk, so that asking for it names none.
OF_EVENTS = " ".join(phrases_of(COMMON, "events"))
OF_TALKS = " ".join(phrases_of(COMMON, "talks"))
# What somebody did names nothing either; of Japanese verbs and adjectives the ending tells.
OF_DOING = " ".join(phrases_of(COMMON, "doing"))
# Beside these a "when" or "where" asks for nothing but when and where the event was.
OF_HAPPENING = " ".join(phrases_of(COMMON, "happening"))
VERB = re.compile(r"[うくぐすつぬぶむるい]$")

LEANING = "bot/data/leaning.txt"
CHANGE = re.compile(rf"^(?:{wording(LEANING, 'changes the subject')})", re.IGNORECASE)
_OPENERS_EN, _OPENERS_JA = map(either, by_script(phrases_of(LEANING, "opens")))
OPENER = re.compile(
    rf"^(?:(?:{_OPENERS_EN})(?=[\s,])[\s,]*)+|^(?:(?:{_OPENERS_JA}|あと(?!がき))[、,\s]*)+", re.IGNORECASE
)
PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her)\b"
    r"|\b(?:this|that|these|those)\b(?= *(?:[?.!,]|$)"
    r"| (?:one|talk|session|speaker|person|company|held|event|conference|meetup)\b)"
    r"|(?:それ|これ|あれ)(?!ぞれ|とも|から|まで|なら)|そこ(?!そこ)"
    r"|(?:その|この|あの)(?!まま|他|ほか|後|あと|うち|前|ため)|彼女?(?=[がはのを])",
    re.IGNORECASE,
)
# An "it" that only announces what follows, as in "is it a good idea to …", or is the weather, stands for nothing.
ANNOUNCING = re.compile(
    r"\bit(?:['’]s)?(?: [\w-]+){1,4} (?:to|that|for|if|when)\b|\bit (?:rain|snow)\w*", re.IGNORECASE
)
ON_EVENT = re.compile(r"(?:その|この|あの)(?:会(?!社)|日|回)|[そこ]こ(?:で|の|に)|\bthere\b", re.IGNORECASE)
# A surname alone says who is meant only to somebody who has heard of them, "the other one" what only beside the first.
RELATIVE = re.compile(r"(?:さん|氏)[はがのもに]|の(?:方|ほう)[はがも]")
# Reports differ in how many they have, but nobody gives the event along with the number.
_PARTS_EN, _PARTS_JA = map(either, by_script(words_listed(LEANING, "parts")))
PART = re.compile(rf"\b(?:{_PARTS_EN})[ #]?[0-9]|(?:{_PARTS_JA})[0-9０-９]|[0-9０-９]日目", re.IGNORECASE)
ASKING = re.compile(wording(LEANING, "asking"), re.IGNORECASE)
WHEN_OR_WHERE = re.compile(
    r"\b(?:when|where)\b|\b(?:what|which) (?:date|day|year|city|venue)\b"
    r"|いつ|どこ(?![がの])|何[日月時]|日付|日時|日程|開催[日地]|会場|場所",
    re.IGNORECASE,
)
# The bot itself, or people in general.
YOU = re.compile(r"\byou\b", re.IGNORECASE)
# What asks for a definition, or quotes a heading, names what it is about and is whole, however short.
WHOLE = re.compile(r"とは[?？。\s]*$|^what(?:['’]s| is| are) an? |[「『\"]", re.IGNORECASE)
LEFT_OUT = re.compile(
    r"^(?:what|how) about (?P<english>.+?)[?.!\s]*$"
    r"|^(?P<japanese>[^?？。]+?)(?:について(?:は)?|に関して(?:は)?|は|も)[?？。!！\s]*$",
    re.IGNORECASE,
)
END = re.compile(r"(?:について)?(?:は|も)?[?？。.!！\s]*$")
# Longer, and with other function words, it is a sentence; in Japanese with hiragana other than の.
BARE_WORDS = 4
IN_NAMES = frozenset({"the", "a", "an", "of", "on", "in", "at", "for"})
SENTENCE = re.compile(r"[ぁ-ねは-ん]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words that a question has of its own, and those by which it leans.

    ``words`` are those that name something, ``general`` those for what every event has. ``pronoun`` says that it
    refers to something before it, ``continues`` that it goes on from it in another way, ``part`` that it names a
    numbered part of an event; ``left_out`` is the one thing it consists of, as Redshift in "and Redshift?".
    ``asking`` says that it asks for something, ``of_event`` that this is said of an event as a whole, and
    ``when_or_where`` that it is nothing but when or where the event was.
    """

    words: tuple[str, ...]
    general: tuple[str, ...]
    pronoun: bool
    continues: bool
    part: bool
    left_out: str | None
    asking: bool
    of_event: bool
    when_or_where: bool

    @property
    def incomplete(self) -> bool:
        """True if it says too little without what was said before."""
        return self.pronoun or self.continues or self.left_out is not None

    @property
    def name(self) -> str | None:
        """The words that it consists of, if they may be a name and are no phrase."""
        return None if self.left_out is None or "の" in self.left_out else self.left_out


def read(question: str) -> Reading:
    """Read a question; one that says that it changes the subject does not go on from what was said."""
    changes = CHANGE.search(question) is not None
    opener = OPENER.match(question)
    asked = question[opener.end() :] if opener else question
    asked_with = tuple(dict.fromkeys(terms(END.sub("", CHANGE.sub("", asked)))))
    general = tuple(term for term in asked_with if term in terms_of(OF_EVENTS) | terms_of(OF_TALKS))
    words = tuple(term for term in asked_with if term not in general and not _is_verb(term))
    return Reading(
        words,
        general,
        pronoun=_has_pronoun(asked),
        continues=not changes and bool(opener or RELATIVE.search(asked)),
        part=PART.search(asked) is not None,
        left_out=None if changes else _left_out(asked, opened=opener is not None),
        asking=bool(general or ASKING.search(asked)) and not WHOLE.search(asked) and not YOU.search(asked),
        of_event=bool(set(general) & terms_of(OF_EVENTS) or ON_EVENT.search(asked)),
        when_or_where=bool(WHEN_OR_WHERE.search(asked)) and set(general) <= terms_of(OF_HAPPENING),
    )


@cache
def terms_of(words: str) -> frozenset[str]:
    """Return some words in the form in which questions are compared."""
    return frozenset(terms(words))


def begun(question: str) -> str:
    """Return a question without the words that only open it and without its end."""
    return OPENER.sub("", question).strip(" ?？。.!！、,\u3000")


def _is_verb(term: str) -> bool:
    return term in terms_of(OF_DOING) or VERB.search(term) is not None


def _has_pronoun(asked: str) -> bool:
    """Return whether a pronoun refers to something before the question, and not to something in it."""
    said = ANNOUNCING.sub(" ", asked)
    found = PRONOUN.search(said)
    if found is None:
        return False
    before = (term for term in terms(said[: found.start()]) if not _is_verb(term))
    return set(before) <= terms_of(OF_EVENTS) | terms_of(OF_TALKS)


def _left_out(asked: str, *, opened: bool) -> str | None:
    """Return the one thing that a question consists of; None for a whole question."""
    found = LEFT_OUT.match(asked)
    if found is not None:
        thing = str(found["english"] or found["japanese"])
    elif (opened or asked.rstrip().endswith(("?", "？"))) and _is_bare(begun(asked)):
        thing = begun(asked)
    else:
        return None
    return None if ASKING.search(thing) or WHOLE.search(asked) else thing


def _is_bare(thing: str) -> bool:
    """Return whether a text is a thing alone, without the grammar of a sentence."""
    words = thing.lower().split()
    function_words = set(words) & (ENGLISH_STOP_WORDS - IN_NAMES)
    return 0 < len(words) <= BARE_WORDS and not function_words and not SENTENCE.search(thing)
