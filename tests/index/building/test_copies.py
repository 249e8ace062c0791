"""Copies of a report: the same text is indexed, quoted and cited once, and comes back when the one that stays goes."""

from __future__ import annotations

import json
import shutil

import pytest

from index.checking.stats import article_drift
from index.checking.verify import problems
from tests.support.helpers import MOSS, WHALES, fake_answerer, lock, python, refresh, stored_sources, write

pytestmark = pytest.mark.slow

SLUG = "night-of-whales"
QUESTION = "受付は何時に始まった？"


@pytest.fixture
def articles(tmp_path):
    return write(tmp_path / "articles", **{SLUG: WHALES}, moss=MOSS)


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def copied(articles, *paths, text=WHALES):
    for path in paths:
        (articles / path).parent.mkdir(parents=True, exist_ok=True)
        (articles / path).write_bytes(text.encode())


def skipped(report):
    return {one.path: one.reason for one in report.skipped}


COPIES = ("night-of-whales のコピー.md", "Copy of night-of-whales.md", "2024/night-of-whales.md", "a.markdown")


def test_the_same_bytes_are_one_source(articles, index):
    copied(articles, *COPIES)
    report = refresh(articles, index)
    assert skipped(report) == dict.fromkeys(COPIES, f"the same text as {SLUG}.md")
    assert (report.articles, report.added, report.failed) == (2, 2, ())
    assert set(stored_sources(index)) == {f"{SLUG}.md", "moss.md"}
    assert problems(index) == []
    answer = fake_answerer(index, threshold=0).answer(QUESTION)
    texts = [quote.text for quote in answer.quotes]
    assert len(texts) == len(set(texts))
    assert {quote.citation.article for quote in answer.quotes} <= {f"{SLUG}.md", "moss.md"}


@pytest.mark.parametrize(
    "variant",
    [
        WHALES.replace("\n", "\r\n"),
        f"\ufeff{WHALES}",
        f"{WHALES}\n\n",
        WHALES.replace("published: true", "published: false"),
        WHALES.replace("topics: [whales, python]", "topics: [whales]\nemoji: 🐳"),
    ],
    ids=["line ends", "mark", "blank lines", "draft", "front matter"],
)
def test_copies_that_read_the_same(articles, index, variant):
    copied(articles, "a.md", text=variant)
    assert skipped(refresh(articles, index)) == {"a.md": f"the same text as {SLUG}.md"}
    assert stored_sources(index)[f"{SLUG}.md"] == WHALES.encode()


TITLE = "鯨を数える夕べ"


@pytest.mark.parametrize(
    "title",
    "{}のコピー|{} のコピー 2|{}（コピー）|{} - コピー (3)|コピー ～ {}|{}の複製|{} copy|{} Copy 2|{} (copy)|{}-copy"
    "|Copy of {}|copy of Copy of {}|{} (1)|{}（２）|{}のコピー (1)|{}のコピーのコピー|{}_copy".split("|"),
)
def test_a_title_that_names_a_copy_is_no_other_text(articles, index, title):
    """Also where the copy has the shorter name, and came before it was known for one."""
    copied(articles, "a.md", text=WHALES.replace(TITLE, title.format(TITLE)))
    report = refresh(articles, index)
    assert (skipped(report), report.articles) == ({"a.md": f"the same text as {SLUG}.md"}, 2)
    assert stored_sources(index)[f"{SLUG}.md"] == WHALES.encode()
    assert refresh(articles, index).unchanged == 2


def test_two_copies_of_what_is_gone_are_one(articles, index):
    (articles / f"{SLUG}.md").unlink()
    copied(articles, "a.md", text=WHALES.replace(TITLE, f"{TITLE} copy"))
    copied(articles, "b.md", text=WHALES.replace(TITLE, f"{TITLE}のコピー"))
    assert skipped(refresh(articles, index)) == {"b.md": "the same text as a.md"}


@pytest.mark.parametrize("title", ["{} 第2回", "Copy of that {}", "{} 2024", "{}のコピー機", "(1)"])
def test_another_title_is_another_text(articles, index, title):
    copied(articles, "a.md", text=WHALES.replace(TITLE, title.format(TITLE)))
    assert refresh(articles, index).skipped == ()


