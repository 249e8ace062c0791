"""The figures of an evaluation, on cases that can be counted by hand."""

from __future__ import annotations

import json

import pytest
from fakes import FakeEncoder
from helpers import refresh, write
from hypothesis import given
from hypothesis import strategies as st

from index.calibration import (
    LEAST_PASSAGES,
    Background,
    Signals,
    background_questions,
    measure_background,
    probability,
    words_found,
)
from index.errors import ReportBotError
from index.evaluate import _auroc, _Judged, _measure, evaluate_search
from index.language import language_of
from index.search import Searcher
from index.store import Store


def judged(answerable: bool, chance: float, rank: int | None = None, language: str = "en") -> _Judged:
    return _Judged(language, answerable, chance, rank, "?")


def test_measure_by_hand():
    one = _measure(
        [
            judged(True, 0.9, 1),
            judged(True, 0.8, 3),
            judged(True, 0.4, 5),
            judged(True, 0.3, None),
            judged(False, 0.1),
            judged(False, 0.6),
        ]
    )
    assert one.questions == 6
    assert one.evidence == {1: 0.25, 3: 0.5, 5: 0.75}
    # Of the eight pairs, .4 and .3 lose against .6.
    assert one.auroc == 6 / 8
    assert one.answerable_refused == 2 / 4
    assert one.unanswerable_refused == 1 / 2


def test_a_probability_at_the_threshold_is_an_answer():
    one = _measure([judged(True, 0.5, 1), judged(False, 0.5)])
    assert (one.answerable_refused, one.unanswerable_refused) == (0, 0)


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([1], [0], 1), ([0], [1], 0), ([0.5], [0.5], 0.5), ([0.9, 0.1], [0.5], 0.5), ([], [1], None), ([1], [], None)],
)
def test_auroc(positive, negative, expected):
    assert _auroc(positive, negative) == expected


@given(st.lists(st.integers(0, 9), min_size=1), st.lists(st.integers(0, 9), min_size=1))
def test_auroc_is_the_share_of_pairs_in_order(positive, negative):
    assert _auroc(positive, negative) == pytest.approx(1 - _auroc(negative, positive))


def test_groups_without_questions_have_no_figures():
    one = _measure([judged(False, 0.2)])
    assert one.evidence == {1: None, 3: None, 5: None}
    assert (one.auroc, one.answerable_refused, one.unanswerable_refused) == (None, None, 1)
    assert _measure([]).questions == 0


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    root = tmp_path_factory.mktemp("evaluated")
    sections = {"moss": "Moss keeps\nwater for weeks.", "lamps": "A lamp of nine watts.", "jars": "Two jars of glass."}
    text = "\n\n".join(f"# {name}\n\n{body}" for name, body in sections.items())
    refresh(write(root / "articles", night=text, copy=text.replace("nine", "ten")), root / "index")
    return Searcher(Store.open(root / "index"), FakeEncoder())


def row(question: str, evidence: str | None, article: str = "night.md", **changes: object) -> str:
    return json.dumps(
        {"question": question, "lang": "en", "article": article, "evidence": evidence, "answerable": True, **changes}
    )


def test_evidence_is_found_in_its_article_white_space_aside(searcher):
    lines = [
        row("moss keeps water for weeks", "keeps water for\n weeks."),
        row("a lamp of nine watts", "nine watts"),
        row("a lamp of nine watts", "nine watts", article="copy.md"),
        "",
        row("two jars of glass", "no such words", lang="ja"),
        row("who won?", None, answerable=False),
    ]
    report = evaluate_search(searcher, lines)
    assert list(report.groups) == ["all", "en", "ja"]
    assert report.groups["all"].questions == 5
    assert report.groups["all"].evidence[5] == 2 / 4
    assert report.groups["en"].evidence[5] == 2 / 3
    assert report.groups["ja"].evidence[1] == 0
    assert report.misses == ("a lamp of nine watts", "two jars of glass")
    assert "two jars of glass" in report.as_table()
    assert json.loads(json.dumps(report.as_json()))["all"]["questions"] == 5


def test_the_rank_counts(searcher):
    hits = searcher.search("lamp of nine watts", 5).hits
    for k, hit in enumerate(hits, 1):
        report = evaluate_search(searcher, [row("lamp of nine watts", hit.stored.text, hit.stored.article.path)])
        assert report.groups["all"].evidence == {depth: float(k <= depth) for depth in (1, 3, 5)}


@pytest.mark.parametrize(
    "line", ["x", "{}", "[]", row("q", None), row("q", "e", answerable=1), row("q", "e", lang=None)]
)
def test_a_bad_line_is_named(searcher, line):
    with pytest.raises(ReportBotError, match="line 3 of the questions"):
        evaluate_search(searcher, [row("q", "e"), "", line])


def test_background_questions_are_half_and_half():
    questions = background_questions()
    languages = [language_of(question, "en") for question in questions]
    assert len(questions) == len(set(questions))
    assert languages.count("ja") == languages.count("en") == len(questions) / 2


def test_background_by_language():
    found = measure_background({"what is it?": 1.0, "who are they?": 3.0, "それは何？": 5.0})
    assert found == {"ja": Background(5.0, 0.0), "en": Background(2.0, 1.0)}
    assert found["en"].standardise(4.0) == 2.0


def test_words_found_by_hand():
    assert words_found({}, [{"moss"}], 10) == 0
    assert words_found({"moss": 1}, [], 10) == 0
    assert words_found({"moss": 1, "lamp": 1}, [{"moss"}, {"moss", "lamp"}], 10) == 1
    assert words_found({"moss": 1, "lamp": 1}, [{"moss"}, {"lamp"}], 10) == 0.5
    common = LEAST_PASSAGES // 2
    assert words_found({"moss": 1, "lamp": common}, [{"moss"}], LEAST_PASSAGES) > 0.8


@pytest.mark.parametrize("language", ["ja", "en"])
def test_probability_grows_with_every_sign(language):
    steps = [probability(Signals(above, 0.5, lacks_type=False, language=language)) for above in (-50, -1, 0, 1, 5, 50)]
    assert steps == sorted(steps)
    assert 0 <= steps[0] < 0.01
    assert 0.99 < steps[-1] <= 1
    words = [probability(Signals(1, found, lacks_type=False, language=language)) for found in (0, 0.25, 0.5, 1)]
    assert words == sorted(words)
    assert probability(Signals(50, 1, lacks_type=True, language=language)) == 0
