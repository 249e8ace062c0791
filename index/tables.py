"""The tables of an index: articles with their source, sections, passages, sentences and words, in SQLite.

The source of every article is stored as it stood on disk, and passages and sentences are ranges of it, so
that what is quoted cannot be anything but the article's own bytes.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from index import related
from index.sounds import consonants
from index.types import Article, Passage, Section, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

SCHEMA = """
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, source BLOB NOT NULL, body_start INTEGER NOT NULL,
    title TEXT NOT NULL, topics TEXT NOT NULL, published INTEGER NOT NULL, published_at TEXT, publication TEXT
);
CREATE TABLE sections (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL, headings TEXT NOT NULL, level INTEGER NOT NULL,
    anchor TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, section INTEGER NOT NULL, article INTEGER NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, first_sentence INTEGER NOT NULL, sentences INTEGER NOT NULL, key BLOB NOT NULL,
    terms TEXT NOT NULL, readings TEXT NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, start INTEGER NOT NULL, "end" INTEGER NOT NULL, block INTEGER NOT NULL,
    kind TEXT NOT NULL, plain TEXT NOT NULL
);
CREATE TABLE words (word TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE translations (
    asked TEXT NOT NULL, number INTEGER NOT NULL, weight REAL NOT NULL, PRIMARY KEY (asked, number)
) WITHOUT ROWID;
CREATE TABLE sounds (consonants TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (consonants, number)) WITHOUT ROWID;
CREATE INDEX sections_of_article ON sections (article);
CREATE INDEX passages_of_section ON passages (section);
CREATE INDEX passages_of_article ON passages (article);
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


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage read back: its number in the index, its article's and section's number, and its text."""

    number: int
    article_number: int
    section_number: int
    article: Article
    first_sentence: int
    passage: Passage
    terms: tuple[str, ...]

    @property
    def text(self) -> str:
        """The passage's own bytes."""
        return self.article.source[self.passage.start : self.passage.end].decode()

    @property
    def line(self) -> int:
        """The line of the file on which the passage begins, counted from 1."""
        return self.article.line_of(self.passage.start)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of an index, each numbered by its position, and what else may be asked for with which of them."""

    words: Sequence[str]
    translations: Mapping[str, related.Weights]


def write_tables(path: Path, articles: Iterable[IndexedArticle], vocabulary: Vocabulary) -> None:
    """Write the tables of a new version; raise OSError when the disk refuses."""
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            # The version is not in use until it is complete and flushed: a journal would protect nothing.
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
            _Writer(connection).write(articles)
            _write_vocabulary(connection, vocabulary)
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error)) from error


def _write_vocabulary(connection: sqlite3.Connection, vocabulary: Vocabulary) -> None:
    numbers = {word: number for number, word in enumerate(vocabulary.words)}
    connection.executemany("INSERT INTO words VALUES (?, ?)", numbers.items())
    connection.executemany(
        "INSERT INTO translations VALUES (?, ?, ?)",
        (
            (asked, numbers[word], weight)
            for asked, weights in vocabulary.translations.items()
            for word, weight in weights.items()
        ),
    )
    connection.executemany("INSERT INTO sounds VALUES (?, ?)", related.by_sound(vocabulary.words))


class _Writer:
    """Numbers rows in the order of writing, which is the order of the vectors."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._counts = {"sections": 0, "passages": 0, "sentences": 0}

    def write(self, articles: Iterable[IndexedArticle]) -> None:
        for number, indexed in enumerate(articles):
            self._insert("articles", [(number, *_article_row(indexed.article))])
            sections = self._next("sections", len(indexed.sections))
            self._insert(
                "sections",
                [(sections + n, number, *_section_row(s)) for n, s in enumerate(indexed.sections)],
            )
            numbers = {section: sections + n for n, section in enumerate(indexed.sections)}
            for indexed_passage in indexed.passages:
                self._write_passage(number, numbers[indexed_passage.passage.section], indexed_passage)

    def _write_passage(self, article: int, section: int, indexed: IndexedPassage) -> None:
        passage = indexed.passage
        first = self._next("sentences", len(passage.sentences))
        self._insert(
            "sentences",
            [(first + n, s.start, s.end, s.block, s.kind, s.plain) for n, s in enumerate(passage.sentences)],
        )
        row = (
            *(self._next("passages", 1), section, article, passage.start, passage.end),
            *(first, len(passage.sentences), indexed.key),
            *(" ".join(indexed.terms), " ".join(indexed.readings)),
        )
        self._insert("passages", [row])

    def _next(self, table: str, count: int) -> int:
        first = self._counts[table]
        self._counts[table] += count
        return first

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            self._connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _article_row(article: Article) -> tuple[object, ...]:
    return (
        *(article.path, article.source, article.body_start, article.title),
        *(json.dumps(article.topics, ensure_ascii=False), article.published),
        *(article.published_at, article.publication),
    )


def _section_row(section: Section) -> tuple[object, ...]:
    headings = json.dumps(section.headings, ensure_ascii=False)
    return headings, section.level, section.anchor, section.start, section.end


class Tables:
    """The tables of one version, open for reading; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # immutable: the version never changes, so SQLite needs neither locks nor journals.
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise OSError(None, str(error)) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def articles(self) -> list[Article]:
        """Return all articles in the order of their numbers."""
        return [_article(row[1:]) for row in self._rows("SELECT * FROM articles ORDER BY id")]

    def article_number(self, path: str) -> int | None:
        """Return the number of the article with a path, None when there is none."""
        return next((row[0] for row in self._rows("SELECT id FROM articles WHERE path = ?", path)), None)

    def sections(self, article: int) -> list[tuple[int, Section]]:
        """Return the sections of an article with their numbers, in the order of the text."""
        rows = self._rows("SELECT * FROM sections WHERE article = ? ORDER BY id", article)
        return [(row[0], _section(row[2:])) for row in rows]

    def passage(self, number: int) -> StoredPassage:
        """Return one passage."""
        return self._stored("passages.id = ?", number)[0]

    def passages_of_section(self, section: int) -> list[StoredPassage]:
        """Return the passages of one section in the order of the text."""
        return self._stored("passages.section = ?", section)

    def passages_near(self, passage: StoredPassage, reach: int) -> list[StoredPassage]:
        """Return the passages of a passage's section up to ``reach`` before and after it, itself among them."""
        number = passage.number
        where = "passages.section = ? AND passages.id BETWEEN ? AND ?"
        return self._stored(where, passage.section_number, number - reach, number + reach)

    def passages_under(self, article: int, section: int, most: int) -> list[StoredPassage]:
        """Return the first passages, ``most`` at most, of a section and the sections below it."""
        sections = [pair for pair in self.sections(article) if pair[0] >= section]
        below = takewhile(lambda pair: pair[1].level > sections[0][1].level, sections[1:])
        last = max((number for number, _ in below), default=section)
        return self._stored("passages.section BETWEEN ? AND ?", section, last, most=most)

    def passages_of_article(self, article: int) -> list[StoredPassage]:
        """Return the passages of one article in the order of the text."""
        return self._stored("passages.article = ?", article)

    def passage_numbers(self, articles: Sequence[int]) -> list[int]:
        """Return the numbers of all passages of some articles."""
        marks = ", ".join("?" * len(articles))
        rows = self._rows(f"SELECT id FROM passages WHERE article IN ({marks}) ORDER BY id", *articles)
        return [row[0] for row in rows]

    def article_numbers(self) -> list[int]:
        """Return the number of every passage's article, in the order of the passages' numbers."""
        return [row[0] for row in self._rows("SELECT article FROM passages ORDER BY id")]

    def keys(self) -> list[bytes]:
        """Return the key of every passage, in the order of their numbers."""
        return [row[0] for row in self._rows("SELECT key FROM passages ORDER BY id")]

    def sentence_ranges(self) -> list[tuple[int, int]]:
        """Return for every passage the number of its first sentence and how many it has."""
        return list(self._rows("SELECT first_sentence, sentences FROM passages ORDER BY id"))

    def word_numbers(self, words: Sequence[str]) -> dict[str, int]:
        """Return the numbers of those words that occur in the index."""
        marks = ", ".join("?" * len(words))
        return dict(self._rows(f"SELECT word, number FROM words WHERE word IN ({marks})", *words))

    def meant_words(self, asked: str) -> dict[int, float]:
        """Return the numbers of the words that are meant by one that is asked for, and how surely, 0 to 1.

        They are the word itself, its translations, those that sound the same and those that are read like it.
        """
        sounds = self._rows(
            "SELECT word, number FROM sounds JOIN words USING (number) WHERE consonants = ?", consonants(asked)
        )
        translations = self._rows("SELECT number, weight FROM translations WHERE asked = ?", asked)
        return {
            **related.sounds_like(asked, dict(sounds)),
            **dict(translations),
            **dict.fromkeys(self.word_numbers([asked, related.read_like(asked)]).values(), 1.0),
        }

    def indexed_article(self, number: int, article: Article) -> IndexedArticle:
        """Return an article with what was made of it, to be written again unchanged."""
        rows = self._rows("SELECT key, readings FROM passages WHERE article = ? ORDER BY id", number)
        passages = tuple(
            IndexedPassage(stored.passage, key, stored.terms, _words(readings))
            for stored, (key, readings) in zip(self.passages_of_article(number), rows, strict=True)
        )
        return IndexedArticle(article, tuple(section for _, section in self.sections(number)), passages)

    def _stored(self, where: str, *values: int, most: int = -1) -> list[StoredPassage]:
        rows = self._rows(
            "SELECT passages.id, passages.article, passages.section, passages.start, passages.end,"
            " first_sentence, sentences, terms, headings, level, anchor, sections.start, sections.end"
            " FROM passages JOIN sections ON sections.id = passages.section"
            f" WHERE {where} ORDER BY passages.id LIMIT ?",
            *values,
            most,
        )
        # Read once for all its passages: an article may be long.
        articles = {number: self._article(number) for number in {row[1] for row in rows}}
        return [self._stored_passage(row, articles[row[1]]) for row in rows]

    def _article(self, number: int) -> Article:
        return _article(self._rows("SELECT * FROM articles WHERE id = ?", number)[0][1:])

    def _stored_passage(self, row: tuple[Any, ...], article: Article) -> StoredPassage:
        number, article_number, section, start, end, first, count, terms = row[:8]
        sentences = self._rows(
            'SELECT start, "end", block, kind, plain FROM sentences WHERE id >= ? AND id < ? ORDER BY id',
            first,
            first + count,
        )
        passage = Passage(_section(row[8:]), start, end, tuple(Sentence(*values) for values in sentences))
        return StoredPassage(number, article_number, section, article, first, passage, _words(terms))

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()


def _words(stored: str) -> tuple[str, ...]:
    return tuple(stored.split(" ")) if stored else ()


def _article(row: Sequence[Any]) -> Article:
    path, source, body_start, title, topics, published, published_at, publication = row
    return Article(
        str(path),
        source,
        body_start,
        str(title),
        tuple(json.loads(str(topics))),
        bool(published),
        published_at,
        publication,
    )


def _section(row: Sequence[Any]) -> Section:
    headings, level, anchor, start, end = row
    return Section(tuple(json.loads(str(headings))), level, anchor, start, end)
