"""Which files are articles: regular ones of the articles folders, or of places where links may lead, and no others."""

import os
import socket
from pathlib import Path

import pytest

from index.errors import ArticleError, ArticleOutOfReach, ArticlesFolderError
from index.reading.article_files import LARGEST, Places, find_files, read_file
from index.reading.articles import read_article
from tests.support.helpers import lock

SECRET = "SLACK_BOT_TOKEN=xoxb-not-for-everybody\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


def put(path: Path, text: str = "# 苔\n\n苔の話。\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def found(folder, *linked, others=()):
    """Return the paths of what is found and can be read, and of what is named instead."""
    places = Places.of([folder, *others], linked)
    listed = find_files(folder, places)
    readable, refused = [], [error.path for error in listed.refused]
    for file in listed.files:
        path = file.relative_to(folder).as_posix()
        try:
            read_file(folder, path, places)
        except ArticleError:
            refused.append(path)
        else:
            readable.append(path)
    return readable, sorted(refused)


def refusal(folder, path, *linked):
    with pytest.raises(ArticleError) as caught:
        read_file(folder, path, Places.of([folder], linked))
    assert (caught.value.path, caught.value.line) == (path, 1)
    return caught.value.reason


def test_paths_are_sorted_and_hidden_ones_left_out(folder):
    for name in ("b.md", "a/z.md", "a/c.md", "a.md", ".hidden.md", ".git/x.md", "a/note.txt", "d.md/e.md"):
        put(folder / name)
    assert found(folder) == (["a.md", "a/c.md", "a/z.md", "b.md", "d.md/e.md"], [])


def test_folder_that_is_missing(tmp_path):
    put(tmp_path / "file.md")
    (tmp_path / "round").symlink_to("round")
    for name in ("nowhere", "file.md", "round"):
        with pytest.raises(ArticlesFolderError, match=name):
            find_files(tmp_path / name)


def test_folder_that_cannot_be_listed(folder, monkeypatch):
    lock(monkeypatch, folder)
    with pytest.raises(ArticlesFolderError, match="Permission denied"):
        find_files(folder)


def test_subfolder_that_cannot_be_listed(folder, monkeypatch):
    put(folder / "a.md")
    put(folder / "lost+found" / "b.md")
    lock(monkeypatch, folder / "lost+found")
    assert found(folder) == (["a.md"], ["lost+found"])
    assert [type(error) for error in find_files(folder).refused] == [ArticleOutOfReach]


@pytest.mark.parametrize("target", ["../.env", "/etc/passwd", ".env", ".drafts/x.md", "../other/x.md", "notes.txt"])
def test_links_to_what_is_no_article(folder, target):
    put(folder.parent / ".env", SECRET)
    put(folder / ".env", SECRET)
    put(folder / ".drafts" / "x.md", SECRET)
    put(folder / "notes.txt", SECRET)
    put(folder.parent / "other" / "x.md", SECRET)
    (folder / "x.md").symlink_to(target)
    put(folder / "y.md")
    assert found(folder) == (["y.md"], ["x.md"])
    with pytest.raises(ArticleError, match=r"x\.md:1: The link leads"):
        read_article(folder, Path("x.md"))


def test_link_over_links(folder):
    secret = put(folder.parent / "secret.md", SECRET)
    (folder / "a").mkdir()
    (folder / "a" / "b.md").symlink_to(secret)
    (folder / "c.md").symlink_to("a/b.md")
    (folder / "d").symlink_to("a")
    assert found(folder) == ([], ["a/b.md", "c.md"])
    assert "leads out" in refusal(folder, "d/b.md")
    assert "leads out" in refusal(folder, "../secret.md")


def test_links_inside_the_folders(folder, tmp_path):
    put(folder / "a.md")
    put(tmp_path / "more" / "b.md")
    (folder / "c.md").symlink_to("a.md")
    (folder / "d.md").symlink_to("../more/b.md")
    assert found(folder, others=[tmp_path / "more"]) == (["a.md", "c.md", "d.md"], [])
    assert found(folder) == (["a.md", "c.md"], ["d.md"])


def test_a_folder_that_is_a_link(folder, tmp_path):
    put(folder / "sub" / "a.md")
    (tmp_path / "link").symlink_to(folder)
    assert found(tmp_path / "link") == (["sub/a.md"], [])


def test_places_where_links_may_lead(folder, tmp_path):
    shared = tmp_path / "shared"
    put(shared / "a.md")
    put(shared / ".b.md", SECRET)
    put(shared / "key.pem", SECRET)
    put(tmp_path / "shared-not" / "d.md", SECRET)
    for name, target in {"a.md": "a.md", "b.md": ".b.md", "c.md": "key.pem", "d.md": "../shared-not/d.md"}.items():
        (folder / name).symlink_to(shared / target)
    assert found(folder, shared) == (["a.md"], ["b.md", "c.md", "d.md"])
    assert found(folder) == ([], ["a.md", "b.md", "c.md", "d.md"])


def test_linked_folders(folder, tmp_path):
    put(folder / "sub" / "a.md")
    put(tmp_path / "shared" / "deep" / "b.md")
    put(tmp_path / "other" / "c.md", SECRET)
    (folder / "again").symlink_to("sub")
    (folder / "shared").symlink_to(tmp_path / "shared")
    (folder / "other.md").symlink_to(tmp_path / "other")
    (folder / ".hidden").symlink_to(tmp_path / "other")
    assert found(folder, tmp_path / "shared") == (["shared/deep/b.md", "sub/a.md"], ["other.md"])
    assert found(folder) == (["sub/a.md"], ["other.md", "shared"])


def test_linked_folders_in_circles(folder, tmp_path):
    put(folder / "sub" / "a.md")
    put(tmp_path / "shared" / "b.md")
    (folder / "sub" / "round").symlink_to("..")
    (folder / "self").symlink_to("self")
    (folder / "self.md").symlink_to("self.md")
    (folder / "shared").symlink_to(tmp_path / "shared")
    (folder / "twice").symlink_to(tmp_path / "shared")
    (tmp_path / "shared" / "round").symlink_to(tmp_path / "shared")
    (tmp_path / "shared" / "back").symlink_to(folder)
    assert found(folder, tmp_path / "shared") == (["shared/b.md", "sub/a.md"], ["self.md"])
    (folder / "up").symlink_to(tmp_path)
    assert found(folder, tmp_path) == (["shared/b.md", "sub/a.md"], ["self.md"])


def test_what_is_no_regular_file(folder, monkeypatch):
    os.mkfifo(folder / "pipe.md")
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "to-pipe.md").symlink_to("pipe.md")
    (folder / "zero.md").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        # The whole path may be too long for a socket.
        monkeypatch.chdir(folder)
        server.bind("socket.md")
        assert found(folder, Path("/dev")) == ([], ["dangling.md", "pipe.md", "socket.md", "to-pipe.md", "zero.md"])
    assert "regular file" in refusal(folder, "pipe.md")
    assert "No such file" in refusal(folder, "dangling.md")


