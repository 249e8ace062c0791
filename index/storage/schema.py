"""The schema of the tables of an index; a change of it must raise `store.FORMAT`."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, source BLOB NOT NULL, body_start INTEGER NOT NULL,
    title TEXT NOT NULL, topics TEXT NOT NULL, published INTEGER NOT NULL, published_at TEXT, publication TEXT,
    has_page INTEGER NOT NULL, edits TEXT NOT NULL, date TEXT, fields TEXT NOT NULL, event TEXT NOT NULL,
    dialect TEXT NOT NULL, address TEXT NOT NULL, folder INTEGER NOT NULL, title_from TEXT NOT NULL,
    sha256 BLOB NOT NULL, text_hash BLOB NOT NULL, language TEXT NOT NULL,
    first_passage INTEGER NOT NULL, passages INTEGER NOT NULL
);
CREATE TABLE sections (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL, headings TEXT NOT NULL, level INTEGER NOT NULL,
    anchor TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, section INTEGER NOT NULL, article INTEGER NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, first_sentence INTEGER NOT NULL, sentences INTEGER NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, start INTEGER NOT NULL, "end" INTEGER NOT NULL, block INTEGER NOT NULL,
    kind TEXT NOT NULL, plain TEXT NOT NULL
);
CREATE TABLE words (word TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, frequency INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE title_words (
    number INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (number, article)
) WITHOUT ROWID;
CREATE TABLE translations (
    asked TEXT NOT NULL, number INTEGER NOT NULL, weight REAL NOT NULL, PRIMARY KEY (asked, number)
) WITHOUT ROWID;
CREATE TABLE sounds (consonants TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (consonants, number)) WITHOUT ROWID;
CREATE INDEX sections_of_article ON sections (article);
CREATE INDEX passages_of_section ON passages (section);
"""
