"""Where the page of an article is, by the setting SITE; no address where it is not sure."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from index.errors import SettingsError
from index.reading.articles import to_article
from index.reading.pages.links import citation_url, page_url
from index.settings import IndexSettings
from index.sites.site import Site, Sites

BLOG = "https://blog.example.com"
ZENN = "title: t\nemoji: x\ntype: tech\ntopics: []\npublished: true\n"
QIITA = "title: t\nprivate: false\nslide: false\nignorePublish: false\nid: 0123456789abcdef0123\n"


def article(path: str, front: str = "title: t\n", body: str = "Text.\n", folder: int = 0):
    return to_article(path, f"---\n{front}---\n{body}".encode(), folder=folder).article


def url(site: str, path: str, front: str = "title: t\n") -> str | None:
    return page_url(article(path, front), Sites((Site.of(site),)))


def test_zenn_and_qiita_have_only_their_own() -> None:
    assert url("zenn:pen", "night-of-whales.md", ZENN) == "https://zenn.dev/pen/articles/night-of-whales"
    assert url("qiita:pen", "whales.md", QIITA) == "https://qiita.com/pen/items/0123456789abcdef0123"
    assert url("qiita", "whales.md", QIITA) == "https://qiita.com/items/0123456789abcdef0123"
    for front in ("title: t\n", QIITA, "title: t\ndate: 2024-01-02\ndraft: false\npublished: true\n"):
        assert url("zenn:pen", "night-of-whales.md", front) is None
    for front in ("title: t\n", ZENN, QIITA.replace("0123456789abcdef0123", "null"), "title: t\nid: 14\n"):
        assert url("qiita:pen", "night-of-whales.md", front) is None


@pytest.mark.parametrize(
    ("pattern", "path", "front", "expected"),
    [
        ("/{year}/{month}/{day}/{slug}/", "_posts/2019-06-02-My-Talk.md", "title: t\n", "/2019/06/02/My-Talk/"),
        ("/{year}/{month}/{slug}.html", "_posts/2019-06-02-a.md", "title: t\ndate: 2019-07-01\n", "/2019/07/a.html"),
        ("/{year}/{slug}/", "a.md", "title: t\ndate: 2019/7/1\n", "/2019/a/"),
        ("/{year}/{slug}/", "a.md", "title: t\ndate: 2019-07-01T23:00:00+09:00\n", "/2019/a/"),
        ("/{year}/{slug}/", "a.md", "title: t\n", None),
        ("/blog/{slug}", "a.md", "title: t\nslug: b-c\n", "/blog/b-c"),
        ("/blog/{slug}", "a.md", "title: t\nslug: /b/c\n", None),
        ("/{path}/", "content/posts/My Talk.md", "title: t\ndate: 2024-01-02\ndraft: false\n", "/posts/my-talk/"),
        ("/{path}/", "content/posts/my-talk/index.md", "title: t\n", "/posts/my-talk/"),
        ("/{path}/", "content/posts/_index.md", "title: t\n", "/posts/"),
        ("/{section}/{slug}/", "content/posts/my-talk/index.ja.md", "title: t\n", None),
        ("/{language}/{path}/", "content/posts/my-talk/index.ja.md", "title: t\n", "/ja/posts/my-talk/"),
        ("/{language}/{path}/", "content/posts/my-talk.md", "title: t\n", None),
        ("/{section}/{slug}/", "content/posts/_index.md", "title: t\n", None),
        (
            "/{section}/{slug}/",
            "content/posts/2024-01-02-a.md",
            "title: t\ndate: 2024-01-02\ndraft: false\n",
            "/posts/2024-01-02-a/",
        ),
        ("/{name}/", "_posts/2019-06-02-a.md", "title: t\n", "/2019-06-02-a/"),
        ("/{slug}/", "夜 #1?.md", "title: t\n", "/%E5%A4%9C%20%231%3F/"),
        ("/{slug}/", "post.html.md", "title: t\n", "/post/"),
        ("/{slug}/", "node.js.md", "title: t\n", "/node.js/"),
        ("/{path}", "src/pages/talks/a.mdx", "title: t\n", "/talks/a"),
        ("/{year}/{slug}/", "a.md", "title: t\npermalink: /about-it.html\n", "/about-it.html"),
        ("/{year}/{slug}/", "a.md", "title: t\npermalink: about-it\n", "/about-it"),
        ("/{year}/{slug}/", "a.md", "title: t\nurl: /2024/02/a\n", "/2024/02/a"),
        ("/{year}/{slug}/", "a.md", "title: t\npath: '/a-b'\n", "/a-b"),
        ("/{slug}/", "a.md", "title: t\nurl: https://conference.example.org/2024\n", "/a/"),
        ("/{slug}/", "a.md", f"title: t\npermalink: {BLOG}/x/y\n", "/x/y"),
        ("/{slug}/", "a.md", "title: t\npermalink: /:year/:title/\n", None),
        ("/{slug}/", "a.md", "title: t\npermalink: '/{{ page.fileSlug }}/'\n", None),
        ("/{slug}/", "a.md", "title: t\npermalink: false\n", None),
        ("/{slug}/", "a.md", "title: t\npermalink: //evil.example.net/x\n", "/a/"),
        ("/{slug}/", "a.md", "title: t\npermalink: 'http://[x'\n", None),
        ("/{slug}/", "a.md", "title: t\npermalink: //e\u2100.com/x\n", None),
        ("/blog/{slug}/", "a.md", "title: t\npermalink: /blog/b/\n", "/blog/b/"),
        ("/blog/{slug}/", "a.md", "title: t\npermalink: /b/\n", None),
        ("/{year}/{slug}/", "a.md", "title: t\naliases: [Other name, /old/a/]\n", "/old/a/"),
        ("/{slug}/", "a.md", "title: t\naliases: [/old/a/]\n", "/a/"),
        ("/{slug}/", "a.md", "title: t\npublished: false\n", None),
        ("/{slug}/", "a.md", "title: t\ndate: 2999-01-01\n", None),
        ("/{slug}/", "a.md", "title: t\nslug: [x]\npermalink: {a: b}\n", "/a/"),
    ],
)
def test_patterns(pattern, path, front, expected) -> None:
    assert url(BLOG + pattern, path, front) == (expected and BLOG + expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Title: Café night\nDate: 2024-01-02\nSlug: cafe\n\nText.\n", "/cafe/"),
        ("Title: Otters & Herons, Vol. 2\nDate: 2024-01-02\n\nText.\n", "/otters-herons-vol-2/"),
        ("Title: 鷺の会\nDate: 2024-01-02\n\nText.\n", None),
        ('+++\ntitle = "t"\ndate = 2024-01-02\nslug = "b"\n+++\nText.\n', "/b/"),
        ('{"title": "t", "date": "2024-01-02", "url": "/x/b/"}\n\nText.\n', "/x/b/"),
    ],
)
def test_front_matter_of_other_forms(source, expected) -> None:
    found = page_url(to_article("a.md", source.encode()).article, Sites((Site.of(f"{BLOG}/{{slug}}/"),)))
    assert found == (expected and BLOG + expected)


def test_an_anchor_only_where_the_site_has_the_ids_of_the_dialect() -> None:
    pages, zenn, qiita = (Sites((Site.of(one),)) for one in (f"{BLOG}/{{slug}}/", "zenn:pen", "qiita:pen"))
    slug = "night-of-whales"
    cases = {
        (ZENN, zenn): f"https://zenn.dev/pen/articles/{slug}#a",
        (ZENN, pages): f"{BLOG}/{slug}/",
        (QIITA, qiita): "https://qiita.com/pen/items/0123456789abcdef0123#a",
        ("title: t\n", pages): f"{BLOG}/{slug}/#a",
        ("title: t\n", zenn): None,
    }
    for (front, sites), expected in cases.items():
        assert citation_url(article(f"{slug}.md", front), "a", 3, sites) == expected


@pytest.mark.parametrize(
    ("repository", "front", "expected"),
    [
        ("https://github.com/o/r/blob/main", "title: t\n", "/a%20b.md#talks"),
        ("https://github.com/o/r/blob/main", "title: t\ndate: 2024-01-02\ndraft: false\n", "/a%20b.md?plain=1#L3"),
        ("https://github.com/o/r/blob/main", ZENN, "/a%20b.md?plain=1#L3"),
        ("https://gitlab.example.com/o/r/-/blob/main/", "title: t\n", "/a%20b.md?plain=1#L3"),
        ("https://git.example.com/o/r/src/branch/main", "title: t\n", "/a%20b.md#L3"),
    ],
)
def test_links_into_a_repository(repository, front, expected) -> None:
    sites = Sites((), repository)
    assert citation_url(article("a b.md", front), "talks", 3, sites) == repository.rstrip("/") + expected
    assert citation_url(article("a b.md"), None, 3, Sites((), "https://github.com/o/r/blob/main")) == (
        "https://github.com/o/r/blob/main/a%20b.md?plain=1#L3"
    )


def sites(**values) -> list[str | None]:
    settings = IndexSettings(_env_file=None, **values)
    return [site and f"{site.kind}:{site.value}" for number in range(2) for site in [settings.sites.of(number)]]


def test_sites_of_several_folders() -> None:
    pattern = f"{BLOG}/{{slug}}?a=b"
    assert sites(articles="a,b") == [None, None]
    assert sites(articles="a,b", site="zenn:pen") == ["zenn:pen"] * 2
    assert sites(articles="a,b", site=f"github, {pattern}") == [None, f"pages:{pattern}"]
    assert sites(articles="a,./b", site=f"b={pattern}") == [None, f"pages:{pattern}"]
    assert sites(articles="a,b", site=f"b=qiita,a={pattern}") == [f"pages:{pattern}", "qiita:"]
    assert sites(articles="a,b", zenn_user="pen") == ["zenn:pen"] * 2
    assert sites(articles="a,b", zenn_user="pen", site="github") == [None, None]


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        ("zenn:pen,qiita:pen,github", "SITE: has 3 sites for 2 articles folders"),
        ("zenn", "SITE: zenn names no user, as in zenn:name"),
        ("pen", "SITE: pen is no site: write zenn:user, qiita:user, github or https://example.com/{slug}/"),
        ("zenn:a b", "SITE: zenn:a b names no user, as in zenn:name"),
        ("https://e.com/{yeer}/{slug}/", "SITE: does not know {yeer}; there are {year}, {month}"),
        ("https://e.com/blog/", "SITE: has no part that tells pages apart in https://e.com/blog/"),
        ("https://e.com/{slug}}/", "SITE: has no part that tells pages apart"),
        ("http://[x/{slug}", "SITE: "),
        ("c=zenn:pen", "SITE: c is none of the articles folders"),
        ("a=zenn:pen,qiita", "SITE: qiita is none of the articles folders"),
    ],
)
def test_sites_that_cannot_be_used(site, reason, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as raised:
        IndexSettings.load(articles=(Path("a"), Path("b")), site=site)
    assert str(raised.value).startswith(reason)
    with pytest.raises(ValidationError):
        IndexSettings(_env_file=None, articles="a,b", site=site)
