"""Which lines are given to a model, and how they stand in what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.writing.lines import LINE_CHARACTERS, MOST_CHARACTERS, MOST_LINES, lines_of
from bot.writing.prompt import prompt_for
from tests.support.helpers import refresh, write
from tests.support.llm_server import lines_in
from tests.support.writing import ASKED, room, written_index

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = "http://127.0.0.1:9/v1"


def report(*lines: str) -> str:
    return "---\ntitle: Lamps\n---\n\n## The lamps\n\n" + "\n\n".join(lines)


def test_quoted_lines_are_among_them_and_all_are_bytes_of_reports(tmp_path: Path) -> None:
    with room(written_index(tmp_path), NOWHERE) as asked:
        answer = asked.answerer.answer(ASKED)
        lines = lines_of(answer, asked.reports)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    quoted = "\n".join(quote.text for quote in answer.quotes)
    assert {one.quote.text for one in lines} >= set(quoted.split("\n"))
    for line in lines:
        source = (tmp_path / "articles" / line.quote.citation.article).read_bytes()
        assert source[line.quote.start : line.quote.end].decode() == line.quote.text
    # Section by section, in the order of the text within one.
    places = [(line.section, line.quote.start) for line in lines]
    assert places == sorted(places)


def test_there_are_never_too_many_nor_too_long_ones(tmp_path: Path) -> None:
    many = [f"Lamp number {number} uses {number} watts." for number in range(60)]
    long = [f"Lamp {number} uses watts, " + "and again watts, " * 30 + "watts." for number in range(12)]
    program = [
        "```sh\n" + "\n".join(f"lamp --watts {number}" for number in range(40)) + "\n```",
        "A lamp\nof 5\nwatts.",
    ]
    for name, told in (("many", many), ("long", long), ("program", program)):
        refresh(write(tmp_path / name / "articles", lamps=report(*told)), tmp_path / name / "index")
        with room(tmp_path / name / "index", NOWHERE) as asked:
            lines = lines_of(asked.answerer.answer("how many watts does a lamp use?"), asked.reports)
        given = lines_in(prompt_for("?", lines, "en"))
        assert 4 < len(lines) <= MOST_LINES
        assert len(given) == len(lines)
        # Of a program or of what is wrapped, too, one number stands for one line as a reader sees it.
        assert not any("\n" in line.plain for line in lines)
        assert max(map(len, given.values())) <= LINE_CHARACTERS
        assert sum(map(len, given.values())) <= MOST_CHARACTERS


def test_several_questions_have_the_lines_of_each(tmp_path: Path) -> None:
    with room(written_index(tmp_path), NOWHERE) as asked:
        answer = asked.answerer.answer("how many watts does the new lamp use? how often does the foghorn sound?")
        assert answer.material is not None
        prompt = prompt_for(answer.material.question, lines_of(answer, asked.reports), "en")
    given = "\n".join(lines_in(prompt).values())
    assert "90 watts" in given
    assert "40 seconds" in given


def test_a_question_is_asked_as_it_is_meant(tmp_path: Path) -> None:
    with room(written_index(tmp_path), NOWHERE) as asked:
        first = asked.answerer.answer(ASKED)
        second = asked.answerer.answer("who built it?", [first])
        assert second.material is not None
        assert ASKED in second.material.question
        prompt = prompt_for(second.material.question, lines_of(second, asked.reports), "en")
    assert f"\nQuestion\n{ASKED} who built it?\n" in prompt


def test_addresses_are_not_sent(tmp_path: Path) -> None:
    told = report("The lamp is described at https://lamps.example/secret?x=1 and uses 90 watts.")
    refresh(write(tmp_path / "articles", lamps=told), tmp_path / "index")
    with room(tmp_path / "index", NOWHERE) as asked:
        prompt = prompt_for(ASKED, lines_of(asked.answerer.answer(ASKED), asked.reports), "ja")
    assert "lamps.example" not in prompt
    assert "described at and uses 90 watts." in prompt
