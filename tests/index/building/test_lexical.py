"""The weights of words are those of bm25s, and the same when most passages are taken over."""

from __future__ import annotations

import random

import numpy as np
from bm25s import BM25

from index.building.lexical import Occurrences, TermsAndReadings, WordsOfPassages


def some_passages(count):
    """Return passages of up to 80 words, some of which are frequent; one is empty."""
    chosen = random.Random(7)
    words = [f"word{number}" for number in range(300)]
    passages = [[words[int(300 * chosen.random() ** 3)] for _ in range(chosen.randrange(80))] for _ in range(count)]
    return [*passages, []]


def collected(passages):
    words = WordsOfPassages()
    for passage in passages:
        words.add(passage)
    return words.weigh()


def occurrences(weighed):
    numbers = np.repeat(np.arange(len(weighed.words), dtype=np.int32), np.diff(weighed.postings.offsets))
    return Occurrences(numbers, weighed.postings.passages, weighed.counts)


def check_same(one, other):
    assert one.words == other.words
    np.testing.assert_array_equal(one.counts, other.counts)
    for name in ("offsets", "passages", "weights"):
        made, expected = getattr(one.postings, name), getattr(other.postings, name)
        assert made.dtype == expected.dtype
        np.testing.assert_array_equal(made, expected)


def test_weights_are_those_of_bm25s():
    passages = some_passages(100)
    made = collected(passages)
    numbers = {word: number for number, word in enumerate(made.words)}
    library = BM25(method="lucene", k1=0.3, b=0.75)
    rows = [np.array([numbers[word] for word in passage], np.int32) for passage in passages]
    library.index((rows, numbers), show_progress=False, create_empty_token=False)
    np.testing.assert_array_equal(made.postings.offsets, library.scores["indptr"])
    np.testing.assert_array_equal(made.postings.passages, library.scores["indices"])
    np.testing.assert_array_equal(made.postings.weights, library.scores["data"].astype(np.float16))


def test_what_is_taken_over_weighs_as_if_it_were_added():
    passages = some_passages(60)
    before = collected(passages)
    words = WordsOfPassages(before.words, occurrences(before))
    words.take_over(30, 61)
    words.add(["a new word", "word1", "word1"])
    words.take_over(0, 20)
    after = words.weigh()
    check_same(after, collected([*passages[30:61], ["a new word", "word1", "word1"], *passages[:20]]))
    assert [before.words[number] for number in after.kept[0]] == [after.words[number] for number in after.kept[1]]


def test_terms_and_readings_are_taken_over_together():
    passages = [(["mountain", "rain"], ["~yama"]), (["rain"], []), (["river"], ["~kawa", "~yama"])]

    def all_of(some):
        words = TermsAndReadings()
        for terms, readings in some:
            words.add(terms, readings)
        return words.weigh()

    before = all_of(passages)
    assert before.words == ["mountain", "rain", "river", "~kawa", "~yama"]
    words = TermsAndReadings(before.words, 3, occurrences(before))
    words.take_over(1, 3)
    words.add(["alps"], ["~arupusu"])
    check_same(words.weigh(), all_of([*passages[1:], (["alps"], ["~arupusu"])]))


def test_no_passages_and_no_words():
    assert collected([]).words == []
    empty = collected([[], []])
    assert (empty.words, empty.postings.passage_count, len(empty.postings.weights)) == ([], 2, 0)
