"""Take one sentence apart that asks for several things: "the venue and the date", "where was it, and who spoke?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.conversation.leaning import COMMON, LEANING, OF_EVENTS, OF_TALKS, terms_of
from index.reports import compiled, terms
from index.word_lists import either, phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

WH_JA = r"(?:誰|だれ|何|なに|なん|いつ|どこ|どう|どんな|なぜ|どれ|どの|いくら|いくつ)"
# What stands beside each other in "the venue and the date" is short, and has not the grammar of a sentence.
_THING = r"[おご]?[一-鿿々ァ-ヺーA-Za-z0-9０-９#＃._-]{1,14}"
_AND = r"(?:と、?|や、?|および|及び)"
_COMMA = r"(?:[、，､]|,(?![0-9]))\s*"
_ALSO = r"(?:あと|それと|それから|さらに|加えて|および|及び|ならびに)、?"
_BESIDE = rf"(?:とか、?|、?ならびに|{_AND}|{_COMMA}(?:{_ALSO})?|・|/|／|&|＆)"
_TELL = r"(?:を|について|とか|、)?(?:それぞれ)?(?:教えて|おしえて|知りたい)[^。]{0,8}|が(?:知りたい|気にな)[^。]{0,6}"
_IS_WHAT = r"と?は(?:何|なん|どう|それぞれ)?(?:です|でした)?か?"
_END = r"[?？。!！\s]*$"
_THINGS_JA = (
    rf"^(?P<before>.*?(?:の|、|は|\s))??(?P<things>{_THING}(?:{_BESIDE}{_THING})+)"
    rf"(?P<after>(?:は[^、。]{{1,12}}|{_TELL}|{_IS_WHAT})?{_END})"
)
_SURELY_JA = rf"{_THING}(?:{_AND}{_THING})+(?:{_IS_WHAT}|{_TELL}){_END}"
# "The venue of this and the speaker of that": the first is complete.
_TWO_JA = (
    rf"^(?P<first>[^、。?？]*?の(?P<thing>{_THING}))と、?(?P<second>[^、。?？]*?の{_THING})"
    rf"(?P<after>(?:{_IS_WHAT}|{_TELL}){_END})"
)
# "The weight of this, the colour of that, the price?": of two, the first may only say when or where.
_NOUN = r"[^、，､,。?？はをが]{0,20}[一-鿿々ァ-ヺーA-Za-z0-9さ](?<![年月日時回])"
_NOUNS_JA = rf"^(?P<things>{_NOUN}(?:{_COMMA}(?:{_ALSO})?{_NOUN}){{2,}})(?P<after>(?:{_IS_WHAT}|{_TELL}){_END})"
# Of what every event has it is certain that each is asked for, also behind commas or a verb.
_ATTRIBUTES = " ".join((OF_EVENTS, OF_TALKS, *phrases_of(COMMON, "counted")))
# Atomic: that another thing may begin at every "and" would be tried in every way otherwise.
_THING_EN = r"(?>(?:the |its )?(?:number of )?(?:(?! and | of | at | for | in | from | on )[\w' -]){3,30})"
_THINGS_EN = (
    r"(?i)^(?P<before>(?:what|who|when)(?:['’]s| is| are| was| were) |(?:please )?(?:tell|give) me )"
    rf"(?P<things>{_THING_EN}(?:,? and (?=the |its ){_THING_EN})+)"
    r"(?P<after>(?: (?:of|at|for|in|from|on) .+)?[?.!\s]*)$"
)
# "The venue, date and fee": without articles they may be one thing, unless every event has each.
_LISTED_EN = (
    r"(?i)^(?P<before>(?:(?:what|who|when)(?:['’]s| is| are| was| were) |(?:please )?(?:tell|give) me )?)"
    r"(?P<things>(?:the |its )?[\w'-]+(?:(?:,? and |, ?)(?:the |its )?[\w'-]+)+)"
    r"(?P<after>(?: (?:of|at|for|in|from|on) [^,]+)?[?.!\s]*)$"
)
_ARTICLE = r"(?i)^(?:the|its) "
_BETWEEN_LISTED_EN = r"(?i),? and |, ?"
_BETWEEN_NOUNS = rf"{_COMMA}(?:{_ALSO})?"
_BETWEEN_EN = r"(?i),? and (?=the |its )"
_COMPARES = f"(?i){either(phrases_of(LEANING, 'compares'))}"
_WH_EN = r"(?:who|whose|what|which|when|where|why|how)"
_CLAUSE_EN = (
    rf"(?i)[,;]?\s+(?:and|plus)(?: also)?,?\s+"
    rf"(?={_WH_EN}(?:(?:\s+\S+){{2}}|\s+(?!else|exactly|about|long|many|much)\S+$))"
    r"|[,;]?\s+and(?: also)?,?\s+(?=(?:is|are|was|were|do|does|did|can) (?:it|they|there|the|any|people)\b)"
    r"|[,;]?\s+and also,?\s+(?=(?:the|its|any)\b)"
    rf"|;\s+(?={_WH_EN}\b)|\s*[&＆]\s*(?={_WH_EN}\b)"
    r"|,\s+(?=(?:what|when|where|why|how) (?:is|are|was|were|do|does|did|many|much)\b)"
)
_ASKING_EN = (
    rf"(?i)\b{_WH_EN}\s+(?!exactly|else|about|long|many|much)\S|\b{_WH_EN}(?:\s+\S+){{2}}"
    r"|^(?:please )?(?:tell|give) me\b"
)
# "The venue was where, and how many came?"
_CLAUSE_JA = rf"(?<=[かで])[、,]\s*(?=[^、]*{WH_JA})|(?<=か)(?:それと|あと|また)[、,]?\s*(?=[^、]*{WH_JA})"
_ASKING_JA = rf"[はが][^、]*{WH_JA}[^、]*$"
# Each with a subject and a question word of its own.
_ASKED_JA = rf"[^、，､,はが]+[はが][^、，､,はが]*{WH_JA}[^、，､,]*"
_ALL_ASK_JA = rf"{_ASKED_JA}(?:{_COMMA}{_ASKED_JA})+"
_ALL_ASK_EN = rf"(?i)(?:(?:please )?(?:tell|give) me )?{_WH_EN}\b[^,]*(?:,\s*(?:and\s+)?{_WH_EN}\b[^,]*){{2,}}"
_BETWEEN_CLAUSES = rf"(?i){_COMMA}(?:and\s+)?"
# All of these need one of those between the things, and most questions have none.
_JOINS = re.compile(rf"{_BESIDE}|[,;]|また|\b(?:and|plus)\b", re.IGNORECASE)


def clauses(question: str) -> list[str]:
    """Return the questions in one sentence: clauses that ask something each, or things that are asked for."""
    if not _JOINS.search(question) or compiled(_COMPARES).search(question):
        return [question]
    ways = (_two_of_two, _attributes, _nouns, _articles, _clauses_alike, _asking_clauses)
    return next((found for way in ways if (found := way(question))), [question])


def is_asked_of_all(thing: str) -> bool:
    """Tell whether a thing is what every event or talk has."""
    return set(terms(thing)) <= terms_of(_ATTRIBUTES)


def _two_of_two(question: str) -> list[str]:
    found = compiled(_TWO_JA).match(question)
    if found is None or not is_asked_of_all(found["thing"]):
        return []
    return [f"{found[part]}{found['after']}" for part in ("first", "second")]


def _attributes(question: str) -> list[str]:
    """Return one question for each of the things beside each other that every event has, or that are certainly two."""
    if found := compiled(_THINGS_JA).match(question):
        things = compiled(_BESIDE).split(found["things"])
        is_sure = compiled(_SURELY_JA).fullmatch(found["things"] + found["after"]) or all(map(is_asked_of_all, things))
    elif found := compiled(_LISTED_EN).match(question):
        things = compiled(_BETWEEN_LISTED_EN).split(found["things"])
        is_sure = all(is_asked_of_all(compiled(_ARTICLE).sub("", thing)) for thing in things)
    else:
        return []
    return _each(found, things) if is_sure else []


def _nouns(question: str) -> list[str]:
    """Return one question for each of the nouns of a Japanese list; what the first one is of, the others are."""
    found = compiled(_NOUNS_JA).match(question)
    if found is None:
        return []
    first, *others = compiled(_BETWEEN_NOUNS).split(found["things"])
    owner, of, thing = first.rpartition("の")
    is_shared = of and not any("の" in one for one in others)
    if not is_shared:
        return _each(found, [first, *others])
    return [f"{owner}{of}{one}" for one in _each(found, [thing, *others])]


def _articles(question: str) -> list[str]:
    found = compiled(_THINGS_EN).match(question)
    return _each(found, compiled(_BETWEEN_EN).split(found["things"])) if found else []


def _each(found: re.Match[str], things: Sequence[str]) -> list[str]:
    """Return one question for each of some things, and nothing where one of them has no word of its own."""
    if not all(terms(thing) for thing in things):
        return []
    before = found.groupdict().get("before") or ""
    return [f"{before}{thing}{found['after']}" for thing in things]


def _clauses_alike(question: str) -> list[str]:
    """Return the clauses of a sentence each of which asks by itself."""
    if compiled(_ALL_ASK_JA).fullmatch(question) or compiled(_ALL_ASK_EN).fullmatch(question):
        return compiled(_BETWEEN_CLAUSES).split(question)
    return []


def _asking_clauses(question: str) -> list[str]:
    for between, asking in ((_CLAUSE_EN, _ASKING_EN), (_CLAUSE_JA, _ASKING_JA)):
        cuts = [cut for cut in compiled(between).finditer(question) if compiled(asking).search(question[: cut.start()])]
        if cuts:
            starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(question)]
            return [question[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return []
