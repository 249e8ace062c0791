"""An article with all that a build makes of it but vectors: sections, passages, their keys and words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.language import lexicon, related
from index.models.passage_model import encoder_input

if TYPE_CHECKING:
    from index.types import Article, Passage, Section

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with its ``key``, which changes when its encoder input does, its words and how its names are read."""

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
    key = hashlib.blake2b(encoded, digest_size=KEY_BYTES).digest()
    text = f"{read.context}\n{_said(passage)}"
    return IndexedPassage(passage, key, tuple(lexicon.terms(text)), tuple(related.names(lexicon.readings(text))))


def _said(passage: Passage) -> str:
    """Return the text of a passage; the keys of front matter are the same in every article and say nothing."""
    if passage.is_text:
        return passage.plain
    return "\n".join(sentence.plain.partition(": ")[2] for sentence in passage.sentences)
