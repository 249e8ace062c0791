"""Rules that look marks up find what the rules say that search for them: markdown-it's, linkify-it's and Zenn's."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt, helpers
from markdown_it.rules_inline import linkify
from mdit_py_plugins.footnote.index import footnote_inline, footnote_ref

from index.reading.markdown.block_parser import parser
from index.reading.passages import split_article
from index.types import Article, SplitSettings

# As zenn-markdown-html has them.
ZENN_MATH = re.compile(r"\$(\S|\S(?!.*\]\(http.*\$.*\)).*?\S)\$")
ZENN_DISPLAY_MATH = re.compile(r"\$\$(\S|\S(?!.*\]\(http).*?\S)\$\$")


def searching_parser() -> MarkdownIt:
    """Return the parser with the rules of markdown-it and its plugin instead of ours."""
    md = parser.__wrapped__()
    md.helpers = helpers
    md.inline.ruler.at("linkify", linkify)
    md.inline.ruler.at("footnote_inline", footnote_inline)
    md.inline.ruler.at("footnote_ref", footnote_ref)
    return md


SEARCHING = searching_parser()


def tokens(md: MarkdownIt, text: str) -> list[tuple[str, str, int]]:
    """Return what matters of all inline tokens."""
    return [
        (one.type, one.content, len(one.children or [])) for block in md.parse(text, {}) for one in block.children or []
    ]


def pieces(*choices: str, most: int = 20) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(choices), max_size=most).map("".join)


@pytest.mark.slow
@settings(max_examples=600)
@given(
    pieces(*"[]!^a`*\\", "![", "](b)", "](", "[r]", "[^1]", "^[", "<http://a>", " https://a.jp", "\n", "![a](b =1x1)")
)
@example("[a [b](c) d](e)")
@example("![a ^[b] ![c](d)](e) ^[f [g](h)]")
@example("[a](b" * 40)
def test_labels_end_where_markdown_it_ends_them(text):
    defined = f"{text}\n\n[r]: u\n\n[^1]: n"
    assert tokens(parser(), defined) == tokens(SEARCHING, defined)


@pytest.mark.slow
@settings(max_examples=600)
@given(
    pieces(
        *"ab1.-_/?#()[]{}\"'!;,:&=<>｜ あ「@*", "a.jp", "...", "---", "(a)", "[b]", "http://", "https://x.jp/", "\u3000"
    )
)
@example("https://a.jp/[b(c]d)")
@example("https://a.jp.[")
@example("xhttps://a.jp ftp://b.jp Https://c.jp http：//d.jp")
def test_addresses_end_where_linkify_it_ends_them(text):
    assert tokens(parser(), text) == tokens(SEARCHING, text)


@pytest.mark.slow
@settings(max_examples=600)
@given(pieces(*"$$$ab1 \\)\n", "](http", "$$", "あ", "\u3000"))
@example("[$a](https://example.com/$b)")
def test_math_is_where_zenn_finds_it(text):
    found = [one.content for one in parser().parseInline(text, {})[0].children if one.type == "math"]
    assert found == zenn_math(text)


def zenn_math(text: str) -> list[str]:
    """Return the math in a text of dollar signs, words and escapes, reading it from the left."""
    found, at = [], 0
    while at < len(text):
        patterns = (ZENN_DISPLAY_MATH, ZENN_MATH) if not at or text[at - 1] not in "\\0123456789" else ()
        matches = (pattern.match(text, at) for pattern in patterns)
        match = next((one for one in matches if one and not text[one.end() : one.end() + 1].isdigit()), None)
        found += [match[1]] if match else []
        at = match.end() if match else at + (2 if text[at] == "\\" else 1)
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![" * 12 + "絵" + "](a.png)" * 12, "絵"),
        ("^[" * 8 + "注" + "]" * 8, " ".join(["("] * 8) + "注" + ")" * 8),
        ("![" * 30 + "絵" + "](a.png)" * 30, "![" * 13 + "絵" + "](a.png)" * 13),
        ("[" * 3_000 + "字", "[" * 3_000 + "字"),
        (r"\ahttps://example.com", r"\ahttps://example.com"),
    ],
)
def test_marks_in_each_other(text, shown):
    (passage,) = split_article(Article("a.md", text.encode(), 0, "t"), SplitSettings(100_000))
    assert passage.plain == shown


@pytest.mark.slow
def test_rows_of_a_wide_table_that_lack_cells_stay_visible():
    text = "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "|字|\n" * 500
    passages = split_article(Article("a.md", text.encode(), 0, "t"), SplitSettings(1_000))
    assert sum(passage.plain.count("字") for passage in passages) == 500
