"""Texts of our own that make careless readers slow: every construct of Markdown over and over, as long as one likes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Construct:
    """A construct by name; ``make`` returns a text of it of about so many characters."""

    name: str
    make: Callable[[int], str]

    def __str__(self) -> str:
        return self.name


def repeated(unit: str, before: str = "", after: str = "") -> Construct:
    """Return a unit over and over, between what begins the text and what ends it."""
    name = f"{before}…{unit}…{after}" if before or after else unit
    return Construct(_visible(name), lambda size: before + unit * (size // len(unit)) + after)


def nested(opening: str, closing: str) -> Construct:
    """Return pairs of marks in each other."""
    pair = len(opening) + len(closing)
    name = _visible(f"{opening}…a…{closing}")
    return Construct(name, lambda size: opening * (size // pair) + "a" + closing * (size // pair))


def growing(name: str, piece: Callable[[int], str]) -> Construct:
    """Return pieces that are longer from one to the next, or numbered."""
    return Construct(name, lambda size: _grown(piece, size))


def _grown(piece: Callable[[int], str], size: int) -> str:
    pieces: list[str] = []
    length = 0
    for number in count(1):
        if length >= size:
            break
        pieces.append(piece(number))
        length += len(pieces[-1])
    return "".join(pieces)


def _table(size: int, *, whole_rows: bool) -> str:
    """Return a table of as many columns as fit beside about as many rows."""
    columns = math.isqrt(size // 4) + 1
    row = "|" + "a|" * columns * whole_rows + "\n"
    return "|" + "a|" * columns + "\n|" + "-|" * columns + "\n" + row * (size // 2 // len(row))


def _visible(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()


# fmt: off
# What stands in a line.
WORDS = (
    "a", "あ", "This is so. ", "e.g. ", "v1.2. ", "! ", "?!", "。", "「", "」", "「あ。", "あ。」", "（(", "\u3000",
    "\0", "\u2028", "か\u3099", "👩\u200d💻", "1. ", "> ", "|", "\\|",
)
EMPHASIS = (
    "*", "*a", "*a*", "*a_", "**a *b ", "a***b_", "**あ。**b", "~~a", "~~~a~~", "`", "`a` ", "``a`", "`` ` ",
)
MATH = (
    "$", "$a ", "$a$", "$$a", "$$a$", "$a](http", "$$a](http", "[$a](http://a)", "\\$a",
)
LINKS = (
    "[", "]", "[a", "[a]", "[a](", "[a](b)", "[a](<b", '[a](b "', "[a](((b)", "[a](\\", "[a][b]", "[[a](b)", "[`",
    "[*a", "](", "![a", "![](", "![a](b)", "![[", "![\\", "[![a](b)", "![a](b =", "![a](b =1x1)", '![a](b "c" =1x2 "',
    "^[", "^[a]", "^[^[", "[^1", "@[a](b)",
)
ADDRESSES = (
    "<", "<a ", "<!--", "<!-- a ", "<!-- a -->", "-->", "<br>", "<https://a ", "<https://a>", "<a@b.c>", "://",
    "a://", "https://", "https://x ", "https://x.jp", "https://x.jp/(", "https://x.jp/[", "https://a/{",
    "https://a/'", "https://a@", "&", "&amp;", "\\", "\\*",
)
# What stands in lines.
LINES = (
    "\n", "a\n", "a\n\n", "It is so. Yes.\n", "あ。\n", "a  \n", "a\\\n", "    a\n", "\u3000\n", "a\u3000\n", "a\r\n",
    "「\n", "# a\n", "# a #\n", "#\n", "# a-1\n", "###### a\n", "a\n=\n", "a\n---\n\n", "---\n", "* * *\n", "- a\n",
    "- a\n\n", "- a\n* b\n", "1. a\n", "2. a\n", "- a\n  b\n", "- a\nb\n", "- [x] a\n", "- - a\n", "- ```\n",
    "- ```js:a\n", "- a\n  - b\n", "> a\n", "> a\nb\n", "> a\n\n", "> > a\n> b\n", "> - a\n", "```\n",
    "```js:a.js\na\n```\n", "``` `\n", "~~~\n```\n", "$$\n", "$$\na\n$$\n", "$$a\n", ":::\n", ":::message\n",
    ":::message\na\n:::\n", ":::details a\nb\n", "@[card](http://a)\n", "@[a](\n", "https://a.jp\n", "![](a)\n*b*\n",
    "[a]: b\n", '[a]: b "\n', "[a\n", "[^1]: a\n", "[^1]: a\n    b\n", "^[a\n", "| a |\n", "|a|\n|-|\n|b|\n\n",
    "|-\n", "|\n", "\\|\n", "<!-- a\n", "<div>\n", "*a\n", "`a\n", "[a](b\n",
)
NESTED = (
    ("[", "]"), ("[", "](b)"), ("![", "](b)"), ("![", "](b =1x1)"), ("[![", "](b)](c)"), ("^[", "]"), ("[a](", ")"),
    ("「", "」"), ("（「", "」）"), ("*", "*"), ("**a *b ", " c* d**"), ("`", "`"), ("$", "$"), ("<!--", "-->"),
    ("- ", "\n"), ("> ", "\n"), (":::message\n", ":::\n"),
)
# fmt: on
GROWING = (
    growing("runs of backticks", lambda number: "`" * number + "a"),
    growing("runs of asterisks", lambda number: " " + "*" * number + "a" + "*" * number),
    growing("runs of full stops", lambda number: "." * number + " a "),
    growing("runs of 。", lambda number: "。" * number + "あ"),
    growing("runs of blanks", lambda number: "a" + " " * number),
    growing("longer fences", lambda number: "`" * (number + 2) + "\n"),
    growing("longer quotes", lambda number: "> " * number + "a\nb\n"),
    growing("deeper items", lambda number: "  " * number + "- a\n"),
    growing("wider tables", lambda number: "|a" * number + "|\n" + "|-" * number + "|\n" + "|a" * number + "|\n\n"),
    growing("numbered headings", lambda number: f"# a-{number}\n# a\n"),
    growing("numbered references", lambda number: f"[a{number}]: b\n\n[a{number}] [a][a{number}] ![a{number}]\n\n"),
    growing("numbered footnotes", lambda number: f"[^{number}]: b\n\na[^{number}]\n\n"),
)
# Long runs between what decides only at their end what they are, and long blocks of many lines.
LONG = (
    *(repeated("-   " * 12 + text) for text in ("[^1]: a\n", "```js:a\n", "\u3000a\n", "1. [x] a\n")),
    *(
        repeated(" ", *ends)
        for ends in (("- ", "a"), ("- ", "```js:a"), ("# a", "b"), ("", "a|"), ("a. ", "b"), ("![a](b", "=1x"))
    ),
    *(repeated("- ", *ends) for ends in (("", "a"), ("> ", "\u3000a"))),
    *(repeated("\u3000", *ends) for ends in (("# a", "b"), ("- ", "a"))),
    *(
        repeated(unit, *ends)
        for unit, ends in ((" #", ("# a", "b")), ("~", ("", "`")), ("!", ("", "  a")), (".", ("1", " A")))
    ),
    *(repeated("c\n", *ends) for ends in (('[a]: b "', ""), ("[", "]: b\n"), ("", "===\n"), ("> a\n", ""))),
    *(repeated(unit, "- a\n\n") for unit in ("  b\n\n", "  ```\n  b\n  ```\n")),
    *(repeated(unit, "[^1]: a\n\n") for unit in ("    b\n\n", "[^1]", "[^1[^1")),
    *(repeated(unit, ":::details ", "\na\n:::\n") for unit in ("a. B ", "「あ。」")),
    *(repeated(unit, after="\n\n[a]: b\n") for unit in ("[a][", "![a][b] ")),
    repeated("[^a", "[^1]: b\n\n", "]\n"),
    repeated("<!-- a ", after="\n-->"),
    Construct("a table with rows", lambda size: _table(size, whole_rows=True)),
    Construct("a table without cells", lambda size: _table(size, whole_rows=False)),
    Construct(
        "a long heading above others", lambda size: "# " + "a " * (size // 4) + "\n" + "## b\n\nc\n\n" * (size // 20)
    ),
)

INLINE = tuple(map(repeated, (*WORDS, *EMPHASIS, *MATH, *LINKS, *ADDRESSES)))
ARTICLES = (*INLINE, *map(repeated, LINES), *(nested(*pair) for pair in NESTED), *GROWING, *LONG)
FRONT_MATTERS = (
    *(repeated(unit, before="---\n") for unit in ("a", "a: ", "\n", "-", "---", "a:\n- b\n")),
    *(repeated(unit, before="---\na: ", after="\n---\n") for unit in ("1", "2020-01-01", "[", '"', "- ", "? ", ";a")),
    *(
        repeated(unit, before="+++\na = ", after="\n+++\n")
        for unit in ("1", "[", "{a=", '"', "'", "#", "\\", "a.", ".")
    ),
    *(repeated(unit, before="+++\n", after="\n+++\n") for unit in ("[[a]]\n", "[", "a.", "#\n", "\n", "+", "a")),
    *(repeated(unit, before='{"a": ', after="}\n") for unit in ("1", "[", '{"a":', '"', "\\", " ", "]", '"",')),
    *(repeated(unit, before="Title: a\n", after="\n\n") for unit in ("a", " a\n", "a: b\n", ":", "-")),
    *(repeated(unit, after="a: b\n") for unit in ("\n", " ", " \n", "{", "+", ";", "-")),
    Construct("keys in TOML", lambda size: "+++\n" + _grown(lambda number: f"tags{number} = ['a']\n", size) + "+++\n"),
    Construct("keys in YAML", lambda size: "---\n" + _grown(lambda number: f"tags{number}: ['a']\n", size) + "---\n"),
    Construct("keys in JSON", lambda size: "{" + _grown(lambda number: f'"a{number}": 1,\n', size) + '"a": 1}\n'),
    Construct("headers", lambda size: "Title: a\n" + _grown(lambda number: f"tag{number}: a\n", size) + "\n"),
)
HEADINGS = (
    repeated("a\n"),
    repeated("\n"),
    growing("numbered headings", lambda number: f"a\na-{number}\n"),
    *(repeated(blank, "a", "b") for blank in (" ", "\u3000", "\ufeff")),
)
# Headings with ids of their own, marks at their ends and names that are given again and again.
NAMED_HEADINGS = (
    *map(repeated, ("# a\n", "# a_1\n", "# a {#b}\n", "# {#\n", "# a #\n", "a\n-\n", "> # a\n", "# :a\n")),
    *(repeated(unit, "# a") for unit in (" {#b", " {#b}", "{#b} ", " #", ":a", "-- ", "{{", " {: #")),
    *(repeated(unit, "# a {#", "}") for unit in ("b", "b ", "b {#")),
    repeated(" ", "# a", "{#b"),
    growing("names that are numbers of others", lambda number: f"# a\n# a_{number}\n"),
)
# What quotes are shown of, line by line and without the blocks around them.
QUOTES = (*map(repeated, (*EMPHASIS, *MATH, *LINKS, *ADDRESSES)), *LONG)
# What is read as words: lines of reports, and questions as Slack sends them.
TEXTS = (
    *map(
        repeated,
        ("a", "1", "1,", "1 ", "一", "1a", "track 1 ", "Aa", "a+", "'", "あ", "ー", "。", ":", "「", "『", '"', "`"),
    ),
    *map(repeated, ("5 a ", "to A ", "https://", "<@U1", "<!here", "&lt;", "か", "and ", "by ", "か\u3099")),
    *(repeated(unit, after=end) for unit, end in ((":", "a"), ("。", "a"), ("?", "a"), (" ", "か"))),
    repeated("\u0301\u0316", "か"),
    repeated("ﾞ\u0301", "か"),
    Construct("marks in the wrong order", lambda size: "か" + "\u0301" * (size // 2) + "\u0316" * (size // 2)),
)

# fmt: off
# What HTML makes of articles.
TAGS = (
    "<", "<a", "<a b='>", "<a b='>'", '<a b="', "<a b=\"'>", "</", "</a", "</a>", "<!--", "<!-- -->", "<!", "<?",
    "<![CDATA[", "<b>", "<b>a</b> ", "<br>", "<br>\n", "a<br>", "<hr>", "<p>a", "<p>a</p>", "<div>", "<div>\n\n",
    "</div>", "<div>\n\na\n\n", "<ul>", "<ul><li>a", "<li>a", "<ol><li>", "<blockquote>a", "<blockquote>\n\na\n\n",
    "<table>", "<table><tr><td>a", "<tr><td>a<td>b", "<td>", "<td colspan=40 rowspan=40>a",
    "<table><tr><td>a<td>b</table>", "<pre>", "<pre>a\n", "</pre>", "<script>", "<script></script>", "<iframe>", "<h2>",
    "<h2>a</h2>", "<h2 id=a>a", "<div hidden>", "<div hidden>a</div>", "<svg>", "<rt>a", "<rp>(", "<q>a", "&", "&#",
    "&a;", "{{", "{{ a }}", "{%", "<img alt=a>", "- <div>a\n", "> <div>a\n", "a <!-- b\n\n", "a <!-- <b>c</b>\n\n",
    "<div>\n\n    <p>a\n\n", "<li>\n\na\n- b\n\n", "*", "http://a", "<div>\n:::\n", "<details>\n\na\n\n</details>\n\n",
)
# fmt: on
HTML = (
    *map(repeated, TAGS),
    *(repeated(unit, "<div>", "</div>") for unit in ("a ", "\n", "*", "&", "|", "<a b=", "#", "\u3000")),
    *(
        repeated(unit, "<table><tr><td>a<td>", "</table>")
        for unit in ("<td>a", "<tr><td>a<td>", "<br>", "<tr>", "a\n\n")
    ),
    *(repeated(unit, "<pre>", "</pre>") for unit in ("a\n", "`", "<b>", "&lt;", "\n")),
    *(repeated(unit, "<ul><li>\n\n", "\n\n</ul>") for unit in ("a\n", "<b>a</b> ", "<br>", "```\n")),
    *(repeated(unit, "| a | b |\n|-|-|\n| ") for unit in ("<br> ", "a\\|<br> | ", "<b>a")),
    *(nested(f"<{name}>", f"</{name}>") for name in ("div", "b", "blockquote", "pre", "h2", "rt", "svg", "div hidden")),
    nested("<ul><li>", "</ul>"),
    nested("<table><tr><td>a<td>", "</table>"),
)
