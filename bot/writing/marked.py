"""From a reply to its sentences and the numbers that the model wrote to them, however it wrote both.

Models write numbers in brackets of several kinds, at either end, several sentences on a line, and markup although they
were asked not to. A number is a hint and no more, so a wrong guess here only costs the hint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.writing.types import Marked
from index.reports import clean, nfkc, sentences_in, visible
from index.word_lists import either, phrases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# One blank at most: of many, the time would grow with their third power.
_NUMBERS = r"\^?\s?(?:(?:lines?|行)\s?)?\d{1,3}(?:\s?[,、，;]\s?\^?\d{1,3})*"
# Behind a word, a[0] is code: lines are numbered from one on. So are x[1] and rows[2].id.
_CODE = r"(?<!\b[a-z])(?:(?<!\w)|(?![\[［【]{1,2}\s?0+\s?[\]］】]))"
_BRACKETED = rf"{_CODE}[\[［【]{{1,2}}\s?{_NUMBERS}\s?[\]］】]{{1,2}}(?!\(|\.\w|\s?=)"
_LABEL = re.compile(_BRACKETED, re.IGNORECASE)
# A number in round brackets may be one of the text, but hardly at the end of a sentence.
_ROUND = re.compile(rf"\A\(\s?{_NUMBERS}\s?\)|\(\s?{_NUMBERS}\s?\)(?=[.。!！?？]?\s*\Z)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}")
# "It cost 5. [1] They …": the number belongs to what stands before it.
_BEHIND_STOP = re.compile(rf"([.!?。．！？]+[」』）)\"”’]*)[ \t]*((?:{_BRACKETED}[ \t]*)+)", re.IGNORECASE)
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*")
_JSON = re.compile(r"\s*[\[{]\s*[\"{\[]|\s*\"[^\"]*\"\s*:")
_HEADING = re.compile(r"\s*#{1,6}\s")
_LEADING = re.compile(
    r"\A\s*(?:>\s?)*(?:(?:[-*+•・]|\d{1,2}[.)）])\s+)?(?:(?:(?:the\s+)?answer(?:\s+is)?|回答|答え)\s*[:：]\s*)?",
    re.IGNORECASE,
)
_STRONG = re.compile(r"\*\*|__|~~|`+")
_EMPHASIS = re.compile(r"(?<!\w)([*_])(?=\S)([^*_]*\S)\1(?!\w)")
_BLANK_BEFORE_STOP = re.compile(r"\s+([.,!?。、！？])")
_NOTHING = re.compile(r"\W*(?:none|なし|該当なし|答えなし)\W*", re.IGNORECASE)
_REFUSAL = re.compile(
    rf"\W*(?:{either(phrases_of('bot/data/model_refusals.txt', 'begins'))})"
    rf"|.*(?:{either(phrases_of('bot/data/model_refusals.txt', 'has'))})",
    re.IGNORECASE,
)


def sentences_of(reply: str, *, whole: bool) -> list[Marked]:
    """Return the sentences of a reply; of one that was cut, the one that is open at its end is none."""
    lines = clean(visible(reply)).split("\n")
    last = lines.pop() if not whole else ""
    found = list(_marked(lines))
    return found if whole else [*found, *list(_in_line(last))[:-1]]


def says_nothing(reply: str) -> bool:
    """Return whether a reply is that the lines have no answer."""
    return _NOTHING.fullmatch(_LABEL.sub("", reply).strip()) is not None


def refuses(reply: str) -> bool:
    """Return whether a reply, or a sentence of one, begins by refusing to answer."""
    first = nfkc(reply.strip().partition("\n")[0]).replace("’", "'")
    return _REFUSAL.match(first) is not None


def _marked(lines: list[str]) -> Iterator[Marked]:
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced or _TABLE_ROW.fullmatch(line) or _JSON.match(line):
            yield Marked(line.strip(), (), is_text=False)
        else:
            yield from _in_line(line)


def _in_line(line: str) -> Iterator[Marked]:
    """Yield the sentences of a line; what heads others, and NONE behind an answer, is none."""
    if _HEADING.match(line) or says_nothing(line):
        return
    text = _EMPHASIS.sub(r"\2", _STRONG.sub("", _LEADING.sub("", line, count=1))).strip()
    if not text or (text[-1] in ":：" and not _LABEL.search(text)):
        return
    if not _LABEL.match(text):
        text = _BEHIND_STOP.sub(r"\2\1 ", text)
    yield from filter(None, map(_sentence, sentences_in(text)))


def _sentence(text: str) -> Marked | None:
    labels = [int(number) for label in _labels_in(text) for number in _NUMBER.findall(label)]
    bare = _BLANK_BEFORE_STOP.sub(r"\1", " ".join(_ROUND.sub("", _LABEL.sub(" ", text).strip()).split()))
    return Marked(bare, tuple(dict.fromkeys(labels))) if re.search(r"\w", bare) else None


def _labels_in(text: str) -> list[str]:
    found = _LABEL.findall(text)
    return [*found, *_ROUND.findall(_LABEL.sub(" ", text).strip())]
