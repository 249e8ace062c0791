"""Only what Zenn publishes is linked to: articles where it looks for them that say that they are published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.reading.articles import read_article
from index.reading.pages.zenn import is_in_place
from tests.support.helpers import WHALES, fake_answerer, refresh, write

SLUG = "night-of-whales"
PAGE = f"https://zenn.dev/ishi/articles/{SLUG}"
REPOSITORY = "https://example.com/blob/main"


def cited(folders, index, **settings):
    """Return what every cited report links to, without the heading."""
    refresh(folders, index)
    answer = fake_answerer(index, threshold=0, **settings).answer("受付は何時に始まった？")
    return {quote.citation.article: (quote.citation.url or "").split("#%")[0] for quote in answer.quotes}


@pytest.mark.parametrize(
    ("root", "path", "expected"),
    [
        ("articles", "x.md", True),
        ("reports", "x.md", True),
        (".", "articles/x.md", True),
        (".", "x.md", False),
        (".", "articles/2024/x.md", False),
        ("articles", "2024/x.md", False),
        ("articles", "articles/x.md", False),
        ("articles/2024", "x.md", False),
        ("articles", "x.MD", False),
        ("articles", "x.markdown", False),
        (".", "books/whales/x.md", False),
        ("books", "whales/x.md", False),
        ("books", "x.md", False),
        ("books/whales", "x.md", False),
        ("articles", "short.md", False),
    ],
)
def test_place(tmp_path, root, path, expected):
    for folder in ("articles/2024", "articles/articles", "books/whales", "reports"):
        (tmp_path / folder).mkdir(parents=True)
    assert is_in_place(tmp_path / root, path.replace("x", SLUG)) is expected


def test_a_relative_folder(tmp_path, monkeypatch):
    (tmp_path / "books" / "whales").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "books" / "whales")
    assert not is_in_place(Path(), f"{SLUG}.md")


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("published: true", True),
        ("published: yes", True),
        ("published: false", False),
        ("published:", False),
        ("topics: [whales]", False),
        ("free: true", False),
    ],
)
def test_what_does_not_say_that_it_is_published(tmp_path, front, expected):
    write(tmp_path, **{SLUG: f"---\ntitle: 鯨\n{front}\n---\n受付。\n"})
    assert read_article(tmp_path, Path(f"{SLUG}.md")).has_page is expected


def test_two_files_of_one_address(tmp_path):
    folder = tmp_path / "articles"
    for year in ("2023", "2024"):
        write(folder / year, **{SLUG: WHALES.replace("夕べ", f"夕べ{year}").replace("18時", f"18時{year}")})
    paths = {f"{year}/{SLUG}.md" for year in ("2023", "2024")}
    assert cited(folder, tmp_path / "index", zenn_user="ishi") == dict.fromkeys(paths, "")
    linked = cited(folder, tmp_path / "index", zenn_user="ishi", repository_url=REPOSITORY)
    assert {path: url.split("?")[0] for path, url in linked.items()} == {p: f"{REPOSITORY}/{p}" for p in paths}


@pytest.mark.slow
def test_chapters_of_books(tmp_path):
    write(tmp_path / "articles", **{SLUG: WHALES})
    write(tmp_path / "books" / "whales", **{"chapter-of-whales": WHALES.replace("18時", "19時")})
    everywhere = {f"articles/{SLUG}.md": PAGE, "books/whales/chapter-of-whales.md": ""}
    assert cited(tmp_path, tmp_path / "index", zenn_user="ishi") == everywhere
    alone = cited(tmp_path / "books" / "whales", tmp_path / "index", zenn_user="ishi")
    assert alone == {"chapter-of-whales.md": ""}


def test_the_same_bytes_where_zenn_looks_and_where_not(tmp_path):
    """An index that knows the file must not keep what is true of another place."""
    book, articles, index = tmp_path / "books" / "whales", tmp_path / "articles", tmp_path / "index"
    write(articles, **{SLUG: WHALES})
    shutil.copytree(articles, book)
    assert cited(articles, index, zenn_user="ishi") == {f"{SLUG}.md": PAGE}
    assert cited(book, index, zenn_user="ishi") == {f"{SLUG}.md": ""}
    assert cited(articles, index, zenn_user="ishi") == {f"{SLUG}.md": PAGE}
    assert refresh(articles, index).unchanged == 1
