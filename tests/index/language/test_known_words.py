"""What the dictionary has in small letters is a word, in any of its forms, and no name."""

from __future__ import annotations

import pytest

from index.language.known_words import is_word


@pytest.mark.parametrize("word", ["overall", "Retry", "recruiting", "Costs", "making", "The"])
def test_a_word_is_known_in_its_forms(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("word", ["Kenji", "Kubernetes", "Xiomara", "Postgres"])
def test_a_name_is_none(word: str) -> None:
    assert not is_word(word)
