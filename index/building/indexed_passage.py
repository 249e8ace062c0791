"""What a passage is found by: its words and their readings, and what the encoder reads of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from index.building.build_tables import IndexedPassage
from index.characters.normal_form import visible
from index.language import lexicon
from index.types import EncoderInput

if TYPE_CHECKING:
    from index.types import Article, Passage


def index_passage(article: Article, passage: Passage) -> IndexedPassage:
    """Return a passage with its words, those of its title and headings among them."""
    read = encoder_input(article, passage)
    encoded = json.dumps([read.context, *read.sentences]).encode()
    key = hashlib.blake2b(encoded, digest_size=16).digest()
    text = f"{read.context}\n{_said(passage)}"
    return IndexedPassage(passage, key, tuple(lexicon.terms(text)), tuple(lexicon.readings(text)))


def encoder_input(article: Article, passage: Passage) -> EncoderInput:
    """Put title and heading path before the passage: they say which event and talk it is about."""
    context = visible(" > ".join((article.title, *passage.section.headings)))
    return EncoderInput(context, tuple(visible(sentence.plain) for sentence in passage.sentences))


def _said(passage: Passage) -> str:
    """Return the text of a passage; the keys of front matter are the same in every article and say nothing."""
    if passage.is_text:
        return passage.plain
    return "\n".join(sentence.plain.partition(": ")[2] for sentence in passage.sentences)
