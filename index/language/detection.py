"""Tell which language a question is asked in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.characters.normal_form import nfkc
from index.characters.patterns import compiled
from index.language.lexicon import ENGLISH_STOP_WORDS
from index.word_lists import rows_of, words_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Language


QUOTATION_MARKS = {"「": "」", "『": "』", '"': '"', "`": "`"}
OPENING_MARK = re.compile("[" + "".join(QUOTATION_MARKS) + "]")
HIRAGANA = re.compile(r"[\u3041-\u309f]")
JAPANESE = r"[\u3005\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]"
LATIN_WORD = re.compile(r"[A-Za-z]+")
# What an English question without function words asks with: "Explain Redshift".
REQUESTS = words_listed("index/data/requests.txt")
# Longer names are written with capital letters: Amazon Elastic Kubernetes Service.
NAME_WORDS = 3
# A Japanese article with much code has more Japanese letters among its letters and Latin words; an English one has some
# names.
LEAST_JAPANESE = 0.1
# Marks and letters as a Japanese keyboard types them.
WIDE = re.compile(r"[\u3001\u3002\u301c\uff01-\uff5e]")

# Emoji as chats write them, :wave::skin-tone-3:. A name has a letter, the parts of 10:30:15 have none, and beside Latin
# letters and digits it is code.
EMOJI_NAME = re.compile(r"(?<![A-Za-z0-9:])(?::(?:[\d_'-]*[^\W\d_][\w'+-]{0,99}|[+-]1):)+(?![A-Za-z0-9:])")
# Emoji with what changes and joins them, and keycaps.
EMOJI = re.compile(
    "(?:[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff][\u200d\ufe0f\U000e0020-\U000e007f]*|[0-9#*]\ufe0f?\u20e3)+"
)

WORD = re.compile(r"[^\W\d_]+")
# From Greek to the scripts of India, Korea and Vietnam's own letters; single ones of the first are symbols: μ, Σ.
OTHER_SCRIPTS = r"[\u0370-\u1cff]{2,}|[\uac00-\ud7af\u1ea0-\u1ef9\u01a0\u01a1\u01af\u01b0]"
HAN = r"[\u4e00-\u9fff]"
# What Chinese asks with and Japanese can write, but does not.
CHINESE = re.compile("什[么麼]|怎[么麼]|是[什誰哪]|在哪|[為爲]什|[嗎呢您你]|請問")
# Of each language the words that give it away by themselves, and others.
_OTHER_LANGUAGES = [frozenset(row) for row in rows_of("index/data/other_languages.txt")]
OTHER_GRAMMAR = list(zip(_OTHER_LANGUAGES[::2], _OTHER_LANGUAGES[1::2], strict=True))


def written_in(text: str) -> Language:
    """Return the language that a whole text is written in; names and code in Latin letters do not make it English."""
    japanese = len(HIRAGANA.findall(text)) + len(compiled(JAPANESE).findall(text))
    return "ja" if japanese > LEAST_JAPANESE * (japanese + len(LATIN_WORD.findall(text))) else "en"


def language_of(question: str, default: Language) -> Language:
    """Return the language whose grammar the question has; names in the other language do not count.

    Hiragana is Japanese grammar: "OLAPとは？" has mostly Latin letters and is Japanese. Without it, an English
    function word decides: "what did エゾウィン build?" is English, "OLAP 結論" is not. "Kafka" is asked in both.
    """
    return asked_language(question) or default


def asked_language(question: str) -> Language | None:
    """Return the language of a question, or None when it shows none, as a number or a name in Latin letters."""
    return grammar_language(question) or (None if _is_name(question) else shown_language(question))


def shown_language(question: str) -> Language | None:
    """Return the language of what is said, or None when it shows none, as a number or an emoji."""
    return grammar_language(question) or ("en" if LATIN_WORD.search(_without_quoted(question)) else None)


def grammar_language(question: str) -> Language | None:
    """Return the language that a question shows, None for names in Latin letters only: people use these in both."""
    asked = _without_quoted(question)
    if HIRAGANA.search(asked):
        return "ja"
    if any(word.lower() in ENGLISH_STOP_WORDS for word in LATIN_WORD.findall(asked)):
        return "en"
    return "ja" if compiled(JAPANESE).search(asked) or WIDE.search(asked) else None


def _is_name(question: str) -> bool:
    """Return whether a question without grammar is but a name: some words, none of which asks for anything."""
    words = LATIN_WORD.findall(_without_quoted(question))
    if REQUESTS & {word.lower() for word in words}:
        return False
    return len(words) <= NAME_WORDS or not any(word.islower() for word in words)


def without_emoji(text: str) -> str:
    """Return a text without emoji and without their names, as in :tada:; neither are words of a language."""
    return EMOJI.sub(" ", EMOJI_NAME.sub(" ", text))


def in_other_language(question: str) -> bool:
    """Return whether a question is asked in neither Japanese nor English, but in a language that can be told.

    A script tells, characters of Chinese that Japanese has not, or function words.
    """
    asked = nfkc(_without_quoted(question))
    if HIRAGANA.search(asked):
        return False
    words = {word.lower() for word in WORD.findall(asked) if not (word.isupper() and len(word) > 1)}
    # Left over from it's and don't, and from geht's.
    words -= {"s", "t"}
    english = words & ENGLISH_STOP_WORDS
    if compiled(OTHER_SCRIPTS).search(asked) or _is_chinese(asked):
        return not english
    return any(
        len(words & (telling | others) - english) > max(len(english - telling - others), not words & telling)
        for telling, others in OTHER_GRAMMAR
    )


def _is_chinese(asked: str) -> bool:
    try:
        # Windows' Japanese character set: what people write in Japan, and no character that was simplified in China.
        "".join(compiled(HAN).findall(asked)).encode("cp932")
    except UnicodeEncodeError:
        return True
    return CHINESE.search(asked) is not None


def _without_quoted(question: str) -> str:
    """Return a question without emoji, and without what it quotes, unless it is nothing else."""
    said = without_emoji(question)
    asked = " ".join(_unquoted(said))
    return asked if asked.strip(" ?？!！。.") else said


def _unquoted(question: str) -> Iterator[str]:
    """Yield the pieces of a question between what it quotes."""
    last = {mark: question.rfind(mark) for mark in QUOTATION_MARKS.values()}
    begin = at = 0
    while (opening := OPENING_MARK.search(question, at)) is not None:
        closing, at = QUOTATION_MARKS[opening[0]], opening.end()
        if at <= last[closing]:
            yield question[begin : opening.start()]
            begin = at = question.index(closing, at) + 1
    yield question[begin:]
