"""The Japanese-English dictionary that is read when an index is built: JMdict, as the package jamdict-data carries it.

Answering does not need it: what it says about the words of the reports is kept in the index.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Iterator

KATAKANA = re.compile(r"[ァ-ヺー・]+")

_WORD = re.compile(r"[a-z]+")
_PACKAGE = "jamdict_data"
_WORDS = """
SELECT idseq, text FROM Kanji
UNION ALL
SELECT idseq, text FROM Kana WHERE idseq NOT IN (SELECT idseq FROM Kanji)
"""
# JMdict marks the entries that stand in lists of frequent words.
_FREQUENT = """
SELECT idseq FROM Kanji WHERE ID IN (SELECT kid FROM KJP)
UNION
SELECT idseq FROM Kana WHERE ID IN (SELECT kid FROM KNP)
"""
_GLOSSES = """
SELECT Sense.idseq, Sense.ID, SenseGloss.text FROM Sense JOIN SenseGloss ON SenseGloss.sid = Sense.ID
ORDER BY Sense.idseq, Sense.ID
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word: how it is written, and for each of its senses, the usual ones first, what it is in English."""

    forms: tuple[str, ...]
    senses: tuple[tuple[str, ...], ...]


def version() -> str:
    """Name the dictionary, for the recipe of an index."""
    return f"jamdict-data-{metadata.version('jamdict-data')}"


@cache
def entries() -> tuple[Entry, ...]:
    """Return the frequent words and all loanwords of the dictionary; takes about a second the first time.

    Rare words are left out: 会 also means all sorts of things that nobody has in mind.

    Raises EncoderError when the package is not installed or its file cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{database().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return tuple(_read(connection))
    except sqlite3.Error as error:
        raise EncoderError(f"the dictionary of jamdict-data cannot be read: {error}; reinstall it") from error


def english_words() -> frozenset[str]:
    """Return all words of the translations, in lower case."""
    return frozenset(
        word
        for entry in entries()
        for sense in entry.senses
        for gloss in sense
        for word in _WORD.findall(gloss.lower())
    )


def database() -> Path:
    """Return the SQLite file of the dictionary; raise EncoderError when the package is not installed."""
    spec = util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError("the package jamdict-data, which carries the dictionary, is not installed")
    return Path(spec.origin).with_name("jamdict.db").resolve()


def _read(connection: sqlite3.Connection) -> Iterator[Entry]:
    forms: dict[int, list[str]] = {}
    for entry, text in connection.execute(_WORDS):
        forms.setdefault(entry, []).append(text)
    kept = {entry for (entry,) in connection.execute(_FREQUENT)}
    kept.update(entry for entry, texts in forms.items() if any(KATAKANA.fullmatch(text) for text in texts))
    glosses: dict[int, dict[int, list[str]]] = {}
    for entry, sense, text in connection.execute(_GLOSSES):
        if entry in kept:
            glosses.setdefault(entry, {}).setdefault(sense, []).append(text)
    for entry, senses in glosses.items():
        yield Entry(tuple(forms[entry]), tuple(tuple(texts) for texts in senses.values()))
