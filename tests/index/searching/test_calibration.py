"""What tells whether the reports answer a question, on cases that can be counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.language.detection import language_of
from index.searching.calibration import (
    Background,
    Signals,
    background_questions,
    probability,
    strength,
    summarise,
)
from index.searching.question_words import LEAST_PASSAGES, found_shares, question_words, rarest_missing
from index.types import EncodedQuestion, SparseVector
from tests.support.helpers import weighed

MIDDLING = Signals(above_background=2, lead=2, words_found=0.5, rarest_missing=3, lacks_type=False)


def test_background_questions_are_half_and_half():
    questions = background_questions()
    languages = [language_of(question, "en") for question in questions]
    assert len(questions) == len(set(questions))
    assert languages.count("ja") == languages.count("en") == len(questions) / 2


def test_the_strengths_of_questions_by_language():
    found = summarise({"what is it?": 1.0, "who are they?": 3.0, "それは何？": 5.0})
    assert found == {"ja": Background(5.0, 0.0), "en": Background(2.0, 1.0)}
    assert found["en"].standardise(4.0) == 2.0


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("above_background", [-50, -1, 0, 1, 5, 50]),
        ("lead", [0, 1, 5, 60]),
        ("words_found", [0, 0.25, 0.5, 1]),
        ("rarest_missing", [8, 4, 0]),
    ],
)
def test_probability_grows_with_every_sign(name, values):
    steps = [probability(replace(MIDDLING, **{name: value})) for value in values]
    assert steps == sorted(steps)
    assert steps[0] < steps[-1]
    assert all(0 <= step <= 1 for step in steps)


def test_what_lacks_the_asked_type_is_no_answer():
    assert probability(replace(MIDDLING, above_background=50, lacks_type=True)) == 0


def test_what_lacks_the_asked_type_may_answer_where_it_was_read():
    read = replace(MIDDLING, lacks_type=True, reading=3.0)
    assert 0 < probability(read) < probability(replace(read, lacks_type=False))


def test_probability_grows_with_what_the_reader_says():
    steps = [probability(replace(MIDDLING, reading=reading)) for reading in (-8.0, -1.0, 0.0, 1.0, 8.0)]
    assert steps == sorted(set(steps))
    assert steps[0] < 0.2
    assert steps[-1] > 0.9


def test_a_long_question_is_no_stronger_than_a_short_one():
    short = EncodedQuestion(np.ones(1, np.float32), SparseVector(np.arange(1), np.ones(1, np.float32)), None)
    long = EncodedQuestion(np.ones(1, np.float32), SparseVector(np.arange(4), np.ones(4, np.float32)), None)
    assert strength(short, 0.8, 1.0) == strength(long, 0.8, 2.0) == 1.0
    assert strength(long, 0.8, None) == 0.8


def words_of(meant):
    """Return question words over three passages: moss in the first two, lamp in the second, fern in the third."""
    vocabulary, postings = weighed([["moss"], ["moss", "lamp"], ["fern"]])
    numbers = {
        term: {vocabulary.index(word): sure for word, sure in related.items()} for term, related in meant.items()
    }
    return question_words(list(numbers), list(numbers.values()), postings), postings


def test_the_share_of_a_questions_words_by_hand():
    (moss, lamp), postings = words_of({"moss": {"moss": 1.0}, "lamp": {"lamp": 1.0}})
    assert moss.rarity < lamp.rarity
    shares = found_shares([moss, lamp], postings, np.arange(3))
    total = moss.rarity + lamp.rarity
    assert shares == pytest.approx([moss.rarity / total, 1, 0], abs=1e-6)
    assert found_shares([], postings, np.arange(3)).tolist() == [0, 0, 0]


def test_a_word_that_may_be_meant_is_found_partly():
    (light,), postings = words_of({"light": {"lamp": 0.6, "moss": 0.3}})
    assert found_shares([light], postings, np.arange(3)) == pytest.approx([0.3, 0.6, 0], abs=1e-6)


def test_the_rarest_missing_word_by_hand():
    (moss, unknown), postings = words_of({"moss": {"moss": 1.0}, "unheard": {}})
    assert unknown.rarity > moss.rarity
    assert rarest_missing([moss, unknown], postings, np.array([0])) == unknown.rarity
    assert rarest_missing([moss], postings, np.array([2])) == moss.rarity
    assert rarest_missing([moss], postings, np.array([0, 2])) == 0


def test_words_of_a_small_index_are_not_all_rare():
    _, postings = words_of({})
    assert postings.passage_count < LEAST_PASSAGES
    [moss] = question_words(["moss"], [{}], postings)
    assert moss.rarity < 7
