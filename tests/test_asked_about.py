"""What a question says about where its answer stands."""

from __future__ import annotations

from datetime import date

import pytest

from index.asked_about import named_report, with_years


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
