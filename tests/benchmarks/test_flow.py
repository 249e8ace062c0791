"""What benchmarks/flow.py counts is what is done, and the figures of other labels are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import ROOT, python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

# Everything is done once or twice, in a process of its own: what is put into the libraries cannot be taken out again.
DONE = """
import json, sys
sys.path.insert(0, "{benchmarks}")
import counts
counts.start()
import sqlite3
from markdown_it import MarkdownIt
from sudachipy import Dictionary, SplitMode
connection = sqlite3.connect(":memory:")
counts.take()
connection.execute("SELECT x, y AS source FROM (SELECT 1 AS x, 2 AS y UNION SELECT 3, 4)").fetchall()
assert connection.execute("SELECT 5").fetchone() == (5,)
tokenizer = Dictionary(dict="core").tokenizer(mode=SplitMode.A)
assert [one.surface() for one in tokenizer.tokenize("鯨の声")] == ["鯨", "の", "声"]
tokenizer.tokenize(" ")
MarkdownIt().parse("# Whales")
open("whales.md", "w").close()
open("whales.txt", "w").close()
found = counts.module_with("class Searcher").Searcher
for asked in ("whales", "whales", "moss"):
    try:
        found.search(None, asked)
    except AttributeError:
        pass  # of None
print(json.dumps(counts.take()), json.dumps(counts.take()))
"""


@pytest.mark.slow
def test_what_is_done_is_counted(tmp_path: Path) -> None:
    ran = python("-c", DONE.format(benchmarks=ROOT / "benchmarks"), cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    first, second = ran.stdout.split("} ")
    assert json.loads(first + "}") == {
        "SQL statements": 2,
        "rows read": 3,
        "whole articles read": 2,
        "tokenizer calls": 2,
        "tokenizer calls on blanks": 1,
        "Markdown parses": 1,
        "article files opened": 1,
        "searches": 3,
        "searches of the same text again": 1,
    }
    assert json.loads(second) == {}


def test_a_class_that_is_gone_is_named(tmp_path: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT / 'benchmarks')!r}); import counts; counts.module_with('x y')"
    ran = python("-c", program, cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stderr.startswith("No module of index/ or bot/ has `x y` any more")


@pytest.mark.slow
def test_runs_of_other_labels_are_kept(tmp_path: Path) -> None:
    keep = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'benchmarks')!r}); import flow; from pathlib import Path;"
        "flow.keep(Path('results/flow.json'), sys.argv[1], {'queries': int(sys.argv[2])})"
    )
    for label, queries in (("before", "9"), ("after", "5"), ("after", "4")):
        assert python("-c", keep, label, queries, cwd=tmp_path).returncode == 0
    kept = json.loads((tmp_path / "results" / "flow.json").read_text())
    assert kept == {"before": {"queries": 9}, "after": {"queries": 4}}


def test_a_text_is_cut_into_words_once_and_a_blank_never(tmp_path: Path) -> None:
    program = f"""
import json, sys
sys.path.insert(0, {str(ROOT / "benchmarks")!r})
import counts
counts.start()
from index.language import lexicon
for asked in ("Which whale sings?", "Which whale sings?", "鯨の声", "鯨の声"):
    print(lexicon.terms(asked))
print(lexicon.readings(" \\n\\t\\n"), json.dumps(counts.take()))
"""
    ran = python("-c", program, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    first, again, whales, whales_again, last = ran.stdout.splitlines()
    assert first == again == "['whale', 'sing']"
    assert whales == whales_again == "['鯨', '声']"
    # The question mark, and the Japanese text.
    assert last == '[] {"tokenizer calls": 2, "tokenizer calls on blanks": 0}'


@pytest.mark.parametrize("room", [0, 8 << 20])
def test_a_changed_file_is_read_and_parsed_once_where_there_is_room(room: int, tmp_path: Path) -> None:
    """The title of one article stands in its text, which is parsed to find it."""
    program = f"""
import json, sys
sys.path[:0] = [{str(ROOT / "benchmarks")!r}, {str(ROOT / "tests")!r}]
import counts
counts.start()
from tests.support.helpers import MOSS, WHALES, refresh, write
from index.building import changes
changes.HELD_BYTES = {room}
from pathlib import Path
articles = write(Path("articles"), whales=WHALES, moss=MOSS.replace('title: "Moss night"', "x: y"))
counts.take()
report = refresh(articles, Path("index"))
taken = counts.take()
print(report.added, taken[counts.OPENED], taken[counts.PARSES])
"""
    ran = python("-c", program, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == (["2", "2", "2"] if room else ["2", "4", "3"])


def test_what_one_question_needs_is_read_together(tmp_path: Path) -> None:
    """Ten passages of two articles: all rows in a few statements, the text of an article once at most."""
    program = f"""
import sys
sys.path[:0] = [{str(ROOT / "benchmarks")!r}, {str(ROOT / "tests")!r}]
import counts
counts.start()
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh, write
from index.quoting.quotes import choose_spans
from index.searching.search import Searcher
from index.storage.store import FolderStore
from pathlib import Path
text = "---\\ntitle: {{}} night\\n---\\n"
for number in range(5):
    text += f"# Whale {{number}}\\n\\nA whale of the bay sang {{number}} songs.\\n\\n"
articles = write(Path("articles"), grey=text.format("Grey"), blue=text.format("Blue"))
refresh(articles, Path("index"))
searcher = Searcher(FolderStore.open(Path("index")), FakeEncoder())
counts.take()
found = searcher.search("how many songs did a whale of the bay sing?", 10)
searched = counts.take()
assert len(found.hits) == 10
assert choose_spans(found, searcher)
quoted = counts.take()
print(searched[counts.SQL] + quoted[counts.SQL], searched[counts.ARTICLES] + quoted[counts.ARTICLES])
"""
    ran = python("-c", program, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    statements, articles = map(int, ran.stdout.split())
    assert statements <= 20
    assert articles <= 2
