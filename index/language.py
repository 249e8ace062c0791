"""Which language a question is asked in."""

from __future__ import annotations

import re
from typing import Literal, get_args

from index.lexicon import ENGLISH_STOP_WORDS

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

QUOTED = re.compile(r"「[^」]*」|『[^』]*』|\"[^\"]*\"|`[^`]*`")
HIRAGANA = re.compile(r"[\u3041-\u309f]")
JAPANESE = re.compile(r"[\u3005\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")
LATIN_WORD = re.compile(r"[A-Za-z]+")


def language_of(question: str, default: Language) -> Language:
    """Return the language whose grammar the question has; names in the other language do not count.

    Hiragana is Japanese grammar: "OLAPとは？" has mostly Latin letters and is Japanese. Without it, an English
    function word decides: "what did エゾウィン build?" is English, "OLAP 結論" is not.
    """
    return language_shown(question) or ("en" if LATIN_WORD.search(_asked(question)) else default)


def language_shown(question: str) -> Language | None:
    """Return the language that a question shows, None for names in Latin letters only: people use these in both."""
    asked = _asked(question)
    if HIRAGANA.search(asked):
        return "ja"
    if any(word.lower() in ENGLISH_STOP_WORDS for word in LATIN_WORD.findall(asked)):
        return "en"
    return "ja" if JAPANESE.search(asked) else None


def _asked(question: str) -> str:
    """Return a question without what it quotes, unless that is all."""
    asked = QUOTED.sub(" ", question)
    return asked if asked.strip(" ?？!！。.") else question
