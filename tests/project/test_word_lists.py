"""Word lists: how they are read, and that they say what their lines mean."""

from __future__ import annotations

import re

import pytest

from index.word_lists import any_of, by_script, either, phrases_of, rows_of, sections_of, wording, words_listed
from tests.support.helpers import ROOT

# Data, but no lists of words: a table, and questions for training.
OTHERS = {"kanji_variants.txt", "background_questions.txt"}
LISTS = [path for package in ("index", "bot") for path in sorted((ROOT / package / "data").glob("*.txt"))]


@pytest.mark.parametrize("path", [path for path in LISTS if path.name not in OTHERS], ids=lambda path: path.name)
def test_a_list_says_on_top_what_a_line_means_and_how_a_language_is_added(path):
    lines = path.read_text().splitlines()
    top = " ".join(line.lstrip("# ") for line in lines[: next(n for n, line in enumerate(lines) if line[:1] != "#")])
    assert "nother language" in top or "a language" in top, top
    assert sections_of(path.relative_to(ROOT).as_posix())


def test_a_list_has_sections_in_the_order_of_the_file():
    years = sections_of("index/data/years_ago.txt")
    assert list(years) == ["2", "1", "0", "-1", "compared"]
    assert phrases_of("index/data/years_ago.txt", "0") == ("this year", "今年", "本年")


def test_a_list_without_headings_is_one_section():
    assert rows_of("index/data/months.txt")[8] == ("september", "sep", "sept")
    assert "sept" in words_listed("index/data/months.txt")
    assert list(sections_of("index/data/months.txt")) == [""]


def test_comments_are_no_phrases():
    assert not any(phrase.startswith("#") for phrase in phrases_of("bot/data/small_talk_fillers.txt"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The key points?", True),
        ("It is inconclusive", False),
        ("They recommended it", True),
        ("I do not recommend", True),
        ("a mustard", False),
        ("you must", True),
        ("これが重要だ", True),
        ("地図を作る", True),
        ("地図を作る人", False),
    ],
)
def test_phrases_are_found_as_their_list_says(text, found):
    asked, mark = (re.compile(wording("index/data/question_types.txt", kind)) for kind in ("summary", "summary: mark"))
    assert bool(asked.search(text) or mark.search(text)) is found


def test_of_two_words_that_begin_alike_the_longer_one_is_found():
    assert re.match(either(["sep", "sept", "c++"]), "sept")[0] == "sept"
    assert re.fullmatch(either(["c++"]), "c++")


def test_latin_words_stand_by_themselves():
    held = any_of("index/data/held.txt")
    assert held.search("it was Held in May")
    assert held.search("5月に開催した")
    assert not held.search("withheld")


def test_letters_with_accents_are_latin():
    assert by_script(["où", "každý", "don't", "どこ", "where どこ"]) == (
        ["où", "každý", "don't"],
        ["どこ", "where どこ"],
    )
