"""The English words that the dictionary's translations have in small letters: what else has a capital is a name.

They take two seconds to be read and are kept, so that only the first to ask waits for them.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache

from index.errors import EncoderError
from index.language import dictionary
from index.language.derived import derived
from index.language.lexicon import ENGLISH_STOP_WORDS

_ENDING = re.compile(r"(?<=[a-z]{3})(?:s|es|ed|ing|ly|er|est)$")
_SMALL = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])")


def is_word(word: str) -> bool:
    """Return whether the dictionary knows an English word in any of its forms; raise EncoderError without it."""
    small = word.casefold()
    return (
        small in ENGLISH_STOP_WORDS
        or any(_ENDING.sub(ending, small) in _words() for ending in ("", "e"))
        or small in _words()
    )


@cache
def _words() -> frozenset[str]:
    return frozenset(derived("english", f"2/{dictionary.version()}", _work_out))


def _work_out() -> list[str]:
    words: set[str] = set()
    try:
        with closing(sqlite3.connect(f"{dictionary.database().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            for (gloss,) in connection.execute("SELECT text FROM SenseGloss"):
                words.update(_SMALL.findall(gloss))
    except sqlite3.Error as error:
        raise EncoderError(f"the dictionary of jamdict-data cannot be read: {error}; reinstall it") from error
    return sorted(words)
