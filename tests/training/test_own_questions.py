"""The invented reports and the questions about them, and what their check finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.reading.articles import to_article
from index.reading.passages import split_article
from index.types import SplitSettings
from training.own_questions import OwnQuestion, OwnReport, faults, own_reports

if TYPE_CHECKING:
    from collections.abc import Sequence

REPORT = """# Fern evening

Eleven people came to the fern evening in Port Moss. Tickets were 4 euros.

- Mo spoke about spores.
- Ida spoke about light.
"""
ANSWERED = [
    OwnQuestion(1, "how many came?", "en", ("Eleven people came",)),
    OwnQuestion(2, "場所は？", "ja", ("Port Moss",)),
]
DECLINED = OwnQuestion(3, "who paid for the tea?", "en", (), "speaker", "Mo spoke about spores.", ("tea",))


def report(questions: Sequence[OwnQuestion]) -> OwnReport:
    article = to_article("fern-evening.md", REPORT.encode()).article
    return OwnReport(article, tuple(split_article(article, SplitSettings(600))), tuple(questions))


def found(question: OwnQuestion) -> list[str]:
    """Return what is wrong with a question."""
    start = f"line {question.line}: "
    return [fault.removeprefix(start) for fault in faults(report([question])) if fault.startswith(start)]


@pytest.mark.slow
def test_our_own_are_without_fault_and_of_every_kind() -> None:
    reports = list(own_reports())
    assert {one.article.path: list(faults(one)) for one in reports if list(faults(one))} == {}
    questions = [question for one in reports for question in one.questions]
    assert len(reports) >= 150
    for lang in ("ja", "en"):
        asked = [one for one in questions if one.lang == lang]
        assert len(asked) >= 10 * len(reports)
        assert 3 * sum(not one.answerable for one in asked) >= len(asked)


@pytest.mark.parametrize("question", [*ANSWERED, DECLINED])
def test_a_right_question_has_no_fault(question: OwnQuestion) -> None:
    assert found(question) == []


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (OwnQuestion(1, "who?", "en", ("spoke about",)), "2 times in the report: spoke about"),
        (OwnQuestion(1, "who?", "en", ("Ada spoke",)), "0 times in the report: Ada spoke"),
        (
            OwnQuestion(1, "where?", "en", ("in Port Moss. Tickets",)),
            "not in one sentence that can be quoted: in Port Moss. Tickets",
        ),
        (OwnQuestion(1, "what?", "en", ("# Fern evening",)), "not in one sentence that can be quoted: # Fern evening"),
        (OwnQuestion(1, "wer?", "de", ("Eleven",)), "no language: de"),
        (OwnQuestion(1, "who?", "en", ("Eleven",), "speaker"), "it is answered and has a kind, near or absent"),
        (
            OwnQuestion(
                1, "is it true that eleven people came to the fern evening?", "en", (REPORT.splitlines()[2][:52],)
            ),
            "copied from the answer: leven people came to the fern ev",
        ),
        (OwnQuestion(1, "who?", "en", ()), "no kind: "),
        (OwnQuestion(1, "who?", "en", (), "speaker"), "near or absent is missing"),
        (
            OwnQuestion(1, "the price?", "en", (), "price", "Ida spoke about light.", ("4 EUROS",)),
            "it is there: 4 EUROS",
        ),
    ],
)
def test_what_is_wrong_is_said(question: OwnQuestion, fault: str) -> None:
    assert fault in found(question)


def test_what_is_missing_of_a_report_is_said() -> None:
    said = list(faults(report([*ANSWERED, *ANSWERED])))
    assert said[:4] == [
        "asked twice: how many came?",
        "asked twice: 場所は？",
        "4 questions; at least 12 are wanted",
        "less than three tenths of the questions are not answered",
    ]
