"""Tell which words of a question an article has: a question whose words it does not have is about something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.searching.question_words import meant_words, question_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from index.storage.store import Store


def share_known(words: Iterable[str], article: str, store: Store) -> float:
    """Return the weighted share of some words that the passages of an article have, 0 to 1; rare words weigh more.

    A word counts in every form that is meant by it. One that no passage has weighs most, unless it is only put
    together from others, like hands-on.
    """
    passages = np.arange(*store.tables.passage_range(article))
    words = list(words)
    asked = question_words(words, meant_words(words, store.tables), store.lexical)
    counted = [
        word for word in asked if word.meant or not any(one.term in word.term for one in asked if one is not word)
    ]
    total = sum(word.rarity for word in counted)
    known = sum(word.rarity for word in counted if word.sureness(store.lexical, passages).any())
    return known / total if total else 0.0


def share_named(words: Collection[str], article: str, store: Store) -> float:
    """Return the share of some words that the passages of an article have as they are, 0 to 1."""
    passages = np.arange(*store.tables.passage_range(article))
    numbers = store.tables.word_numbers(list(words))
    named = sum(bool(store.lexical.have(number, passages).any()) for number in numbers.values())
    return named / len(words) if words else 0.0
