"""Front matter in the forms in which generators of pages read it: what it says, and where the text begins."""

from __future__ import annotations

import json
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleError
from index.reading.articles import to_article


def read(source: str, path: str = "night.md"):
    return to_article(path, source.encode()).article


def body(article) -> str:
    return article.source[article.body_start :].decode()


SAID = ("The night: a [report]", "2019-06-12", ("Ruby", "札幌"))


@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "The night: a [report]"\ndate: 2019-06-12\ntags: [Ruby, 札幌]\n---\n',
        "---\nTitle: 'The night: a [report]'\npubDate: Jun 12 2019\nTags: Ruby; 札幌\n---\n",
        "---\nfrontmatter:\n  title: 'The night: a [report]'\n  date: 2019/06/12\n  tags: [Ruby, 札幌, ruby]\n---\n",
        '+++\ntitle = "The night: a [report]" # so far\ndate = 2019-06-12\ntags = ["Ruby", "札幌"]\n+++\n',
        (
            '\n \n+++\r\ntitle = """The night: a [report]"""\r\ndate = 2019-06-12T23:59:00+09:00\r\n[taxonomies]\r\n'
            'tags = [\r\n  "Ruby",\r\n  "札幌",\r\n]\r\n+++\r\n'
        ),
        '{\n  "title": "The night: a [report]",\n  "publishDate": "2019-06-12",\n  "tags": ["Ruby", "札幌"]\n}\n',
        '{"title":"The night: a [report]","date":"2019-06-12T00:00:00Z","keywords":"Ruby, 札幌"}\n',
        ';;;\n"title": "The night: a [report]",\n"created_at": "2019-06-12",\n"topics": ["Ruby", "札幌"]\n;;;\n',
        "Title: The night: a [report]\nDate: 2019-06-12 10:00\nTags: Ruby, 札幌\n",
        "title: The night:\n    a [report]\nslug: night\nmodified: 2019年6月12日\ntags: Ruby;札幌;\n",
        "Title: The night: a [report]\nDate: 12th of June, 2019\nTags: Ruby\n    , 札幌\n",
    ],
)
def test_every_form_says_the_same(front: str) -> None:
    article = read(f"{front}\nThe text.\n")
    assert (article.title, article.date, article.topics) == SAID
    assert body(article).strip() == "The text."


titles = st.text(st.sampled_from("aZ09 日本:#[]{}'\"\\+-=;,.!?é"), min_size=1, max_size=30).map(
    lambda text: " ".join(f"x{text}x".split())
)
tags = st.lists(st.text(st.sampled_from("aZ9日本-"), min_size=1, max_size=6), max_size=4, unique_by=str.casefold)


@given(titles, st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(str), tags)
def test_what_is_written_by_a_program_is_read_again(title: str, day: str, said: list[str]) -> None:
    values = {"title": title, "date": day, "tags": said}
    toml = "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    headers = f"Title: {title}\nDate: {day}" + (f"\nTags: {'; '.join(said)}" if said else "")
    forms = {
        "yaml": f"---\n{yaml.safe_dump(values, allow_unicode=True)}---\n",
        "toml": f"+++\n{toml}\n+++\n",
        "json": f"{json.dumps(values, ensure_ascii=False, indent=2)}\n",
        "headers": f"{headers}\n",
    }
    for form, front in forms.items():
        article = read(f"{front}\nText.\n")
        assert (form, article.title, article.date, article.topics) == (form, title, day, tuple(said))
        assert body(article).strip() == "Text."
        for field in article.fields:
            assert day in field.plain or "tags" in field.plain.lower()
            assert front.encode()[field.start : field.end].decode() in front


@pytest.mark.parametrize(
    "text",
    [
        "Note: foo\n\nThe text.\n",
        "Title: a title and then\nthe paragraph goes on\n",
        "Date: 2019-05-03\nPlace: the harbour\nPeople: 40\n\nWe met.\n",
        "Warning: slug: title\n\nText.\n",
        '{% include "header.html" %}\n# Title\n',
        '{{< figure src="a.png" >}}\n',
        "{: .no_toc }\n",
        '{"a": 1} is what the server said.\n',
        "+++ What a day +++\n",
        "+++\n\nText between rules.\n",
        ";;; a lisp comment\n",
        "Title\n=====\n\nText.\n",
        "https://example.com/title: x\n\nText.\n",
    ],
)
def test_a_text_is_no_front_matter(text: str) -> None:
    article = read(text)
    assert (article.body_start, article.fields) == (0, ())


def test_pelican_goes_on_with_the_text_where_no_header_is() -> None:
    article = read("Title: The night\nDate: 2019-06-12\nIt was dark.\n")
    assert (article.title, body(article)) == ("The night", "It was dark.\n")


