"""Tell whether a question asks about an event without saying which one, as in "when was the event held?"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from index.language import lexicon
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Collection


def is_of_any_event(terms: Collection[str]) -> bool:
    """Return whether all words of a question, as ``lexicon.terms`` gives them, may be asked of every event."""
    return _words().issuperset(terms)


@cache
def _words() -> frozenset[str]:
    listed = words_listed("index/data/words_of_any_event.txt")
    return frozenset(term for word in listed for term in lexicon.terms(word))
