"""``index show`` prints an article as the bot sees it, and the build what it read by dialect."""

from __future__ import annotations

import json

import pytest

from index.checking.article_view import view
from index.errors import NoSuchArticle
from index.sites.site import Site, Sites
from index.storage.store import FolderStore
from tests.support.helpers import MOSS, WHALES, python, refresh, write

pytestmark = pytest.mark.slow

HUGO = """---
title: "Otter summit"
date: 2024-05-06
draft: true
slug: otters
---
Rivers first. <!-- hidden -->

## Dams {#dams-and-pools}

Otters build none. Beavers do.

## Empty
"""
PLAIN = "# Heron meetup\n\nAt dawn.\n"
NOTE = "Nobody came.\n"
SITE = Sites((Site.of("https://blog.example.com/{year}/{slug}/"),))


@pytest.fixture
def index(tmp_path):
    folder = write(tmp_path / "articles", whales=WHALES, moss=MOSS)
    write(folder / "content" / "posts" / "otter-summit", index=HUGO)
    write(folder / "notes", heron=PLAIN, empty=NOTE)
    refresh(folder, tmp_path / ".index")
    return tmp_path / ".index"


@pytest.fixture
def tables(index):
    store = FolderStore.open(index)
    yield store.tables
    store.close()


OTTERS = "content/posts/otter-summit/index.md"


def test_an_article_as_json(tables):
    found = view(tables, OTTERS, SITE).as_json()
    sections = found.pop("sections")
    assert found == {
        "article": OTTERS,
        "title": "Otter summit",
        "title_from": "front matter",
        "dialect": "hugo",
        "date": "2024-05-06",
        "draft": found["draft"],
        "topics": [],
        "event": {"name": "", "number": "", "years": ()},
        "url": found["url"],
    }
    front, *sections = sections
    assert [s["text"] for p in front["passages"] for s in p["sentences"]] == ["date: 2024-05-06"]
    places = [(one["headings"], one["level"], one["anchor"], one["line"]) for one in sections]
    assert places == [
        ([], 0, None, 7),
        (["Dams"], 2, "dams-and-pools", 9),
        (["Empty"], 2, "empty", 13),
    ]
    sentences = [[s["text"] for p in one["passages"] for s in p["sentences"]] for one in sections]
    assert sentences == [["Rivers first."], ["Otters build none.", "Beavers do."], []]
    [passage] = sections[1]["passages"]
    assert (passage["line"], passage["characters"]) == (11, len("Otters build none. Beavers do."))
    for sentence in passage["sentences"]:
        assert HUGO.encode()[sentence["start"] : sentence["end"]].decode() == sentence["text"]
    assert [sentence["line"] for sentence in passage["sentences"]] == [11, 11]


def test_the_page_of_an_article(tables):
    assert view(tables, "notes/heron.md", Sites((Site.of("https://e.com/{path}"),))).url == "https://e.com/notes/heron"
    assert view(tables, "notes/heron.md", SITE).url is None
    assert view(tables, "notes/heron.md", Sites()).url is None


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("whales.md", "whales.md"),
        ("./whales.md", "whales.md"),
        ("articles/whales.md", "whales.md"),
        ("heron.md", "notes/heron.md"),
        ("heron", "notes/heron.md"),
        ("otter-summit", OTTERS),
        ("otter-summit/index.md", OTTERS),
    ],
)
def test_names_of_articles(tables, name, path):
    assert view(tables, name, SITE).article.path == path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("whale", "the index has no article whale; the nearest: whales.md"),
        ("wales.md", "the index has no article wales.md; the nearest: whales.md"),
        ("zzzz", "the index has no article zzzz"),
        ("", "the index has no article "),
    ],
)
def test_no_such_article(tables, name, message):
    with pytest.raises(NoSuchArticle) as raised:
        view(tables, name, SITE)
    assert str(raised.value).startswith(message)


@pytest.mark.slow
def test_the_commands(tmp_path):
    folder = write(tmp_path / "articles", whales=WHALES)
    write(folder / "posts", otter=HUGO.replace("draft: true", "draft: false"))
    write(folder / "notes", heron=PLAIN, empty=NOTE)
    (folder / "photo.png").write_bytes(b"x")
    built = python("-m", "index", "build", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    lines = [" ".join(line.split()) for line in built.stdout.splitlines()]
    assert lines[0].startswith("4 articles in .index: ")
    assert lines[1:] == [
        "dialect files titles from dates drafts markup left out",
        "hugo 1 front matter 1 1 0 1 edits, 15 bytes",
        "plain 2 file name 1, heading 1 0 0 –",
        "zenn 1 front matter 1 0 0 –",
        "1 skipped",
    ]
    again = json.loads(python("-m", "index", "build", "--json", cwd=tmp_path).stdout)
    assert again["dialects"]["plain"] == {
        "files": 2,
        "titles": {"file name": 1, "heading": 1},
        "dates": 0,
        "drafts": 0,
        "edits": 0,
        "bytes": 0,
    }
    assert again["unchanged"] == 4
    settings = {"SITE": "https://blog.example.com/{year}/{slug}/"}
    shown = python("-m", "index", "show", "posts/otter.md", cwd=tmp_path, **settings)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines() == [
        "Otter summit  (title from the front matter)",
        "posts/otter.md: hugo, 2024-05-06",
        "https://blog.example.com/2024/otters/",
        "",
        "(front matter)  (line 3, no anchor)",
        "  passage 1, 16 characters",
        "       3  field  date: 2024-05-06",
        "",
        "(before the first heading)  (line 7, no anchor)",
        "  passage 1, 13 characters",
        "       7  text   Rivers first.",
        "",
        "Dams  (line 9, #dams-and-pools)",
        "  passage 1, 30 characters",
        "      11  text   Otters build none.",
        "      11  text   Beavers do.",
        "",
        "Empty  (line 13, #empty)",
    ]
    lost = python("-m", "index", "show", "oter.md", cwd=tmp_path)
    assert (lost.returncode, lost.stdout) == (2, "")
    assert lost.stderr == "Error: the index has no article oter.md; the nearest: posts/otter.md\n"
