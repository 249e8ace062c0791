"""What holds for every article with HTML: what a browser shows is read, nothing else is, and quotes end in no tag."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.articles import to_article
from index.reading.markdown.document import parse
from index.reading.passages import split_article
from index.types import Article, SplitSettings

pytestmark = pytest.mark.slow

# Words that a browser shows and words that it hides are numbered in the order of the file.
SHOWN, HIDDEN = "\0s", "\0h"
WORD = re.compile(r"([sh]\d+)e")
TAG = re.compile(r"<!--.*?-->|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)

BLANKS = st.sampled_from(["", "", " ", "\n", "\n  ", "\n        "])
TEXT = st.sampled_from(
    [
        SHOWN,
        f"{SHOWN} {SHOWN}",
        f"*{SHOWN}*",
        f"_{SHOWN}",
        f"# {SHOWN}",
        f"- {SHOWN}",
        f"1. {SHOWN}",
        f"[{SHOWN}](x)",
        f"&lt;{SHOWN}&gt;",
        f"&amp;{SHOWN} &copy;",
        f"| {SHOWN} |",
        f"`{SHOWN}",
        f"${SHOWN}$ ~~",
        f"「{SHOWN}」。",
        f"---\n{SHOWN}",
    ]
)
UNSEEN = st.sampled_from(
    [
        f"<!-- {HIDDEN} -->",
        f"<script>'<b>{HIDDEN}'</script>",
        f"<i hidden>{HIDDEN}</i>",
        f"<svg><text>{HIDDEN}</text></svg>",
        f"<i style='display:none'>{HIDDEN} <b>{HIDDEN}</b></i>",
        f"<iframe title='{HIDDEN}'></iframe>",
        f"<a title='>{HIDDEN}'></a>",
        f"<noscript><img alt={HIDDEN}></noscript>",
        f"<template><p>{HIDDEN}</p></template>",
        f'<img src="{HIDDEN}">',
    ]
)


def inside(tag: str, content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return an element with blanks between its tags and its content."""
    name = tag.split(" ", maxsplit=1)[0]
    return st.tuples(BLANKS, content, BLANKS).map(lambda parts: f"<{tag}>{''.join(parts)}</{name}>")


def several(content: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    """Return a few, with blanks between."""
    return st.lists(st.tuples(content, BLANKS).map("".join), min_size=1, max_size=most).map("".join)


LEAVES = st.one_of(TEXT, TEXT, UNSEEN, st.sampled_from(["<br>", "<BR />", f"<img alt='{SHOWN}' src=x>", "<wbr>"]))
INLINE = st.recursive(
    LEAVES,
    lambda content: st.one_of(
        *(inside(tag, several(content)) for tag in ("b", "a href='x>y'", 'span class="a"', "code", "u"))
    ),
    max_leaves=4,
)
RUNNING = several(INLINE)
BLOCK = st.one_of(
    *(inside(tag, RUNNING) for tag in ("p", "p", "div", "h2 id=x", "h4", "pre", "center", "figcaption")),
    RUNNING,
    UNSEEN,
    st.just("<hr>"),
)


def blocks(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return blocks of blocks."""
    item = st.one_of(RUNNING, several(content, 2))
    items = several(st.one_of(inside("li", item), item.map("<li>{}".format)))
    cell = st.sampled_from(["td", "th", "td colspan=2", "td rowspan=2"]).flatmap(lambda tag: inside(tag, item))
    rows = several(inside("tr", several(cell)))
    return st.one_of(
        several(content),
        *(inside(tag, several(content)) for tag in ("div", "section", "blockquote")),
        *(inside(tag, items) for tag in ("ul", "ol", "ol start=7")),
        inside("table", rows),
        inside("dl", several(st.tuples(inside("dt", RUNNING), inside("dd", item)).map("".join))),
        st.tuples(inside("summary", RUNNING), content)
        .map("".join)
        .flatmap(lambda text: inside("details", st.just(text))),
    )


# After a blank line, what is deeply indented would be code.
HTML = st.recursive(BLOCK, blocks, max_leaves=8).map(lambda text: re.sub(r"\n\s*\n", "\n", text))
MARKDOWN = st.sampled_from(
    [
        f"**{SHOWN}** <b>{SHOWN}</b>",
        f"- {SHOWN}<br>{SHOWN}\n- {SHOWN}",
        f"## {SHOWN} <i>{SHOWN}</i>",
        f"> {SHOWN}<!-- {HIDDEN} -->",
        f"```\n{SHOWN}\n```",
        f"| {SHOWN} | <b>{SHOWN}</b> |\n|-|-|\n| {SHOWN}<br>{SHOWN} | <p>{SHOWN} |",
        f"{SHOWN}\n{SHOWN}",
        f"{SHOWN} <span hidden>{HIDDEN}</span>",
        f"<!-- {HIDDEN}\n\n{HIDDEN} -->",
        f"<u>1.</u> {SHOWN}",
        f"    {SHOWN}",
    ]
)
# Markdown that stands inside of an element which is opened before and closed behind it.
AROUND = st.sampled_from(
    [("", ""), ("", ""), ("<div>", "</div>"), ("<details>", "</details>"), ("<blockquote>", "</blockquote>")]
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of Markdown and HTML, or of HTML alone."""
    parts = draw(st.lists(st.tuples(AROUND, st.one_of(HTML, HTML, MARKDOWN)), min_size=1, max_size=4))
    text = "\n\n".join(f"{before}\n\n{part}\n\n{after}" for (before, after), part in parts)
    if draw(st.booleans()):
        text = f"<!DOCTYPE html><html><head><title>{HIDDEN}</title></head><body>{draw(HTML)}</body></html>"
    numbers = iter(range(len(text)))
    text = re.sub("\0(.)", lambda mark: f"{mark[1]}{next(numbers)}e", text)
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return to_article("a.md", text.replace("\n", newline).encode()).article


@given(articles())
@settings(max_examples=100)
def test_what_the_page_shows_is_read_and_nothing_else(article: Article) -> None:
    document = parse(article)
    read = [(one.start, one.text) for one in document.headings]
    read += [(line.start, line.plain) for leaf in document.leaves for line in leaf.lines]
    words = [word for _, text in sorted(read) for word in WORD.findall(text)]
    assert words == [word for word in WORD.findall(article.source.decode()) if word.startswith("s")]


@given(articles())
@settings(max_examples=100)
def test_quotes_end_in_no_tag(article: Article) -> None:
    inside_tags = {at for tag in TAG.finditer(article.source.decode()) for at in range(tag.start() + 1, tag.end())}
    text = article.source.decode()
    for passage in split_article(article, SplitSettings(60)):
        for one in passage.sentences:
            start, end = article.file_range(one.start, one.end)
            first, last = len(article.source[:start].decode()), len(article.source[:end].decode())
            assert not {first, last} & inside_tags
            assert WORD.findall(one.plain) == [w for w in WORD.findall(text[first:last]) if w.startswith("s")]
