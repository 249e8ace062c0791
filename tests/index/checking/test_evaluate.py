"""The figures of an evaluation, on cases that can be counted by hand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.checking.evaluate import NEIGHBOUR, OTHER_PASSAGE, WRONG_ARTICLE, evaluate_search
from index.checking.evaluation_table import as_table
from index.checking.measures import Retrieval, Verdict, auroc, measure, refused_at_limit, reliability
from index.errors import ReportBotError
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh, write


def judged(answerable: bool, chance: float, rank: int | None = None, **found: object) -> Verdict:
    """Return what came of a question in 1 ms, with a cosine that says the contrary of the probability."""
    quoted = {"quoted": False, "first_quoted": False, "sections_quoted": 1}
    answers = Retrieval(**{"rank": rank, "section": None, "first": "", "reason": "", **quoted, **found})
    return Verdict("?", "en", "ja", "other", chance, 1 - chance, 1.0, 2.0, answers if answerable else None)


def test_measure_by_hand():
    one = measure(
        [
            judged(True, 0.9, 1, quoted=True, first_quoted=True, section={1: True, 3: True}),
            judged(True, 0.8, 3, sections_quoted=3, section={1: False, 3: True}),
            judged(True, 0.4, 5, quoted=True),
            judged(True, 0.3, None, quoted=True, section={1: False, 3: False}),
            judged(False, 0.1),
            judged(False, 0.6),
        ]
    )
    assert one.questions == 6
    assert one.evidence == {1: 0.25, 3: 0.5, 5: 0.75}
    assert one.section == {1: 1 / 3, 3: 2 / 3}
    assert (one.quoted, one.first_quoted, one.sections_quoted, one.shown) == (3 / 4, 1 / 4, 6 / 4, 1 / 4)
    # Of the eight pairs, .4 and .3 lose against .6.
    assert one.auroc == 6 / 8
    assert one.cosine_auroc == 2 / 8
    assert one.answerable_refused == 2 / 4
    assert one.unanswerable_refused == 1 / 2


def test_as_many_are_refused_as_may_be_refused_wrongly():
    answerable = [0.1, *(0.5 + number / 100 for number in range(24))]
    assert refused_at_limit(answerable, [0.2, 0.505, 0.52, 0.9]) == 2 / 4
    assert refused_at_limit(answerable, []) is None
    assert refused_at_limit([], [0.5]) is None


def test_reliability_says_how_many_of_those_with_a_probability_are_answerable():
    found = reliability([judged(True, 0.9, 1), judged(False, 0.8), judged(True, 1.0, 1), judged(False, 0.1)])
    assert [(one.questions, one.answerable) for one in found] == [(1, 0), (3, pytest.approx(2 / 3))]
    assert [one.probability for one in found] == pytest.approx([0.1, 0.9])


def test_a_probability_at_the_threshold_is_an_answer():
    one = measure([judged(True, 0.5, 1, quoted=True), judged(False, 0.5)])
    assert (one.answerable_refused, one.unanswerable_refused, one.shown) == (0, 0, 1)


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([1], [0], 1), ([0], [1], 0), ([0.5], [0.5], 0.5), ([0.9, 0.1], [0.5], 0.5), ([], [1], None), ([1], [], None)],
)
def test_auroc(positive, negative, expected):
    assert auroc(positive, negative) == expected


@given(st.lists(st.integers(0, 9), min_size=1), st.lists(st.integers(0, 9), min_size=1))
def test_auroc_is_the_share_of_pairs_in_order(positive, negative):
    assert auroc(positive, negative) == pytest.approx(1 - auroc(negative, positive))


def test_groups_without_questions_have_no_figures():
    one = measure([judged(False, 0.2)])
    assert one.evidence == {1: None, 3: None, 5: None}
    assert (one.auroc, one.answerable_refused, one.unanswerable_refused) == (None, None, 1)
    assert measure([]).questions == 0


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    root = tmp_path_factory.mktemp("evaluated")
    sections = {
        "`moss` at night": "Moss keeps\nwater for weeks.",
        "lamps": "A lamp of nine watts.",
        "jars": "Two jars of glass.",
        "lamps #": "Another lamp hangs in the hall.",
    }
    text = "The lead says hello.\n\n" + "\n\n".join(f"## {name}\n\n{body}" for name, body in sections.items())
    refresh(write(root / "articles", night=text, copy=text.replace("nine", "ten")), root / "index")
    return Searcher(FolderStore.open(root / "index"), FakeEncoder())


def row(question: str, evidence: str | None, article: str | None = "night.md", **changes: object) -> str:
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
        row("who won?", None, article=None, answerable=False),
    ]
    report = evaluate_search(searcher, lines)
    assert report.overall.questions == 5
    assert report.overall.evidence[5] == report.overall.quoted == 2 / 4
    assert list(report.languages) == ["en", "ja"]
    assert report.languages["en"].evidence[5] == 2 / 3
    assert report.languages["ja"].evidence[1] == 0
    assert report.english_behind == -2 / 3
    assert {name: one.questions for name, one in report.language_pairs.items()} == {"en about en": 3, "ja about en": 1}
    assert {name: one.questions for name, one in report.types.items()} == {"other": 4, "who": 1}
    assert report.overall.section == {1: None, 3: None}
    assert json.loads(json.dumps(report.as_json()))["all"]["questions"] == 5


JARS = [{"article": article, "section": "jars"} for article in ("night.md", "copy.md")]


@pytest.mark.parametrize(
    ("question", "named", "expected"),
    [
        ("moss keeps water", {"section": "`moss` at night"}, True),
        ("moss keeps water", {"section": "moss at night"}, None),
        ("moss keeps water", {"section": "jars"}, False),
        ("moss keeps water", {}, None),
        ("the lead says hello", {"section": ""}, True),
        ("another lamp hangs in the hall", {"section": "lamps", "section_occurrence": 1}, True),
        ("another lamp hangs in the hall", {"section": "lamps", "section_occurrence": 0}, False),
        ("another lamp hangs in the hall", {"section": "lamps", "section_occurrence": 2}, None),
        ("two jars of glass", {"section": "lamps", "also": JARS}, True),
        ("moss keeps water", {"section": "`moss` at night", "article": "none.md"}, None),
    ],
)
def test_the_right_section_comes_first(searcher, question, named, expected):
    """The copy's sections are as good: both are named, so that it does not matter which of the two is first."""
    both = [{"article": "copy.md", **named}] if "section" in named and "also" not in named else []
    measured = evaluate_search(searcher, [row(question, "x", **{"also": both, **named})]).overall
    assert measured.section[1] == (None if expected is None else float(expected))


