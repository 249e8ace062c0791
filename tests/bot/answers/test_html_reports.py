"""A report that is a page of HTML, from its file to the answer, with the real model and the real commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.model]

REPORT = """<!DOCTYPE html>
<html>
<head><title>Head</title><script>var venue = "script";</script></head>
<body>
  <h1>Kelp Night 2031</h1>
  <!-- The venue was a secret. -->
  <h2 id="venue">Venue &amp; access</h2>
  <p>The venue of Kelp Night was the <b>Harbour</b> Observatory,<br>
     a <a href="https://example.com/walk">ten minute walk</a> from <i>Pier</i> 7.</p>
  <h2>Fees</h2>
  <table>
    <tr><th>Ticket</th><th>Price</th></tr>
    <tr><td>Student</td><td><b>12</b> dollars</td></tr>
    <tr><td>Adult</td><td>34 dollars &amp; a smile</td></tr>
  </table>
  <h2>Talks</h2>
  <ul>
    <li><p>Mira Oduya on <code>kelp_farm</code> robots that harvest at night</p></li>
    <li><p>Tomas Brandt on the *cost* of sea water sensors</p></li>
  </ul>
</body>
</html>
"""
NOTES = (
    "---\ntitle: Desert Forum notes\n---\n\n## Lunch\n\nThe Desert Forum served **dates** and <kbd>mint tea</kbd>.\n"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("html")
    (folder / "articles").mkdir()
    (folder / "articles" / "kelp-night.md").write_text(REPORT)
    (folder / "articles" / "desert-forum.md").write_text(NOTES)
    built = python("-m", "index", "build", "--articles", "articles", "--index", "index", cwd=folder)
    assert built.returncode == 0, built.stderr
    return folder / "index"


def ask(index: Path, question: str) -> dict:
    ran = python("-m", "bot", "ask", question, "--json", "--index", index, cwd=index.parent)
    assert (ran.returncode, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("question", "shown", "heading", "anchor"),
    [
        (
            "What was the venue of Kelp Night 2031?",
            "> The venue of Kelp Night was the Harbour Observatory,\n> a ten minute walk from Pier 7.",
            "Venue & access",
            "venue",
        ),
        ("How much is a student ticket for Kelp Night?", "| Student | 12 dollars |", "Fees", "fees"),
        (
            "Who talked about kelp farm robots?",
            "Mira Oduya on kelp\\_farm robots that harvest at night",
            "Talks",
            "talks",
        ),
        ("What did the Desert Forum serve for lunch?", "**dates** and mint tea.", "Lunch", "lunch"),
    ],
)
def test_the_answer_is_what_the_page_shows(index: Path, question: str, shown: str, heading: str, anchor: str) -> None:
    answer = ask(index, question)
    assert answer["status"] == "answered"
    assert shown in answer["text"]
    assert not [mark for mark in ("<", "&amp;", "script", "secret") if mark in answer["text"]]
    (quote,) = [quote for quote in answer["quotes"] if quote["headings"][-1] == heading]
    assert quote["anchor"] == anchor
    source = (index.parent / "articles" / quote["article"]).read_bytes()
    assert source[quote["start"] : quote["end"]].decode() == quote["text"]
    assert quote["text"].count("<") == quote["text"].count(">")
    assert "<" not in quote["markdown"]
