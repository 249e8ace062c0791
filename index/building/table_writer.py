"""Write the tables of a new version, article by article."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.building.build_tables import BUILD_SCHEMA
from index.building.copies import text_hash
from index.language import lexicon, related
from index.language.detection import written_in
from index.storage.article_rows import article_row
from index.storage.schema import SCHEMA
from index.storage.store import BUILD_TABLES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from index.building.build_tables import IndexedArticle, IndexedPassage
    from index.types import Section


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of an index, each numbered by its position, and what else may be asked for with which of them.

    ``frequencies`` says in how many passages each word stands.
    """

    words: Sequence[str]
    frequencies: Sequence[int]
    translations: Mapping[str, related.Weights]


@contextmanager
def writing_tables(target: Path) -> Iterator[TableWriter]:
    """Make the tables of a new version in its folder; raise OSError when the disk refuses."""
    try:
        with (
            closing(sqlite3.connect(target / TABLES)) as tables,
            closing(sqlite3.connect(target / BUILD_TABLES)) as build_tables,
        ):
            # The version is not in use until it is complete and flushed: a journal would protect nothing.
            for connection, schema in ((tables, SCHEMA), (build_tables, BUILD_SCHEMA)):
                connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + schema)
            yield TableWriter(tables, build_tables)
            tables.commit()
            build_tables.commit()
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error)) from error


class TableWriter:
    """Numbers rows in the order of writing, which is the order of the records."""

    def __init__(self, tables: sqlite3.Connection, build_tables: sqlite3.Connection) -> None:
        self._tables = tables
        self._build_tables = build_tables
        self._counts = {"articles": 0, "sections": 0, "passages": 0, "sentences": 0}

    def add(self, indexed: IndexedArticle) -> None:
        """Write the next article with its sections, passages and sentences."""
        number = self._next("articles", 1)
        article, counts = indexed.article, (self._counts["passages"], len(indexed.passages))
        hashes = hashlib.sha256(article.source).digest(), text_hash(article)
        language = written_in(article.text[article.body_start :].decode())
        _insert(self._tables, "articles", [(number, *article_row(article), *hashes, language, *counts)])
        first = self._next("sections", len(indexed.sections))
        _insert(
            self._tables,
            "sections",
            [(first + n, number, *_section_row(section)) for n, section in enumerate(indexed.sections)],
        )
        numbers = {section: first + n for n, section in enumerate(indexed.sections)}
        for passage in indexed.passages:
            self._add_passage(number, numbers[passage.passage.section], passage)

    def _add_passage(self, article: int, section: int, indexed: IndexedPassage) -> None:
        passage = indexed.passage
        number = self._next("passages", 1)
        first = self._next("sentences", len(passage.sentences))
        row = (number, section, article, passage.start, passage.end, first, len(passage.sentences))
        _insert(self._tables, "passages", [row])
        _insert(
            self._tables,
            "sentences",
            [(first + n, s.start, s.end, s.block, s.kind, s.plain) for n, s in enumerate(passage.sentences)],
        )
        words = (" ".join(indexed.terms), " ".join(indexed.readings))
        _insert(self._build_tables, "passages", [(number, indexed.key, *words)])

    def add_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Write the words of all articles that were written, and which of them their titles have."""
        numbers = {word: number for number, word in enumerate(vocabulary.words)}
        words = zip(vocabulary.words, range(len(numbers)), map(int, vocabulary.frequencies), strict=True)
        _insert(self._tables, "words", words)
        _insert(self._tables, "title_words", self._title_words(numbers))
        _insert(
            self._tables,
            "translations",
            (
                (asked, numbers[word], weight)
                for asked, weights in vocabulary.translations.items()
                for word, weight in weights.items()
            ),
        )
        _insert(self._tables, "sounds", related.by_sound(vocabulary.words))

    def _title_words(self, numbers: Mapping[str, int]) -> Iterator[tuple[int, int]]:
        with closing(self._tables.execute("SELECT id, title FROM articles")) as rows:
            for article, title in rows.fetchall():
                words = {numbers[term] for term in lexicon.terms(title) if term in numbers}
                yield from ((word, article) for word in words)

    def _next(self, table: str, count: int) -> int:
        first = self._counts[table]
        self._counts[table] += count
        return first


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    rows = iter(rows)
    if (first := next(rows, None)) is not None:
        marks = ", ".join("?" * len(first))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", first)
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _section_row(section: Section) -> tuple[object, ...]:
    headings = json.dumps(section.headings, ensure_ascii=False)
    return headings, section.level, section.anchor, section.start, section.end