@pytest.mark.parametrize(
    "variant",
    [WHALES.replace("18時", "19時"), WHALES.replace("鯨を数える夕べ", "鯨を数える朝"), WHALES.replace("\n###", "\n##")],
    ids=["text", "title", "heading"],
)
def test_what_differs_is_no_copy(articles, index, variant):
    copied(articles, "a.md", text=variant)
    report = refresh(articles, index)
    assert (report.articles, report.skipped) == (3, ())


def test_files_without_a_title_are_called_as_they_are_named(articles, index):
    text = "苔の話だけが書いてあります。\n"
    copied(articles, "one.md", "two.md", text=text)
    assert skipped(refresh(articles, index)) == {"two.md": "the same text as one.md"}


@pytest.mark.slow
def test_the_other_one_appears_when_the_one_that_is_kept_goes(articles, index):
    copied(articles, "2024/copy.md")
    refresh(articles, index)
    (articles / f"{SLUG}.md").unlink()
    report = refresh(articles, index)
    # What was encoded of the first is the other's, too.
    assert (report.added, report.removed, report.skipped, report.encoded) == (1, 1, (), 0)
    assert set(stored_sources(index)) == {"2024/copy.md", "moss.md"}
    copied(articles, f"{SLUG}.md")
    report = refresh(articles, index)
    assert (report.added, report.removed, set(skipped(report))) == (1, 1, {"2024/copy.md"})
    copied(articles, f"{SLUG}.md", text=WHALES + "\nもっと。\n")
    report = refresh(articles, index)
    assert (report.added, report.changed, report.removed, report.skipped) == (1, 1, 0, ())
    assert set(stored_sources(index)) == {f"{SLUG}.md", "2024/copy.md", "moss.md"}


def test_which_one_is_kept_does_not_depend_on_the_order(articles, index, tmp_path):
    """Of copies that come one by one, as of those that are there from the beginning."""
    paths = ["z.md", "b/c/d.md", "b/a.md", "a.md", "aa.md"]
    (articles / f"{SLUG}.md").unlink()
    for path in paths:
        copied(articles, path)
        refresh(articles, index)
    refresh(articles, tmp_path / "at once")
    assert stored_sources(index) == stored_sources(tmp_path / "at once")
    assert set(stored_sources(index)) == {"a.md", "moss.md"}


def test_nothing_changes_where_only_copies_come_and_go(articles, index):
    first = refresh(articles, index)
    copied(articles, *COPIES)
    assert article_drift(index, [articles], drafts=True)["added"] == 0
    second = refresh(articles, index)
    assert (second.version, second.unchanged, len(second.skipped)) == (first.version, 2, len(COPIES))


def test_copies_in_two_folders(articles, index, tmp_path):
    """Also under the same path, and of a folder that is given twice."""
    shutil.copytree(articles, tmp_path / "more")
    copied(tmp_path / "more", "other.md", text=WHALES + "\nもっと。\n")
    report = refresh([articles, tmp_path / "more", articles], index)
    assert (report.articles, report.failed) == (3, ())
    assert set(skipped(report)) == {f"{SLUG}.md", "moss.md"}


def test_a_draft_that_is_left_out_is_no_original(articles, index):
    copied(articles, "a.md", text=MOSS.replace("published: false", "published: true"))
    report = refresh(articles, index, drafts=False)
    assert skipped(report) == {"moss.md": "a draft, and DRAFTS is false"}
    assert set(stored_sources(index)) == {f"{SLUG}.md", "a.md"}


def test_a_copy_of_what_is_locked_stays_a_copy(articles, index, monkeypatch):
    (articles / f"{SLUG}.md").unlink()
    copied(articles, "a/x.md", "b/copy.md")
    refresh(articles, index)
    lock(monkeypatch, articles / "a")
    report = refresh(articles, index)
    assert (skipped(report), report.unchanged) == ({"b/copy.md": "the same text as a/x.md"}, 2)


@pytest.mark.slow
def test_the_build_says_so(articles, tmp_path):
    copied(articles, "a.markdown", "b.md")
    ran = python("-m", "index", "build", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines() == [f"Skipped: a.markdown, b.md: the same text as {SLUG}.md."]
    ran = python("-m", "index", "build", "--json", cwd=tmp_path)
    reason = f"the same text as {SLUG}.md"
    assert json.loads(ran.stdout)["skipped"] == [{"path": path, "reason": reason} for path in ("a.markdown", "b.md")]
    assert ran.stderr == ""
