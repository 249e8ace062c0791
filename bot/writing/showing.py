"""Which sentences of a reply are shown: those that lines prove, in the right language, and that can do nothing.

The checks are in the order of their cost, and the first that fails names the reason.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.writing.marked import refuses
from index.reports import (
    REFERS_BACK,
    compiled,
    grammar_language,
    in_other_language,
    language_of,
    nfkc,
    plain,
    readable_quote,
    terms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.writing.types import Line, Marked, Proof, Reason
    from index.types import Language, Quote

MOST_SENTENCES = 3
# Proving one takes milliseconds, and whoever says more was not asked to.
MOST_READ = 8
MOST_CHARACTERS = 600
SENTENCE_CHARACTERS = 300
MOST_OF_WORDS = 0.6
# A name or a number alone also stands in lines that say something else of it, and a model may copy one of its orders.
LEAST_ENGLISH_WORDS = 3
# From here on a sentence is the quote with other marks.
SAME = 0.9
# What leads anywhere, calls anybody or is markup, in the form in which characters are compared.
_ACTIVE = re.compile(
    r"<|@\w|://|\]\(|www\.|\b(?:mailto:|tel:|javascript:|data:)|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", re.IGNORECASE
)
_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30fa]")
_JAPANESE_RUN = r"[\u3005\u3041-\u30ff\u3400-\u9fff]+"
_LATIN = re.compile(r"[A-Za-z]{2,}")
_CLOSING = ' 」』）)"”'
_NO_WORD = re.compile(r"\W+")
# What these reasons take away says nothing about the sentences that are left.
_HARMLESS = {"repeat", "length"}


@dataclass(frozen=True, slots=True)
class Proved:
    """A sentence with the positions of the lines that prove it."""

    text: str
    leans_on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences to show, and how many are not by reason."""

    shown: tuple[Proved, ...]
    dropped: Mapping[Reason, int]


def select(
    reply: Sequence[Marked], question: str, lines: Sequence[Line], language: Language, proof: Proof
) -> Selection:
    """Return the sentences of a reply to a question that are shown; none where more are not proved than are.

    What is left of an answer of which most is missing may say something else than the whole.
    """
    verdicts = judged(reply, question, lines, language, proof)
    proved = [found for found in verdicts if isinstance(found, Proved)]
    dropped = Counter(found for found in verdicts if not isinstance(found, Proved))
    failed = sum(count for reason, count in dropped.items() if reason not in _HARMLESS)
    shown = proved[:MOST_SENTENCES] if failed <= len(proved) else []
    while sum(len(one.text) for one in shown) > MOST_CHARACTERS:
        shown.pop()
    if shown:
        dropped += Counter({"length": len(proved) - len(shown)})
    return Selection(tuple(shown), dict(dropped))


def judged(
    reply: Sequence[Marked], question: str, lines: Sequence[Line], language: Language, proof: Proof
) -> list[Proved | Reason]:
    """Return for each sentence of a reply, of a long one for the first, what proves it or why it may not be shown."""
    verdicts: list[Proved | Reason] = []
    # To say again what was asked, or what stands above the lines, is no answer.
    said = [_bare(question), *(_bare("".join(line.headings)) for line in lines)]
    follows_dropped = False
    for marked in reply[:MOST_READ]:
        found = _proved(marked, lines, language, proof)
        if isinstance(found, Proved) and not _tells(found, question, lines, proof):
            found = "words"
        if isinstance(found, Proved) and follows_dropped and REFERS_BACK.match(found.text):
            found = "dangling"
        if isinstance(found, Proved) and any(_bare(found.text) in one for one in said):
            found = "repeat"
        follows_dropped = not isinstance(found, Proved) and found not in _HARMLESS
        if isinstance(found, Proved):
            said.append(_bare(found.text))
        verdicts.append(found)
    return verdicts


def adds_nothing(shown: Iterable[Proved], quotes: Iterable[Quote]) -> bool:
    """Return whether each sentence is all but the same as one of the quotes."""
    quoted = [_bare(plain(readable_quote(quote))) for quote in quotes]
    return all(any(_same(_bare(one.text), text) for text in quoted) for one in shown)


def _proved(marked: Marked, lines: Sequence[Line], language: Language, proof: Proof) -> Proved | Reason:
    text = marked.text
    if len(text) > SENTENCE_CHARACTERS:
        return "length"
    if not marked.is_text or _ACTIVE.search(nfkc(text)):
        return "link"
    if not _is_in(text, language, lines):
        return "language"
    if text.rstrip(_CLOSING).endswith(("?", "？")) or refuses(text):
        # Small models ask back, mostly what they were asked, and speak of themselves; no report says that.
        return "words"
    if language == "en" and len(text.split()) < LEAST_ENGLISH_WORDS:
        return "words"
    numbers = {line.number: at for at, line in enumerate(lines)}
    verdict = proof(text, lines, [numbers[label] for label in marked.labels if label in numbers])
    return Proved(text, verdict.leans_on) if verdict.leans_on else verdict.reason or "words"


def _tells(found: Proved, question: str, lines: Sequence[Line], proof: Proof) -> bool:
    """Return whether the lines bear out what a sentence says beyond the question, whose words prove nothing.

    One that has no other words answers whether something is so, if the lines have most of them.
    """
    leant_on = [lines[at] for at in found.leans_on]
    told = {word for line in leant_on for word in terms(line.plain)}
    words, asked = set(terms(found.text)), set(terms(question))
    new = words - asked
    if not new:
        return len(words & told) >= MOST_OF_WORDS * len(words)
    if not new.isdisjoint(told) or any(letter.isdigit() for word in new for letter in word):
        return True
    # Those of another language, or in other words.
    return proof(" ".join(sorted(new)), leant_on, ()).reason != "words"


def _is_in(text: str, language: Language, lines: Sequence[Line]) -> bool:
    """Return whether a sentence is in a language; names in the other one are none of its words."""
    if language == "ja":
        return language_of(text, "en") == "ja" and _KANA.search(text) is not None
    told = "\n".join("\n".join((line.plain, *line.headings)) for line in lines)
    bare = compiled(_JAPANESE_RUN).sub(lambda run: " " if run[0] in told else run[0], text)
    if compiled(_JAPANESE_RUN).search(bare) or in_other_language(bare) or not _LATIN.search(bare):
        return False
    # A line that was copied has Latin names, too, but no English word between them.
    return bare == text or grammar_language(bare) == "en"


def _bare(text: str) -> str:
    return _NO_WORD.sub("", nfkc(text)).casefold()


def _same(first: str, second: str) -> bool:
    if min(len(first), len(second)) < SAME * max(len(first), len(second), 1):
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= SAME
