"""Take the questions of one message apart, where it has several.

A question with two clauses, an alternative ("online, or on site?") and what only leads up to a question are not taken
apart. Only the words of the message are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.leaning import ASKING, OF_EVENTS, OF_TALKS, read, terms_of
from bot.word_lists import phrases_of
from index import lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

# A question mark inside an address ends nothing, nor does what stands in names (try! Swift, v1.10).
_ENDS = re.compile(r"[？。！][？。！?!]*|\?+!*(?=$|\s|[^\x00-\x7f])[？！]*|\.(?=\s+[A-Z])")
_BRACKETED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"\n]*\"|（[^）]*）|\([^)\n]*\)")
_NUMBER = r"(?:Q|Question |質問)?[0-9０-９]{1,2}[.)．）、:：](?![0-9])|[(（][0-9０-９]{1,2}[)）]|[①-⑳]|[a-e]\)|Q[.:：]"
_BULLET = re.compile(rf"\s*(?:[-*+・●•◦‣]|{_NUMBER})\s*", re.IGNORECASE)
_IN_LINE = re.compile(rf"(?:^|(?<=[\s。、,:：?？]))(?:{_NUMBER})\s*|[①-⑳]\s*", re.IGNORECASE)
_OPENER = re.compile(
    r"^(?:(?:and|also|plus|another question|one more (?:thing|question))\b[\s,:]*"
    r"|(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|then|next|finally)[,:]\s*"
    r"|(?:まず|次に|最後に|また|あと(?!がき)|それと|それから|ついでに|ちなみに|さらに|加えて|そして|もう[一ひ1]つ[はに]?"
    r"|[一二三四]つ目[はに]?)[、,\s]*)+",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?？]")
_WH_JA = r"(?:誰|だれ|何|なに|なん|いつ|どこ|どう|どんな|なぜ|どれ|どの|いくら|いくつ)"
_ALTERNATIVE = re.compile(r"^(?:それとも|または|もしくは|あるいは|or\b)", re.IGNORECASE)
_ASKS = re.compile(
    rf"[?？]|は[^、。]*{_WH_JA}[^、。]{{0,4}}$|(?:です|ます|でした|ました|でしょう|の|た|る|い)か[。\s]*$"
    r"|(?:教えて|おしえて|知りたい|説明して|挙げて)[^。]{0,8}[。！!\s]*$"
    r"|^(?:please )?(?:tell me|list|name|explain|describe|give me)\b|^i(?:'d like| would like| want) to know\b"
    r"|^(?:who|whose|whom|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|can|could)\b",
    re.IGNORECASE,
)
# Says how to answer another question.
_ONLY = re.compile(r"だけ(?:知りたい|教えて|でいい)[^?？]*$")
# Says what the questions behind it are about.
_ABOUT = re.compile(
    r"(?:について|に関して)(?:の)?(?:いくつか|少し|ちょっと)?[、\s]*(?:教えて|質問|聞き|お聞き|伺|知りたい)|[:：]$"
    r"|^(?:please )?(?:tell me|i have|i(?:'d like| would like| want) to (?:know|ask)|a few|some|two)\b.*\babout\b",
    re.IGNORECASE,
)
# Says that something is asked, and not what.
_LEAD = " ".join(phrases_of("lead_ins.txt"))
# A list is not always one of questions: it may be what one question is about, or what there is to choose from.
_ANNOUNCES = re.compile(r"次の|以下|下記|それぞれ|\b(?:following|these|below|each)\b", re.IGNORECASE)
# What stands beside each other in "the venue and the date" is short, and has not the grammar of a sentence.
_THING = r"[おご]?[一-鿿々ァ-ヺーA-Za-z0-9０-９#＃._-]{1,14}"
_AND = r"(?:と、?|や、?|および|及び)"
_BESIDE = rf"(?:とか、?|、?ならびに|{_AND}|、|・|/|／|&|＆)"
_TELL = r"(?:を|について|とか|、)?(?:それぞれ)?(?:教えて|おしえて|知りたい)[^。]{0,8}|が(?:知りたい|気にな)[^。]{0,6}"
_IS_WHAT = r"と?は(?:何|なん|どう|それぞれ)?(?:です|でした)?か?"
_END = r"[?？。!！\s]*$"
_THINGS_JA = re.compile(
    rf"^(?P<before>.*?(?:の|、|は|\s))??(?P<things>{_THING}(?:{_BESIDE}{_THING})+)(?P<after>(?:は[^、。]{{1,12}}|{_TELL}|{_IS_WHAT})?{_END})"
)
_SURELY_JA = re.compile(rf"{_THING}(?:{_AND}{_THING})+(?:{_IS_WHAT}|{_TELL}){_END}")
# "The venue of this and the speaker of that": the first is complete.
_TWO_JA = re.compile(
    rf"^(?P<first>[^、。?？]*?の(?P<thing>{_THING}))と、?(?P<second>[^、。?？]*?の{_THING})(?P<after>(?:{_IS_WHAT}|{_TELL}){_END})"
)
# Of what every event has it is certain that each is asked for, also behind commas or a verb.
_ATTRIBUTES = f"{OF_EVENTS} {OF_TALKS} 数 者 名 社 会費 人数"
# Atomic: that another thing may begin at every "and" would be tried in every way otherwise.
_THING_EN = r"(?>(?:the |its )?(?:number of )?(?:(?! and | of | at | for | in | from | on )[\w' -]){3,30})"
_THINGS_EN = re.compile(
    r"^(?P<before>(?:what|who|when)(?:['’]s| is| are| was| were) |(?:please )?(?:tell|give) me )"
    rf"(?P<things>{_THING_EN}(?:,? and (?=the |its ){_THING_EN})+)"
    r"(?P<after>(?: (?:of|at|for|in|from|on) .+)?[?.!\s]*)$",
    re.IGNORECASE,
)
_BETWEEN_JA = re.compile(_BESIDE)
_BETWEEN_EN = re.compile(r",? and (?=the |its )", re.IGNORECASE)
_COMPARES = re.compile(r"違い|差|比較|関係|共通|どちら|どっち|difference|compar|relation|between|common", re.IGNORECASE)
_WH_EN = r"(?:who|whose|what|which|when|where|why|how)"
_CLAUSE_EN = re.compile(
    rf"[,;]?\s+(?:and|plus)(?: also)?,?\s+(?={_WH_EN}(?:\s+\S+){{2}})"
    r"|[,;]?\s+and(?: also)?,?\s+(?=(?:is|are|was|were|do|does|did|can) (?:it|they|there|the|any|people)\b)"
    r"|[,;]?\s+and also,?\s+(?=(?:the|its|any)\b)"
    rf"|;\s+(?={_WH_EN}\b)|\s*[&＆]\s*(?={_WH_EN}\b)"
    r"|,\s+(?=(?:what|when|where|why|how) (?:is|are|was|were|do|does|did|many|much)\b)",
    re.IGNORECASE,
)
_ASKING_EN = re.compile(
    rf"\b{_WH_EN}\s+(?!exactly|else|about|long|many|much)\S|\b{_WH_EN}(?:\s+\S+){{2}}|^(?:please )?(?:tell|give) me\b",
    re.IGNORECASE,
)
# "The venue was where, and how many came?"
_CLAUSE_JA = re.compile(
    rf"(?<=[かで])[、,]\s*(?=[^、]*{_WH_JA})|(?<=か)(?:それと|あと|また)[、,]?\s*(?=[^、]*{_WH_JA})"
)
_ASKING_JA = re.compile(rf"は[^、]*{_WH_JA}[^、]*$")


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: as it is ``said``, and as it is ``asked``, with what others say that it is about."""

    said: str
    asked: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    is_item: bool

    @property
    def asks(self) -> bool:
        return _ASKS.search(self.text) is not None and not _ONLY.search(self.text)

    @property
    def leads(self) -> bool:
        """Whether it only says that there are questions."""
        return set(lexicon.terms(self.text)) <= terms_of(_LEAD) and not ASKING.search(self.text)


