"""What front matter says is found by asking for it, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.asking.asked_fields import stating
from index.language import lexicon
from index.searching.results import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.asking.asked_fields import AskedField
    from index.searching.question_words import QuestionWord
    from index.storage.store import Store
    from index.storage.tables import ArticleEntry, StoredPassage
    from index.types import Sentence

# A report is named by a question when it has this share of the words that name one.
_NAMED_SHARE = 0.5


def field_passages(entries: Sequence[ArticleEntry]) -> NDArray[np.int64]:
    """Return the numbers of the passages that are fields of front matter: the first ones of their articles."""
    return np.array([entry.first_passage for entry in entries if entry.has_fields], np.int64)


def with_field(
    asked: AskedField, words: Sequence[QuestionWord], hits: tuple[Hit, ...], store: Store, *, is_named: bool
) -> tuple[Hit, ...]:
    """Return hits behind the fields of the article that a question names, if these say what is asked for.

    It is the one of their articles that has most of ``words``, by which the question names the report; ``is_named``
    says that it is named without them.
    """
    entries = dict.fromkeys(hit.stored.entry for hit in hits)
    share, entry = max(((_share_named(words, one, store), one) for one in entries), key=lambda pair: pair[0])
    if not entry.has_fields or not (is_named or share >= _NAMED_SHARE) or not _is_about(asked, words, entry, store):
        return hits
    stored = store.tables.passage(entry.first_passage)
    stated = _stating(asked, stored)
    if not stated:
        return hits
    first = replace(hits[0], stored=stored, stated=stated)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate((first, *hits), 1))


def _stating(asked: AskedField, stored: StoredPassage) -> tuple[Sentence, ...]:
    # Of several days one is when the report was written, and the others when it was changed.
    fields = stating(asked.meaning, stored.article.fields)[: 1 if asked.meaning == "date" else None]
    return tuple(one for one in stored.passage.sentences if any(one.start == field.start for field in fields))


def _is_about(asked: AskedField, words: Sequence[QuestionWord], entry: ArticleEntry, store: Store) -> bool:
    """Return whether a question names nothing in the text of an article but the report or its event.

    A report is named as in its title, its fields or its path; the name of an event may stand anywhere in its text.
    """
    fields, text = np.array([entry.first_passage]), np.arange(*entry.passage_range)[1:]
    names = {*lexicon.terms(entry.path), *(asked.names if asked.is_of_event else ())}
    return all(
        word.term in names or word.sureness(store.lexical, fields).any() or not word.sureness(store.lexical, text).any()
        for word in words
    )


def _share_named(words: Sequence[QuestionWord], entry: ArticleEntry, store: Store) -> float:
    """Return which share of some words an article has, rare words counting more: 0 to 1."""
    total = sum(word.rarity for word in words)
    passages = np.arange(*entry.passage_range)
    known = sum(word.rarity * float(word.sureness(store.lexical, passages).max(initial=0.0)) for word in words)
    return known / total if total else 0.0
