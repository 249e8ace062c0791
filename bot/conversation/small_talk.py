"""Recognise what people say to a bot that is no question: hello, thanks, who are you, asdf.

A message is small talk only when nothing else is left of it: "thanks to whom was it held?", "ハロー効果の話は？" and
a name that nobody has heard of are questions. In doubt it is a question: the search says what it finds.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, get_args

from bot.conversation.gibberish import is_repetition, is_walk
from bot.types import SmallTalk
from index.reports import terms
from index.word_lists import phrases_of, sections_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

_PHRASES = sections_of("bot/data/small_talk.txt")
_FILLERS = phrases_of("bot/data/small_talk_fillers.txt")

# Asks, even where it ends in a question mark.
_ASKING = frozenset({"help", "about", "greeting"})
# Said after a question out of politeness.
_AFTER = frozenset({"greeting", "thanks"})
# Where these begin it, a question does not name the bot.
_ABOUT_THE_BOT_AT_FIRST = phrases_of("bot/data/about_the_bot.txt")

# As Slack sends emoji.
_SHORTCODE = re.compile(r":(?:\+1|-1|[a-z_][\w'+-]*):")
# hiii, すごーい
_REPEATED = re.compile(r"(.)\1{2,}")
_DRAWN_OUT = re.compile(r"(?<=[ぁ-ん])[ー〜]+")
_BETWEEN = re.compile(r"[\W_]")
_INSIDE_WORD = re.compile(r"(?<=[a-z0-9])(?:[a-z0-9]|'[a-z])")
# ｗｗｗ; WWW is something else.
_LAUGHTER = re.compile("w+|ふ{2,}|[はハ]{3,}")
# What ends a polite word before a question: nothing does in "Hi-Ness", "Hello, World" and "Yes! プリキュア".
_LOUD_PAUSE = re.compile(r"(?:[、。！…\n]\s*|[,.!]+\s+)(?!world|ワールド)", re.IGNORECASE)
_PAUSE = re.compile(r"[、。…\n]\s*|[,.]+\s+")
_PAUSES: dict[SmallTalk | None, re.Pattern[str]] = {
    "greeting": _LOUD_PAUSE,
    "thanks": _LOUD_PAUSE,
    "acknowledgement": _PAUSE,
}
_LAST_SENTENCE = re.compile(r"(?<=[?？。！!.\n])[^?？。！!.\n]+[。！!.\s]*$")


def _spoken(phrase: str) -> str:
    return _DRAWN_OUT.sub("", unicodedata.normalize("NFKC", phrase))


# What a message of several kinds is taken for stands first.
_LOOKED_FOR: tuple[SmallTalk, ...] = tuple(kind for kind in get_args(SmallTalk) if kind in _PHRASES)
_KINDS = {_spoken(phrase): kind for kind in _LOOKED_FOR for phrase in _PHRASES[kind]}
_KNOWN = frozenset(_KINDS) | frozenset(map(_spoken, _FILLERS))
_LONGEST = max(map(len, _KNOWN))


def kind_of(
    question: str,
    known: Callable[[Sequence[str]], Collection[str]] = lambda _: (),
    *,
    follows: bool = False,
) -> SmallTalk | None:
    """Return what kind of small talk a message is, or None when it is a question.

    ``known`` returns those of some words that the index has: what it knows is no gibberish. ``follows`` says that
    something was asked before, on which a short question may lean.
    """
    text = unicodedata.normalize("NFKC", question).strip()
    kind = _kind_said(_DRAWN_OUT.sub("", _REPEATED.sub(r"\1", text.replace("’", "'"))))
    if kind is not None:
        leans = follows and kind in {"help", "about"} and text.lower().startswith(_ABOUT_THE_BOT_AT_FIRST)
        return None if leans else kind
    plain = _SHORTCODE.sub(" ", text)
    if not re.search(r"[^\W_]", plain):
        return "empty"
    if _LAUGHTER.fullmatch(plain) or is_repetition(plain) or (is_walk(plain) and not known(terms(plain))):
        return "gibberish"
    return None


def without_courtesy(question: str) -> str:
    """Return a question without the greeting before it and the thanks after it."""
    begin, pause = 0, None
    for kind, end in _said(question):
        pause = _PAUSES.get(kind, pause)
        match = pause.match(question, end) if pause is not None else None
        begin = match.end() if match is not None else begin
    asked = question[begin:]
    last = _LAST_SENTENCE.search(asked)
    if last is not None and _kind_said(last.group().strip()) in _AFTER:
        asked = asked[: last.start()]
    return asked


def _kind_said(text: str) -> SmallTalk | None:
    """Return the kind of a text that consists of phrases and fillers."""
    said = list(_said(text))
    if not said or said[-1][1] < len(text):
        return None
    kinds = {kind for kind, _ in said}
    kind = next((kind for kind in _LOOKED_FOR if kind in kinds), None)
    return kind if "?" not in text or kind in _ASKING else None


def _said(text: str) -> Iterator[tuple[SmallTalk | None, int]]:
    """Yield phrases and fillers as long as a text consists of them: the kind of each, if it has one, and its end."""
    # Few letters are longer in small, and none of a phrase is; ends are counted in the text as it was given.
    small = "".join(letter.lower()[:1] for letter in text)
    end = 0
    while (begin := end) < len(text):
        end = _end_of_phrase(small, begin) or _end_between(small, begin)
        if end == 0:
            return
        yield _KINDS.get(small[begin:end]), end


def _end_of_phrase(text: str, begin: int) -> int:
    """Return where the longest phrase or filler ends that begins here, 0 when none does."""
    ends = range(min(begin + _LONGEST, len(text)), begin, -1)
    return next((end for end in ends if text[begin:end] in _KNOWN and not _INSIDE_WORD.match(text, end)), 0)


def _end_between(text: str, begin: int) -> int:
    """Return where an emoji as Slack writes it ends, or a character that is none of a word; 0 when neither is here."""
    match = _SHORTCODE.match(text, begin) or _BETWEEN.match(text, begin)
    return match.end() if match is not None else 0
