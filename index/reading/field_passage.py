"""The lines of front matter that say something of a report, as a passage beside those of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.sites.facts import FIELDS_LEVEL
from index.types import FIELD, Passage, Section, Sentence

if TYPE_CHECKING:
    from index.types import Article


def field_passages(article: Article) -> list[Passage]:
    """Return the fields of an article as one passage in a section of its own, none where it has no fields."""
    if not article.fields:
        return []
    start, end = article.fields[0].start, max(field.end for field in article.fields)
    sentences = (Sentence(one.start, one.end, number, FIELD, one.plain) for number, one in enumerate(article.fields, 1))
    return [Passage(Section((), FIELDS_LEVEL, None, start, end), start, end, tuple(sentences))]
