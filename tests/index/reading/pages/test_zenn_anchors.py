import html
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from index.reading.article_files import find_files
from index.reading.articles import read_article
from index.reading.markdown.document import parse
from index.reading.pages.links import citation_url, page_url
from index.reading.pages.zenn import heading_id, heading_ids
from index.sites.site import Site, Sites
from index.types import Article

DATA = Path(__file__).parents[3] / "data"
SHARED = Path(__file__).parents[5] / "shared"
TRUTH = SHARED / "eval" / "anchors_zenn.json"
JAPAN = timezone(timedelta(hours=9))


def headings_of(article: Article) -> list[tuple[int, str | None, str]]:
    headings = parse(article).headings
    ids = heading_ids((heading.level, heading.label) for heading in headings)
    return [(heading.level, anchor, heading.text) for heading, anchor in zip(headings, ids, strict=True)]


def test_headings_of_the_sample():
    rows = json.loads((DATA / "anchors.json").read_text("utf-8"))
    expected = [(row["level"], row["id"], row["text"]) for row in rows]
    assert headings_of(read_article(DATA, DATA / "anchors.md")) == expected


def real_files() -> list[tuple[Path, list[dict]]]:
    """The pages whose ids were made by Zenn's own renderer; none where they are not at hand."""
    if not TRUTH.exists():
        return []
    truth = {row["file"]: row["headings"] for row in json.loads(TRUTH.read_text("utf-8"))}
    paths = find_files(SHARED / "eval" / "corpus").files + find_files(SHARED / "seed").files
    return [(path, truth[path.name]) for path in paths]


REAL_FILES = real_files()
if REAL_FILES:

    @pytest.mark.parametrize(("path", "truth"), REAL_FILES, ids=[path.name for path, _ in REAL_FILES])
    def test_headings_of_real_pages(path, truth):
        expected = [(row["level"], row["id"], html.unescape(row["text"])) for row in truth]
        assert headings_of(read_article(path.parent, path)) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("  Foo Bar  ", "foo-bar"),
        ("a\u3000\u3000b", "a-b"),
        ("\ufeffa\u00a0b", "a-b"),
        ("a\u0085b", "a%C2%85b"),
        ("C++ / (x) !*'~._-", "c%2B%2B-%2F-(x)-!*'~._-"),
        ("感想", "%E6%84%9F%E6%83%B3"),
        ("🐧", "%F0%9F%90%A7"),
        ("", ""),
    ],
)
def test_heading_id(label, expected):
    assert heading_id(label) == expected


def test_repeated_ids_and_levels_without_ids():
    headings = [(1, "a"), (5, "a"), (3, "a"), (2, "a-1"), (4, "A"), (6, "b"), (2, "")]
    assert heading_ids(headings) == ["a", None, "a-1", "a-1-1", "a-2", None, None]


def zenn(user: str | None, repository_url: str | None = None) -> Sites:
    return Sites((Site.of(f"zenn:{user}"),) if user else (), repository_url)


def article(name: str = "night-of-caches.md", **values) -> Article:
    return Article(name, b"", 0, "t", **values)


@pytest.mark.parametrize(
    ("given", "user", "expected"),
    [
        (article(), "pen", "https://zenn.dev/pen/articles/night-of-caches"),
        (article("articles/night-of-caches.md"), "pen", "https://zenn.dev/pen/articles/night-of-caches"),
        (article("2024/night-of-caches.md"), "pen", None),
        (article("2024/articles/night-of-caches.md"), "pen", None),
        (article("books/night-of-caches/introduction.md"), "pen", None),
        (article("night-of-caches.markdown"), "pen", None),
        (article("night-of-caches.MD"), "pen", None),
        (article(has_page=False), "pen", None),
        (article(publication="club"), "pen", "https://zenn.dev/club/articles/night-of-caches"),
        (article(publication="club"), None, None),
        (article(published=False), "pen", None),
        (article(), None, None),
        (article(), "", None),
        (article("short.md"), "pen", None),
        (article("Night-Of-Caches.md"), "pen", None),
        (article(f"{'x' * 51}.md"), "pen", None),
        (article("night-of-caches\n.md"), "pen", None),
        (article("キャッシュの夜の記録です.md"), "pen", None),
    ],
)
def test_page_url(given, user, expected):
    assert page_url(given, zenn(user)) == expected


@pytest.mark.parametrize(
    ("published_at", "is_out"),
    [
        ("2024-10-01", True),
        ("2024-10-01 09:00", True),
        ("0001-01-01", True),
        ("2099-01-01", False),
        ("2099-01-01 09:00", False),
        ("9999-12-31 23:59", False),
        ("next spring", False),
    ],
)
def test_what_is_to_be_published_has_no_page_yet(published_at, is_out):
    given = article(published_at=published_at)
    page = "https://zenn.dev/pen/articles/night-of-caches"
    assert page_url(given, zenn("pen")) == (page if is_out else None)
    line = "https://e.com/night-of-caches.md#L3"
    assert citation_url(given, "a", 3, zenn("pen", "https://e.com")) == (f"{page}#a" if is_out else line)


@pytest.mark.parametrize(
    ("away", "form", "is_out"),
    [
        (timedelta(minutes=-2), "%Y-%m-%d %H:%M", True),
        (timedelta(hours=2), "%Y-%m-%d %H:%M", False),
        (timedelta(days=1), "%Y-%m-%d", False),
    ],
)
def test_zenn_reads_moments_as_those_of_japan(away, form, is_out):
    published_at = (datetime.now(JAPAN) + away).strftime(form)
    assert bool(page_url(article(published_at=published_at), zenn("pen"))) is is_out


def test_citation_url():
    page = "https://zenn.dev/pen/articles/night-of-caches"
    repository = "https://github.com/o/r/blob/main/articles/"
    draft = article("2024/夜 #1?.md", published=False)
    assert citation_url(article(), "a%20b", 3, zenn("pen", repository)) == f"{page}#a%20b"
    assert citation_url(article(), None, 3, zenn("pen", None)) == page
    assert citation_url(draft, "a", 3, zenn("pen", repository)) == f"{repository}2024/%E5%A4%9C%20%231%3F.md?plain=1#L3"
    assert citation_url(draft, "a", 3, zenn("pen", None)) is None
