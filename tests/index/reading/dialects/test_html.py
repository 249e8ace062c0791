"""HTML in articles: what a browser shows of it, where that stands in the file, and which headings it has."""

from __future__ import annotations

import pytest

from index.reading.articles import to_article
from index.reading.passages import sections_of, split_article
from index.types import SplitSettings


def shown(source: str, path: str = "a.md") -> str:
    """Return the Markdown of what the page shows."""
    return to_article(path, source.encode()).article.text.decode().strip()


def quoted(source: str) -> list[tuple[str, str]]:
    """Return what a reader sees of each sentence, and the part of the file that it is."""
    article = to_article("a.md", source.encode()).article
    passages = split_article(article, SplitSettings())
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    places = [(one.plain, article.file_range(one.start, one.end)) for one in sentences]
    return [(plain, article.source[start:end].decode()) for plain, (start, end) in places]


def lines(source: str) -> list[str]:
    """Return what a reader sees, sentence by sentence."""
    return [plain for plain, _ in quoted(source)]


def headings(source: str) -> list[tuple[str, str | None]]:
    """Return the headings with the ids that links to them have."""
    article = to_article("a.md", source.encode()).article
    return [(one.headings[-1], one.anchor) for one in sections_of(article) if one.headings]


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<p>two", "one\n\ntwo"),
        ("<div>one<div>two</div>three</div>four", "one\n\ntwo\n\nthree\n\nfour"),
        ("<P CLASS=a>one</P\n>", "one"),
        ("<p>one<br>two<BR/>three<br clear='all' />four</p>", "one\ntwo\nthree\nfour"),
        ("<p>one<br><br>two</p>", "one\n\ntwo"),
        ("<p>one<hr>two</p>", "one\n\n---\n\ntwo"),
        ("<section>\n        <p>\n            one\n  two   three\n        </p>\n</section>", "one two three"),
        ("<p>a <b>b</b><i> c</i> <span>d </span> e</p>", "a b c d e"),
        (
            "<p><strong>入場</strong>は<em>無料</em>、H<sub>2</sub>O、<kbd>Ctrl</kbd>+<kbd>C</kbd></p>",
            "入場は無料、H2O、Ctrl+C",
        ),
        ("<p>see <a href='/x?a=1&amp;b=2'>the slides</a></p>", "see the slides"),
        ("<p><q>quoted</q></p>", "“quoted”"),
        ("<center><font color=red>x</font></center>", "x"),
        ("<my-card>x</my-card>", "x"),
    ],
)
def test_running_text(source: str, markdown: str) -> None:
    assert shown(source) == markdown


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("x<ul>\n  <li>\n    <p>a</p>\n  </li>\n  <li></li>\n  <li>b</li>\n</ul>", "x\n\n- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<p>x</p><ol start='9'><li>a<p>more</p></li><li>b</li></ol>", "x\n\n9. a\n\n   more\n10. b"),
        ("<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>", "- a\n  - b\n    1. c\n- d"),
        ("<ul><li>a<ul><li>b</li></ul>after</li></ul>", "- a\n  - b\n\n  after"),
        ("<ul><li><ul><li>a</li></ul></li></ul>", "- - a"),
        ("<blockquote><p>a</p><p>b<br>c</p></blockquote><p>d</p>", "> a\n>\n> b\n> c\n\nd"),
        ("<blockquote><ul><li>a</li><li>b</li></ul></blockquote>", "> - a\n> - b"),
        ("<ul><li><blockquote>a<br>b</blockquote></li></ul>", "- > a\n  > b"),
        ("<dl><dt>日時</dt><dd>7月</dd><dt>会場<dd>渋谷<dd>新宿</dl>", "日時\n7月\n\n会場\n渋谷\n新宿"),
        ("<details><summary>more</summary><p>inside</p></details>", "more\n\ninside"),
        (
            "<figure><img src=a.png alt='The hall'><figcaption>At <b>noon</b></figcaption></figure>",
            "![The hall](a.png)\n\nAt noon",
        ),
        ("<ul><li><pre>a\n b</pre></li><li>c</li></ul>", "- ```\n  a\n   b\n  ```\n- c"),
        ("<li>a</li><li>b</li>", "- a\n- b"),
    ],
)
def test_lists_and_quotes(source: str, markdown: str) -> None:
    assert shown(source) == markdown


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("<table><tr><td>a<td>b<tr><td>1<td>2</table>x", "| a | b |\n| --- | --- |\n| 1 | 2 |\n\nx"),
        (
            "<table>\n<caption>料金</caption>\n<thead>\n<tr><th>種別</th>\n<th>円</th></thead>\n<tr>\n<td>学生<br>のみ<td><p>5</p><p>6</table>",
            "料金\n\n| 種別 | 円 |\n| --- | --- |\n| 学生 のみ | 5 6 |",
        ),
        (
            "<table><tr><td colspan=2>a<td>b<tr><td>1<td>2<td>3</table>",
            "| a | | b |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
        ),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", "| a | b |\n| --- | --- |\n| | c |"),
        ("<table><tr><td><td>b<tr><td>c</table>", "| | b |\n| --- | --- |\n| c | |"),
        ("<table><tr><td>a|b<td><ul><li>x<li>y</ul></table>", "| a\\|b | • x • y |\n| --- | --- |"),
        (
            "<table>\n\n<tr>\n\n<td>\n\n**a**\nb|c\n\n</td>\n\n<td>d</td>\n\n</tr>\n\n</table>\n\nend",
            "| **a** b\\|c | d |\n| --- | --- |\n\nend",
        ),
        ("<table><tr><td>one</td></tr><tr><td>two</td></tr></table>", "one\n\ntwo"),
        ("<table><tr><td><h2>a</h2>b</td><td>c</td></tr></table>", "## a\n\nb\n\nc"),
        ("<table><tr><td>x<table><tr><td>a<td>b</table></td><td>y</table>", "x\n\n| a | b |\n| --- | --- |\n\ny"),
        ("<table><tr><td>\n\n- a\n- b\n\n</td><td>c</td></tr></table>", "- a\n- b\n\nc"),
        ("<ul><li><table><tr><td>a<td>b<tr><td>c<td>d</table></ul>", "- | a | b |\n  | --- | --- |\n  | c | d |"),
        ("<table><tr><td colspan=1000 rowspan=0>a<td>b</table>", "a\n\nb"),
    ],
)
def test_tables(source: str, markdown: str) -> None:
    assert shown(source) == markdown


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<pre>a *b*\n\n  c &lt; d</pre>", "```\na *b*\n\n  c < d\n```"),
        (
            '<pre><code class="x language-py">\nif a:\n  <span class="k">b</span>\n</code></pre>c',
            "```py\nif a:\n  b\n```\n\nc",
        ),
        ("<div><pre>a\n\nb **c**</pre></div>", "```\na\n\nb **c**\n```"),
        ("<pre>```\na</pre>", "````\n```\na\n````"),
        ("<pre>a<br>b</pre>", "```\na\nb\n```"),
        ("> <pre>a\n>  b</pre>\n\nc", "> ```\n> a\n>  b\n> ```\n\nc"),
        ("<pre> </pre>x", "x"),
        (
            "`<b>a</b>` <b>b</b>\n\n```\n<i>c</i>\n```\n\n    <i>d</i>",
            "`<b>a</b>` b\n\n```\n<i>c</i>\n```\n\n    <i>d</i>",
        ),
    ],
)
def test_code(source: str, markdown: str) -> None:
    assert shown(source) == markdown


