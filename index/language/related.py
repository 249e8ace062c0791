"""Words of the reports that mean, sound or are read the same as a word that may be asked for.

English words find Japanese text and the other way round by dictionary, loanwords and misspelled names by sound,
and Japanese names that are written in Latin letters by reading. All of it is prepared when an index is built, from
the words that its reports have.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from index.errors import EncoderError
from index.language import dictionary, lexicon
from index.language.derived import derived, derived_lines
from index.language.sounds import KATAKANA, LATIN, consonants

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from index.language.derived import Lines

# What else is asked for with a word, and how near that comes to the word itself, 0 to 1.
Weights = dict[str, float]

# What a translation of several words says of each of them gets thinner with every word.
LONGEST_TRANSLATION = 3
# A word's second and third sense are meant less often.
LATER_SENSE = 0.9
LEAST_WEIGHT = 0.3
# Beyond the nearest ones a word like "number" stands for anything.
MOST_RELATED = 8
SOUND_WEIGHT = 0.8
# Two Latin words need more in common than a Latin and a katakana one, which are no two words of one language.
LEAST_SHARED = 4

# Marks a reading among the words of an index.
_READ = "~"

REMARK = re.compile(r"\([^)]*\)")
_ONE_AT_A_TIME = threading.Lock()
ENGLISH_WORD = re.compile(r"[a-z]+")


def recipe() -> str:
    """Name what related words depend on; an index made with another recipe is made anew."""
    return f"2/{dictionary.version()}"


def translations(vocabulary: Collection[str]) -> dict[str, Weights]:
    """Return for the words of either language which words of the vocabulary translate them.

    English words stand on both sides as ``lexicon.terms`` stems them.
    """
    found: dict[str, Weights] = defaultdict(dict)
    for word, related in translated().among(vocabulary):
        for asked, weight in related.items():
            found[asked][word] = weight
    return {asked: _nearest(weights) for asked, weights in found.items()}


def other_translations(
    vocabulary: Collection[str],
    come: Iterable[str],
    gone: Iterable[str],
    known: Callable[[Collection[str]], Mapping[str, Weights]],
) -> dict[str, Weights]:
    """Return the translations of just those words for which they may be others, now that words have come or gone.

    ``known`` returns the translations that some words had, of which the nearest ones were kept.
    """
    table = translated()
    added: dict[str, Weights] = defaultdict(dict)
    for word in come:
        for asked, weight in (table.get(word) or {}).items():
            added[asked][word] = weight
    changed = dict.fromkeys([*added, *(asked for word in gone for asked in table.get(word) or ())])
    before = known(changed)
    found = {}
    for asked in changed:
        had = before.get(asked, {})
        kept = {word: weight for word, weight in had.items() if word in vocabulary}
        if len(kept) < len(had) == MOST_RELATED:
            # Some that were left out may be among the nearest now.
            kept = {word: weight for word, weight in (table.get(asked) or {}).items() if word in vocabulary}
        found[asked] = _nearest(kept | added[asked])
    return found


def translated() -> Lines:
    """Return for every word of the dictionary in either language those of the other that translate it."""
    with _ONE_AT_A_TIME:
        return _translated()


def load_meanwhile() -> None:
    """Begin to read the dictionary while others work; what goes wrong with that is said when it is used."""

    def load() -> None:
        with suppress(EncoderError):
            translated()

    threading.Thread(target=load, name="dictionary-loader", daemon=True).start()


@cache
def _translated() -> Lines:
    return derived_lines("translated", _recipe_of_words(), _work_out_translated)


def english_of(word: str) -> frozenset[str]:
    """Return the stems of the English words that translate a Japanese word, none if the dictionary lacks it."""
    return frozenset(translated().get(word) or ())


def _work_out_translated() -> dict[str, Weights]:
    """Read the dictionary, which takes two seconds."""
    english: dict[str, Weights] = defaultdict(dict)
    for entry in dictionary.entries():
        for word, weight in _meanings(entry):
            for form in entry.forms:
                english[form][word] = max(weight, english[form].get(word, 0.0))
    # As it is asked for with either word, each stands with the other.
    translated: dict[str, Weights] = defaultdict(dict)
    for form, words in english.items():
        for word, weight in words.items():
            if word != form:
                translated[form][word] = translated[word][form] = weight
    return translated


def _meanings(entry: dictionary.Entry) -> Iterator[tuple[str, float]]:
    """Yield the words of an entry's translations, with how much of a translation each is."""
    for number, sense in enumerate(entry.senses):
        for gloss in sense:
            words = _content_words(gloss)
            weight = LATER_SENSE**number / max(len(words), 1)
            if len(words) <= LONGEST_TRANSLATION and weight >= LEAST_WEIGHT:
                yield from ((word, weight) for word in words)


def _nearest(weights: Weights) -> Weights:
    return dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_RELATED])


def _content_words(gloss: str) -> list[str]:
    words = ENGLISH_WORD.findall(REMARK.sub(" ", gloss).lower())
    return [stem for word in words if word not in lexicon.ENGLISH_STOP_WORDS for stem in lexicon.terms(word)]


def names(readings: Iterable[str]) -> list[str]:
    """Return readings as words of the index, without those that are English words.

    Somebody who asks for "take" or "same" does not mean 竹 or 鮫; of words like "sake" the dictionary knows more.
    """
    english = _english_spellings()
    return [_READ + reading for reading in readings if reading not in english]


def is_reading(word: str) -> bool:
    """Return whether a word of the index is a reading."""
    return word.startswith(_READ)


def read_like(asked: str) -> str:
    """Return the word of the index for what is read like a word in Latin letters."""
    return _READ + lexicon.romanised(asked)


@cache
def _english_spellings() -> frozenset[str]:
    return frozenset(derived("spellings", _recipe_of_words(), _work_out_spellings))


def _work_out_spellings() -> list[str]:
    return sorted({lexicon.romanised(word) for word in dictionary.english_words()})


def _recipe_of_words() -> str:
    return f"{recipe()} {lexicon.recipe()}"


def by_sound(words: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the consonants of those words that have some, with the word's number."""
    for word, number in words.items():
        spelled = consonants(word)
        if spelled is not None:
            yield spelled, number


def sounds_like(asked: str, words: Mapping[str, int]) -> dict[int, float]:
    """Return the numbers of those ``words`` of the same consonants that may be another spelling of ``asked``."""
    spelled = consonants(asked) or ""
    return {
        number: SOUND_WEIGHT
        for word, number in words.items()
        if word != asked and _may_be_alike(asked, word, len(spelled))
    }


def _may_be_alike(asked: str, word: str, shared: int) -> bool:
    if KATAKANA.fullmatch(asked) and KATAKANA.fullmatch(word):
        return False  # two spellings of one loanword have one normalized form already
    if LATIN.fullmatch(asked) and LATIN.fullmatch(word):
        return shared >= LEAST_SHARED and asked[0] == word[0] and abs(len(asked) - len(word)) <= 1
    return True
