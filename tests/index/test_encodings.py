"""Whatever the encoding of the output, every command says what it can in it, and JSON stays the same JSON."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.records.records import Feedback, Records
from bot.slack.serving.manifest import app_manifest
from tests.support.databases import question
from tests.support.helpers import WHALES, environment, python, ran_forked, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

ENCODINGS = ("cp932", "euc_jp", "latin-1", "ascii")
# EUC-JP writes the yen sign as a backslash, cp932 the wave dash as another one, and none of them has the whale.
FEE = "参加費は¥1,500〜¥2,000で、caféの飲み物と🐋のバッジが付きます。"
QUESTION = "参加費はいくら？"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with an index, an article that cannot be read, and records, all with such characters."""
    made = tmp_path_factory.mktemp("encodings")
    write(made / "articles", whales=f"{WHALES}\n## 参加費\n\n{FEE}\n")
    assert python("-m", "index", "build", cwd=made).returncode == 0
    write(made / "articles", **{"壊れた¥🐋": "---\ntitle: [\n---\n"})
    evidence = {"question": QUESTION, "lang": "ja", "article": "none¥🐋.md", "evidence": FEE, "answerable": True}
    (made / "questions.jsonl").write_text(json.dumps(evidence))
    with closing(Records.open(f"sqlite:///{made}/.records.sqlite", 90)) as records:
        for number, status in ((1, "not_found"), (2, "answered")):
            asked = question(number, text=FEE)
            records.receive(asked)
            records.answered(asked.key, status, 0.1, FEE, "ja", None, [FEE])
        records.add_feedback(Feedback(asked.key, "T", "U1", helpful=False, reason=FEE, at=asked.received_at))
    return made


def run(encoding: str, folder: Path, *arguments: str, code: int = 0, given: str = "") -> str:
    """Run a command with streams in an encoding; return what it printed, which has to be in that encoding."""
    data = given.encode(encoding, "replace")
    ran = ran_forked(["-m", *arguments], folder, data, environment(PYTHONIOENCODING=encoding))
    errors = ran.stderr.decode(encoding)
    assert ran.returncode == code, errors
    assert "Traceback" not in errors
    assert bool(errors) == bool(code)
    return ran.stdout.decode(encoding)


def shown(text: str, encoding: str) -> str:
    """Return a text as far as an encoding can show it."""
    return text.encode(encoding, "replace").decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_answers(folder: Path, encoding: str) -> None:
    assert shown(FEE, encoding) in run(encoding, folder, "bot", "ask", QUESTION)
    answer = json.loads(run(encoding, folder, "bot", "ask", QUESTION, "--json"))
    assert answer["question"] == QUESTION
    assert FEE in answer["quotes"][0]["text"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_chat(folder: Path, encoding: str) -> None:
    printed = run(encoding, folder, "bot", "chat", given=f"{QUESTION}\n")
    assert printed.startswith(f"# {shown(QUESTION, encoding)}\n")
    assert "Example: " in run(encoding, folder, "bot", "chat", "--help")


@pytest.mark.parametrize("encoding", ["euc_jp", "ascii"])
def test_the_index(folder: Path, encoding: str) -> None:
    assert shown(FEE, encoding) in run(encoding, folder, "index", "search", QUESTION)
    assert FEE in json.loads(run(encoding, folder, "index", "search", QUESTION, "--json"))["hits"][0]["text"]
    (failed,) = json.loads(run(encoding, folder, "index", "build", "--json", code=1))["failed"]
    assert failed["path"] == "壊れた¥🐋.md"
    run(encoding, folder, "index", "build", code=1)


def test_the_measurements(folder: Path) -> None:
    (missed,) = json.loads(run("ascii", folder, "index", "eval", "questions.jsonl", "--json"))["misses"]
    assert missed["question"] == QUESTION
    assert "evidence@1" in run("ascii", folder, "index", "eval", "questions.jsonl")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_records_and_manifest(folder: Path, encoding: str) -> None:
    for command in ("unanswered", "feedback"):
        assert json.loads(run(encoding, folder, "bot", command, "--json"))["question"] == FEE
        assert shown(FEE, encoding) in run(encoding, folder, "bot", command, "--csv")
        assert shown("参加費は", encoding) in run(encoding, folder, "bot", command)
    assert json.loads(run(encoding, folder, "bot", "manifest")) == app_manifest()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_errors(tmp_path: Path, encoding: str) -> None:
    for arguments in (("index", "stats", "--index", "鯨¥🐋"), ("bot", "ask", "x", "--batch", "鯨¥🐋")):
        assert run(encoding, tmp_path, *arguments, code=2) == ""
