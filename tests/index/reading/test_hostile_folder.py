"""An articles folder that others can write to: what is no report of theirs is named, and the reports are indexed."""

from __future__ import annotations

import json
import os
import resource
import shutil

import pytest

from index.building.changes import find_changes
from index.checking.stats import article_drift
from index.checking.verify import problems
from index.settings import IndexSettings
from index.sites.facts import NO_EVENT
from index.storage.tables import ArticleEntry
from tests.support.helpers import MOSS, WHALES, lock, one_version, python, refresh, stored_sources, write

pytestmark = pytest.mark.slow

SECRET = "xoxb-not-for-everybody"
# 345 bytes whose topics, written out, take gigabytes.
LISTS = "\n".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(9))
BOMB = f"---\n{LISTS}\ntopics: *a8\n---\n# Bomb\n"


@pytest.fixture
def place(tmp_path):
    """Return a folder with a secret, reports in "articles" and one elsewhere, and much in "articles" that is none."""
    articles = write(tmp_path / "articles", moss=MOSS, whales=WHALES)
    write(articles, bomb=BOMB, digits=f"---\ntitle: a\ntopics: [{'9' * 5000}]\n---\n# Digits\n")
    write(tmp_path / "elsewhere", lamps=MOSS.replace("Moss", "Lamp"))
    (tmp_path / ".env").write_text(f"SLACK_BOT_TOKEN={SECRET}\n")
    os.mkfifo(articles / "pipe.md")
    (articles / "env.md").symlink_to("../.env")
    (articles / "lamps.md").symlink_to("../elsewhere/lamps.md")
    (articles / "more").symlink_to("../elsewhere")
    (articles / "new\nline\x1b[2J.md").symlink_to("/etc/passwd")
    (articles / "huge.md").write_bytes(b"x" * (3 << 20))
    return tmp_path


REFUSED = ["bomb.md", "digits.md", "env.md", "huge.md", "new\nline\x1b[2J.md", "pipe.md"]
ELSEWHERE = ["lamps.md", "more"]


def build(place, *options, **settings):
    return python("-m", "index", "build", *options, cwd=place, **settings)


def test_what_is_refused_is_named_and_the_others_are_indexed(place):
    ran = build(place, "--json")
    assert ran.returncode == 1, ran.stderr
    made = json.loads(ran.stdout)
    assert sorted(failed["path"] for failed in made["failed"]) == sorted(REFUSED + ELSEWHERE)
    assert (made["articles"], made["added"]) == (2, 2)
    lines = ran.stderr.splitlines()
    assert len(lines) == len(made["failed"])
    assert all(line.startswith("Not indexed: ") and line.isprintable() for line in lines)
    assert set(stored_sources(place / ".index")) == {"moss.md", "whales.md"}
    assert all(SECRET.encode() not in file.read_bytes() for file in one_version(place / ".index").iterdir())
    ran = python("-m", "index", "stats", "--json", cwd=place)
    assert json.loads(ran.stdout)["articles since"]["unreadable"] == len(REFUSED + ELSEWHERE), ran.stderr


def test_places_where_links_may_lead(place):
    ran = build(place, "--json", ALLOW_LINKS_TO="elsewhere, nowhere")
    assert ran.returncode == 1, ran.stderr
    made = json.loads(ran.stdout)
    assert sorted(failed["path"] for failed in made["failed"]) == sorted(REFUSED)
    assert made["skipped"] == [{"path": "more/lamps.md", "reason": "the same text as lamps.md"}]
    assert set(stored_sources(place / ".index")) == {"moss.md", "whales.md", "lamps.md"}


def test_the_folder_that_the_bot_runs_in(place):
    (place / "env.md").symlink_to(".env")
    shutil.rmtree(place / "articles")
    ran = build(place, "--json", ARTICLES=".")
    assert ran.returncode == 1, ran.stderr
    assert [failed["path"] for failed in json.loads(ran.stdout)["failed"]] == ["env.md"]
    assert set(stored_sources(place / ".index")) == {"elsewhere/lamps.md"}


def test_a_link_of_an_earlier_build_is_taken_out(place):
    """What an index has of files outside must not stay there."""
    articles, index = write(place / "few", moss=MOSS), place / "index"
    (articles / "lamps.md").symlink_to("../elsewhere/lamps.md")
    assert refresh(articles, index, links_to=[place / "elsewhere"]).articles == 2
    report = refresh(articles, index)
    assert (report.removed, [failed["path"] for failed in report.failed]) == (1, ["lamps.md"])
    assert set(stored_sources(index)) == {"moss.md"}


def test_little_memory_for_a_bomb(tmp_path):
    """The limit is far above what reading takes, and far below what the list would."""
    write(tmp_path, bomb=BOMB)
    program = f"""
import resource
from pathlib import Path
from index.reading.articles import read_article
resource.setrlimit(resource.RLIMIT_AS, ({1 << 30}, {resource.RLIM_INFINITY}))
try:
    read_article(Path("."), Path("bomb.md"))
except Exception as error:
    print(type(error).__name__, error)
"""
    ran = python("-c", program, cwd=tmp_path)
    assert ran.stdout == "ArticleError bomb.md:3: The front matter has an alias, which is not allowed.\n", ran.stderr


@pytest.mark.parametrize("limit", [500, 400])
def test_what_the_index_has_of_a_locked_folder_is_kept(tmp_path, monkeypatch, limit):
    """Also when it has to be split anew."""
    articles, index = write(tmp_path / "articles", moss=MOSS), tmp_path / "index"
    write(articles / "lost+found", whales=WHALES)
    refresh(articles, index)
    write(articles, moss=MOSS.replace("nine", "eleven"))
    lock(monkeypatch, articles / "lost+found")
    report = refresh(articles, index, limit=limit)
    assert [(failed["path"], failed["line"]) for failed in report.failed] == [("lost+found", 1)]
    assert "Permission denied" in report.failed[0]["reason"]
    assert (report.articles, report.changed, report.unchanged, report.removed) == (2, 1, 1, 0)
    assert set(stored_sources(index)) == {"moss.md", "lost+found/whales.md"}
    assert problems(index) == []
    counted = {"added": 0, "changed": 0, "removed": 0, "unchanged": 2, "unreadable": 1}
    assert article_drift(index, [articles], drafts=True) == counted
    monkeypatch.undo()
    write(articles / "lost+found", whales=WHALES + "\nもっと。\n")
    report = refresh(articles, index, limit=limit)
    assert (report.failed, report.changed) == ((), 1)


def test_paths_in_an_index_lead_nowhere(tmp_path):
    """A path that an index holds is compared with those that are found, and never opened."""
    write(tmp_path / "secret", x=MOSS)
    articles = write(tmp_path / "articles", moss=MOSS)
    paths = ["../secret/x.md", str(tmp_path / "secret" / "x.md"), "moss.md/../../secret/x.md", "moss.md"]
    entries = [
        ArticleEntry(path, "x", (), True, False, b"", 0, 0, b"", "en", has_fields=False, event=NO_EVENT)
        for path in paths
    ]
    changes = find_changes([articles], entries, drafts=True)
    assert [one.path for one in changes.articles] == ["moss.md"]
    assert (changes.added, changes.changed, changes.removed, changes.failed) == (0, 1, 3, ())


def test_the_setting(monkeypatch):
    monkeypatch.setenv("ALLOW_LINKS_TO", " a , /b/c,")
    assert [str(path) for path in IndexSettings(_env_file=None).allow_links_to] == ["a", "/b/c"]
    monkeypatch.delenv("ALLOW_LINKS_TO")
    assert IndexSettings(_env_file=None).allow_links_to == ()
