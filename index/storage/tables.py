"""The tables of an index: articles with their source, sections, passages, sentences and words, in SQLite.

The source of every article is stored as it stood on disk, with the edits that make the text of it that its page shows.
Passages and sentences are ranges of that text, so that what is quoted cannot be anything but the article's own bytes.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from index.storage.article_rows import COLUMNS, article_of, event_of, topics_of
from index.storage.recent import Recent
from index.types import Passage, Section, Sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from index.sites.facts import Event
    from index.types import Article, Language

# Some hundred reports as they are read, or the longest ones alone.
RECENT_BYTES = 4 << 20
RECENT_SECTIONS = 2_000
# One value stands for any number of them, which SQLite limits.
_LISTED = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article without its source: what searching needs to know of all of them.

    Its passages have the numbers from ``first_passage`` on, in the order of the text; the first one of those that have
    fields is of these. ``sha256`` is of its source, ``text_hash`` is the same for copies of it, and ``folder``
    numbers its articles folder; ``language`` is the one that most of it is written in.
    """

    path: str
    title: str
    topics: tuple[str, ...]
    published: bool
    has_page: bool
    sha256: bytes
    first_passage: int
    passages: int
    text_hash: bytes
    language: Language
    has_fields: bool
    event: Event
    folder: int = 0

    @property
    def passage_range(self) -> tuple[int, int]:
        """The number of its first passage, and of the first behind it."""
        return self.first_passage, self.first_passage + self.passages


@dataclass(frozen=True)
class StoredPassage:
    """A passage read back: its number in the index, and its article's and section's.

    ``entry`` is its article without the text, which is read when it is asked for.
    """

    number: int
    article_number: int
    section_number: int
    entry: ArticleEntry
    first_sentence: int
    passage: Passage
    _tables: Tables = field(repr=False, compare=False)

    @cached_property
    def article(self) -> Article:
        """Its article with the text."""
        return self._tables.article(self.article_number)

    @property
    def text(self) -> str:
        """What the page shows of it, as Markdown."""
        return self.article.text[self.passage.start : self.passage.end].decode()

    @property
    def line(self) -> int:
        """The line of the file on which the passage begins, counted from 1."""
        return self.article.line_of(self.article.file_range(self.passage.start, self.passage.end)[0])


