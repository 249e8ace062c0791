"""Tell apart those whose names differ only in variants of a kanji, such as 渡邊 and 渡邉, where somebody writes one.

Everywhere else the variants are one word, since people write a name as their keyboard does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.characters.kanji import in_use
from index.characters.normal_form import nfkc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.searching.results import Hit

# What a name in kanji has at least.
_WORD = re.compile(r"[㐀-鿿豈-﫿𠀀-𳎯々]{2,}")
# In standard deviations, in which the legs are added up; it puts one that is nearly as good behind.
_OTHER_WRITING = -1.0


def words_as_written(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the words in kanji of a question that one text has as they are written, and another one otherwise."""
    words = dict.fromkeys(_WORD.findall(nfkc(question)))
    read = [nfkc(text) for text in texts]
    return tuple(
        word
        for word in words
        if any(word in text for text in read) and any(is_written_otherwise(word, text) for text in read)
    )


def is_written_otherwise(word: str, text: str) -> bool:
    """Return whether a text has a word only in other variants of its kanji."""
    text = nfkc(text)
    return word not in text and in_use(word) in in_use(text)


def prefer_writing(question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return hits with those behind that have a word of the question only in another writing than other ones."""
    texts = [hit.stored.passage.plain for hit in hits]
    words = words_as_written(question, texts)
    if not words:
        return tuple(hits)
    rated = [
        replace(hit, score=hit.score + _OTHER_WRITING * any(is_written_otherwise(word, text) for word in words))
        for hit, text in zip(hits, texts, strict=True)
    ]
    rated.sort(key=lambda hit: -hit.score)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(rated, 1))
