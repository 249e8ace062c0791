"""The measures of written answers: citations as ALCE counts them, and what is kept of each reply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmarks.written import Citations, main
from bot.writing.types import Line, Verdict
from index.types import Citation, Quote
from tests.support.llm_server import LlmServer, citing, reply
from tests.support.writing import SAID, TOLD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def line(words: str) -> Line:
    cited = Citation("a.md", "Title", ("Heading",), None, None, 1, draft=False)
    return Line(1, Quote(cited, 0, len(words), words), words, 0)


def has_all_words(sentence: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
    """Prove a sentence by lines that have all of its words together."""
    told = {word for one in lines for word in one.plain.split()}
    return Verdict(tuple(range(len(lines)))) if set(sentence.split()) <= told else Verdict((), "words")


RED, BLUE, BOTH = line("red"), line("blue"), line("red blue")


@pytest.mark.parametrize(
    ("cited", "recall", "precision"),
    [
        ([("red", [RED])], 1, 1),
        ([("red", [BLUE])], 0, 0),
        # Neither alone, both together.
        ([("red blue", [RED, BLUE])], 1, 1),
        # The third is not needed.
        ([("red blue", [RED, BLUE, line("green")])], 1, 2 / 3),
        # One that proves it alone is needed; with it, the others are not.
        ([("red blue", [RED, BLUE, BOTH])], 1, 1 / 3),
        # What is cited for nothing proved counts against precision.
        ([("red", [RED]), ("green", [BLUE])], 1 / 2, 1 / 2),
        ([("red", [])], 0, 0),
        # One of the numbers is of no line.
        ([("red", None), ("blue", [BLUE])], 1 / 2, 1),
        # Only the first three count.
        ([("red", [BLUE, BLUE, BLUE, RED])], 0, 0),
    ],
)
def test_the_citations_of_a_reply(cited: list[tuple[str, list[Line] | None]], recall: float, precision: float) -> None:
    counted = Citations()
    counted.add(has_all_words, cited)
    expected = {"recall": recall, "precision": precision, "replies": 1}
    assert counted.as_json() == pytest.approx(expected, abs=0.001)


def test_replies_weigh_the_same_and_those_that_say_nothing_are_left_out() -> None:
    counted = Citations()
    counted.add(has_all_words, [("red", [RED]), ("blue", [BLUE]), ("red blue", [BOTH])])
    counted.add(has_all_words, [("red", [BLUE])])
    counted.add(has_all_words, [])
    assert counted.as_json() == {"recall": 0.5, "precision": 0.5, "replies": 2}
    assert Citations().as_json() == {"recall": None, "precision": None, "replies": 0}


def test_every_reply_is_kept_with_what_came_of_its_sentences(real_index: Path, tmp_path: Path) -> None:
    asked = [
        {"question": "what is OLAP?", "lang": "en", "evidence": TOLD},
        {"question": "OLAPとは", "lang": "ja"},
        {"question": "what is OLTP?", "lang": "en"},
        {"question": "what does the ticket to the moon cost?", "lang": "en"},
    ]
    questions, output = tmp_path / "questions.jsonl", tmp_path / "written.json"
    questions.write_text("".join(f"{json.dumps(row)}\n" for row in asked))
    with LlmServer(citing(SAID, TOLD), reply("It costs 12 dollars. [99]")) as server:
        arguments = ["--url", server.url, "--model", "keeper-1", "--index", str(real_index), "--lang", "en", "--table"]
        ran = CliRunner().invoke(main, [*arguments, "--questions", str(questions), "--output", str(output)])
        assert ran.exit_code == 0, ran.output
        assert len(server.requests) == 2
    measured = json.loads(output.read_text())
    assert measured["outcomes"] == {"written": 1, "nothing_proved": 1, "not_found": 1}
    assert measured["citations of the model"] == {"recall": 0.5, "precision": 0.5, "replies": 2}
    assert measured["citations of what is shown"] == {"recall": 1.0, "precision": 1.0, "replies": 1}
    assert measured["evidence in the lines leant on"] == 1.0
    first, second, third = measured["replies"]
    assert [(one["text"], one["verdict"]) for one in first["sentences"]] == [(SAID, "shown")]
    assert TOLD in first["sentences"][0]["lines"][0]
    assert [(one["labels"], one["verdict"]) for one in second["sentences"]] == [([99], "words")]
    assert third == {"question": asked[3]["question"], "outcome": "not_found"}
    assert f"| {asked[2]['question']} | It costs 12 dollars. | words |" in ran.output
