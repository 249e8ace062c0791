"""What is left out of an articles folder is said, once and by its kind; no way of writing .md is left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from index.reading.article_files import Places, find_files
from index.reading.skipped import SkippedPath, sentences
from tests.support.helpers import MOSS, python, refresh, stored_sources

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


def put(path: Path, text: str = MOSS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def skipped(folder, *linked):
    found = find_files(folder, Places.of([folder], linked))
    return {one.path: one.reason for one in found.skipped}


NAMES = ["A.MD", "b.markdown", "c.Md", "d.MARKDOWN", "sub/e.mD", "f.md"]


def test_every_way_of_writing_the_ending(folder, tmp_path):
    for name in NAMES:
        put(folder / name, MOSS.replace("Moss night", f"Moss night {name}"))
    report = refresh(folder, tmp_path / "index")
    assert (report.failed, report.skipped) == ((), ())
    assert sorted(stored_sources(tmp_path / "index")) == sorted(NAMES)


def test_the_ending_is_no_part_of_a_title(folder, tmp_path):
    put(folder / "moss.MARKDOWN", "Moss.\n")
    put(folder / "fern.Md", "Fern.\n")
    refresh(folder, tmp_path / "index")
    ran = python("-m", "index", "build", "--json", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    ran = python("-m", "index", "search", "moss", "--json", cwd=tmp_path)
    assert {hit["title"] for hit in json.loads(ran.stdout)["hits"]} == {"moss", "fern"}


def test_what_is_no_markdown_and_what_is_hidden(folder):
    for name in ("a.md", "img/a.png", "notes.txt", ".git/config", ".draft.md", "sub/.DS_Store", "md", "x.md.bak"):
        put(folder / name)
    no_markdown = dict.fromkeys(["img/a.png", "notes.txt", "md", "x.md.bak"], "no Markdown file (.md, .markdown, .mdx)")
    assert skipped(folder) == {**no_markdown, **dict.fromkeys([".git", ".draft.md", "sub/.DS_Store"], "hidden")}


def test_linked_folders_that_are_not_followed(folder, tmp_path):
    put(folder / "sub" / "a.md")
    put(tmp_path / "shared" / "b.md")
    links = {"again": "sub", "round": ".", "sub/up": "..", "gone": "nowhere", "self": "self"}
    for name, target in {**links, "shared": "../shared", "twice": "../shared"}.items():
        (folder / name).symlink_to(target)
    (tmp_path / "shared" / "back").symlink_to(folder)
    (tmp_path / "shared" / "round").symlink_to(".")
    reasons = skipped(folder, tmp_path / "shared")
    elsewhere = "a link to a folder that is read where it is, or by another link"
    nowhere = dict.fromkeys(["gone", "self"], "a link that leads nowhere")
    read = ["again", "round", "sub/up", "twice", "shared/back", "shared/round"]
    assert reasons == {**nowhere, **dict.fromkeys(read, elsewhere)}
    # Without a yes it is refused, which is said as well.
    assert {error.path for error in find_files(folder).refused} == {"shared", "twice"}


def test_one_sentence_for_a_kind(folder, tmp_path):
    put(folder / "a.md")
    put(folder / "b.md", MOSS.replace("published: false", "published: yes").replace("Moss night", "Fern night"))
    for number in range(12):
        put(folder / f"{number:02}.png")
    (folder / "gone").symlink_to("nowhere")
    (folder / "new\nline\x1b[2J.txt").write_text("x")
    ran = python("-m", "index", "build", cwd=tmp_path, DRAFTS="false")
    assert ran.returncode == 0, ran.stderr
    assert sorted(ran.stderr.splitlines()) == [
        "Skipped: 00.png, 01.png, 02.png, 03.png, 04.png and 8 more: no Markdown file (.md, .markdown, .mdx).",
        "Skipped: a.md: a draft, and DRAFTS is false.",
        "Skipped: gone: a link that leads nowhere.",
    ]
    assert ran.stdout.splitlines()[-1] == "15 skipped"
    ran = python("-m", "index", "build", "--json", cwd=tmp_path, DRAFTS="false")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(json.loads(ran.stdout)["skipped"]) == 15


def test_sentences():
    assert sentences([]) == []
    given = [SkippedPath("a", "hidden"), SkippedPath("b", "odd"), SkippedPath("c", "hidden")]
    assert sentences(given) == ["Skipped: a, c: hidden.", "Skipped: b: odd."]


SITE = {
    "content/posts/a.md": None,
    "content/talks/b/index.mdx": None,
    "_posts/2024-01-02-c.markdown": None,
    "src/pages/d.MDX": None,
    "public/index.md": "made by a site generator",
    "public/posts/a.md": "made by a site generator",
    "themes/dark/README.md": "parts of a site generator",
    "archetypes/default.md": "parts of a site generator",
    "_includes/note.md": "parts of a site generator",
    "node_modules/x/README.md": "a folder of packages",
    "docs/node_modules/y.md": "a folder of packages",
    "vendor/z.md": "a folder of packages",
    "build/a.md": "made by a site generator",
    "_site/a.md": "made by a site generator",
    "_drafts/e.md": "a folder of drafts",
    ".git/f.md": "hidden",
}


def test_the_folder_of_a_site_generator(folder):
    for name in (*SITE, "hugo.toml", "package.json"):
        put(folder / name)
    found = find_files(folder)
    read = {path.relative_to(folder).as_posix() for path in found.files}
    assert read == {name for name, reason in SITE.items() if reason is None}
    reasons = {one.path: one.reason.split(";")[0] for one in found.skipped if "." not in one.path.lstrip(".")}
    tops = {name.partition("/")[0]: reason for name, reason in SITE.items() if not name.startswith("docs/")}
    tops["docs/node_modules"] = SITE["docs/node_modules/y.md"]
    assert reasons == {name: reason for name, reason in tops.items() if reason}


def test_folders_that_only_share_a_name_with_those_of_a_generator(folder):
    names = {"build/2024.md", "public/a.md", "dist/b.md", "vendor/c.md", "themes/d.md", "out/e.md", "layouts/f.md"}
    for name in names:
        put(folder / name)
    found = find_files(folder)
    assert {path.relative_to(folder).as_posix() for path in found.files} == names
    assert found.skipped == ()


def test_what_is_left_out_is_read_when_it_is_an_articles_folder(folder, tmp_path):
    put(folder / "a.md")
    put(folder / "_drafts" / "b.md", MOSS.replace("Moss night", "Fern night"))
    report = refresh(folder, tmp_path / "index")
    assert [one.path for one in report.skipped] == ["_drafts"]
    report = refresh([folder, folder / "_drafts"], tmp_path / "index")
    assert sorted(stored_sources(tmp_path / "index")) == ["a.md", "b.md"]
