"""Written answers in the terminal and as JSON, by the real commands on the real index."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from bot.terminal import Terminal
from bot.texts import texts
from bot.writing.types import FAILURES
from tests.support.helpers import MOSS, environment, fake_answerer, one_sentence, python, refresh, write
from tests.support.llm_server import LlmServer, citing, error, reply, silent
from tests.support.terminals import on_a_terminal
from tests.support.writing import SAID, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.types import Answer
    from bot.writing.types import NotWritten

ASKED = "what is OLAP?"
WHO = texts("en").written_above.format(model="keeper-1")


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer(citing(SAID, TOLD)) as started:
        yield started


def on(server: LlmServer, **more: str) -> dict[str, str]:
    return {"LLM_URL": server.url, "LLM_MODEL": "keeper-1", "LLM_SECONDS": "60", **more}


def ask(index: Path, cwd: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "bot", "ask", *arguments, "--index", index, cwd=cwd, **settings)


def test_quotes_come_first_and_as_ever(real_index: Path, tmp_path: Path, server: LlmServer) -> None:
    off = ask(real_index, tmp_path, ASKED)
    written = ask(real_index, tmp_path, ASKED, **on(server))
    assert (written.returncode, written.stderr) == (0, "")
    assert written.stdout == f"{off.stdout}\n{SAID} [1]\n{WHO}\n"
    quotes_only = ask(real_index, tmp_path, ASKED, "--quotes-only", **on(server))
    assert quotes_only.stdout == off.stdout
    assert ask(real_index, tmp_path, ASKED, **on(server, WRITE="never")).stdout == off.stdout
    assert len(server.requests) == 1


def test_in_the_language_of_the_question(real_index: Path, tmp_path: Path, server: LlmServer) -> None:
    said = "OLAPは、大量のデータをまとめて分析する用途の処理です。"
    server.then(citing(said, TOLD))
    ran = ask(real_index, tmp_path, "OLAPとは？", **on(server))
    assert ran.stdout.endswith(f"\n{said} [1]\n（引用をもとにkeeper-1が書きました）\n")


def test_quotes_do_not_wait(real_index: Path, tmp_path: Path, server: LlmServer) -> None:
    seen = threading.Event()
    server.then(lambda exchange: (seen.wait(60), citing(SAID, TOLD)(exchange)))
    arguments = [sys.executable, "-m", "bot", "ask", ASKED, "--index", str(real_index)]
    settings = environment(**on(server))
    with subprocess.Popen(arguments, cwd=tmp_path, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        # Only now is anything written.
        seen.set()
        rest = process.stdout.read()
    assert first.startswith("> OLAP")
    assert f"{SAID} [1]\n{WHO}\n" in rest


@pytest.mark.parametrize(
    ("script", "reason", "detail"),
    [
        (error(401, "invalid_api_key"), "http", " (401 invalid_api_key)"),
        (reply("NONE"), "none", ""),
        (reply("It has 17 lamps."), "nothing_proved", ""),
        (silent, "timeout", ""),
    ],
    ids=["http", "none", "nothing_proved", "timeout"],
)
def test_whatever_goes_wrong_the_quotes_are_all(real_index, tmp_path, server, script, reason, detail) -> None:
    server.then(script)
    # Only a timeout is waited for.
    soon = {"LLM_SECONDS": "1"} if reason == "timeout" else {}
    ran = ask(real_index, tmp_path, ASKED, **on(server, **soon))
    assert (ran.returncode, ran.stderr) == (0, f"{texts('en').not_written[reason]}{detail}\n")
    assert ran.stdout == ask(real_index, tmp_path, ASKED).stdout


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    for words in (texts("en"), texts("ja")):
        assert set(words.not_written) == set(FAILURES)


def rows(ran: subprocess.CompletedProcess[str]) -> list[dict]:
    assert (ran.returncode, ran.stderr) == (0, "")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_json_and_batches_have_it_behind_what_they_had(real_index: Path, tmp_path: Path, server: LlmServer) -> None:
    (tmp_path / "questions.jsonl").write_text('{"question": "what is OLAP?"}\n{"question": "チケットはいくら？"}\n')
    batch = ("--batch", "questions.jsonl")
    off = rows(ask(real_index, tmp_path, *batch))
    found = rows(ask(real_index, tmp_path, *batch, **on(server)))
    assert [{**row, "ms": 0} for row in off] == [
        {name: value for name, value in {**row, "ms": 0}.items() if not name.startswith("written")} for row in found
    ]
    written = found[0]["written"]
    assert written["sentences"] == [{"text": SAID, "leans_on": [0]}]
    assert TOLD in found[0]["quotes"][0]["text"]
    assert (written["model"], written["further"], written["dropped"]) == ("keeper-1", [], {})
    assert [row["written_reason"] for row in found] == [None, "not_found"]
    assert found[1]["written"] is None
    server.then(error(401, "invalid_api_key"))
    (failed,) = rows(ask(real_index, tmp_path, ASKED, "--json", **on(server)))
    assert (failed["written"], failed["written_reason"]) == (None, "http")
    (asked,) = rows(ask(real_index, tmp_path, ASKED, "--json", **on(server, WRITE="asked")))
    assert (asked["written"], asked["written_reason"]) == (None, "asked_only")
    (quotes,) = rows(ask(real_index, tmp_path, ASKED, "--json", "--quotes-only", **on(server)))
    assert list(quotes) == list(off[0])


def test_what_runs_says_where_questions_go(real_index: Path, tmp_path: Path, server: LlmServer) -> None:
    arguments = ("-m", "bot", "start", "--index", real_index)
    host = server.url.removeprefix("http://").removesuffix("/v1")
    ran = python(*arguments, cwd=tmp_path, given=f"{ASKED}\n", **on(server, LLM_KEY="k3y-of-ours"))
    said = one_sentence(ran.stderr.strip())
    assert all(
        part in said for part in ("keeper-1", host, "the question and some lines of the reports", "nothing else")
    )
    assert f"{SAID} [1]\n{WHO}\n" in ran.stdout
    assert "k3y-of-ours" not in ran.stdout + ran.stderr
    assert python(*arguments, cwd=tmp_path, given=f"{ASKED}\n").stderr == ""


def test_on_a_terminal(real_index: Path, tmp_path: Path, server: LlmServer) -> None:
    server.then(citing(f"{SAID}\x1b[2J\u202e", TOLD))
    shown = on_a_terminal(["-m", "bot", "ask", ASKED, "--index", str(real_index)], [], tmp_path, **on(server))
    bare = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", shown)
    assert "\x1b" not in bare
    assert bare.index(TOLD) < bare.index(SAID) < bare.index(WHO)


class Impatient:
    """Someone who presses Ctrl-C while an answer is written."""

    def __call__(self, _: Answer) -> NotWritten:
        raise KeyboardInterrupt


@pytest.mark.parametrize("person", [True, False])
def test_who_does_not_want_to_wait_has_the_quotes(tmp_path: Path, monkeypatch, capsys, *, person: bool) -> None:
    refresh(write(tmp_path / "articles", moss=MOSS), tmp_path / "index")
    answerer = fake_answerer(tmp_path / "index", threshold=0)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: person)
    with nullcontext() if person else pytest.raises(KeyboardInterrupt):
        Terminal(answerer, Impatient()).ask("lamp watts")
    assert "nine watts" in capsys.readouterr().out


def test_a_database_that_cannot_be_had_takes_no_quotes_away(real_index, tmp_path, server) -> None:
    ran = ask(real_index, tmp_path, "--json", ASKED, **on(server), DATABASE_URL="sqlite:////proc/none/records.sqlite")
    made = json.loads(ran.stdout)
    assert (ran.returncode, made["written"], made["written_reason"]) == (0, None, "failed")
    assert made["quotes"]


@pytest.mark.parametrize(
    ("settings", "named"), [({"LLM_URL": "http://127.0.0.1:9/v1"}, "LLM_MODEL"), ({"LLM_MODEL": "m"}, "LLM_URL")]
)
def test_one_without_the_other_is_an_error(real_index, tmp_path, settings, named) -> None:
    ran = ask(real_index, tmp_path, ASKED, **settings)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert named in one_sentence(ran.stderr.strip())


@pytest.mark.parametrize("more", [{}, {"WRITE": "never"}], ids=["off", "never"])
def test_nothing_of_it_is_imported_when_off(real_index: Path, tmp_path: Path, server: LlmServer, more) -> None:
    settings = {**on(server), **more} if more else {}
    ran = python("-X", "importtime", "-m", "bot", "ask", ASKED, "--index", real_index, cwd=tmp_path, **settings)
    modules = {line.rsplit("|", 1)[1].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")}
    assert "bot.answers.answerer" in modules
    unwanted = ("bot.writing", "bot.written", "httpx2", "index.grounding", "sqlalchemy")
    assert [name for name in modules if name.startswith(unwanted)] == []
