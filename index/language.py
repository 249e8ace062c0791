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
    asked = QUOTED.sub(" ", question)
    if not asked.strip(" ?？!！。."):
        asked = question
    if HIRAGANA.search(asked):
        return "ja"
    words = [word.lower() for word in LATIN_WORD.findall(asked)]
    if any(word in ENGLISH_STOP_WORDS for word in words):
        return "en"
    if JAPANESE.search(asked):
        return "ja"
    return "en" if words else default
