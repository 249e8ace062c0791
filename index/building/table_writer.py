"""Write the tables of a new version, article by article."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.building.copies import text_hash
from index.language import lexicon, related
from index.language.detection import written_in
from index.storage.article_rows import COLUMNS, article_row
from index.storage.schema import SCHEMA
from index.storage.store import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.building.indexed_article import IndexedArticle, IndexedPassage
    from index.types import Section


# Beside what the schema has, of the version that articles are taken over from.
_TAKEN_OVER = """
CREATE TEMP TABLE renumbered (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
CREATE TEMP TABLE translated_anew (asked TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_SIZE = """
SELECT first_passage, articles.passages, COALESCE(MIN(first_sentence), 0), COALESCE(SUM(sentences), 0)
FROM previous.articles LEFT JOIN previous.passages ON passages.id >= first_passage
AND passages.id < first_passage + articles.passages WHERE articles.id = ?
"""
_SECTIONS = "SELECT COALESCE(MIN(id), 0), COUNT(*) FROM previous.sections WHERE article = ?"
# An article of the previous version gets another number, and so do its sections, passages and sentences.
_COPIES = (
    f"""INSERT INTO articles SELECT :number, {COLUMNS}, sha256, :hash, language, first_passage + :passage, passages
    FROM previous.articles WHERE id = :known""",
    "UPDATE articles SET folder = :folder WHERE id = :number AND folder <> :folder",
    """INSERT INTO sections SELECT id + :section, :number, headings, level, anchor, start, "end"
    FROM previous.sections WHERE article = :known ORDER BY id""",
    """INSERT INTO passages
    SELECT id + :passage, section + :section, :number, start, "end", first_sentence + :sentence, sentences
    FROM previous.passages WHERE id >= :first AND id < :end ORDER BY id""",
    """INSERT INTO sentences SELECT id + :sentence, start, "end", block, kind, plain
    FROM previous.sentences WHERE id >= :sentence_from AND id < :sentence_end ORDER BY id""",
)
_TRANSLATIONS = """
SELECT asked, word, weight FROM previous.translations JOIN previous.words USING (number)
WHERE asked IN (SELECT value FROM json_each(?))
"""
_COPIES_OF_RELATED = (
    """INSERT INTO translations SELECT asked, new, weight FROM previous.translations JOIN renumbered ON old = number
    WHERE asked NOT IN (SELECT asked FROM translated_anew)""",
    "INSERT INTO sounds SELECT consonants, new FROM previous.sounds JOIN renumbered ON old = number",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of an index, each numbered by its position.

    ``frequencies`` says in how many passages each word stands, and ``kept`` has the numbers that words of the previous
    version have there and here.
    """

    words: Sequence[str]
    frequencies: Sequence[int]
    kept: tuple[NDArray[np.int32], NDArray[np.int32]]


@contextmanager
def writing_tables(target: Path, previous: Path | None = None) -> Iterator[TableWriter]:
    """Make the tables of a new version in its folder; raise OSError when the disk refuses.

    ``previous`` is the file of the tables of the version that articles are taken over from.
    """
    try:
        with closing(sqlite3.connect((target / TABLES).resolve(), uri=True)) as tables:
            # The version is not in use until it is complete and flushed: a journal would protect nothing.
            tables.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
            if previous is not None:
                tables.executescript("PRAGMA temp_store = MEMORY;" + _TAKEN_OVER)
                tables.execute("ATTACH ? AS previous", (f"{previous.resolve().as_uri()}?mode=ro&immutable=1",))
            yield TableWriter(tables, has_previous=previous is not None)
            tables.commit()
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error)) from error


class TableWriter:
    """Numbers rows in the order of writing, which is the order of the records."""

    def __init__(self, tables: sqlite3.Connection, *, has_previous: bool = False) -> None:
        self._tables = tables
        self._has_previous = has_previous
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

    def take_over(self, known: int, folder: int, hash_of_text: bytes) -> tuple[int, int]:
        """Write as the next article one of the previous version, by its number there, of which no byte has changed.

        Returns which passages it has there: the number of the first, and of the first behind it.
        """
        ((first, passages, sentence, sentences),) = self._tables.execute(_SIZE, [known]).fetchall()
        ((section, sections),) = self._tables.execute(_SECTIONS, [known]).fetchall()
        number, now = self._next("articles", 1), self._next("passages", passages)
        values = {"known": known, "number": number, "passage": now - first, "first": first, "end": first + passages}
        values |= {"section": self._next("sections", sections) - section, "sentence_from": sentence}
        values |= {"sentence": self._next("sentences", sentences) - sentence, "sentence_end": sentence + sentences}
        values |= {"folder": folder, "hash": hash_of_text}
        for copy in _COPIES:
            self._tables.execute(copy, values)
        return first, first + passages

    def add_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Write the words of all articles that were written, and what else may be asked for with which of them."""
        numbers = {word: number for number, word in enumerate(vocabulary.words)}
        words = zip(vocabulary.words, range(len(numbers)), vocabulary.frequencies, strict=True)
        _insert(self._tables, "words", words)
        _insert(self._tables, "title_words", self._title_words(numbers))
        if self._has_previous:
            self._take_over_related(vocabulary, numbers)
        else:
            _insert(self._tables, "translations", _rows(related.translations(numbers), numbers))
            _insert(self._tables, "sounds", related.by_sound(numbers))

    def _take_over_related(self, vocabulary: Vocabulary, numbers: Mapping[str, int]) -> None:
        """Write what words mean and sound like: it is as it was, but for what words that have come or gone change."""
        old, new = (kept.tolist() for kept in vocabulary.kept)
        _insert(self._tables, "renumbered", zip(old, new, strict=True))
        gone = self._tables.execute("SELECT word FROM previous.words WHERE number NOT IN (SELECT old FROM renumbered)")
        stayed = set(new)
        come = {word: number for word, number in numbers.items() if number not in stayed}
        changed = related.other_translations(numbers, come, (word for (word,) in gone), self._known_translations)
        _insert(self._tables, "translated_anew", ((asked,) for asked in changed))
        for copy in _COPIES_OF_RELATED:
            self._tables.execute(copy)
        _insert(self._tables, "translations", _rows(changed, numbers))
        _insert(self._tables, "sounds", related.by_sound(come))

    def _known_translations(self, asked: Collection[str]) -> dict[str, related.Weights]:
        """Return the translations of some words in the previous version."""
        known: dict[str, related.Weights] = {}
        for word, translation, weight in self._tables.execute(_TRANSLATIONS, [json.dumps(list(asked))]):
            known.setdefault(word, {})[translation] = weight
        return known

    def _title_words(self, numbers: Mapping[str, int]) -> Iterator[tuple[int, int]]:
        with closing(self._tables.execute("SELECT id, title FROM articles")) as rows:
            for article, title in rows.fetchall():
                words = {numbers[term] for term in lexicon.terms(title) if term in numbers}
                yield from ((word, article) for word in words)

    def _next(self, table: str, count: int) -> int:
        first = self._counts[table]
        self._counts[table] += count
        return first


def _rows(translations: Mapping[str, related.Weights], numbers: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for asked, weights in translations.items():
        yield from ((asked, numbers[word], weight) for word, weight in weights.items())


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    rows = iter(rows)
    if (first := next(rows, None)) is not None:
        marks = ", ".join("?" * len(first))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", first)
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _section_row(section: Section) -> tuple[object, ...]:
    headings = json.dumps(section.headings, ensure_ascii=False)
    return headings, section.level, section.anchor, section.start, section.end
