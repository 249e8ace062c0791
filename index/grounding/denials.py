"""Denials: what a text denies, refuses or leaves open, and in which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.statement import stem
from index.language import lexicon
from index.word_lists import phrases_of, wording, words_listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.grounding.statement import Statement, Word

_LIST = "index/data/denials.txt"
_DENYING, _PREFIXES, REFUSING, _WAITING = (
    words_listed(_LIST, heading) for heading in ("denying", "prefixes", "refusing", "waiting")
)
_CONTRAST = re.compile(r"(?:では|じゃ|で)なく|よりも|\b(?:rather|instead)\b", re.IGNORECASE)
_PRONOUNS = words_listed(_LIST, "pronouns")
# Verbs that searches leave out may be denied, numbers are not.
_COMMON_VERBS = words_listed(_LIST, "common verbs")
_GRAMMAR = (
    lexicon.ENGLISH_STOP_WORDS | _PRONOUNS | words_listed("index/data/numbers.txt") | words_listed(_LIST, "adverbs")
) - _COMMON_VERBS
_ONLY = "しか"
_NOUGHT = re.compile(r"(?<![\d.,])0(?![\d.,:])")
# There are none of these.
_NONE_OF = re.compile(r"(?<![\d.,])0\s?(?:人|名|件|個|回|社|本|枚|チーム)")
_NO_DENIALS = re.compile("|".join(map(re.escape, phrases_of(_LIST, "no denials"))), re.IGNORECASE)
TO_NOUGHT = re.compile(rf"(?<![\d.,])(?:{wording(_LIST, 'nought')})", re.IGNORECASE)
_STAYING = re.compile(wording(_LIST, "staying"), re.IGNORECASE)
# These may stand for a denial, as single words of a list may.
_REFUSING_PHRASES = re.compile(
    r"\b(?:g[ai]v(?:e|en|ing) up|call(?:ed|ing)? off|rul(?:ed|ing) out|turn(?:ed|ing) down|(?:did|do|done) away with"
    r"|(?:less|fewer|shorter) than)\b|未満|足らず",
    re.IGNORECASE,
)
# "Nothing else" is but this, and what "did not change" stayed.
_BUT_THIS = re.compile(
    r"(?:\b(?:not?|nothing|nobody|none|never|cannot)\b|n't\b)(?=[^.;,]{0,30} (?:else|other than|but|except)\b)"
    r"|(?:\b(?:not?|never)\b|n't\b)(?= (?:\w+ )?(?:chang|mov|differ))"
    r"|\b(?:never|not|no)\b(?= (?:\w+ ){0,2}(?:more|less|fewer) than)"
    r"|(?:ない|なけれ)(?:と|では|限り|ば|うちは)[^、。]{0,12}(?:ない|なかっ|ません)"
    r"|以外(?:は|に|を|の|には)?[^、。]{0,10}(?:ない|なかっ|ず|なく|ません)|変わ(?:ら|り)(?:ない|なかっ|ず|なく|ません)",
    re.IGNORECASE,
)
# What a denial in English is about stands behind it, next but a few words.
_SCOPE = 1
_WIDER_SCOPE = 3
# Shorter words are units and the like.
_SHORTEST = 3
_WIDER_SCOPE_JAPANESE = 2
_CONTENT = frozenset({"動詞", "名詞", "形容詞", "形状詞"})


@dataclass(frozen=True, slots=True)
class Denials:
    """How a text denies: how often, whether it refuses or waits at least, and the words that it denies.

    ``lacking`` are those that are not there, as in "without internet"; ``scope`` has also what stands with those
    denied, as 結論 in 結論は出さない.
    """

    count: int
    refused: frozenset[str]
    waits: bool
    denied: frozenset[str]
    lacking: frozenset[str]
    scope: frozenset[str] = frozenset()

    @property
    def denies(self) -> bool:
        """Whether it denies anything."""
        return self.count > 0

    @property
    def refuses(self) -> bool:
        """Whether it says of anything that it was not done, in other words."""
        return bool(self.refused)

    @property
    def is_positive(self) -> bool:
        """Whether it neither denies nor refuses."""
        return not (self.denies or self.refuses)


@lru_cache(4096)
def denials(said: Statement) -> Denials:
    """Return what a statement denies."""
    denied: list[str] = []
    scope: list[str] = []
    english = [match[0].replace("'", "").casefold() for match in said.latin]
    spoken = said.text
    for pattern in (_NO_DENIALS, _BUT_THIS):
        spoken = pattern.sub(lambda match: "_" * len(match[0]), spoken)
    refused = {word for word in (*english, *(word.normal for word in said.words)) if word in REFUSING}
    refused |= {
        match[0]
        for pattern in (_NOUGHT, _CONTRAST, TO_NOUGHT, _STAYING, _BUT_THIS, _REFUSING_PHRASES)
        for match in pattern.finditer(said.text)
    }
    waits = not _WAITING.isdisjoint(english) or any(word.surface in _WAITING for word in said.words)
    count = 0
    for number, match in enumerate(said.latin):
        if _is_denying(english[number], match[0]) and "_" not in spoken[match.start() : match.end()]:
            count += 1
            behind = _content(english[number + 1 :])
            # "It is checked by nobody" denies the checking.
            denied += behind[:_SCOPE] or _content(english[max(number - _WIDER_SCOPE, 0) : number])[-1:]
            scope += [one for one in behind[:_WIDER_SCOPE] if len(one) >= _SHORTEST]
    for number, word in enumerate(said.words):
        # しか makes "only" of a denial.
        if spoken[word.start] == "_" or _is_only(said.words[max(number - 6, 0) : number]):
            continue
        if word.normal in _DENYING and not (word.surface == "ない" and word.start and spoken[word.start - 1] == "_"):
            count += 1
            before = [one.normal for one in reversed(_without_helpers(said.words[:number])) if _is_content(one)]
            denied += before[:1]
            following = said.words[number + 1 : number + 2]
            # 持たない人 is about people.
            if not following or following[0].classes[0] != "名詞":
                scope += before[:_WIDER_SCOPE_JAPANESE]
        elif word.normal in _PREFIXES and word.classes[0] == "接頭辞":
            count += 1
            denied += [one.normal for one in said.words[number + 1 : number + 2]]
    for match in _NONE_OF.finditer(said.text):
        count += 1
        verbs = [one for one in said.words if one.end <= match.start() and one.classes[0] == "動詞"]
        denied += [one.normal for one in verbs if _is_content(one)][-1:]
    lacking = [one for n, word in enumerate(english) if word == "without" for one in _content(english[n + 1 :])[:1]]
    return Denials(count, frozenset(refused), waits, frozenset(denied), frozenset(lacking), frozenset(scope))


def _is_only(before: Sequence[Word]) -> bool:
    """Return whether a denial behind some words belongs to しか, and no other between them does."""
    surfaces = [word.surface for word in before]
    if _ONLY not in surfaces:
        return False
    last = len(surfaces) - surfaces[::-1].index(_ONLY)
    return not any(word.normal in _DENYING for word in before[last:])


def _without_helpers(words: Sequence[Word]) -> Sequence[Word]:
    """Return words without the verbs behind て that only help: 教えてくれない denies 教える."""
    return [
        word
        for before, word in zip((None, *words), words, strict=False)
        if not (before and before.surface in ("て", "で") and word.classes[:2] == ("動詞", "非自立可能"))
    ]


def _is_content(word: Word) -> bool:
    """Return whether a word can be denied: no grammar and nothing that is counted with."""
    counts = "助数詞可能" in word.classes or word.is_number
    return (
        word.classes[0] in _CONTENT
        and not counts
        and (word.normal not in lexicon.JAPANESE_STOP_WORDS or word.normal in _COMMON_VERBS)
    )


def _is_denying(word: str, written: str) -> bool:
    return word in _DENYING or written.endswith("n't")


def _content(words: Sequence[str]) -> list[str]:
    return [stem(word) for word in words if word not in _GRAMMAR]