@pytest.mark.parametrize(
    "source",
    [
        "a<script>x\n\n<b>x</b></script>b",
        "a<style>x { y: z }</style>b",
        "a<noscript><img alt=x></noscript>b",
        "a<template><p>x</p></template>b",
        "a<iframe src=x title=x>x</iframe>b",
        "a<object><p>x</p></object>b",
        "a<video controls><source>x <a>x</a></video>b",
        "a<audio>x</audio>b",
        "a<svg><title>x</title><text>x</text></svg>b",
        "a<span hidden>x <b>x</b></span>b",
        "a<span style='color: red; display : none'>x</span>b",
        "a<i style=visibility:hidden>x</i>b",
        "a<dialog>x</dialog>b",
        "a<!-- x -->b",
        "a<!-- x\n\n<p>x</p>\n\n`x` -->b",
        "a<img src=x alt=x width=1 height=1>b",
        "a<img src=x hidden alt=x>b",
        "a<img src=x>b",
        "a<wbr>b",
    ],
)
@pytest.mark.parametrize("around", ["<p>{}</p>", "{}", "<div>\n{}\n</div>", "> {}", "- {}"])
def test_what_is_hidden(source: str, around: str) -> None:
    # In a list or quote, a blank line of a comment or script would end it.
    source = source if around[0] in "<{" else source.replace("\n\n", " ")
    assert "".join(lines(around.format(source))) == "ab"


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<div hidden>\n\n**x**\n\n```\nx\n```\n\n</div>\n\ny", "y"),
        ("<div><script>\nx\n\nx</script>y</div>", "y"),
        ("<p>y</p><!-- x\n\nx", "y"),
        ("y <!-- a mark of HTML", "y <!-- a mark of HTML"),
        ("<script>x", ""),
        ("<?xml version='1.0'?>\n<!DOCTYPE a>\ny", "y"),
        ("<![CDATA[x > x]]>\ny", "y"),
        ("<iframe src=x />\n\ny\n\n<iframe src=x></iframe>", "y"),
        ("<div style='display:none'>\n\nnever closed", "never closed"),
        ("<p>a</p><script>x</script\n><p>b</p>", "a\n\nb"),
        ("<p>a <b c='>'>b</b> <i d=\"'>\">e</i></p>", "a b e"),
        ("<p>a < b > c</p><p>1 <2</p>", "a \\< b > c\n\n1 \\<2"),
        ("<p>a</p><b never closed", "a"),
        (
            "a\n<blockquote class='b'><p>Hi<br>you</p>&mdash; A (@a) <a href=x>May</a></blockquote>\n<script></script>",
            "a\n\n> Hi\n> you\n>\n> — A (@a) May",
        ),
    ],
)
def test_what_is_hidden_with_more(source: str, markdown: str) -> None:
    assert shown(source) == markdown


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("<p>a*b* _c_ `d` [e](f) ![g](h) ~~i~~ $j$ k|l \\m</p>", "a*b* _c_ `d` [e](f) ![g](h) ~~i~~ $j$ k|l \\m"),
        ("<p># a</p>", "# a"),
        ("<p>- a</p>", "- a"),
        ("<p>+ a</p>", "+ a"),
        ("<p>12. a</p>", "12. a"),
        ("<p>1.5倍</p>", "1.5倍"),
        ("<p>> a</p>", "> a"),
        ("<p>---</p>", "---"),
        ("<p>:::message</p>", ":::message"),
        ("<p>```</p>", "```"),
        ("<p>$$</p>", "$$"),
        ("<p>[a]: b</p>", "[a]: b"),
        ("<p>[^1]: a</p>", "[^1]: a"),
        ("<p>@[card](https://example.com)</p>", "@[card](https://example.com)"),
        ("<p>https://example.com/a_b_c*d?e=1&amp;f=2#g</p>", "https://example.com/a_b_c*d?e=1&f=2#g"),
        ("<p>&lt;b&gt; &amp;lt; AT&T &copy 5&euro; &#x1f600; &#150; &#42;x&#42;</p>", "<b> &lt; AT&T © 5€ 😀 – *x*"),
        ("<p>a&nbsp;b&#160;&#32;c</p>", "a b c"),
        ("<p>&gt; a</p>", "> a"),
        ("<p>&#45; a &amp;amp; b&amp;c</p>", "- a &amp; b&c"),
        ("<img alt='a*b* [c] &amp; &quot;d&quot;'>", 'a*b* [c] & "d"'),
        ("<b>1.</b> a", "1. a"),
        ("<b># a</b>", "# a"),
        ("<span>     a</span>", "a"),
        ("<i></i> <i></i> <i></i> <i></i> <i></i> a", "a"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字(かんじ)"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</ruby>です", "漢(かん)字(じ)です"),
    ],
)
def test_text_is_no_markdown(source: str, plain: str) -> None:
    assert lines(source) == [plain]


