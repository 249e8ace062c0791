"""Denials: whether a sentence denies what the lines say, or says what they deny."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.quantities.quantities import quantities
from index.grounding.statement import clauses, stem
from index.language import lexicon
from index.word_lists import phrases_of, words_listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.grounding.statement import Statement, Word
    from index.grounding.vocabulary import Vocabulary

_LIST = "index/data/denials.txt"
_DENYING, _PREFIXES, _REFUSING, _WAITING = (
    words_listed(_LIST, heading) for heading in ("denying", "prefixes", "refusing", "waiting")
)
_CONTRAST = re.compile(r"(?:では|じゃ|で)なく|よりも|\b(?:rather|instead)\b", re.IGNORECASE)
_COMPARES = re.compile(r"\bthan\b|より", re.IGNORECASE)
_PRONOUNS = words_listed(_LIST, "pronouns")
_ONLY = "しか"
_NOUGHT = re.compile(r"(?<![\d.,])0(?![\d.,:])")
# There are none of these.
_NONE_OF = re.compile(r"(?<![\d.,])0\s?(?:人|名|件|個|回|社|本|枚|チーム)")
_NO_DENIALS = re.compile("|".join(map(re.escape, phrases_of(_LIST, "no denials"))), re.IGNORECASE)
_TO_NOUGHT, _STAYING = (
    re.compile("|".join(map(re.escape, phrases_of(_LIST, heading))), re.IGNORECASE) for heading in ("nought", "staying")
)
# "Nothing else" is but this, and what "did not change" stayed.
_BUT_THIS = re.compile(
    r"(?:\b(?:not?|nothing|nobody|none|never|cannot)\b|n't\b)(?=[^.;,]{0,30} (?:else|other than|but|except)\b)"
    r"|(?:\b(?:not?|never)\b|n't\b)(?= (?:\w+ )?(?:chang|mov|differ))"
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
# A clause of which another has so much is about the same.
_SAME = 0.5
_SAME_ACROSS = 0.35


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


@lru_cache(2048)
def denials(said: Statement) -> Denials:
    """Return what a statement denies."""
    denied: list[str] = []
    scope: list[str] = []
    english = [match[0].replace("'", "").casefold() for match in said.latin]
    spoken = said.text
    for pattern in (_NO_DENIALS, _BUT_THIS):
        spoken = pattern.sub(lambda match: "_" * len(match[0]), spoken)
    refused = {word for word in (*english, *(word.normal for word in said.words)) if word in _REFUSING}
    refused |= {
        match[0]
        for pattern in (_NOUGHT, _CONTRAST, _TO_NOUGHT, _STAYING, _BUT_THIS)
        for match in pattern.finditer(said.text)
    }
    waits = not _WAITING.isdisjoint(english) or any(word.surface in _WAITING for word in said.words)
    count = 0
    for number, match in enumerate(said.latin):
        if _is_denying(english[number], match[0]) and "_" not in spoken[match.start() : match.end()]:
            count += 1
            behind = _content(english[number + 1 :])
            denied += behind[:_SCOPE] or _content(english[number - 1 : number])
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


def contradicted(said: Statement, lines: Sequence[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement denies what lines say, or the other way round."""
    told = [clause for line in lines for clause in clauses(line)]
    if not told:
        return False
    own = [clause for clause in clauses(said) if clause.terms]
    for clause in own:
        others = [one for one in own if one is not clause and not denials(one).denies]
        if denials(clause).denies and _is_affirmed(clause, others, lines, vocabulary):
            return True
    return any(
        (denials(one).denies or denials(one).lacking) and _is_claimed(one, said, own, vocabulary) for one in told
    ) or _affirms_what_is_only_denied(own, said, told, vocabulary)


