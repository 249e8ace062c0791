from pathlib import Path

import frontmatter
import pytest

from index.errors import ArticleError
from index.reading.articles import read_article
from index.types import Article


def read(folder: Path, source: str | bytes, name: str = "night-of-caches.md") -> Article:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    return read_article(folder, path)


def body(article: Article) -> str:
    return article.source[article.body_start :].decode()


FRONT_MATTER = """---
title: "キャッシュの夜 参加記" # 仮の題
emoji: "🐧"
type: "idea" # tech か idea
topics: ["AWS", 札幌, aws, 2024, 札幌]
published: false # まだ
published_at: 2024-05-06
publication_name: penguin_club
mood: fine
---

# はじめに
"""


def test_front_matter_with_comments_and_doubled_topics(tmp_path):
    article = read(tmp_path, FRONT_MATTER)
    assert article.path == "night-of-caches.md"
    assert article.slug == "night-of-caches"
    assert article.title == "キャッシュの夜 参加記"
    assert article.topics == ("AWS", "札幌", "2024")
    assert article.published is False
    assert article.published_at == "2024-05-06"
    assert article.publication == "penguin_club"
    assert body(article) == "\n# はじめに\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-06", "2024-05-06"),
        ('"2024-05-06"', "2024-05-06"),
        ("2024-05-06 09:30", "2024-05-06 09:30"),
        ("2024-05-06 09:30:00", "2024-05-06 09:30"),
        ("'2024-05-06 09:30' # 朝", "2024-05-06 09:30"),
        ("", None),
    ],
)
def test_published_at(tmp_path, value, expected):
    assert read(tmp_path, f"---\ntitle: a\npublished_at: {value}\n---\n").published_at == expected


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        ("[]", ()),
        ("", ()),
        ("react", ("react",)),
        ("react, vue", ("react", "vue")),
        ("\n  - iot # 主題\n  - 酪農\n  -\n", ("iot", "酪農")),
    ],
)
def test_topics(tmp_path, topics, expected):
    assert read(tmp_path, f"---\ntitle: a\ntopics: {topics}\n---\n").topics == expected


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ('"false"', False)])
def test_published(tmp_path, value, expected):
    assert read(tmp_path, f"---\npublished: {value}\n---\n").published is expected


def test_bom_and_crlf(tmp_path):
    source = b"\xef\xbb\xbf" + FRONT_MATTER.replace("\n", "\r\n").encode()
    article = read(tmp_path, source)
    assert article.title == "キャッシュの夜 参加記"
    assert article.source == source
    assert body(article) == "\r\n# はじめに\r\n"


@pytest.mark.parametrize(
    ("source", "title", "text"),
    [
        ("", "night of caches", ""),
        ("本文だけ", "night of caches", "本文だけ"),
        ("\ufeff本文だけ", "night of caches", "本文だけ"),
        ("## 節\n\n# 大きな `題` です\n", "大きな 題 です", "## 節\n\n# 大きな `題` です\n"),
        ("---\n---\n# 題\n", "題", "# 題\n"),
        ("---\ntitle:\n---\nなし", "night of caches", "なし"),
        ("---\ntitle: 2024\n---", "2024", ""),
        ("---\n\n区切り線から\n", "night of caches", "---\n\n区切り線から\n"),
        ("\n\n---\ntitle: 空行の後\n---\nx", "空行の後", "x"),
        ("----\ntitle: 長い線\n-----  \nx\n---\ny", "長い線", "x\n---\ny"),
    ],
)
def test_title_and_body(tmp_path, source, title, text):
    article = read(tmp_path, source)
    assert (article.title, body(article)) == (title, text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n---\nあと\n"])
def test_body_agrees_with_the_library(tmp_path, newline, end):
    source = (FRONT_MATTER.rstrip("\n") + end).replace("\n", newline)
    post = frontmatter.loads(source)
    article = read(tmp_path, source)
    assert body(article).strip().replace("\r\n", "\n") == post.content
    assert article.title == post["title"]


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        (b"---\ntitle: ok\ntopics: [a, b\n---\n", 3, "not valid YAML"),
        (b"---\ntitle: 'open\n---\n", 2, "not valid YAML"),
        (b"---\ntitle: a\nemoji: @x\n---\n", 3, "not valid YAML"),
        (b"---\r\ntitle: a\r\n\r\nemoji: %x\r\n---\r\n", 4, "not valid YAML"),
        (b"---\ntitle: a\nemoji: \x07\n---\n", 3, "not valid YAML"),
        # A text that begins with a rule cannot be told from front matter.
        (b"---\n> # quoted\ntext\n---\n", 3, "not valid YAML"),
        (b"---\n- a\n- b\n---\n", 2, "not a list of keys"),
        (b"---\ntitle: [a]\n---\n", 2, "title"),
        (b"---\ntitle: a\npublished_at: 2024-13-45\n---\n", 3, "date"),
        (b"---\ntitle: a\n\nbody without an end\n", 1, "not closed"),
        (b"ok\n\nbad \xff\n", 3, "not UTF-8"),
        ("---\ntitle: 題\n---\n".encode("utf-16"), 1, "not UTF-8"),
    ],
)
def test_what_is_wrong_and_where(tmp_path, source, line, reason):
    with pytest.raises(ArticleError) as caught:
        read(tmp_path, source, "sub/broken.md")
    assert (caught.value.path, caught.value.line) == ("sub/broken.md", line)
    assert reason in caught.value.reason
    assert caught.value.reason.endswith(".")
    assert "\n" not in str(caught.value)


def test_missing_file_and_directory(tmp_path):
    (tmp_path / "folder.md").mkdir()
    for name in ("folder.md", "gone.md"):
        with pytest.raises(ArticleError, match="cannot be read"):
            read_article(tmp_path, Path(name))


def test_article_of_another_folder(tmp_path):
    article = read(tmp_path, "x", "deep/er/night.md")
    assert article.path == "deep/er/night.md"
    assert read_article(tmp_path, Path("deep/er/night.md")) == article


@pytest.mark.parametrize("start", [b"", b"---\r\n", b"\xef\xbb\xbf"])
def test_many_windows_line_ends_without_front_matter(tmp_path, start):
    """A regular expression that could read a CRLF in two ways once tried all combinations."""
    (tmp_path / "a.md").write_bytes(start + b" \r\n" * 60 + b"Moss\r\n")
    assert read_article(tmp_path, tmp_path / "a.md").source.endswith(b"Moss\r\n")
