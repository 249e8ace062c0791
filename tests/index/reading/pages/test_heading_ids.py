"""Heading ids as the page of each dialect has them; the expected ones are what the generators' own rules make."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from index.edits import Edit
from index.reading.articles import to_article
from index.reading.passages import sections_of
from index.sites.page import Dialect
from index.types import Article

FRONTS = {
    "plain.md": "",
    "hugo.md": "---\ntitle: t\ndate: 2024-01-02\ndraft: false\n---\n",
    "_posts/2024-01-02-jekyll.md": "---\ntitle: t\n---\n",
    "docs.mdx": "---\ntitle: t\n---\n",
    "qiita.md": "---\ntitle: t\nprivate: false\nslide: false\n---\n",
}
PLAIN, HUGO, JEKYLL, MDX, QIITA = FRONTS


def anchors(path: str, body: str) -> list[str | None]:
    article = to_article(path, (FRONTS[path] + body).encode()).article
    return [section.anchor and unquote(section.anchor) for section in sections_of(article)]


def anchor(path: str, heading: str) -> str | None:
    return anchors(path, f"{heading}\n\nText.\n")[0]


def test_the_dialects_are_told_apart() -> None:
    found = {to_article(path, (front + "x\n").encode()).article.dialect for path, front in FRONTS.items()}
    assert found == {Dialect.PLAIN, Dialect.HUGO, Dialect.JEKYLL, Dialect.MDX, Dialect.QIITA}


@pytest.mark.parametrize(
    ("heading", "github", "hugo", "jekyll"),
    [
        ("## Foo Bar", "foo-bar", "foo-bar", "foo-bar"),
        ("## What's new in C++ & Go 1.22?", *["whats-new-in-c--go-122"] * 3),
        ("## 参加した感想・まとめ", *["参加した感想まとめ"] * 3),
        ("## 第1部　基調講演（１日目）", *["第1部基調講演１日目"] * 3),
        ("## snake_case `code_span` word", *["snake_case-code_span-word"] * 3),
        ("## **Bold** talk", *["bold-talk"] * 3),
        ("## _Quiet_ talk", "quiet-talk", None, "quiet-talk"),
        ("## A [link](https://e.com/x) here", "a-link-here", None, "a-link-here"),
        ("## 🎉 Party", *["-party"] * 3),
        ("## Day 1 -- morning", "day-1----morning", "day-1----morning", "day-1--morning"),
        ("## A – B", *["a--b"] * 3),
        ("## 1. Opening", *["1-opening"] * 3),
        ("## ①番", *["番"] * 3),
        ("## :tada: Party", None, None, None),
        ("Setext heading\n---", *["setext-heading"] * 3),
        ("## Closed ##", *["closed"] * 3),
        ("###### Deep down", *["deep-down"] * 3),
        ("> ## Quoted", *["quoted"] * 3),
        ("## !?", None, "heading", None),
    ],
)
def test_ids_of_the_dialects(heading, github, hugo, jekyll) -> None:
    found = {path: anchor(path, heading) for path in FRONTS}
    assert found == {PLAIN: github, MDX: github, QIITA: github, HUGO: hugo, JEKYLL: jekyll}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PLAIN, ["a", "a-1", "a-1-1", "a-2"]),
        (MDX, ["a", "a-1", "a-1-1", "a-2"]),
        (HUGO, ["a", "a-1", "a-1-1", "a-2"]),
        # They count, and give two headings one id: only the first is found by it.
        (JEKYLL, ["a", "a-1", None, "a-2"]),
        (QIITA, ["a", "a-1", None, "a-2"]),
    ],
)
def test_repeated_headings(path, expected) -> None:
    assert anchors(path, "".join(f"## {label}\n\nText.\n\n" for label in ("A", "a", "A-1", "a"))) == expected


@pytest.mark.parametrize("path", [PLAIN, HUGO, JEKYLL, MDX])
def test_an_id_of_the_authors_own_wins(path) -> None:
    body = "## Results and 感想 {#results}\n\nText.\n\n## Results\n\nMore.\n"
    article = to_article(path, (FRONTS[path] + body).encode()).article
    first, second = sections_of(article)
    assert (first.anchor, first.headings) == ("results", ("Results and 感想",))
    assert second.headings == ("Results",)


@pytest.mark.parametrize(
    ("dialect", "own", "expected"),
    [
        *((dialect, "", "foo") for dialect in (Dialect.PLAIN, Dialect.QIITA)),
        *((dialect, "", None) for dialect in (Dialect.HUGO, Dialect.JEKYLL, Dialect.MDX, Dialect.PELICAN)),
        *((dialect, " {#Own}", "Own") for dialect in (Dialect.PLAIN, Dialect.HUGO, Dialect.JEKYLL, Dialect.PELICAN)),
    ],
)
def test_headings_in_html(dialect, own, expected) -> None:
    """Most generators give only their own headings an id; GitHub and Qiita look at the page."""
    source = b"<h2>Foo</h2>\n\nText.\n\n## Foo\n\nMore.\n"
    edits = (Edit(0, len("<h2>"), "## "), Edit(len("<h2>Foo"), len("<h2>Foo</h2>"), own))
    first, second = sections_of(Article("a.md", source, 0, "t", edits=edits, dialect=dialect))
    assert (first.anchor, first.headings) == (expected, ("Foo",))
    assert second.anchor == ("foo-1" if expected == "foo" else "foo")


def test_zenn_shows_what_looks_like_an_id() -> None:
    source = "---\ntitle: t\nemoji: x\ntype: tech\npublished: true\n---\n## Results {#results}\n\nText.\n"
    [section] = sections_of(to_article("zenn.md", source.encode()).article)
    assert section.headings == ("Results {#results}",)
    assert unquote(section.anchor or "") == "results-{#results}"


def python_markdown(*labels: str) -> list[str | None]:
    source = "Title: t\nDate: 2024-01-02\n\n" + "".join(f"## {label}\n\nText.\n\n" for label in labels)
    article = to_article("pelican.md", source.encode()).article
    assert article.dialect is Dialect.PELICAN
    return [section.anchor for section in sections_of(article) if section.headings]


def test_pelican_leaves_out_what_is_not_ascii() -> None:
    assert python_markdown("Café & Go 1.2", "感想", "まとめ", "A", "A", "A_1") == [
        *("cafe-go-12", "_1", "_2", "a", "a_1", "a_2")
    ]


def test_a_heading_without_an_id_takes_the_one_above() -> None:
    assert anchors(HUGO, "## Talks\n\nText.\n\n### A [link](https://e.com)\n\nMore.\n") == ["talks", "talks"]
