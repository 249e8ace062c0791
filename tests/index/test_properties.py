"""What holds for every index and every question: nothing is shown but the bytes of a file."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.rendering import to_json, to_markdown
from index.checking.verify import problems
from index.quoting.quotes import QUOTED_CHARACTERS
from index.reading.article_files import find_files
from index.searching.results import Filters
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.generated_articles import articles as generated_articles
from tests.support.helpers import ARTICLES, MOSS, ROOT, WHALES, fake_answerer, opened, refresh, write

pytestmark = pytest.mark.slow

CORPUS = ROOT.parent / "shared" / "eval" / "corpus"
SEED = ROOT.parent / "shared" / "seed"
REAL = [
    path
    for folder, step in ((ARTICLES, 1), (SEED, 1), (CORPUS, 13))
    if folder.is_dir()
    for path in find_files(folder).files[::step]
]

QUESTIONS = ["what is it about?", "まとめは？", "札幌 酪農", "summary of the main points", "code", "題について教えて"]


def check_passages(index: Path, folder: Path) -> None:
    """Check that every passage and sentence is a range of its file."""
    store = FolderStore.open(index)
    for number in range(len(store)):
        stored = store.tables.passage(number)
        article, passage = stored.article, stored.passage
        assert article.source == (folder / article.path).read_bytes()
        assert article.text[passage.start : passage.end].decode() == stored.text
        start, _ = article.file_range(passage.start, passage.end)
        assert article.source.count(b"\n", 0, start) + 1 == stored.line
        assert stored.text.strip()
        at = stored.passage.start
        for sentence in stored.passage.sentences:
            assert at <= sentence.start < sentence.end <= stored.passage.end
            start, end = article.file_range(sentence.start, sentence.end)
            assert article.source[start:end].decode().strip()
            at = sentence.end
    store.close()


def check_search(index: Path, question: str) -> None:
    """Check order, ranks and determinism of the hits."""
    searcher = Searcher(opened(index), FakeEncoder())
    result = searcher.search(question, 20)
    assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)
    assert len({hit.stored.number for hit in result.hits}) == len(result.hits) == min(20, len(searcher.store))
    assert 0 <= result.answerable <= 1
    again = searcher.search(question, 20)
    assert (again.hits, again.answerable) == (result.hits, result.answerable)
    first = searcher.search(question, 1)
    assert (first.hits, len(first.hits)) == (result.hits[:1], min(1, len(searcher.store)))
    searcher.store.close()


def check_answer(index: Path, folder: Path, question: str) -> None:
    """Check that every quote is a range of its file, and that there are quotes, but not too many."""
    answerer = fake_answerer(index, threshold=0)
    answer = answerer.answer(question)
    for quote in answer.quotes:
        source = (folder / quote.citation.article).read_bytes()
        assert source[quote.start : quote.end].decode() == quote.text != ""
        assert source.count(b"\n", 0, quote.start) + 1 == quote.citation.line
    assert (answer.status == "answered") == bool(answer.quotes)
    assert sum(len(quote.page_text) for quote in answer.quotes) <= QUOTED_CHARACTERS + 20
    ranges = sorted((quote.citation.article, quote.start, quote.end) for quote in answer.quotes)
    for (one, _, end), (other, start, _) in pairwise(ranges):
        assert one != other or end <= start
    again = answerer.answer(question)
    assert replace(again, milliseconds=0.0) == replace(answer, milliseconds=0.0)
    assert to_markdown(again) == to_markdown(answer)
    json.dumps(to_json(answer)).encode()


def check_all(folder: Path, index: Path, questions: list[str]) -> None:
    """Build an index of a folder and check everything about it."""
    report = refresh(folder, index)
    assert report.failed == ()
    assert problems(index) == []
    check_passages(index, folder)
    for question in questions:
        check_search(index, question)
        check_answer(index, folder, question)


def begins_with_a_rule(article):
    """Tell whether the text begins as front matter does; it is read as such, and then need not be YAML."""
    return article.source[article.body_start :].lstrip().startswith((b"---", b"+++", b";;;", b"{"))


@settings(max_examples=25)
@given(
    st.lists(generated_articles().filter(lambda one: not begins_with_a_rule(one)), min_size=1, max_size=3),
    st.sampled_from(QUESTIONS),
)
def test_generated_articles(articles, question):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "articles")
        folder.mkdir()
        for number, article in enumerate(articles):
            (folder / f"{number}.md").write_bytes(article.source)
        check_all(folder, Path(name, "index"), [question])


LINE = st.one_of(
    st.text("字a 。", min_size=1, max_size=700).filter(str.strip), st.integers(300, 1_500).map(lambda n: "字a" * n)
)
LINES = st.lists(LINE, min_size=1, max_size=4)


@settings(max_examples=25)
@given(LINES, st.sampled_from(["", "```\n", "| a |\n|---|\n| ", "- ", "> "]), st.sampled_from(QUESTIONS))
def test_long_lines(lines, begins, question):
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name, "articles"), long="# 題\n\n" + begins + "\n".join(lines).replace("#", ""))
        check_all(folder, Path(name, "index"), [question])


@pytest.mark.usefixtures("either_store")
@settings(max_examples=150)
@given(question=st.text(max_size=60))
def test_any_question(question, own_small_index):
    folder, index = own_small_index
    check_search(index, question)
    check_answer(index, folder, question)


@pytest.fixture(scope="module")
def own_small_index(tmp_path_factory):
    """Two small articles and their index."""
    root = tmp_path_factory.mktemp("small")
    refresh(write(root / "articles", whales=WHALES, moss=MOSS), root / "index")
    return root / "articles", root / "index"


@pytest.mark.usefixtures("either_store")
def test_real_articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in REAL:
        shutil.copy(path, folder / path.name)
    check_all(folder, tmp_path / "index", [*QUESTIONS, "what is OLAP?", "what did track4 conclude?"])


@pytest.mark.usefixtures("either_store")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"whales.md", "moss.md"}),
        (Filters(articles=["moss.md"]), {"moss.md"}),
        (Filters(topics=["PYTHON"]), {"whales.md"}),
        (Filters(topics=["whales", "moss"]), {"whales.md", "moss.md"}),
        (Filters(articles=["moss.md"], topics=["python"]), set()),
        (Filters(articles=["none.md"]), set()),
    ],
)
def test_filters(own_small_index, filters, expected):
    searcher = Searcher(opened(own_small_index[1]), FakeEncoder())
    hits = searcher.search("lamp 鯨 Python", 20, filters).hits
    assert {hit.stored.article.path for hit in hits} == expected
    whole = searcher.search("lamp 鯨 Python", 20).hits
    kept = [hit.stored.number for hit in whole if hit.stored.article.path in expected]
    assert [hit.stored.number for hit in hits] == kept
