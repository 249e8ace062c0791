"""What `index stats` says about an index, its articles since, its recipes and the stages of a question."""

from __future__ import annotations

import pytest

from index.checking.stats import article_drift, profile, recipe_drift, statistics
from index.errors import ArticlesFolderError, IndexMismatch
from index.settings import IndexSettings
from tests.support.helpers import MOSS, WHALES, one_version, python, refresh, write


@pytest.fixture
def index(tmp_path):
    refresh(write(tmp_path / "articles", moss=MOSS, whales=WHALES), tmp_path / "index")
    return tmp_path / "index"


def test_articles_since(index, tmp_path):
    articles = tmp_path / "articles"
    none = {"added": 0, "changed": 0, "removed": 0, "unchanged": 2, "unreadable": 0}
    assert article_drift(index, [articles], drafts=True) == none
    before = one_version(index)
    write(articles, moss=MOSS + "\nMore.\n", other=MOSS, broken="---\ntitle: [\n---\n")
    (articles / "whales.md").unlink()
    counted = {"added": 1, "changed": 1, "removed": 1, "unchanged": 0, "unreadable": 1}
    assert article_drift(index, [articles], drafts=True) == counted
    assert one_version(index) == before
    built = refresh(articles, index)
    assert (built.added, built.changed, built.removed, len(built.failed)) == (1, 1, 1, 1)


def test_stages_and_files(index):
    found = statistics(index)
    assert {"reading", "splitting", "encoding", "words", "vectors", "background"} <= found["build seconds"].keys()
    assert sum(found["file bytes"].values()) == found["bytes"]
    assert found["dense"]["recall"] == 1


def test_recipes_since(real_index):
    assert recipe_drift(real_index, IndexSettings(_env_file=None)) == {}
    differing = recipe_drift(real_index, IndexSettings(max_characters=300, _env_file=None))
    assert differing == {"split max_characters": "600 → 300"}


def test_profile(real_index, index):
    taken = profile(IndexSettings(index=real_index, _env_file=None))
    assert {"load model", "open index", "encode", "late interaction", "quotes"} <= taken.keys()
    assert min(taken.values()) >= 0
    with pytest.raises(IndexMismatch):
        profile(IndexSettings(index=index, _env_file=None))


def test_only_named_folders_must_be_there(real_index, tmp_path):
    with pytest.raises(ArticlesFolderError):
        article_drift(real_index, [tmp_path / "none"], drafts=True)
    command = ("-m", "index", "stats", "--index", real_index)
    ran = python(*command, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "not compared: there is no articles folder articles" in ran.stdout
    ran = python(*command, "--articles", "none", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "there is no articles folder none" in ran.stderr
    ran = python(*command, "--articles", real_index.parent / "articles", cwd=tmp_path)
    assert "articles since unchanged" in ran.stdout
