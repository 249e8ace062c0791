"""The names that a text has, and whether others tell them: as they are written, by reading, sound or dictionary.

Capital letters make names in English, at the beginning of a sentence only where no dictionary knows the word. In
Japanese these are what Sudachi takes for proper nouns or does not know, what stands before さん, and Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from index.grounding.statement import statement
from index.language import lexicon, romaji
from index.language.known_words import is_word
from index.language.sounds import KATAKANA, all_consonants
from index.word_lists import either, rows_of, words_listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from index.grounding.statement import Statement, Word
    from index.grounding.vocabulary import Vocabulary

_LIST = "index/data/no_names.txt"
_TITLES, _PEOPLE, _NO_NAMES, _BODIES = (
    words_listed(_LIST, heading) for heading in ("titles", "people", "english", "bodies")
)
# Of measures, which quantities are compared with.
_UNITS = frozenset(
    unit
    for kind in ("bytes", "bits", "metres", "grams", "watts", "hertz", "time")
    for _, *units in rows_of("index/data/units.txt", kind)
    for unit in units
)
_MONEY = "|".join(
    unit
    for kind in ("dollar", "euro", "pound", "rupee", "yuan", "crown", "franc", "peso", "yen")
    for _, *units in rows_of("index/data/units.txt", kind)
    for unit in units
    if unit.isalpha() and unit.isascii()
)
# カナダドル are dollars.
_MONEY_JAPANESE = re.compile(r"(?:ドル|ユーロ|ポンド|クローネ|クローナ|フラン|ペソ|ルピー)$")
# "Swiss francs" are francs. Won are left out: as a verb the word stands behind names.
_BEFORE_MONEY = re.compile(rf" (?:{_MONEY})\b")
_QUOTED = re.compile(r"[「『\"“]([^「」『』\"“”]{2,16})[」』\"”]")
# A会場, team B.
_LABELS = re.compile(
    rf"(?<![A-Za-z\d])([A-Z]) ?(?={either(words_listed(_LIST, 'labelled behind'))})"
    rf"|\b(?:{either(words_listed(_LIST, 'labelled before'))})s? ([A-Z])(?![A-Za-z\d])",
)
_PIECES = re.compile(r"[A-Za-z0-9À-ɏ]+")
_BEGINS = re.compile(r"(?:^|[.!?。」]\s*|\n)[\"'(]*$")
_NO_HIRAGANA = re.compile(r"[^\u3040-\u309f]")
_CAPITAL = re.compile(r"(?<![A-Za-zÀ-ɏ])[A-ZÀ-Þ][A-Za-zÀ-ɏ]+")
_KANA = re.compile(r"[ァ-ヺー]{2,}|[ぁ-ゖー]{2,}")
_HIRAGANA_SHIFT = {ord(kana): ord(kana) + 0x60 for kana in map(chr, range(0x3041, 0x3097))}
# How alike two spellings of a name in different scripts are at least.
_LEAST_ALIKE = 0.6
_SURELY_ALIKE = 0.75
# Readings of names are often others than those that Sudachi gives them.
_LEAST_READ_ALIKE = 0.65
# Of words put together, which are many.
_SAME_SOUND, _COMPOUND = 0.85, 8
_LONG, _MISSPELT = 8, 0.9
# Shorter beginnings are of many words: Postgres is PostgreSQL.
_BEGINNING = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, with the reading of a Japanese one in katakana.

    One that ``is_worded`` has a meaning, so that in another language it is other words; English words with a capital
    may be translated, too.
    """

    text: str
    reading: str = ""
    is_worded: bool = False
    is_word: bool = False

    @property
    def is_latin(self) -> bool:
        """Whether it is written in Latin letters."""
        return bool(_PIECES.match(self.text))


@lru_cache(4096)
def names(said: Statement) -> tuple[Name, ...]:
    """Return the names of a statement, those of several words as several."""
    quoted = (Name(match[1], is_worded=True) for match in _QUOTED.finditer(said.text))
    labels = (Name(match[1] or match[2]) for match in _LABELS.finditer(said.text))
    return tuple(dict.fromkeys((*_latin(said), *_japanese(said), *quoted, *labels)))


