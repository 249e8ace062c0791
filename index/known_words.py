"""Which words of a question an article has: a question whose words it does not have is about something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import calibration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.store import Store


def share_known(words: Iterable[str], article: str, store: Store) -> float:
    """Return the weighted share of some words that the passages of an article have, 0 to 1; rare words weigh more.

    A word counts in every form that is meant by it. One that no passage has weighs most, unless it is only put
    together from others, like hands-on.
    """
    number = store.tables.article_number(article)
    passages = [] if number is None else store.tables.passage_numbers([number])
    found = {word: store.lexical.best_scores(store.tables.meant_words(word)) > 0 for word in words}
    frequencies = {word: int(where.sum()) for word, where in found.items()}
    counted = {
        word: frequency
        for word, frequency in frequencies.items()
        if frequency or not any(other in word for other in found if other != word)
    }
    known = {word for word in counted if found[word][passages].any()}
    return calibration.words_found(counted, [known], len(store))