def questions_in(message: str) -> tuple[Part, ...]:
    """Return the questions of a message that has several, and nothing of one that has one."""
    sentences = [one for one in _sentences(message) if not one.leads]
    list_asks = _list_asks(sentences)
    asked: list[str] = []
    about: list[str] = []
    for number, one in enumerate(sentences):
        if list_asks:
            asks = one.is_item or bool(_MARK.search(one.text) and not _ANNOUNCES.search(one.text))
        else:
            asks = one.asks and not (_ABOUT.search(one.text) and any(other.asks for other in sentences[number + 1 :]))
        if asks:
            asked += _clauses(one.text)
        else:
            about.append(one.text)
    if len(asked) < 2:
        return ()
    return tuple(Part(one, "\n".join((*about, one))) for one in asked)


def _list_asks(sentences: Sequence[_Sentence]) -> bool:
    """Tell whether a message has a list each item of which is a question, whatever is said in it."""
    items = [one for one in sentences if one.is_item]
    others = [one.text for one in sentences if not one.is_item and _MARK.search(one.text)]
    return len(items) > 1 and (any(one.asks for one in items) or all(_ANNOUNCES.search(text) for text in others))


def _sentences(message: str) -> list[_Sentence]:
    """Cut a message at the ends of its sentences and lines, and before the items of a list."""
    sentences: list[_Sentence] = []
    for line in _lines(message):
        bullet = _BULLET.match(line)
        text = line[bullet.end() :] if bullet else line
        found = [text] if bullet else _cut(text)
        for one in found:
            if sentences and (_ALTERNATIVE.match(one) or _is_guess(one, sentences[-1].text)):
                before = sentences.pop()
                sentences.append(_Sentence(f"{before.text} {one}", before.is_item))
            elif opened := _OPENER.sub("", one).strip():
                sentences.append(_Sentence(opened, bullet is not None))
    return sentences