def untold(
    said: Statement, lines: Collection[Statement], vocabulary: Vocabulary, headings: Collection[Statement] = ()
) -> Name | None:
    """Return a name of a statement that lines and headings do not have, None if they have all."""
    evidence = [*lines, *headings]
    told = (name for name in names(said) if not any(tells(line, name, vocabulary) for line in evidence))
    return next(told, None)


def _latin(said: Statement) -> Iterator[Name]:
    for match in lexicon.LATIN.finditer(said.text):
        begins = not said.is_japanese and bool(_BEGINS.search(said.text, 0, match.start()))
        if _BEFORE_MONEY.match(said.text, match.end()):
            continue
        whole = lexicon.CONTRACTED.sub("", match[0])
        for piece in _PIECES.findall(whole):
            handle = said.text[max(match.start() - 1, 0)] == "@"
            if handle or _is_name(piece, begins=begins, among_japanese=said.is_japanese):
                plain = not said.is_japanese and piece[1:].islower() and not re.search(r"[_\d./]", whole)
                yield Name(piece, is_word=plain and is_word(piece))
            begins = False


def _is_name(piece: str, *, begins: bool, among_japanese: bool) -> bool:
    if piece.casefold() in _NO_NAMES | lexicon.ENGLISH_STOP_WORDS or piece.isdigit():
        return False
    if re.fullmatch(r"\d+[a-z]{1,3}|[a-zA-Z]", piece, re.IGNORECASE) or piece.casefold() in _UNITS:
        return False
    if begins and piece[1:].islower() and is_word(piece):
        return False
    return among_japanese or piece != piece.lower() or any(map(str.isdigit, piece))


def _japanese(said: Statement) -> Iterator[Name]:
    words = said.words
    for number, word in enumerate(words):
        following = words[number + 1].surface if number + 1 < len(words) else ""
        if _PIECES.match(word.surface) or word.is_number:
            continue
        is_written_so = _NO_HIRAGANA.search(word.surface) is not None and word.surface not in _PEOPLE
        titled = following in _TITLES and is_written_so and word.classes[0] == "名詞"
        unknown = not word.is_known and bool(KATAKANA.fullmatch(word.surface)) and len(word.surface) > 1
        if _MONEY_JAPANESE.search(word.surface) and number and words[number - 1].is_number:
            continue
        if titled or unknown or _is_proper(word):
            yield Name(word.surface, word.reading)
        elif following in _BODIES and word.classes[:2] == ("名詞", "普通名詞"):
            yield Name(word.surface, is_worded=True)


def _is_proper(word: Word) -> bool:
    return word.classes[1] == "固有名詞" and len(word.surface) > 1


def tells(line: Statement, name: Name, vocabulary: Vocabulary) -> bool:
    """Return whether a line has a name in some way to write it."""
    if name.is_worded:
        written = statement(name.text)
        across = written.is_japanese != line.is_japanese
        return across or name.text in line.text or set(written.terms) <= set(line.terms)
    if name.is_latin:
        return (name.is_word and line.is_japanese) or _has_latin(line, name.text, vocabulary)
    if name.text in line.text or _folded(name.text) in _latin_words(line):
        return True
    if any(word.normal == name.text or (word.reading == name.reading and _is_proper(word)) for word in line.words):
        return True
    return not vocabulary.meant(name.text).isdisjoint(vocabulary.numbers(line)) or _sounds_in(line, name)


def _has_latin(line: Statement, text: str, vocabulary: Vocabulary) -> bool:
    folded, known = _folded(text), _latin_words(line)
    if (
        folded in known
        or folded.removesuffix("s") in known
        or (len(folded) >= _BEGINNING and any(one.startswith(folded) for one in known))
    ):
        return True
    # A slip of the pen is no other name, another digit is.
    if (
        len(folded) >= _LONG
        and folded.isalpha()
        and any(one[0] == folded[0] and _alike(one, folded) >= _MISSPELT for one in known if len(one) >= _LONG)
    ):
        return True
    # JavaScript is JS, and AppSync is not "as".
    capitals = "".join(letter for letter in text if letter.isupper())
    if len(capitals) > 1 and capitals in {match[0] for match in line.latin}:
        return True
    # GitLab has a part of GitHub's name.
    whole = lexicon.terms(text)[:1]
    if whole and whole[0] in line.terms:
        return True
    return not vocabulary.meant(text).isdisjoint(vocabulary.numbers(line)) or _is_read_in(line, text)


