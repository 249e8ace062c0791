"""Words of Japanese and English text, in the form in which questions and passages are compared.

Japanese is cut by SudachiPy into its short units (mode A) and compared by normalized form, so that
サーバ and サーバー, 話す and 話した meet, and in the kanji of everyday use, so that 髙橋 and 高橋 do. Latin
identifiers count whole and in parts: ``CloudFront`` is ``cloudfront``, ``cloud`` and ``front``; ``Track 4`` and
``track4`` are one word.
"""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from importlib import metadata
from itertools import count
from typing import TYPE_CHECKING, Any

from index.characters.kanji import in_use
from index.characters.normal_form import nfkc
from index.characters.patterns import compiled
from index.language import romaji
from index.language.parts import parts
from index.memory import give_back_file
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import Stemmer
    from sudachipy import Morpheme, Tokenizer

LATIN = re.compile(r"[A-Za-z0-9À-ɏ]+(?:['’._+#/-][A-Za-z0-9À-ɏ]+|[+#]+(?![A-Za-z0-9]))*")
URL = re.compile(r"https?://\S+")
# What's, don't: the word before it decides whether they say something.
CONTRACTED = re.compile(r"(?:n['’]t|['’][a-z]{1,2})$", re.IGNORECASE)
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zÀ-ɏ]+|[0-9]+")

JAPANESE = r"[々\u3040-\u30ff\u3400-\u9fff]+"
KANJI = r"[\u3400-\u9fff]"
READABLE_CLASSES = frozenset({"名詞", "接頭辞", "接尾辞"})
# 北海道 / ガス / 株式 / 会社
LONGEST_NAME = 4
SHORTEST_READING = 4

# SudachiPy refuses inputs over 49,149 bytes; a character has at most four after normalization.
SUDACHI_CHARACTERS = 12_000

CONTENT_CLASSES = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "感動詞"})
# Words that carry grammar or ask the question rather than its subject.
JAPANESE_STOP_WORDS = words_listed("index/data/stop_words_ja.txt")
ENGLISH_STOP_WORDS = words_listed("index/data/stop_words_en.txt")

# 斉藤 and 斎藤 are taken for each other, though both characters are in everyday use: words are cut as they are written.
TAKEN_FOR_ANOTHER = str.maketrans("斉", "斎")

# Titles, headings, lines and questions come again and again, and are no longer than this; of passages only builds ask,
# once of each.
REMEMBERED_CHARACTERS = 400
REMEMBERED = 4096

# Words are looked up all over a file of 200 MB, 40 MB of which stay in memory after ten answers and 110 after sixty.
# Its pages are given back after so many texts, ten answers or so, which costs 4 ms and having some mapped again.
DICTIONARY_FILE = "system.dic"
CUT_BETWEEN = 200

_local = threading.local()
_cut = count(1)


def recipe() -> str:
    """Name what the words depend on; an index made with another recipe is made anew."""
    return f"6/sudachi-{metadata.version('sudachipy')}/{metadata.version('sudachidict-core')}"


def terms(text: str) -> list[str]:
    """Return the content words of a text in reading order, repeated as often as they stand there."""
    return list(_remembered_terms(text) if len(text) <= REMEMBERED_CHARACTERS else _terms(text))


@lru_cache(REMEMBERED)
def _remembered_terms(text: str) -> tuple[str, ...]:
    return tuple(_terms(text))


def _terms(text: str) -> list[str]:
    normalized = _plain(URL.sub(_url_words, text))
    words: list[str] = []
    position = 0
    for match in LATIN.finditer(normalized):
        words.extend(_japanese(normalized[position : match.start()]))
        words.extend(_latin(match.group()))
        position = match.end()
    words.extend(_japanese(normalized[position:]))
    words.extend(_numbered(normalized))
    words.extend(f"to{whom.lower()}" for whom in TO_WHOM.findall(normalized))
    known = set(words)
    words.extend(part for part in dict.fromkeys(parts(normalized)) if part not in known)
    return words


def _plain(text: str) -> str:
    """Return a text in the characters that words are compared in: 渡邊 and 渡邉 are 渡辺."""
    return in_use(nfkc(text))


def _url_words(match: re.Match[str]) -> str:
    """Keep of an address what people would type: its host and the words of its path."""
    return re.sub(r"[/?=&%._-]+", " ", match.group().split("://", 1)[1])


def _latin(identifier: str) -> Iterator[str]:
    """Yield an identifier whole and, where it has several, in parts; English words by their stem."""
    whole = re.sub(r"['’._/-]", "", identifier).lower()
    parts = [part.lower() for part in PART.findall(identifier)]
    if whole in ENGLISH_STOP_WORDS or CONTRACTED.sub("", identifier).lower() in ENGLISH_STOP_WORDS:
        return
    yield stem(whole)
    if len(parts) > 1:
        # Shorter parts are noise: the hex of an address, the "ia" of IaC.
        yield from (stem(part) for part in parts if len(part) > 2 and part not in ENGLISH_STOP_WORDS)


