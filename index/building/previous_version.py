"""The version of the index that a build begins from, as far as it is good for reuse."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from index.building.lexical import Occurrences, TermsAndReadings
from index.errors import IndexFolderError
from index.language import related
from index.reading.articles import ReadArticle
from index.searching.background import are_questions
from index.storage import folder, store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.building.indexed_article import IndexedPassage
    from index.building.listed_article import ListedArticle
    from index.types import Article, Passage


@dataclass(slots=True)
class PreviousVersion:
    """The version in use, as far as it is good for reuse; nothing of it when another encoder made it.

    ``is_same_recipe`` says that only the articles can differ; otherwise just the vectors are good for reuse. ``keys``
    are those of its passages, and ``numbers`` the other way round.
    """

    store: store.FolderStore | None = None
    source: Path | None = None
    is_same_recipe: bool = False
    keys: list[bytes] = field(default_factory=list)
    numbers: dict[bytes, int] = field(default_factory=dict)

    @property
    def tables(self) -> Path | None:
        """The file of its tables, None when what is in them would be made otherwise now."""
        return self.source / store.TABLES if self.source is not None and self.is_same_recipe else None

    def words(self) -> TermsAndReadings:
        """Return a collection of words that takes over those of its passages."""
        if self.store is None or self.source is None or not self.is_same_recipe:
            return TermsAndReadings()
        words, postings = self.store.tables.words(), self.store.lexical
        numbers = np.repeat(np.arange(len(words), dtype=np.int32), np.diff(postings.offsets))
        occurrences = Occurrences(numbers, postings.passages, store.load_array(self.source / store.COUNTS))
        terms = bisect(words, False, key=related.is_reading)
        return TermsAndReadings(words, terms, occurrences)

    def background_questions(self) -> bytes | None:
        """Return the encoded background questions, None when there are none or others are asked now."""
        if self.source is None or not are_questions(kept := (self.source / store.BACKGROUND).read_bytes()):
            return None
        return kept

    def unchanged(self, listed: ListedArticle) -> Article | None:
        """Return an article of which not a byte has changed, None when it would be taken apart otherwise now."""
        if self.store is None or listed.known is None or not self.is_same_recipe:
            return None
        return self.store.tables.article(listed.known)

    def kept(self, listed: ListedArticle) -> ReadArticle | None:
        """Return what there is of an article that is out of reach now, None when it can be read."""
        if self.store is None or listed.known is None or not listed.is_out_of_reach:
            return None
        return ReadArticle(self.store.tables.article(listed.known))

    def with_same_words(self, listed: ListedArticle, passages: Sequence[IndexedPassage]) -> list[int | None]:
        """Return for each passage of a changed article the number of one that it had before, with the same words.

        None where there is none of which that is sure: a key does not tell what is invisible, nor what is of front
        matter. Each number stands once.
        """
        had: dict[tuple[object, ...], int] = {}
        if self.store is not None and self.is_same_recipe:
            tables = self.store.tables
            before = tables.passages(range(*tables.passage_range(listed.path)))
            had = {_words_from(self.keys[one.number], one.passage): one.number for one in before}
        return [had.pop(_words_from(one.key, one.passage), None) for one in passages]

    def close(self) -> None:
        """Let go of the files."""
        if self.store is not None:
            self.store.close()


def _words_from(key: bytes, passage: Passage) -> tuple[object, ...]:
    """Return all that the words of a passage depend on."""
    return key, *((sentence.kind, sentence.plain) for sentence in passage.sentences)


def open_previous(index: Path, recipe: dict[str, Any]) -> PreviousVersion:
    """Open the version in use when the same encoder made it; a damaged one is not reused."""
    try:
        opened = store.FolderStore.open(index, fingerprint=recipe["fingerprint"], unchecked=())
    except IndexFolderError:
        return PreviousVersion()
    source = folder.open_version(index).folder
    keys = [key.tobytes() for key in store.load_array(source / store.KEYS)]
    is_same_recipe = all(opened.manifest[key] == recipe[key] for key in recipe)
    return PreviousVersion(opened, source, is_same_recipe, keys, {key: number for number, key in enumerate(keys)})