def test_a_file_without_an_end(folder):
    """The size that a file states says nothing: those of /proc state none, and a hole states what is not there."""
    places = Places.of([folder])
    with (folder / "a.md").open("wb") as file:
        file.truncate(LARGEST)
    assert len(read_file(folder, "a.md", places)) == LARGEST
    os.truncate(folder / "a.md", LARGEST + 1)
    assert "larger than 2 MiB" in refusal(folder, "a.md")
    os.truncate(folder / "a.md", 1 << 40)
    assert "larger than 2 MiB" in refusal(folder, "a.md")


def test_a_name_that_is_not_utf8(folder):
    put(Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")))
    (file,) = find_files(folder).files
    with pytest.raises(ArticleError, match="not UTF-8") as caught:
        read_article(folder, file)
    assert caught.value.path == "\ufffd.md"


def test_a_folder_swapped_for_a_link_meanwhile(folder, monkeypatch):
    """Whoever can write articles must not win by being quick."""
    put(folder / "sub" / "x.md")
    put(folder.parent / "secret" / "x.md", SECRET)
    resolve = os.path.realpath

    def realpath(path, **options):
        real = resolve(path, **options)
        (folder / "sub").rename(folder / "was")
        (folder / "sub").symlink_to("../secret")
        return real

    places = Places.of([folder])
    monkeypatch.setattr(os.path, "realpath", realpath)
    with pytest.raises(ArticleError, match="cannot be read"):
        read_file(folder, "sub/x.md", places)


@pytest.mark.parametrize("swap", ["pipe", "link"])
def test_a_file_swapped_meanwhile(folder, monkeypatch, swap):
    put(folder / "x.md")
    secret = put(folder.parent / "secret.md", SECRET)
    look = os.stat

    def swapping(path, **options):
        status = look(path, **options)
        if path == "x.md":
            monkeypatch.setattr(os, "stat", look)
            (folder / "x.md").unlink()
            if swap == "pipe":
                os.mkfifo(folder / "x.md")
            else:
                (folder / "x.md").symlink_to(secret)
        return status

    monkeypatch.setattr(os, "stat", swapping)
    assert "cannot be read" in refusal(folder, "x.md")
    assert os.stat is look