def test_a_heading_of_text_stays_one() -> None:
    assert [text for text, _ in headings("<h2>C #</h2>\n<h3># a ##</h3>")] == ["C #", "# a ##"]


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<div>\n\n**a** b\n\n- c\n\n</div>\n\nd", "**a** b\n\n- c\n\nd"),
        ("<div>**a**\n\n**b**</div>", "\\*\\*a\\*\\*\n\n**b**"),
        ("<ul>\n<li>\n\n**a**\nb\n\n1. c\n\n</li>\n<li>d</li>\n</ul>", "- **a**\n  b\n\n  1. c\n- d"),
        ("<blockquote>\n\n**a**\n\n- b\n\n</blockquote>\n\nc", "> **a**\n>\n> - b\n\nc"),
        ("<details><summary>a</summary>\n\n```\nb\n```\n\n</details>", "a\n\n```\nb\n```"),
        ("<h2>\n\n**a**\nb\n\n</h2>", "## **a** b"),
        ("a\n<div>b</div>\n\nc", "a\n\nb\n\nc"),
        ("a <b>b</b>\nc<br>\nd<br>e", "a b c\nd\ne"),
        ("- a<br>b\n- c\n  <!-- d -->\n- e", "- a\n  b\n- c\n- e"),
        ("- a\n\n  <p>b</p>\n  <ul><li>c</ul>\n\n- d", "- a\n\n  b\n\n  - c\n\n- d"),
        ("- <p>a</p>\n- b", "- a\n\n- b"),
        ("> <p>a\n> b</p>\n>\n> c", "> a b\n\n>\n> c"),
        ("## a<br>b <img alt=c src=d>\n\ne", "## a b ![c](d)\n\ne"),
        (
            "## <center>a</center>\n\n| b<br>c | d |\n|-|-|\n| <ul><li>e<li>f</ul> | g\\|<p>h |",
            "## a\n\n| b c | d |\n|-|-|\n| • e • f | g\\| h |",
        ),
        ("[<img src='a' alt='b'>](c)", "[![b](a)](c)"),
        ("<div>\n\n    <p>a</p>\n\n      <p>b</p>\n\n</div>\n\n    c", "a\n\nb\n\n    c"),
        ("<div markdown='1'>\n**a**\n\nb\n</div>", "\\*\\*a\\*\\*\n\nb"),
        ("a <!-- b\n\nc --> d", "a  d"),
        ("<div>a</div>\n:::\nb", "a\n\n::: b"),
        ("<pre>a\n:::\nb</pre>", "```\na\n:::\nb\n```"),
        ("<div>{{ x * y * z }} *a*</div>", "{{ x * y * z }} \\*a\\*"),
        ('a <a href="{{ url("b") }}">c</a>', "a c"),
    ],
)
def test_markdown_around_and_inside(source: str, markdown: str) -> None:
    assert shown(source) == markdown