def test_misses_worst_first_with_what_came_instead(searcher):
    first, second = searcher.search("lamp of nine watts", 2).hits
    place = " › ".join((first.stored.article.path, *first.stored.passage.section.headings))
    lines = [
        row("lamp of nine watts", first.stored.text, first.stored.article.path),
        row("lamp of nine watts", second.stored.text, second.stored.article.path),
        row("lamp of nine watts", "no such words", first.stored.article.path, section="jars"),
        row("lamp of nine watts", "no such words", first.stored.article.path, section="lamps"),
        row("lamp of nine watts", "no such words", "none.md"),
    ]
    report = evaluate_search(searcher, lines)
    assert [one.rank for one in report.misses] == [None, None, None, 2]
    assert [one.reason for one in report.misses[:3]] == [NEIGHBOUR, OTHER_PASSAGE, WRONG_ARTICLE]
    assert {one.first for one in report.misses} == {place}
    table = as_table(report)
    assert f"not among the first 100; {WRONG_ARTICLE} first: {place}" in table
    assert "rank 2;" in table


def test_the_rank_counts(searcher):
    hits = searcher.search("lamp of nine watts", 5).hits
    for k, hit in enumerate(hits, 1):
        report = evaluate_search(searcher, [row("lamp of nine watts", hit.stored.text, hit.stored.article.path)])
        assert report.overall.evidence == {depth: float(k <= depth) for depth in (1, 3, 5)}


def test_passages_and_time(searcher):
    report = evaluate_search(searcher, [row("lamp", "lamp")])
    assert report.passages == {"median": 20.5, "longest": 31}
    assert 0 < report.milliseconds["search p50"] <= report.milliseconds["answer p50"]
    assert report.milliseconds["search p50"] == report.milliseconds["search p95"]


def test_without_questions_or_articles_there_is_nothing(tmp_path):
    refresh(write(tmp_path / "articles"), tmp_path / "index")
    empty = Searcher(FolderStore.open(tmp_path / "index"), FakeEncoder())
    assert evaluate_search(empty, []).misses == ()
    report = evaluate_search(empty, [row("lamp", "lamp", section="lamps")])
    assert (report.overall.quoted, report.overall.evidence[5], report.passages) == (0, 0, {})
    assert "not among the first 100" in as_table(report)


def test_the_table_has_a_line_for_every_group(searcher):
    report = evaluate_search(searcher, [row("who has a lamp?", "lamp"), row("何ワット？", "x", lang="ja")])
    lines = as_table(report).splitlines()
    groups = ["all", "en", "ja", "en about en", "ja about en", "number", "who"]
    assert lines[0].split()[0] == "n"
    assert [line.strip().startswith(f"{name}  ") for line, name in zip(lines[1:8], groups, strict=True)] == [True] * 7
    assert len({len(line) for line in lines[:6]}) == 1


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "{}",
        "[]",
        row("q", None),
        row("q", "e", answerable=1),
        row("q", "e", lang=None),
        row("q", "e", section="s", also=[{}]),
        row("q", "e", section="s", section_occurrence="first"),
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named(searcher, line):
    with pytest.raises(ReportBotError, match="line 3 of the questions"):
        evaluate_search(searcher, [row("q", "e"), "", line])
