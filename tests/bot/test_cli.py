"""The commands as people and programs run them: in processes of their own, on the real index."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from click.testing import CliRunner

import bot.cli
import index.cli
from bot.texts import texts
from tests.support.helpers import (
    ARTICLES,
    CARNIVAL,
    MOSS,
    ROOT,
    WHALES,
    environment,
    one_version,
    python,
    refresh,
    write,
)
from tests.support.terminals import on_a_terminal

HIT_KEYS = ["rank", "score", "article", "title", "headings", "anchor", "url", "start", "end", "text"]
ANSWER_KEYS = ["id", "question", "lang", "status", "confidence", "notice", "text", "quotes", "suggestions", "ms"]
BUILD_KEYS = "articles passages sentences added changed removed unchanged".split()
BUILD_KEYS += "failed skipped warnings seconds version dialects".split()
QUESTIONS = """{"id": "a", "question": "what is OLAP?"}

{"question": "チケットはいくら？"}
{"id": null, "question": "\\ud800"}
"""

# What building needs and answering does not, and what help needs none of: each takes long to import.
HEAVY = {"torch", "sentence_transformers", "transformers", "tokenizers", "scipy", "sklearn", "bm25s", "huggingface_hub"}
SLOW_TO_START = HEAVY | {"numpy", "faiss", "pydantic", "sudachipy", "rich", "slack_bolt", "slack_sdk", "sentencepiece"}


def error_of(ran: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """Return the one sentence on standard error of a command that failed."""
    assert ran.returncode == code, ran.stderr
    lines = ran.stderr.strip().splitlines()
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("Error: ")
    return lines[0].removeprefix("Error: ")


def rows(ran: subprocess.CompletedProcess[str]) -> list[dict]:
    """Return the JSON lines of a command that succeeded."""
    assert (ran.returncode, ran.stderr) == (0, "")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_build_reports(real_index, own_index, tmp_path):
    first = json.loads((real_index.parent / "report.json").read_text())
    assert list(first) == BUILD_KEYS
    assert (first["articles"], first["added"], first["unchanged"], first["failed"]) == (1, 1, 0, [])
    articles = write(tmp_path / "articles", **{"aws-carnival-2023": CARNIVAL.read_text()})
    arguments = ("-m", "index", "build", "--articles", articles, "--index", own_index, "--json")
    (second,) = rows(python(*arguments, cwd=tmp_path))
    assert (second["unchanged"], second["version"]) == (1, first["version"])
    (articles / "broken.md").write_bytes(b"---\ntitle: [\n---\n")
    third = python(*arguments, cwd=tmp_path)
    assert third.returncode == 1
    assert third.stderr.startswith("Not indexed: broken.md:")
    assert len(third.stderr.splitlines()) == 1
    made = json.loads(third.stdout)
    assert made["unchanged"] == 1
    assert [list(failure) for failure in made["failed"]] == [["path", "line", "reason"]]


def test_build_in_words_by_settings(real_index, own_index, tmp_path):
    articles = str(real_index.parent / "articles")
    ran = python("-m", "index", "build", cwd=tmp_path, ARTICLES=articles, INDEX=str(own_index))
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert ran.stdout.startswith(f"1 articles in {own_index}: 11 passages")
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["1", "dialect", "zenn"]


def test_search(real_index, tmp_path):
    ran = python("-m", "index", "search", "what is OLAP?", "-k", "3", "--json", "--index", real_index, cwd=tmp_path)
    (result,) = rows(ran)
    assert list(result) == ["id", "hits", "answerable", "ms"]
    assert len(result["hits"]) == 3
    assert 0.5 < result["answerable"] <= 1
    for rank, hit in enumerate(result["hits"], 1):
        assert list(hit) == HIT_KEYS
        assert hit["rank"] == rank
        source = (ARTICLES / hit["article"]).read_bytes()
        assert source[hit["start"] : hit["end"]].decode() == hit["text"]
    assert all(one["score"] >= other["score"] for one, other in pairwise(result["hits"]))
    assert result["hits"][0]["headings"][-1] == "Memo: データベースの処理体系"


def test_search_batch_from_standard_input(real_index, tmp_path):
    arguments = ("-m", "index", "search", "--batch", "-", "--topic", "AWS", "--index", real_index)
    found = rows(python(*arguments, cwd=tmp_path, given=QUESTIONS, ZENN_USER="ishi"))
    assert [row["id"] for row in found] == ["a", 3, None]
    assert all(len(row["hits"]) == 5 for row in found)
    nothing = rows(python(*arguments, "--article", "none.md", cwd=tmp_path, given=QUESTIONS))
    assert [row["hits"] for row in nothing] == [[], [], []]


def test_ask_batch_from_a_file(real_index, tmp_path):
    (tmp_path / "questions.jsonl").write_text(QUESTIONS)
    arguments = ("-m", "bot", "ask", "--batch", "questions.jsonl", "--index", real_index)
    found = rows(python(*arguments, cwd=tmp_path, REPOSITORY_URL="https://e.com/a"))
    assert [list(row) for row in found] == [ANSWER_KEYS] * 3
    assert [row["id"] for row in found] == ["a", 3, None]
    assert [row["status"] for row in found] == ["answered", "not_found", "not_found"]
    assert [row["lang"] for row in found] == ["en", "ja", "en"]
    assert found[0]["quotes"][0]["url"] == "https://e.com/a/aws-carnival-2023.md#L68"
    assert found[1]["text"].startswith("レポートには")


@pytest.mark.parametrize(("question", "code"), [("what is OLAP?", 0), ("who won the world cup?", 0)])
def test_ask(real_index, tmp_path, question, code):
    ran = python("-m", "bot", "ask", question, "--index", real_index, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (code, "")
    assert "\x1b" not in ran.stdout
    assert ran.stdout.startswith("> " if "OLAP" in question else "The reports don't say.")


def test_verify_and_stats(real_index, own_index, tmp_path):
    ran = python("-m", "index", "verify", "--index", real_index, cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"The index in {real_index} is whole.\n", "")
    (found,) = rows(python("-m", "index", "verify", "--json", "--index", real_index, cwd=tmp_path))
    assert found == {"index": str(real_index), "problems": []}
    (made,) = rows(python("-m", "index", "stats", "--json", "--index", real_index, cwd=tmp_path))
    assert (made["articles"], made["passages"]) == (1, 11)
    assert made["bytes"] > 100_000
    text = python("-m", "index", "stats", "--index", real_index, cwd=tmp_path)
    assert re.search(r"^passages +11$", text.stdout, re.MULTILINE)
    (one_version(own_index) / "dense.faiss").write_bytes(b"")
    assert "dense.faiss" in error_of(python("-m", "index", "verify", "--index", own_index, cwd=tmp_path))


def test_eval(real_index, tmp_path):
    asked = [
        {
            "question": "what is OLAP?",
            "lang": "en",
            "evidence": "大量のデータをまとめて分析する用途",
            "answerable": True,
        },
        {"question": "チケットはいくら？", "lang": "ja", "evidence": None, "answerable": False},
    ]
    lines = [json.dumps({**row, "article": "aws-carnival-2023.md"}) for row in asked]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines))
    (report,) = rows(python("-m", "index", "eval", "questions.jsonl", "--json", "--index", real_index, cwd=tmp_path))
    groups = {"languages", "language_pairs", "types"}
    assert set(report) == {"all", *groups, "english_behind", "passages", "milliseconds", "reliability", "misses"}
    assert report["all"]["evidence"] == {"1": 1.0, "3": 1.0, "5": 1.0}
    assert report["all"]["quoted"] == report["all"]["shown"] == 1.0
    assert (report["all"]["auroc"], report["languages"]["ja"]["auroc"]) == (1.0, None)
    assert set(report["language_pairs"]) == {"en about ja", "ja about ja"}
    assert set(report["types"]) == {"definition", "price"}
    assert report["misses"] == []
    table = python("-m", "index", "eval", "-", "--index", real_index, cwd=tmp_path, given="\n".join(lines))
    assert "evidence@1" in table.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        (["index", "build", "--articles", "nowhere"], {}, ["no articles folder nowhere", "--articles"]),
        (["index", "build", "--articles", "."], {"MODEL": "no/such-model"}, ["no/such-model", "MODEL"]),
        (["index", "build"], {"QUESTION_PROMPT": "q: "}, ["QUESTION_PROMPT"]),
        (["index", "search", "x", "--index", "none"], {}, ["no index in none", "python -m index build"]),
        (["index", "stats", "--index", "none"], {}, ["no index in none"]),
        (["index", "verify", "--index", "none"], {}, ["no index in none"]),
        (["bot", "ask", "x"], {"INDEX": "none"}, ["no index in none", "python -m index build"]),
        (["bot", "chat", "--index", "none"], {}, ["no index in none"]),
        (
            ["bot", "ask", "x"],
            {"THRESHOLD": "2", "MAX_CHARACTERS": "many", "ZENN_USER": "a b", "DEFAULT_LANGUAGE": "fr"},
            ["THRESHOLD", "MAX_CHARACTERS", "ZENN_USER", "DEFAULT_LANGUAGE"],
        ),
    ],
)
def test_errors_are_one_sentence(tmp_path, arguments, settings, expected):
    ran = python("-m", *arguments, cwd=tmp_path, **settings)
    message = error_of(ran)
    assert ran.stdout == ""
    assert [part for part in expected if part not in message] == []


def test_settings_file(real_index, tmp_path):
    (tmp_path / ".env").write_bytes(b"INDEX=\xff\n")
    assert ".env" in error_of(python("-m", "index", "stats", cwd=tmp_path))
    (tmp_path / ".env").write_text(f"INDEX={real_index}\nTHRESHOLD=1\nSLACK_BOT_TOKEN=x\n")
    assert python("-m", "bot", "ask", "OLAP", cwd=tmp_path).stdout.startswith("The reports don't say.")


def test_damaged_index(own_index, tmp_path):
    (one_version(own_index) / "tables.sqlite").unlink()
    for arguments in (["index", "search"], ["bot", "ask"]):
        message = error_of(python("-m", *arguments, "x", "--index", own_index, cwd=tmp_path))
        assert "damaged" in message
        assert "python -m index build" in message


@pytest.mark.parametrize(
    "bad",
    [b"what is it?", b"[1]", b'{"text": "x"}', b'{"question": null}', b"\xff", b'{"question": "\xff"}', b"[" * 9_999],
)
@pytest.mark.parametrize("arguments", [["index", "search"], ["bot", "ask"]])
def test_bad_batch_line_is_named(real_index, arguments, bad, monkeypatch, tmp_path):
    command = {"index": index.cli.main, "bot": bot.cli.main}[arguments[0]]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.jsonl").write_bytes(b'{"question": "OLAP"}\n\n' + bad + b"\n")
    ran = CliRunner().invoke(command, [arguments[1], "--batch", "bad.jsonl", "--index", str(real_index)])
    assert ran.exit_code == 2
    assert len(ran.stdout.splitlines()) == 1
    assert re.fullmatch(r'Error: bad\.jsonl:3: expected a JSON object with a "question"\n', ran.stderr)


@pytest.mark.parametrize("bad", [b"x", b"[]", b"{}", b"\xff", b'{"question": 1, "lang": 2, "article": 3}'])
def test_bad_eval_line_is_named(real_index, bad, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(index.cli.main, ["eval", "-", "--index", str(real_index)], input=b"\n" + bad)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert re.fullmatch(r"Error: line 2 of the questions is not .*\n", ran.stderr)


@pytest.mark.parametrize(
    "arguments", [["search"], ["search", "x", "--batch", "-"], ["ask"], ["ask", "x", "--batch", "-"]]
)
def test_a_question_or_a_batch(arguments):
    ran = CliRunner().invoke(index.cli.main if arguments[0] == "search" else bot.cli.main, arguments, input="")
    assert ran.exit_code == 2
    assert ran.stderr.splitlines()[-1] == "Error: give either a question or --batch FILE"


@pytest.mark.parametrize("given", [b"what is OLAP?\n\n  \nOLAP\xff\xfe?\n\0\x1b[2J\n", b""])
@pytest.mark.parametrize("encoding", ["utf-8:strict", "utf-8:surrogateescape"])
def test_piped_chat(real_index, tmp_path, given, encoding):
    arguments = ("-m", "bot", "chat", "--index", real_index)
    ran = python(*arguments, cwd=tmp_path, given=given, PYTHONIOENCODING=encoding)
    assert (ran.returncode, ran.stderr) == (0, "")
    asked = [line for line in ran.stdout.splitlines() if line.startswith("# ")]
    assert len(asked) == (3 if given else 0)
    if given:
        assert "大量のデータをまとめて分析する用途" in ran.stdout


def test_a_reader_that_has_enough(real_index, tmp_path):
    arguments = [sys.executable, "-m", "bot", "ask", "--batch", "-", "--index", str(real_index)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(arguments, cwd=tmp_path, env=environment(), **pipes) as process:
        process.stdin.write(b'{"question": "OLAP"}\n' * 40)
        process.stdin.close()
        assert json.loads(process.stdout.readline())["status"] == "answered"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.parametrize("main", [bot.cli.main, index.cli.main], ids=["bot", "index"])
def test_every_help_has_an_example(main):
    for arguments in ([], *([name] for name in main.commands)):
        ran = CliRunner().invoke(main, [*arguments, "--help"])
        assert ran.exit_code == 0
        assert "Example: " in ran.output
        assert "python -m " in ran.output


def loaded(ran: subprocess.CompletedProcess[str]) -> set[str]:
    """Return the top-level modules that a command run with ``-X importtime`` imported."""
    assert ran.returncode == 0, ran.stderr[-2000:]
    lines = [line for line in ran.stderr.splitlines() if line.startswith("import time:")]
    assert len(lines) > 50
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}


@pytest.mark.parametrize("module", ["bot", "index"])
def test_help_is_quick(module, tmp_path):
    for arguments in (["--help"], ["ask" if module == "bot" else "build", "--help"]):
        assert loaded(python("-X", "importtime", "-m", module, *arguments, cwd=tmp_path)) & SLOW_TO_START == set()


def test_answering_loads_nothing_heavy(real_index, tmp_path):
    modules = loaded(python("-X", "importtime", "-m", "bot", "ask", "OLAP", "--index", real_index, cwd=tmp_path))
    assert modules & HEAVY == set()
    assert {"numpy", "sentencepiece"} <= modules


def test_chat_on_a_terminal(real_index, tmp_path):
    arguments = ["-m", "bot", "chat", "--index", str(real_index)]
    typed = [("question> ", said) for said in ("hello\n", "何ができるの？\n", "what is OLAP?\n", "\x04")]
    shown = on_a_terminal(arguments, typed, tmp_path, REPOSITORY_URL="https://e.com/a")
    assert texts("en").small_talk["greeting"] in shown
    # After a question it would lean on it; a greeting is none.
    assert texts("ja").small_talk["help"][:20] in shown
    assert "(1 indexed; Ctrl-D to leave)" in shown
    assert re.search(r"\x1b\[[0-9;]*36m▌", shown)
    assert re.search(r"\x1b\]8;[^;]*;https://e\.com/a/aws-carnival-2023\.md#L68\x1b\\", shown)
    assert "大量のデータをまとめて分析する用途" in shown
    assert "Bye." in shown


SHOWN = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.support.helpers import fake_answerer
from bot.terminal import Terminal
Terminal(fake_answerer(Path("index"), threshold=float(sys.argv[1]))).ask("lamp watts")
"""
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\x7f\u202e\u2066\u200f\u061c"
EVIL_MOSS = MOSS.replace("nine watts", f"nine{EVIL} watts").replace("# Lamps", f"# Lamps{EVIL}")
COMMANDS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("threshold", ["0", "1"])
@pytest.mark.slow
def test_an_article_cannot_command_the_terminal(tmp_path, threshold):
    refresh(write(tmp_path / "articles", moss=EVIL_MOSS, whales=WHALES), tmp_path / "index")
    (tmp_path / "show.py").write_text(SHOWN.format(root=str(ROOT)))
    shown = on_a_terminal(["show.py", threshold], [], tmp_path)
    assert "Lamps" in shown
    left = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert not COMMANDS.search(left)
    piped = python("show.py", threshold, cwd=tmp_path)
    assert "Lamps" in piped.stdout
    assert not COMMANDS.search(piped.stdout)


