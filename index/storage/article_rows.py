"""Articles as rows of their table, but for what only the table knows of them; their sources are compressed."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, astuple
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from index.edits import Edit
from index.sites.facts import Event, Field
from index.sites.page import Dialect, PageAddress
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = (
    "path, source, body_start, title, topics, published, published_at, publication, has_page,"
    " edits, date, fields, event, dialect, address, folder, title_from"
)

# Most reports have topics or an event in common with others; those of all are read when an index is opened.
_REMEMBERED = 1000


def article_row(article: Article) -> tuple[object, ...]:
    """Return the values of the columns of an article."""
    return (
        *(article.path, zlib.compress(article.source), article.body_start, article.title),
        *(json.dumps(article.topics, ensure_ascii=False), article.published),
        *(article.published_at, article.publication, article.has_page),
        *(_as_json(article.edits), article.date, _as_json(article.fields)),
        json.dumps(astuple(article.event), ensure_ascii=False),
        *(article.dialect, json.dumps(asdict(article.address), ensure_ascii=False), article.folder, article.title_from),
    )


def article_of(row: Sequence[Any]) -> Article:
    """Return the article that the values of the columns are of."""
    path, source, body_start, title, topics, published, published_at, publication, has_page, *others = row
    edits, date, fields, event, dialect, address, folder, title_from = others
    return Article(
        path,
        zlib.decompress(source),
        body_start,
        title,
        topics_of(topics),
        bool(published),
        published_at,
        publication,
        bool(has_page),
        tuple(Edit(*one) for one in json.loads(edits)),
        date,
        tuple(Field(*one) for one in json.loads(fields)),
        event_of(event),
        Dialect(dialect),
        PageAddress(**json.loads(address)),
        folder,
        title_from,
    )


@lru_cache(_REMEMBERED)
def topics_of(value: str) -> tuple[str, ...]:
    """Return the topics that the value of their column is of."""
    return tuple(json.loads(value))


@lru_cache(_REMEMBERED)
def event_of(value: str) -> Event:
    """Return the event that the value of its column is of."""
    name, number, years = json.loads(value)
    return Event(name, number, tuple(years))


def _as_json(values: Iterable[Edit | Field]) -> str:
    return json.dumps([astuple(value) for value in values], ensure_ascii=False)
