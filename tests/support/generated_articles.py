"""Articles that Hypothesis puts together of everything that Markdown has."""

from hypothesis import strategies as st

from index.types import Article

FRAGMENTS = (
    "札幌 酪農の話。 速い！ Lambda e.g. 🐧🎉 👩\u200d💻 が\u3099 「引用。です」 、 **太字** `code` "
    "~~消す~~ *斜め。* [題](https://e.com/a_b) <br> &amp; \\* $x^2$ https://e.com/x?y=1 [^1] ^[その場] <b> "
    "1. | ** ` [ ]( $"
)
WORDS = st.sampled_from([*FRAGMENTS.split(" "), "\u3000", " ", "This works. Then", "`co de`", "<!-- c -->"])
LINE = st.lists(WORDS, min_size=1, max_size=9).map("".join).filter(lambda text: text.strip() != "")
PHRASE = st.lists(WORDS, min_size=1, max_size=9).map(" ".join).filter(lambda text: text.strip() != "")
LONG = st.tuples(LINE, st.integers(10, 40)).map(lambda pair: pair[0] * pair[1])
TEXT = st.one_of(LINE, PHRASE, PHRASE, LONG)
WORD = st.text("abc 字。|`~:", min_size=0, max_size=90)
HEADING = st.tuples(st.integers(1, 6), PHRASE).map(lambda pair: f"{'#' * pair[0]} {pair[1]}")
SETEXT = st.tuples(st.sampled_from("字a"), st.sampled_from(["===", "---"])).map("\n".join)
PARAGRAPH = st.lists(TEXT, min_size=1, max_size=4).map("\n".join)
FENCED = st.tuples(
    st.sampled_from(["```", "~~~", "````"]),
    st.sampled_from(["", "js", "js:src/a.js", "diff ts:b", "mermaid"]),
    st.lists(WORD, max_size=12).map("\n".join),
    st.booleans(),
).map(lambda parts: "\n".join([parts[0] + parts[1], parts[2], *([parts[0]] if parts[3] else [])]))
ITEMS = st.lists(
    st.tuples(st.sampled_from(["- ", "  - ", "\t- ", "1. ", "* ", "- [ ] ", "- [x] ", "  続き"]), TEXT).map("".join),
    min_size=1,
    max_size=6,
).map("\n".join)
CELL = st.text("ab 字。", min_size=0, max_size=60)
TABLE = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8).map(
    lambda rows: "\n".join(["| 品 | 値 |", "|:--|--:|", *(f"| {left} | {right} |" for left, right in rows)])
)
SMALL = st.sampled_from(
    [
        "---",
        "<!-- x -->",
        "<!-- x\ny -->",
        "https://example.com/abc",
        "@[card](https://example.com)",
        "$$\nx\n$$",
        "![図](/a.png)\n*題*",
        "![](/a.png =300x)",
        "[^1]: 脚注の文",
        "[r]: https://example.com",
        "    code",
        "> 引用",
        "<div>\n生\n</div>",
        ":::message",
        ":::",
        "::::details 題",
        "::::",
        "> ```\n> x\n> ```",
        "- ```\n  x",
        ">",
    ]
)
BLOCK = st.one_of(HEADING, SETEXT, PARAGRAPH, PARAGRAPH, FENCED, ITEMS, TABLE, SMALL)
BLOCKS = st.lists(BLOCK, max_size=8)


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def indented(text: str) -> str:
    return "- 項目\n\n" + "\n".join(f"  {line}" for line in text.split("\n"))


def contained(text: str) -> str:
    return f"::::details 開く題\n{text}\n::::"


NESTED = st.tuples(st.sampled_from([quoted, indented, contained, str]), BLOCKS.map("\n\n".join)).map(
    lambda pair: pair[0](pair[1])
)


@st.composite
def articles(draw):
    """A generated article with or without BOM, front matter and a final newline, in any newline style."""
    blocks = [*draw(BLOCKS), draw(NESTED), *draw(BLOCKS)]
    text = "".join(block + draw(st.sampled_from(["\n", "\n\n", "\n\n\n"])) for block in blocks)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    odd = draw(st.sampled_from(["", "", "\f", "\u2028", "\x85", "\0", "\u3000", "\x0b"]))
    text = text.replace("。", f"。{odd}") if odd else text
    front = draw(st.sampled_from(["", "\ufeff", "---\ntitle: 題\n---\n", "\ufeff---\ntitle: 題\n---\n"]))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    head = front.replace("\n", newline).encode()
    return Article("a.md", head + text.replace("\n", newline).encode(), len(head), "題")
