"""Take the questions of one message apart, where it has several.

A question with two clauses, an alternative ("online, or on site?") and what only leads up to a question are not taken
apart. Only the words of the message are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.conversation.clauses import WH_JA, clauses, is_asked_of_all
from bot.conversation.leaning import ASKING, read, terms_of
from bot.conversation.numbering import list_marks
from index.reports import compiled, terms
from index.word_lists import phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

# A question mark inside an address ends nothing, nor does what stands in names (try! Swift, v1.10).
_ENDS = re.compile(r"[？。！][？。！?!]*|\?+!*(?=$|\s|[^\x00-\x7f])[？！]*|\.(?=\s+[A-Z])")
_BRACKETED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"\n]*\"|（[^）]*）|\([^)\n]*\)")
_NUMBER = r"(?:Q|Question |質問)?[0-9０-９]{1,2}[.)．）、:：](?![0-9])|[(（][0-9０-９]{1,2}[)）]|[①-⑳]|[a-e]\)"
_Q = r"(?:Q|質問|問)[.:：]"
_BULLET = re.compile(rf"\s*(?:[-*+・●•◦‣]|{_NUMBER}|{_Q})\s*", re.IGNORECASE)
_EACH = re.compile(rf"(?:^|(?<=[\s。、,:?？])){_Q}\s*", re.IGNORECASE)
# What joins the items of a list.
_JOINING = r"[\s、,，､;；・/]+(?:(?:(?i:and)|また|あと)[、,\s]*)?$|(?<=[一-鿿々ァ-ヺー])と$"
_OPENER = re.compile(
    r"^(?:(?:and|also|plus|another question|one more (?:thing|question))\b[\s,:]*"
    r"|(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|then|next|last(?:ly)?|finally)(?: question)?[,:]\s*"
    r"|(?:まず|次に|最後に|また|あと(?!がき)|それと|それから|ついでに|ちなみに|さらに|加えて|そして|もう[一ひ1]つ[はに]?"
    r"|(?:[一二三四1-4１-４]|ひと|ふた|みっ|よっ)[つ点][目め][はに]?)[、,\s]*)+",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?？]")
_ALTERNATIVE = re.compile(r"^(?:それとも|または|もしくは|あるいは|or\b)", re.IGNORECASE)
_ASKS = re.compile(
    rf"[?？]|は[^、。]*{WH_JA}[^、。]{{0,4}}$|(?:です|ます|でした|ました|でしょう|の|た|る|い)か[。\s]*$"
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
_LEAD = " ".join(phrases_of("bot/data/lead_ins.txt"))
# A list is not always one of questions: it may be what one question is about, or what there is to choose from.
_ANNOUNCES = re.compile(r"次の|以下|下記|それぞれ|\b(?:following|these|below|each)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subquestion:
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
        """True if it only says that there are questions."""
        return set(terms(self.text)) <= terms_of(_LEAD) and not ASKING.search(self.text)


def questions_in(message: str) -> tuple[Subquestion, ...]:
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
            asked += clauses(one.text)
        else:
            about.append(one.text)
    if not asked and len(sentences) == 1:
        # Only what is asked for, as in "venue, date, fee".
        asked, about = clauses(sentences[0].text), []
    different: dict[tuple[str, ...], str] = {}
    for question in asked:
        different.setdefault(_meant(question), question)
    if len(different) < 2:
        return ()
    return tuple(Subquestion(one, "\n".join((*about, one))) for one in different.values())


def _meant(question: str) -> tuple[str, ...]:
    """Return what two ways to ask the same have in common: the words, and the question words among them."""
    words = (*terms(question), *(found[0].casefold() for found in ASKING.finditer(question)))
    return words or (question,)


def _list_asks(sentences: Sequence[_Sentence]) -> bool:
    """Tell whether a message has a list each item of which is a question, whatever is said in it."""
    items = [one for one in sentences if one.is_item]
    others = [one.text for one in sentences if not one.is_item and _MARK.search(one.text)]
    return len(items) > 1 and (any(one.asks for one in items) or all(_ANNOUNCES.search(text) for text in others))


def _sentences(message: str) -> list[_Sentence]:
    """Cut a message at the ends of its sentences and lines, and before the items of a list."""
    sentences: list[_Sentence] = []
    for line, is_marked in _lines(message):
        bullet = None if is_marked else _BULLET.match(line)
        is_item = is_marked or bullet is not None
        text = line[bullet.end() :] if bullet else line
        for one in [text] if is_item else _cut(text):
            guesses = bool(sentences) and not is_item and _is_guess(one, sentences[-1].text)
            if guesses or (sentences and _ALTERNATIVE.match(one)):
                before = sentences.pop()
                sentences.append(_Sentence(f"{before.text} {one}", before.is_item))
            elif opened := _OPENER.sub("", one).strip():
                sentences.append(_Sentence(opened, is_item))
    return sentences


def _is_guess(sentence: str, before: str) -> bool:
    """Tell whether a sentence is an answer that is asked about, as in "why did they leave it? The price?"."""
    thing = sentence.rstrip("?？ ")
    is_bare = _MARK.search(sentence) is not None and read(sentence).left_out == thing
    return is_bare and ASKING.search(before) is not None and not is_asked_of_all(thing)


def _lines(message: str) -> list[tuple[str, bool]]:
    """Return the lines of a message and whether each is an item of a list; the items in one line are lines, too."""
    marks = list_marks(message)
    if marks and not _asks_before(message[: marks[0].start]):
        starts, ends = [0, *(mark.end for mark in marks)], [*(mark.start for mark in marks), len(message)]
        pieces = [message[start:end] for start, end in zip(starts, ends, strict=True)]
    else:
        pieces = [message]
    lines = []
    for number, piece in enumerate(pieces):
        joined = piece if number == len(pieces) - 1 else compiled(_JOINING).sub("", piece)
        found = [line for line in _of_each(joined) if line]
        lines += [(line, number > 0 and at == 0) for at, line in enumerate(found)]
    return lines


def _asks_before(said: str) -> bool:
    """Tell whether what stands before a list in its line asks already: then the list has what to choose from."""
    line = said.rpartition("\n")[2]
    return _ASKS.search(line) is not None and not _ANNOUNCES.search(line)


def _of_each(text: str) -> list[str]:
    """Return the lines of a text; what begins with "Q:" is one, too."""
    lines: list[str] = []
    for line in text.splitlines():
        starts = [found.start() for found in _EACH.finditer(line)]
        cuts = [0, *starts, len(line)] if len(starts) > 1 else [0, len(line)]
        lines += [line[start:end].strip() for start, end in pairwise(cuts)]
    return lines


def _cut(text: str) -> list[str]:
    """Cut a line at the ends of its sentences, but not inside brackets."""
    bracketed = [found.span() for found in _BRACKETED.finditer(text)]
    ends = [end.end() for end in _ENDS.finditer(text) if not any(a < end.end() < b for a, b in bracketed)]
    return [one for start, end in pairwise([0, *ends, len(text)]) if (one := text[start:end].strip())]
