"""What the path of an article says of its page."""

from __future__ import annotations

import pytest

from index.reading.articles import to_article
from index.sites.page import FileName


@pytest.mark.parametrize(
    ("path", "folders", "name", "language"),
    [
        ("a.md", (), "a", ""),
        ("content/posts/My-Talk.MD", ("posts",), "My-Talk", ""),
        ("content/posts/my-talk/index.md", ("posts",), "my-talk", ""),
        ("content/posts/my-talk/index.ja.md", ("posts",), "my-talk", "ja"),
        ("content/posts/_index.md", (), "posts", ""),
        ("talks/2024/README.md", ("talks",), "2024", ""),
        ("README.md", (), "README", ""),
        ("_posts/2019-06-12-my-talk.markdown", (), "2019-06-12-my-talk", ""),
        ("notes/_posts/sub/2019-06-12-x.md", ("sub",), "2019-06-12-x", ""),
        ("source/_posts/x.md", (), "x", ""),
        ("src/pages/talks/x.mdx", ("talks",), "x", ""),
        ("posts/post.en.md", ("posts",), "post", "en"),
        ("posts/post.pt-BR.md", ("posts",), "post", "pt-br"),
        ("posts/post.html.md", ("posts",), "post", ""),
        ("posts/post.ja.html.md", ("posts",), "post", "ja"),
        ("posts/node.js.md", ("posts",), "node.js", ""),
        ("posts/v1.2.md", ("posts",), "v1.2", ""),
        ("2024年の記録.md", (), "2024年の記録", ""),
    ],
)
def test_paths(path, folders, name, language):
    assert FileName.of(path) == FileName(folders, name, language)


def test_days():
    assert (FileName.of("2019-06-12-my-talk.md").date, FileName.of("my-talk.md").date) == ("2019-06-12", "")
    assert FileName.of("2019-06-12-my-talk.md").undated == "my-talk"


@pytest.mark.parametrize(
    ("source", "title", "title_from"),
    [
        ("---\ntitle: Whales\n---\n# Moss\n", "Whales", "front matter"),
        ("Text.\n\n# Moss\n", "Moss", "heading"),
        ("Text.\n", "my talk", "file name"),
    ],
)
def test_what_a_title_is_from(source, title, title_from):
    article = to_article("talks/my-talk/index.md", source.encode()).article
    assert (article.title, article.title_from) == (title, title_from)
