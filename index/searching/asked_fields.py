"""What front matter says is found by asking for it, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.language import lexicon
from index.searching.results import Hit
from index.sites.facts import stating

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
    asked: AskedField,
    words: Sequence[QuestionWord],
    hits: tuple[Hit, ...],
    entries: Sequence[ArticleEntry],
    store: Store,
    *,
    is_named: bool,
) -> tuple[Hit, ...]:
    """Return hits behind the fields of the article that a question names, if these say what is asked for.

    It is the one of ``entries`` that has most of ``words``, by which the question names the report; ``is_named`` says
    that it is named without them.
    """
    shares = ((_share_named(words, one, store), one) for one in dict.fromkeys(entries))
    share, entry = max(shares, key=lambda pair: pair[0])
    if not entry.has_fields or not (is_named or share >= _NAMED_SHARE) or not _is_about(asked, words, entry, store):
        return hits
    stored = store.tables.passage(entry.first_passage)
    stated = _stating(asked, stored)
    if not stated:
        return hits
    first = replace(hits[0], stored=stored, stated=stated)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate((first, *hits), 1))


def _stating(asked: AskedField, stored: StoredPassage) -> tuple[Sentence, ...]:
    fields = stating(asked.meaning, stored.article.fields)
    return tuple(one for one in stored.passage.sentences if any(one.start == field.start for field in fields))


def _is_about(asked: AskedField, words: Sequence[QuestionWord], entry: ArticleEntry, store: Store) -> bool:
    """Return whether a question names nothing but the report or its event.

    They are named as in the article's title, its fields or its path, an event also as it stands beside its number.
    What is in the text besides is another thing, and of an event also a word that is no name: "the slides".
    """
    fields, text = np.array([entry.first_passage]), np.arange(*entry.passage_range)[1:]
    path = set(lexicon.terms(entry.path))

    def names(word: QuestionWord) -> bool:
        if word.term in path or word.term in asked.numbered or word.sureness(store.lexical, fields).any():
            return True
        may_name = word.term in asked.names or not asked.is_of_event
        return may_name and not word.sureness(store.lexical, text).any()

    return all(map(names, words))


def _share_named(words: Sequence[QuestionWord], entry: ArticleEntry, store: Store) -> float:
    """Return which share of some words an article has, rare words counting more: 0 to 1.

    What is only put together from others, like "fern7", counts where it is known.
    """
    counted = [one for one in words if one.meant or not any(other.term in one.term for other in words if other != one)]
    total = sum(word.rarity for word in counted)
    passages = np.arange(*entry.passage_range)
    known = sum(word.rarity * float(word.sureness(store.lexical, passages).max(initial=0.0)) for word in counted)
    return known / total if total else 0.0