def _is_affirmed(
    clause: Statement,
    others: Collection[Statement],
    lines: Collection[Statement],
    vocabulary: Vocabulary,
) -> bool:
    """Return whether lines say what a clause denies, and ``others`` of its sentence do not."""
    told, whole = [one for line in lines for one in clauses(line)], [denials(line) for line in lines]
    share = vocabulary.share(clause, told)
    if all(one.is_positive for one in whole):
        return True
    best = max(told, key=lambda one: _overlap(clause, one, vocabulary))
    if (
        not any(one.denies or one.lacking for one in whole)
        and denials(best).is_positive
        and _overlap(clause, best, vocabulary) > 0
    ):
        return True
    if denials(clause).count > 1 or share < _SAME or any(map(_denies_anything, told)):
        return False
    for word in denials(clause).denied:
        having = [one for one in told if vocabulary.is_in(word, one)]
        affirmed = any(not _denies_word(one, word) for one in having)
        if any(vocabulary.is_in(word, one) for one in others) or any(_is_open(one, word, vocabulary) for one in lines):
            continue
        if affirmed and not any(vocabulary.are_alike(word, denied) for one in having for denied in denials(one).denied):
            return True
    return False


def _is_open(line: Statement, word: str, vocabulary: Vocabulary) -> bool:
    """Return whether a line that has a word says that there is nought of it now."""
    return _TO_NOUGHT.search(line.text) is not None and vocabulary.is_in(word, line)


def _denies_word(clause: Statement, word: str) -> bool:
    """Return whether a clause that has a word denies, or refuses in another word than that."""
    found = denials(clause)
    return found.denies or any(stem(one) != word for one in found.refused)


def _is_claimed(denying: Statement, said: Statement, own: Collection[Statement], vocabulary: Vocabulary) -> bool:
    """Return whether a statement says what a clause denies, in a clause without a denial."""
    share = max(_overlap(denying, said, vocabulary), _overlap(said, denying, vocabulary))
    least = _SAME if denying.is_japanese == said.is_japanese else _SAME_ACROSS
    if (share < least and not _denies_anything(denying)) or denials(said).waits:
        return False
    denied = denials(denying).denied | denials(denying).lacking
    if not denied:
        return denials(said).is_positive
    having = [clause for clause in own if any(vocabulary.is_in(one, clause) for one in denied)]
    said_alike = denied | denials(denying).refused
    return bool(having) and all(_affirms(clause, said_alike) for clause in having)


def _affirms_what_is_only_denied(
    own: Collection[Statement], said: Statement, told: Sequence[Statement], vocabulary: Vocabulary
) -> bool:
    """Return whether a statement that denies nothing has a word that stands in lines only with a denial."""
    if not denials(said).is_positive or denials(said).waits or _COMPARES.search(said.text):
        return False
    denying = [one for one in told if denials(one).denies]
    affirming = [one for one in told if not denials(one).denies]
    words = frozenset[str]().union(*(denials(one).scope for one in denying))
    return any(
        any(vocabulary.is_in(word, clause) for clause in own)
        and not any(vocabulary.is_in(word, one) for one in affirming)
        for word in words
    )


def _overlap(one: Statement, other: Statement, vocabulary: Vocabulary) -> float:
    """Return how much of a statement another has, by its words and its quantities, 0 to 1."""
    own = [value for value in quantities(one) if not value.is_weak]
    words = vocabulary.total(one)
    told = sum(any(value.agrees(two) for two in quantities(other)) for value in own)
    total = words + vocabulary.SPECIFIC * len(own)
    return (words * vocabulary.share(one, (other,)) + vocabulary.SPECIFIC * told) / total if total else 0.0


def _affirms(clause: Statement, words: Collection[str]) -> bool:
    """Return whether a clause neither denies nor refuses, in other words than some."""
    found = denials(clause)
    return not found.denies and {stem(one) for one in found.refused}.union(found.refused) <= {*words, *map(stem, words)}


def _denies_anything(clause: Statement) -> bool:
    """Return whether a clause denies what was said before it, as しないことにした."""
    return denials(clause).denies and not denials(clause).denied and not clause.terms


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
    return word.classes[0] in _CONTENT and not counts and word.normal not in lexicon.JAPANESE_STOP_WORDS


def _is_denying(word: str, written: str) -> bool:
    return word in _DENYING or written.endswith("n't")


def _content(words: Sequence[str]) -> list[str]:
    return [stem(word) for word in words if word not in lexicon.ENGLISH_STOP_WORDS | _PRONOUNS]
