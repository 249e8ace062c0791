"""The commands for organisers, on records as the bot writes them."""

from __future__ import annotations

import csv
import io
import json
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.records import Feedback, Received, Records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Result]


def received(number: int, text: str, age: float = 0.0) -> Received:
    return Received(
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


def test_both_forms_at_once_are_refused(run: Run) -> None:
    refused = run("feedback", "--csv", "--json")
    assert refused.exit_code == 2


def test_empty_records_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    for command in ("feedback", "unanswered"):
        assert len(CliRunner().invoke(main, [command]).stdout.strip().splitlines()) == 1
        assert CliRunner().invoke(main, [command, "--csv"]).stdout == ""


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