@pytest.mark.parametrize(
    ("front", "line", "reason"),
    [
        ("+++\ntitle = 1\nx = @\n+++\n", 3, "not valid TOML: invalid value"),
        ("\n+++\ntitle = 'a'\n\ntitle = 'b'\n+++\n", 5, "not valid TOML: cannot overwrite"),
        ("+++\nx = [1\n+++\n", 2, "not valid TOML"),
        (f"+++\na = 1\nx = {'[' * 60_000}\n+++\n", 3, "nested more than 20"),
        (f"+++\n{'a.' * 30_000}a = 1\n+++\n", 2, "nested more than 20"),
        (f"+++\n[{'a . ' * 9_000}a]\n+++\n", 2, "nested more than 20"),
        (f"+++\na = 1\nx = {'9' * 60_000}\n+++\n", 3, "too many digits"),
        (f"+++\nx = '{'a' * 70_000}'\n+++\n", 2, "larger than 64 KiB"),
        ("+++\ntitle = 'a'\ntext\n", 1, "not closed by a line of three plus signs"),
        ('{"a": 1,\n "b": x}\n', 2, "not valid JSON: expecting value"),
        ('{"a": 1,\n\n "a": 2}\n', 3, "has the key a twice"),
        ('{"a": {"b": 1,\n\n', 1, "not closed by a }"),
        ('\n{"a": "b,\n', 2, "not closed by a }"),
        (f'{{"a": 1, \n"x": {"[" * 100}{"]" * 100}}}\n', 2, "nested more than 20"),
        (f'{{"a": "{"x" * 70_000}"}}\n', 1, "larger than 64 KiB"),
        ('{"title": ["a"]}\n', 1, "title in the front matter is not a text"),
        (";;;\n[1]\n;;;\n", 2, "not valid JSON"),
        (';;;\n"title": "a"\ntext\n', 1, "not closed by a line of three semicolons"),
        (f"Title: {'a' * 600}\n\n", 1, "longer than 500"),
    ],
)
def test_what_is_refused_and_where(front: str, line: int, reason: str) -> None:
    with pytest.raises(ArticleError) as caught:
        read(front)
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert len(caught.value.reason) < 200
    assert caught.value.reason.isprintable()


@pytest.mark.parametrize(
    ("front", "published"),
    [
        ("draft: true", False),
        ("Draft: yes", False),
        ("draft: false", True),
        ("published: false", False),
        ("published: 2019-06-12", True),
        ("isPublished: false", False),
        ("ignorePublish: true", False),
        ("private: true", False),
        ("status: Draft", False),
        ("status: unlisted", False),
        ("status: published", True),
        ("draft:", True),
        ("draft: {a: b}", True),
    ],
)
def test_drafts(front: str, published: bool) -> None:
    assert read(f"---\ntitle: a\n{front}\n---\n").published is published


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019-06-12", "2019-06-12"),
        ("2019-06-12 12:00:00 +0900", "2019-06-12"),
        ("'2019-06-12T09:00:00.000Z'", "2019-06-12"),
        ("2019/6/2", "2019-06-02"),
        ("20190612", "2019-06-12"),
        ("Wed, 12 Jun 2019 10:00:00 +0900", "2019-06-12"),
        ("June 12th, 2019", "2019-06-12"),
        ("20 June 2023 18:00", "2023-06-20"),
        ("Sun Apr 21 2019 12:00:00 GMT+0900", "2019-04-21"),
        ("2019年6月12日（水）", "2019-06-12"),
        ("2019-06", "2019-06"),
        ("June 2019", "2019-06"),
        ("2019", "2019"),
    ],
)
def test_dates(written: str, day: str) -> None:
    read_article = to_article("a.md", f"---\ndate: {written}\n---\n".encode())
    assert (read_article.article.date, read_article.warnings) == (day, ())


@pytest.mark.parametrize("written", ["2019-02-30", "soon", "0000-01-01", "12:30", "1560297600", "2019-13-01 10:00"])
@pytest.mark.parametrize("form", ["---\ntitle: a\ndate: {}\n---\n", "+++\ntitle = 'a'\ndate = '{}'\n+++\n"])
def test_a_date_that_is_none_is_left_out_with_a_warning(written: str, form: str) -> None:
    read_article = to_article("a.md", form.format(written).encode())
    assert (read_article.article.title, read_article.article.date) == ("a", None)
    (warning,) = read_article.warnings
    assert (warning.path, warning.line) == ("a.md", 3)
    assert "The date in the front matter is not a date that exists" in warning.reason


def test_a_bare_date_that_does_not_exist_makes_no_toml_unreadable() -> None:
    read_article = to_article("a.md", b"+++\ntitle = 'a'\ndate = 2024-02-30T10:00:00Z\n[extra]\nauthor = 'b'\n+++\n")
    assert (read_article.article.title, read_article.article.date) == ("a", None)
    assert [warning.line for warning in read_article.warnings] == [3]


@pytest.mark.parametrize(
    ("front", "shown"),
    [
        ("date: '2019-06-12T09:00'", {"date": ("date: 2019-06-12T09:00", "date: '2019-06-12T09:00'")}),
        ("author: {name: Ann, url: x}", {"author": ("author: Ann", "author: {name: Ann, url: x}")}),
        (
            "authors:\n  - name: Ann\n    url: x\n  - Bo\nlayout: post",
            {"author": ("authors: Ann, Bo", "authors:\n  - name: Ann\n    url: x\n  - Bo")},
        ),
        (
            "event: 苔の会\nlocation: 'Pier 3, 港'\nstart: 2019-06-01 # noon",
            {
                "event": ("event: 苔の会", "event: 苔の会"),
                "place": ("location: Pier 3, 港", "location: 'Pier 3, 港'"),
                "held": ("start: 2019-06-01", "start: 2019-06-01"),
            },
        ),
        ("summary: >\n  one\n  two\n\nx: y", {"description": ("summary: one two", "summary: >\n  one\n  two")}),
        ("author: 42\nvenue: {a: {b: c}}\ntags: [[a], {b: c}]", {"author": ("author: 42", "author: 42")}),
    ],
)
def test_fields_are_lines_of_the_file(front: str, shown: dict[str, tuple[str, str]]) -> None:
    article = read(f"---\ntitle: 苔\n{front}\n---\n")
    assert {
        field.meaning: (field.plain, article.source[field.start : field.end].decode()) for field in article.fields
    } == shown


def test_zenn_articles_have_no_fields() -> None:
    front = 'title: a\nemoji: "x"\ntype: tech\ntopics: [b]\npublished: true\npublished_at: 2024-05-06\n'
    article = read(f"---\n{front}---\n")
    assert (article.fields, article.date, article.published_at) == ((), "2024-05-06", "2024-05-06")
