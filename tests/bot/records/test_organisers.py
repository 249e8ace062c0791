"""The commands for organisers, on records as the bot writes them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.organisers import show
from bot.records.records import Feedback, ReceivedQuestion, Records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Result]
    Capture = pytest.CaptureFixture[str]

# What a terminal acts on, with the ends of lines and a row that was never there.
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202e\u2066\u200f\u061c\u2028\u2029\x85\r\nforged row"
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def received(number: int, text: str, age: float = 0.0) -> ReceivedQuestion:
    return ReceivedQuestion(
        key=f"T:C:{number}", event_id=f"Ev{number}", team="T", channel="C", user="U1", ts=f"{number}.0",
        thread_ts=f"{number}.0", text=text, surface="mention", response_url=None, received_at=time.time() - age,
    )  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Write some records and return a function that runs a command on them."""
    url = f"sqlite:///{tmp_path}/records.sqlite"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    asked = ["Who won?", "who won", "[bold]=cmd()", "=HYPERLINK(1)"]
    with closing(Records.open(url, 90)) as records:
        for number, text in enumerate(asked):
            records.receive(received(number, text))
            records.answered(f"T:C:{number}", "not_found", 0.1, "no", "en", "9.9", ["Report › Prizes"])
        records.receive(received(7, "Old?", 40 * 86_400))
        records.answered("T:C:7", "not_found", 0.1, "no", "en", "9.9")
        records.receive(received(8, "Where?"))
        records.answered("T:C:8", "answered", 0.9, "> In Sapporo", "en", "9.9")
        records.add_feedback(Feedback("T:C:8", "T", "U1", helpful=True, reason=None, at=time.time() - 60))
        records.add_feedback(Feedback("T:C:8", "T", "U2", helpful=False, reason="wrong: year", at=time.time()))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


def test_unanswered_questions_are_counted_as_json(run: Run) -> None:
    rows = [json.loads(line) for line in run("unanswered", "--json").stdout.splitlines()]
    assert (rows[0]["question"].casefold().rstrip("?"), rows[0]["count"]) == ("who won", 2)
    assert rows[0]["nearest"] == ["Report › Prizes"]
    assert len(rows) == 4
    recent = run("unanswered", "--days", "7", "--json").stdout.splitlines()
    assert len(recent) == 3


def test_unanswered_questions_are_a_table_for_people(run: Run) -> None:
    shown = run("unanswered")
    assert shown.exit_code == 0
    assert "[bold]" in shown.stdout
    assert "Prizes" in shown.stdout


def test_csv_has_a_header_and_no_formulas(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("unanswered", "--csv").stdout)))
    assert "'=HYPERLINK(1)" in [row["question"] for row in rows]
    assert {row["count"] for row in rows} == {"2", "1"}


def test_feedback_is_shown_with_its_question_latest_first(run: Run) -> None:
    rows = [json.loads(line) for line in run("feedback", "--json").stdout.splitlines()]
    assert [(row["helpful"], row["reason"], row["question"]) for row in rows] == [
        (False, "wrong: year", "Where?"),
        (True, "", "Where?"),
    ]
    assert "wrong: year" in run("feedback").stdout
    [header, *lines] = csv.reader(io.StringIO(run("feedback", "--csv").stdout))
    assert header[:3] == ["at", "helpful", "reason"]
    assert [line[1] for line in lines] == ["no", "yes"]


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠|"))
@pytest.mark.parametrize(
    "before", ["", " ", "\u3000", "\xa0", "\ufeff", "\t", "\n", "\r\n ", "\x00", "\u200b", "\u202e"]
)
def test_no_cell_is_a_formula_whatever_stands_before_its_sign(sign: str, before: str, capsys: Capture) -> None:
    text = f"{before}{sign}cmd|' /C calc'!A0"
    show([{"question": text, "nearest": [text], "count": -3, "score": -0.5, "helpful": True}], "csv", "none")
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["question"].startswith("'")
    assert row["nearest"].startswith("'")
    assert row["question"].endswith("cmd|' /C calc'!A0")
    assert (row["count"], row["score"], row["helpful"]) == ("-3", "-0.5", "yes")


