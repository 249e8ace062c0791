"""Read and write what only builds need of a version: of every passage its key, its words and its readings.

With them the next build takes over what has not changed without splitting it, cutting it into words or encoding it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.language import lexicon
from index.models.passage_model import encoder_input

if TYPE_CHECKING:
    from pathlib import Path

    from index.storage.tables import Tables
    from index.types import Article, Passage, Section

BUILD_SCHEMA = """
CREATE TABLE passages (id INTEGER PRIMARY KEY, key BLOB NOT NULL, terms TEXT NOT NULL, readings TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with its ``key``, which changes when its encoder input does, its words and its readings."""

    passage: Passage
    key: bytes
    terms: tuple[str, ...]
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article with all its sections, also those without text of their own, and its passages."""

    article: Article
    sections: tuple[Section, ...]
    passages: tuple[IndexedPassage, ...]


def index_passage(article: Article, passage: Passage) -> IndexedPassage:
    """Return a passage with its words, those of its title and headings among them."""
    read = encoder_input(article.title, passage)
    encoded = json.dumps([read.context, *read.sentences]).encode()
    key = hashlib.blake2b(encoded, digest_size=16).digest()
    text = f"{read.context}\n{_said(passage)}"
    return IndexedPassage(passage, key, tuple(lexicon.terms(text)), tuple(lexicon.readings(text)))


def _said(passage: Passage) -> str:
    """Return the text of a passage; the keys of front matter are the same in every article and say nothing."""
    if passage.is_text:
        return passage.plain
    return "\n".join(sentence.plain.partition(": ")[2] for sentence in passage.sentences)


class BuildTables:
    """The build tables of one version, open for reading."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def numbers(self) -> dict[bytes, int]:
        """Return the number of a passage for every key."""
        with closing(self._connection.execute("SELECT key, id FROM passages")) as rows:
            return dict(rows)

    def indexed_article(self, number: int, tables: Tables) -> IndexedArticle:
        """Return an article of this version with all that was made of it."""
        stored = tables.passages_of_article(number)
        numbers = (stored[0].number, stored[-1].number) if stored else (0, -1)
        query = "SELECT key, terms, readings FROM passages WHERE id BETWEEN ? AND ? ORDER BY id"
        with closing(self._connection.execute(query, numbers)) as rows:
            passages = tuple(
                IndexedPassage(one.passage, key, tuple(terms.split()), tuple(readings.split()))
                for one, (key, terms, readings) in zip(stored, rows, strict=True)
            )
        sections = tuple(section for _, section in tables.sections(number))
        return IndexedArticle(tables.article(number), sections, passages)