def _is_read_in(line: Statement, text: str) -> bool:
    """Return whether a Japanese name of a line is written so in Latin letters."""
    if not line.is_japanese or any(map(str.isdigit, text)):
        return False
    spelled = romaji.spelling(text)
    if lexicon.stem(spelled) in _readings(line):
        return True
    return any(
        _alike(spelled, romaji.spelling(name.reading)) >= _LEAST_READ_ALIKE for name in names(line) if name.reading
    ) or any(_sound_alike(text, kana) for kana in _kana(line))


def _sounds_in(line: Statement, name: Name) -> bool:
    """Return whether the Latin words of a line that may be names sound like one in Japanese."""
    words = _CAPITAL.findall(line.text)
    if KATAKANA.fullmatch(name.text):
        return any(_sound_alike(word, name.text) for word in words) or _has_consonants(line, name.text)
    spelled = romaji.spelling(name.reading)
    return any(_alike(spelled, romaji.spelling(word)) >= _LEAST_READ_ALIKE for word in words)


def _has_consonants(line: Statement, kana: str) -> bool:
    """Return whether words in small letters, or several put together, have the consonants of a katakana word."""
    own = all_consonants(kana)
    if any(all_consonants(word) == own and len(word) > 3 for word in _latin_words(line)):
        return True
    compounds = (all_consonants(one) for one in _compounds(line)) if own and len(kana) >= _COMPOUND else ()
    return any(one is not None and _alike(one, own or "") >= _SAME_SOUND for one in compounds)


def _sound_alike(latin: str, kana: str) -> bool:
    """Return whether a Latin and a katakana word may be one, by their consonants and by their letters."""
    own, others = all_consonants(_folded(latin)), all_consonants(kana)
    if own and own == others:
        return True
    spelled = romaji.spelling(kana).replace("l", "r")
    letters = _alike(spelled, romaji.spelling(latin).replace("l", "r"))
    sounds = _alike(own, others) if own and others else letters
    return sounds >= _SURELY_ALIKE or (sounds + letters) / 2 >= _LEAST_ALIKE


def _alike(one: str, two: str) -> float:
    return SequenceMatcher(None, one, two, autojunk=False).ratio()


@lru_cache(4096)
def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(4096)
def _latin_words(line: Statement) -> frozenset[str]:
    whole = [match[0] for match in lexicon.LATIN.finditer(line.text)]
    pieces = [_folded(piece) for one in whole for piece in (one, *_PIECES.findall(one))]
    return frozenset((*pieces, *(piece.removesuffix("s") for piece in pieces)))


@lru_cache(4096)
def _compounds(line: Statement) -> frozenset[str]:
    """Return two and three words in Latin letters put together: キーバリューストア is a key-value store."""
    words = [match[0].casefold() for match in line.latin]
    return frozenset("".join(words[at : at + size]) for size in (2, 3) for at in range(len(words) - size + 1))


@lru_cache(4096)
def _readings(line: Statement) -> frozenset[str]:
    """Return how the Japanese names of a line are read, in Latin letters: words, neighbours and kana."""
    kana = (lexicon.romanised(one) for one in _kana(line))
    return frozenset(
        (
            *lexicon.readings(line.text),
            *kana,
            *(lexicon.romanised(word.reading) for word in line.words if word.classes[0] == "名詞"),
        )
    )


@lru_cache(4096)
def _kana(line: Statement) -> tuple[str, ...]:
    """Return what a line has in kana, as katakana."""
    return tuple(one.translate(_HIRAGANA_SHIFT) for one in _KANA.findall(line.text))