def test_texts_are_quoted_for_spreadsheets_that_split_at_semicolons(capsys: Capture) -> None:
    show([{"count": 2, "question": "who;=cmd()"}], "csv", "none")
    assert capsys.readouterr().out.splitlines() == ["count,question", '2,"who;=cmd()"']


@pytest.mark.parametrize("form", ["--json", "--csv", None])
@pytest.mark.parametrize("command", ["unanswered", "feedback"])
def test_what_people_write_commands_no_terminal(run: Run, command: str, form: str | None) -> None:
    with closing(Records.open(os.environ["DATABASE_URL"], 90)) as records:
        for number, status in ((20, "not_found"), (21, "answered")):
            records.receive(received(number, f"who {EVIL}"))
            records.answered(f"T:C:{number}", status, 0.1, f"no {EVIL}", "en", "9.9", [f"Report {EVIL}"])
        records.add_feedback(Feedback("T:C:21", "T", "U1", helpful=False, reason=f"wrong {EVIL}", at=time.time()))
    shown = run(command, *([form] if form else [])).stdout
    assert "owned" in shown
    assert not COMMANDS.search(shown if form is None else shown.replace("\r\n", "\n"))
    if form == "--json":
        rows = [json.loads(line) for line in shown.splitlines()]
        assert f"who {EVIL}" in [row["question"] for row in rows]
    elif form is None:
        assert not re.search(r"^forged row", shown, re.MULTILINE)


def test_both_forms_at_once_are_refused(run: Run) -> None:
    refused = run("feedback", "--csv", "--json")
    assert refused.exit_code == 2


def test_empty_records_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    for command, header in (
        ("feedback", "at,helpful,reason,question,answer,written,user,key"),
        ("unanswered", "count,last_asked,lang,question,nearest"),
    ):
        assert len(CliRunner().invoke(main, [command]).stdout.strip().splitlines()) == 1
        assert CliRunner().invoke(main, [command, "--csv"]).stdout.splitlines() == [header]
        assert CliRunner().invoke(main, [command, "--json"]).stdout == ""


@pytest.mark.parametrize("command", ["feedback", "unanswered"])
def test_the_header_is_the_same_with_and_without_rows(run: Run, command: str) -> None:
    header = run(command, "--csv").stdout.splitlines()[0]
    assert run(command, "--csv", "--days", "1").stdout.splitlines()[0] == header
    with closing(Records.open(os.environ["DATABASE_URL"], 90)) as records:
        records.forget_workspace("T")
    assert run(command, "--csv").stdout.splitlines() == [header]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "No question was answered yet."),
        ("failed", "No question was answered yet."),
        ("thanks", "No question was answered yet."),
        ("answered", "The reports answered every question."),
    ],
)
def test_nothing_unanswered_is_said_by_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str | None, said: str
) -> None:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    monkeypatch.setenv("DATABASE_URL", url)
    assert CliRunner().invoke(main, ["unanswered"]).stdout.strip() == "Nothing was asked yet."
    with closing(Records.open(url, 90)) as records:
        records.receive(received(1, "Who?", 20 * 86_400))
        if status is not None:
            records.answered("T:C:1", status, 0.9, "", "en", None)
    assert CliRunner().invoke(main, ["unanswered"]).stdout.strip() == said
    assert CliRunner().invoke(main, ["unanswered", "--days", "7"]).stdout.strip() == "Nothing was asked in that time."


def test_a_database_that_cannot_be_used_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://secret@host/x")
    refused = CliRunner().invoke(main, ["feedback"])
    assert refused.exit_code == 2
    assert "DATABASE_URL" in refused.stderr
    assert "secret" not in refused.output


def test_the_manifest_is_json_for_both_ways() -> None:
    socket = json.loads(CliRunner().invoke(main, ["manifest"]).stdout)
    http = json.loads(CliRunner().invoke(main, ["manifest", "--url", "https://bot.example.com"]).stdout)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://bot.example.com/slack/events"
    assert CliRunner().invoke(main, ["manifest", "--url", "http://x"]).exit_code == 2
