"""An article with all that a build makes of it but vectors: sections, passages, their keys and words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from index.language import lexicon, related
from index.models.passage_model import encoder_input

if TYPE_CHECKING:
    from index.types import Article, Passage, Section

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with its ``key``, which changes when its encoder input does, and the ``text`` that its words are of."""

    passage: Passage
    key: bytes
    text: str


class PassageWords(NamedTuple):
    """The words of a passage in its order, and how its names are read."""

    terms: list[str]
    readings: list[str]


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article with all its sections, also those without text of their own, and its passages."""

    article: Article
    sections: tuple[Section, ...]
    passages: tuple[IndexedPassage, ...]


def index_passage(article: Article, passage: Passage) -> IndexedPassage:
    """Return a passage with the text that it is found by, of which title and headings are a part."""
    read = encoder_input(article.title, passage)
    encoded = json.dumps([read.context, *read.sentences]).encode()
    key = hashlib.blake2b(encoded, digest_size=KEY_BYTES).digest()
    return IndexedPassage(passage, key, f"{read.context}\n{_said(passage)}")


def words_of(passage: IndexedPassage) -> PassageWords:
    """Cut the text of a passage into words."""
    return PassageWords(lexicon.terms(passage.text), related.names(lexicon.readings(passage.text)))


def _said(passage: Passage) -> str:
    """Return the text of a passage; the keys of front matter are the same in every article and say nothing."""
    if passage.is_text:
        return passage.plain
    return "\n".join(sentence.plain.partition(": ")[2] for sentence in passage.sentences)