class Tables:
    """The tables of one version, open for reading; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # immutable: the version never changes, so SQLite needs neither locks nor journals.
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise OSError(None, str(error)) from error
        self._recent = Recent(self._read_article, lambda article: len(article.source), RECENT_BYTES)
        self._recent_sections = Recent(self._read_sections, len, RECENT_SECTIONS)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def articles(self) -> list[Article]:
        """Return all articles in the order of their numbers."""
        return [article_of(row) for row in self._rows(f"SELECT {COLUMNS} FROM articles ORDER BY id")]

    def article(self, number: int) -> Article:
        """Return one article."""
        return self._recent.get(number)

    @cached_property
    def entries(self) -> tuple[ArticleEntry, ...]:
        """All articles, without their sources, in the order of their numbers."""
        columns = "path, title, topics, published, has_page, sha256, first_passage, passages, text_hash, language"
        columns += ", fields <> '[]', event, folder"
        return tuple(map(_entry, self._rows(f"SELECT {columns} FROM articles ORDER BY id")))

    def article_number(self, path: str) -> int | None:
        """Return the number of the article with a path, None when there is none."""
        return next((row[0] for row in self._rows("SELECT id FROM articles WHERE path = ?", path)), None)

    def passage_range(self, path: str) -> tuple[int, int]:
        """Return the number of the first passage of the article with a path, and of the first behind it."""
        rows = self._rows("SELECT first_passage, first_passage + passages FROM articles WHERE path = ?", path)
        return rows[0] if rows else (0, 0)

    def sections(self, article: int) -> list[tuple[int, Section]]:
        """Return the sections of an article with their numbers, in the order of the text."""
        return self._recent_sections.get(article)

    def passage(self, number: int) -> StoredPassage:
        """Return one passage."""
        return self.passages([number])[0]

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """Return some passages in the order of their numbers as they are given."""
        stored = self._stored(f"passages.id IN {_LISTED}", json.dumps(list(numbers)))
        by_number = {one.number: one for one in stored}
        return [by_number[number] for number in numbers]

    def headings(self, passages: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return the headings above some passages by the numbers of these."""
        query = "SELECT passages.id, headings FROM passages JOIN sections ON sections.id = passages.section"
        rows = self._rows(f"{query} WHERE passages.id IN {_LISTED}", json.dumps(passages))
        return {number: tuple(json.loads(headings)) for number, headings in rows}

    def passages_of_section(self, section: int) -> list[StoredPassage]:
        """Return the passages of one section in the order of the text."""
        return self._stored("passages.section = ?", section)

    def passages_near(self, passage: StoredPassage, reach: int) -> list[StoredPassage]:
        """Return the passages of a passage's section up to ``reach`` before and after it, itself among them."""
        number = passage.number
        where = "passages.section = ? AND passages.id BETWEEN ? AND ?"
        return self._stored(where, passage.section_number, number - reach, number + reach)

    def passages_between(self, article: int, start: int, end: int) -> list[StoredPassage]:
        """Return the passages of one article that have a byte of a range of its text."""
        return self._stored('passages.article = ? AND passages.start < ? AND passages."end" > ?', article, end, start)

    def passages_under(self, article: int, section: int, most: int) -> list[StoredPassage]:
        """Return the first passages, ``most`` at most, of a section and the sections below it."""
        sections = [pair for pair in self.sections(article) if pair[0] >= section]
        below = takewhile(lambda pair: pair[1].level > sections[0][1].level, sections[1:])
        last = max((number for number, _ in below), default=section)
        return self._stored("passages.section BETWEEN ? AND ?", section, last, most=most)

    def passages_of_article(self, article: int) -> list[StoredPassage]:
        """Return the passages of one article in the order of the text."""
        ((first, count),) = self._rows("SELECT first_passage, passages FROM articles WHERE id = ?", article)
        return self._stored("passages.id >= ? AND passages.id < ?", first, first + count)

    def counts(self) -> dict[str, int]:
        """Return how many articles, passages and sentences there are."""
        return {
            name: self._rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in ("articles", "passages", "sentences")
        }

    def sentence_counts(self) -> list[int]:
        """Return how many sentences every passage has."""
        return [row[0] for row in self._rows("SELECT sentences FROM passages ORDER BY id")]

    def words(self) -> list[str]:
        """Return all words of the index in the order of their numbers."""
        return [word for (word,) in self._rows("SELECT word FROM words ORDER BY number")]

    def word_numbers(self, words: Sequence[str]) -> dict[str, int]:
        """Return the numbers of those words that occur in the index."""
        return dict(self._rows(f"SELECT word, number FROM words WHERE word IN {_LISTED}", json.dumps(words)))

    def word_frequency(self, number: int) -> int:
        """Return in how many passages the word with a number occurs."""
        return int(self._rows("SELECT frequency FROM words WHERE number = ?", number)[0][0])

    def words_of(self, numbers: Collection[int]) -> dict[int, str]:
        """Return the words with some numbers."""
        query = f"SELECT number, word FROM words WHERE number IN {_LISTED}"
        return dict(self._rows(query, json.dumps(list(numbers))))

    def words_with_sounds(self, consonants: Collection[str]) -> dict[str, dict[str, int]]:
        """Return for each of some strings of consonants the words that have them, with their numbers."""
        query = "SELECT consonants, word, number FROM sounds JOIN words USING (number)"
        return _grouped(self._rows(f"{query} WHERE consonants IN {_LISTED}", json.dumps(list(consonants))))

    def translations(self, asked: Collection[str]) -> dict[str, dict[int, float]]:
        """Return for each of some words that are asked for those that translate it, and how surely, 0 to 1."""
        query = f"SELECT asked, number, weight FROM translations WHERE asked IN {_LISTED}"
        return _grouped(self._rows(query, json.dumps(list(asked))))

    def titled_with(self, words: Collection[int]) -> set[int]:
        """Return the numbers of the articles whose titles have one of some words of the index."""
        query = f"SELECT article FROM title_words WHERE number IN {_LISTED}"
        return {row[0] for row in self._rows(query, json.dumps(list(words)))}

    def _read_sections(self, article: int) -> list[tuple[int, Section]]:
        rows = self._rows("SELECT * FROM sections WHERE article = ? ORDER BY id", article)
        return [(row[0], _section(row[2:])) for row in rows]

    def _read_article(self, number: int) -> Article:
        return article_of(self._rows(f"SELECT {COLUMNS} FROM articles WHERE id = ?", number)[0])

    def _stored(self, where: str, *values: int | str, most: int = -1) -> list[StoredPassage]:
        rows = self._rows(
            "SELECT passages.id, passages.article, passages.section, passages.start, passages.end,"
            " first_sentence, sentences, headings, level, anchor, sections.start, sections.end"
            " FROM passages JOIN sections ON sections.id = passages.section"
            f" WHERE {where} ORDER BY passages.id LIMIT ?",
            *values,
            most,
        )
        sentences = self._sentences([number for row in rows for number in range(row[5], row[5] + row[6])])
        return [self._stored_passage(row, sentences) for row in rows]

    def _sentences(self, numbers: Sequence[int]) -> dict[int, Sentence]:
        query = f'SELECT id, start, "end", block, kind, plain FROM sentences WHERE id IN {_LISTED}'
        return {number: Sentence(*values) for number, *values in self._rows(query, json.dumps(numbers))}

    def _stored_passage(self, row: tuple[Any, ...], sentences: Mapping[int, Sentence]) -> StoredPassage:
        number, article, section, start, end, first, count = row[:7]
        own = tuple(sentences[one] for one in range(first, first + count))
        passage = Passage(_section(row[7:]), start, end, own)
        return StoredPassage(number, article, section, self.entries[article], first, passage, self)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()


def _entry(row: Sequence[Any]) -> ArticleEntry:
    path, title, topics, published, has_page, sha256, first, passages, text_hash, *others = row
    language, has_fields, event, folder = others
    shown = bool(published), bool(has_page)
    numbers = first, passages
    return ArticleEntry(
        *(path, title, topics_of(topics), *shown, sha256, *numbers, text_hash),
        *(language, bool(has_fields), event_of(event), folder),
    )


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[str, dict[Any, Any]]:
    """Return rows of three by their first column."""
    groups: dict[str, dict[Any, Any]] = {}
    for name, key, value in rows:
        groups.setdefault(name, {})[key] = value
    return groups


def _section(row: Sequence[Any]) -> Section:
    headings, level, anchor, start, end = row
    return Section(tuple(json.loads(str(headings))), level, anchor, start, end)