SEARCHED = """
import sys
sys.path.insert(0, {root!r})
from index.searching import search
from tests.support.fakes import FakeEncoder
search.open_encoder = lambda _: FakeEncoder()
from index.cli import main
main(["search", "lamp watts", "--index", "index"])
"""


@pytest.mark.slow
def test_an_article_that_is_found_cannot_command_the_terminal(tmp_path):
    refresh(write(tmp_path / "articles", moss=EVIL_MOSS, whales=WHALES), tmp_path / "index")
    (tmp_path / "search.py").write_text(SEARCHED.format(root=str(ROOT)))
    shown = on_a_terminal(["search.py"], [], tmp_path)
    assert "watts" in shown
    assert not COMMANDS.search(shown)
    piped = python("search.py", cwd=tmp_path)
    assert "watts" in piped.stdout
    assert not COMMANDS.search(piped.stdout)


def test_what_is_typed_or_named_commands_no_terminal(real_index, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / f"a{EVIL}\nNot indexed: forged.md").with_suffix(".md").write_bytes(b"---\ntitle: [\n---\n")
    built = python("-m", "index", "build", cwd=tmp_path)
    assert built.returncode == 1
    assert len(built.stderr.splitlines()) == 1
    chat = python("-m", "bot", "chat", "--index", real_index, cwd=tmp_path, given=f"OLAP{EVIL}?\n")
    assert chat.stdout.startswith("# OLAP")
    named = f"none{EVIL}\u2028Error: forged"
    errors = [
        python("-m", "bot", "ask", "x", cwd=tmp_path, INDEX=named),
        python("-m", "bot", "ask", "--batch", named, cwd=tmp_path),
        python("-m", "index", "verify", cwd=tmp_path, INDEX=named),
        python("-m", "index", "build", "--articles", named, cwd=tmp_path),
    ]
    assert [ran.returncode for ran in errors] == [2] * 4
    for ran in (built, chat, *errors):
        assert not COMMANDS.search(ran.stdout + ran.stderr)
    asked = python("-m", "bot", "ask", f"OLAP{EVIL}\u2028?", "--json", "--index", real_index, cwd=tmp_path)
    assert not COMMANDS.search(asked.stdout)
    assert "\u202e" in json.loads(asked.stdout)["question"]