def test_markdown_inside_of_html_that_says_so() -> None:
    source = "<div class='notice' markdown='1'>\n**a**\nb\n</div>\n\n<div>**c**</div>"
    assert shown(source, "_posts/2024-05-06-a.md") == "**a** b\n\n\\*\\*c\\*\\*"


PAGE = """<!DOCTYPE html>
<html lang="ja">
<head>
    <title>題</title>
    <style>p { color: red }</style>
</head>
<body>
    <header><h1 id="top">夏の会</h1></header>

    <main>

        <p>参加者は<b>120</b>人。</p>

        <ul>
            <li>一つ目</li>
        </ul>

        <h2>会場</h2>
        <p>渋谷です。</p>
    </main>
    <script>track()</script>
</body>
</html>
"""


def test_a_whole_page() -> None:
    assert shown(PAGE) == "# 夏の会 {#top}\n\n参加者は120人。\n\n- 一つ目\n\n## 会場\n\n渋谷です。"
    assert headings(PAGE) == [("夏の会", "top"), ("会場", "%E4%BC%9A%E5%A0%B4")]


def test_the_same_page_in_one_line() -> None:
    in_one_line = "".join(line.strip() for line in PAGE.splitlines())
    assert shown(in_one_line) == shown(PAGE)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<h1>a</h1><h2 id='b-1'>b</h2><h6 id=c>c</h6>", [("a", "a"), ("b", "b-1"), ("c", "c")]),
        ("<h2 id='会場'>a <small>b</small><br>c</h2>", [("a b c", "%E4%BC%9A%E5%A0%B4")]),
        ("<h2 class=x>a</h2>\n\n## a\n\n<h2>A</h3>b", [("a", "a"), ("a", "a-1"), ("A", "a-2")]),
        ("<h2></h2><h3> <img src=x> </h3><h4>a</h4>", [("a", "a")]),
        ("<h2><a id=x></a><div>a</div></h2>b", [("a", "a")]),
        ("<ul><li><h3>a</h3>b</ul>", [("a", "a")]),
        ("<h2>never closed", []),
        ("<h2>a<p>b</p><h3>c</h3><ul><li>d</ul></h2>", [("c", "c")]),
        ("<h2 id=a>a <a href='#a'>¶</a></h2><h3><a href='#b'>1</a></h3>", [("a", "a"), ("1", "1")]),
        ("# a <b>b</b>\n\n<i>c</i>\n===", [("a b", "a-b"), ("c", "c")]),
    ],
)
def test_headings(source: str, found: list[tuple[str, str | None]]) -> None:
    assert headings(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (
            "<p>参加者は<b>120</b>人。<br>満席。</p>",
            [("参加者は120人。", "参加者は<b>120</b>人。"), ("満席。", "満席。")],
        ),
        ("<ul><li><b>a</b></li><li>b <i>c</i></li></ul>", [("a", "a"), ("b c", "b <i>c")]),
        ("<table><tr><td><b>a</b><td>b<tr><td>c</table>", [("a | b", "a</b><td>b"), ("c |", "c")]),
        ("x <img src='a>b' alt='c'>", [("x c", "x <img src='a>b' alt='c'>")]),
        ("<pre>a &lt; b\nc</pre>", [("a < b", "a &lt; b"), ("c", "c")]),
        ("<p><!-- a --><a href='x'>b.</a> <!-- c --></p>", [("b.", "b.")]),
        ("<p>*a*</p><p>$</p><p>- </p>", [("*a*", "*a*"), ("$", "$"), ("-", "-")]),
        ("**a** <sup>b</sup>", [("a b", "**a** <sup>b")]),
    ],
)
def test_quotes_are_parts_of_the_file(source: str, found: list[tuple[str, str]]) -> None:
    assert quoted(source) == found


def test_an_article_without_html_has_no_edits() -> None:
    source = "# a\n\n- b &amp; c\n\n```\n<b>\n```\n\n`<i>` 1 < 2\n\n| a | b |\n|-|-|\n"
    assert to_article("a.md", source.encode()).article.edits == ()


def test_deep_lists_are_shown() -> None:
    source = "<ul><li>" * 200 + "a" + "</li></ul>" * 200 + "b"
    assert lines(source) == ["a", "b"]