# "to B" is also written "toB": business customers, in Japanese.
TO_WHOM = re.compile(r"(?<![A-Za-z])to ([A-Z])(?![A-Za-z])")
NUMBERED = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,})[ #-]([0-9]+)(?![0-9A-Za-z]|[.,][0-9])")


def _numbered(text: str) -> Iterator[str]:
    """Yield ``node20`` for ``Node 20``: people write the number of a version either way."""
    for word, number in NUMBERED.findall(text):
        if word.lower() not in ENGLISH_STOP_WORDS:
            yield f"{word.lower()}{number}"


def _japanese(text: str) -> Iterator[str]:
    """Yield the normalized forms of the content words of a text without Latin identifiers."""
    for start in range(0, len(text), SUDACHI_CHARACTERS):
        for morpheme in morphemes(text[start : start + SUDACHI_CHARACTERS]):
            if _is_content(morpheme):
                yield morpheme.normalized_form().lower().translate(TAKEN_FOR_ANOTHER)


def morphemes(text: str) -> Iterable[Morpheme]:
    """Cut a text that SudachiPy takes whole; between Latin words there often stands nothing but a blank."""
    if not text.strip():
        return ()
    if next(_cut) % CUT_BETWEEN == 0:
        give_back_file(DICTIONARY_FILE)
    found: Iterable[Morpheme] = _tokenizer().tokenize(text)
    return found


def _is_content(morpheme: Morpheme) -> bool:
    """Tell whether a morpheme carries a subject rather than grammar."""
    word_class = morpheme.part_of_speech()
    return (
        word_class[0] in CONTENT_CLASSES
        and word_class[1] != "助数詞"
        and morpheme.normalized_form() not in JAPANESE_STOP_WORDS
    )


def readings(text: str) -> list[str]:
    """Return how the names and other nouns of a Japanese text are written in Latin letters, as ``romanised`` does.

    A name may be cut into several words, so up to four neighbours are also read as one. What is all kana is left to
    ``sounds.py``, and short readings to chance.
    """
    found: list[str] = []
    normalized = _plain(URL.sub(" ", text))
    for line in normalized.splitlines():
        run: list[Morpheme] = []
        for morpheme in morphemes(line[:SUDACHI_CHARACTERS]):
            if _is_readable_noun(morpheme):
                run.append(morpheme)
            else:
                found.extend(_joint_readings(run))
                run = []
        found.extend(_joint_readings(run))
    return found


def spelled(text: str) -> str:
    """Return how a text is read, in Latin letters without blanks and marks."""
    words = (word for word in morphemes(_plain(text)[:SUDACHI_CHARACTERS]) if _is_letters(word))
    return "".join(romaji.spelling(word.reading_form() or word.surface()) for word in words)


def _is_letters(morpheme: Morpheme) -> bool:
    return morpheme.part_of_speech()[0] not in ("補助記号", "空白")


def _is_readable_noun(morpheme: Morpheme) -> bool:
    word_class = morpheme.part_of_speech()
    return (
        word_class[0] in READABLE_CLASSES
        and word_class[1] != "数詞"
        and bool(compiled(JAPANESE).fullmatch(morpheme.surface()))
    )


def _joint_readings(run: Sequence[Morpheme]) -> Iterator[str]:
    for first in range(len(run)):
        for last in range(first + 1, min(first + LONGEST_NAME, len(run)) + 1):
            words = run[first:last]
            if any(compiled(KANJI).search(word.surface()) for word in words):
                spelled = romanised("".join(word.reading_form() for word in words))
                if len(spelled) >= SHORTEST_READING:
                    yield spelled


def romanised(word: str) -> str:
    """Return the stem of the one spelling of a reading in katakana or of a word in Latin letters."""
    return stem(romaji.spelling(word))


@cache
def stem(word: str) -> str:
    """Return the stem of an English word in small letters."""
    return str(_stemmer().stemWord(word))


def _stemmer() -> Stemmer.Stemmer:
    if not hasattr(_local, "stemmer"):
        import Stemmer

        _local.stemmer = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer


def _tokenizer() -> Tokenizer:
    """Return this thread's tokenizer; SudachiPy's must not be shared between threads."""
    if not hasattr(_local, "tokenizer"):
        from sudachipy import SplitMode

        _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    tokenizer: Tokenizer = _local.tokenizer
    return tokenizer


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    dictionary = Dictionary(dict="core")
    # It reads all of its file to check it, and needs a third.
    give_back_file(DICTIONARY_FILE)
    return dictionary
