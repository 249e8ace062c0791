"""What a question says about where its answer stands."""

from __future__ import annotations

from datetime import date

import pytest

from index.asking.asked_about import named_report, with_years
from index.searching.results import Filters
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh, write


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("According to the Kaigi on Rails report, who spoke first?", "Kaigi on Rails"),
        ("What is OLAP in the carnival article?", "carnival"),
        ("Who spoke, as per Yamada's blog post?", "Yamada"),
        ("カーニバルのレポートによると会場はどこ？", "カーニバル"),
        ("AWS Carnival 2023の参加記では何が印象に残った？", "AWS Carnival 2023"),
        ("how do I report a bug?", None),
        ("レポートの書き方は？", None),
        ("who wrote the report?", None),
    ],
)
def test_a_report_is_named(question, name):
    assert named_report(question) == name


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("去年のカーニバルの会場は？", "2025年のカーニバルの会場は？"),
        ("一昨年の話", "2024年の話"),
        ("Where was last year's carnival?", "Where was 2025 carnival?"),
        ("what changed since last year?", "what changed since last year?"),
    ],
)
def test_years_are_made_plain(question, plain):
    assert with_years(question, date(2026, 11, 25)) == plain


def article(title: str, line: str) -> str:
    return f'---\ntitle: "{title}"\n---\n\n# Venue\n\n{line}\n'


@pytest.fixture
def searcher(tmp_path):
    """Search two reports; the second one has more of the words of a question about the first."""
    harbour = article("Harbour Night 2024", "The place was a barn.")
    lagoon = article("Lagoon Day 2025", "The venue, the room, the hall: where they were, according to a report.")
    articles = write(tmp_path / "articles", **{"harbour-night-2024": harbour, "lagoon-day-2025": lagoon})
    refresh(articles, tmp_path / "index")
    return Searcher(FolderStore.open(tmp_path / "index"), FakeEncoder())


@pytest.mark.parametrize("filters", [None, Filters()])
def test_the_report_that_is_named_is_the_one_that_is_searched(searcher, filters):
    asked = "According to the Harbour Night report, where was the venue, which hall, which room?"
    hits = searcher.search(asked, 5, filters).hits
    assert {hit.stored.article.title for hit in hits} == {"Harbour Night 2024"}


def test_a_report_that_nobody_wrote_limits_nothing(searcher):
    hits = searcher.search("According to the Mountain Week report, where was the venue?").hits
    assert len({hit.stored.article.path for hit in hits}) == 2


def test_given_filters_stand(searcher):
    within = Filters(articles=["lagoon-day-2025.md"])
    hits = searcher.search("According to the Harbour Night report, where was it?", 5, within).hits
    assert {hit.stored.article.title for hit in hits} == {"Lagoon Day 2025"}