def _is_guess(sentence: str, before: str) -> bool:
    """Tell whether a sentence is an answer that is asked about, as in "why did they leave it? The price?"."""
    thing = sentence.rstrip("?？ ")
    is_bare = _MARK.search(sentence) is not None and read(sentence).left_out == thing
    return is_bare and ASKING.search(before) is not None and not _is_asked_of_all(thing)


def _lines(message: str) -> list[str]:
    """Return the lines of a message; the items of a list in one line are lines, too."""
    lines: list[str] = []
    for line in message.splitlines():
        starts = [found.start() for found in _IN_LINE.finditer(line)]
        cuts = [0, *starts, len(line)] if len(starts) > 1 else [0, len(line)]
        lines += [line[start:end].strip() for start, end in pairwise(cuts)]
    return [line for line in lines if line]


def _cut(text: str) -> list[str]:
    """Cut a line at the ends of its sentences, but not inside brackets."""
    bracketed = [found.span() for found in _BRACKETED.finditer(text)]
    ends = [end.end() for end in _ENDS.finditer(text) if not any(a < end.end() < b for a, b in bracketed)]
    return [one for start, end in pairwise([0, *ends, len(text)]) if (one := text[start:end].strip())]


def _clauses(question: str) -> list[str]:
    """Return the questions in one sentence: clauses that ask something each, or things that are asked for."""
    if _COMPARES.search(question):
        return [question]
    return _things(question) or _asking_clauses(question) or [question]


def _things(question: str) -> list[str]:
    """Return one question for each of the things in "what are the venue and the date?"; nothing where it has one."""
    if found := _TWO_JA.match(question):
        return (
            [f"{found[part]}{found['after']}" for part in ("first", "second")]
            if _is_asked_of_all(found["thing"])
            else []
        )
    if found := _THINGS_JA.match(question):
        things = _BETWEEN_JA.split(found["things"])
        is_sure = _SURELY_JA.fullmatch(found["things"] + found["after"]) or all(map(_is_asked_of_all, things))
    elif found := _THINGS_EN.match(question):
        things, is_sure = _BETWEEN_EN.split(found["things"]), True
    else:
        return []
    if not is_sure or not all(lexicon.terms(thing) for thing in things):
        return []
    return [f"{found['before'] or ''}{thing}{found['after']}" for thing in things]


def _is_asked_of_all(thing: str) -> bool:
    """Tell whether a thing is what every event or talk has."""
    return set(lexicon.terms(thing)) <= terms_of(_ATTRIBUTES)


def _asking_clauses(question: str) -> list[str]:
    for between, asking in ((_CLAUSE_EN, _ASKING_EN), (_CLAUSE_JA, _ASKING_JA)):
        cuts = [cut for cut in between.finditer(question) if asking.search(question[: cut.start()])]
        if cuts:
            starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(question)]
            return [question[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return []
