"""Texts of our own that make careless readers of dialects slow: their marks over and over, many never closed."""

from __future__ import annotations

from tests.support.hostile_markdown import growing, nested, repeated

# fmt: off
TEMPLATES = (
    "{{<", "{{< a ", "{{< a >}}", '{{< a b="', '{{< a "\\', "{{< a b='\"", "{{</* ", "{{% a %}} ", "{{", "{{ a",
    "{{ a }}", "{{ a(", "{%", "{% a ", "{% raw %}", "{% comment %}", "{% endraw %}", "{% highlight a %}",
    "{% endhighlight %}", "{# ", "{{< code >}}", "{{< code >}}`{{< /code >}}",
)
COMPONENTS = (
    "<A", "<A ", "<A b=", '<A b="', "<A b='\" ", "<A b={", "<A b={}", "<A>", "<A/>", "</A>", "<>", "< ",
    "<a b={'c'}>", "{", "}", "{a} ", "{'a'}", "{/*", "import {\n", "import a\n", "import 'a'\n", "export const {\n",
    "export const (\n\n", "export const a\n", "<script>\n",
)
BOXES = (
    ":::\n", ":::a\n", ":::a[", ":::a [b]{\n", "::: a\n:::\n", "> [!a]\n", "> [!", "> ", "!!! a\n", "!!! a\n    b\n",
    '=== "a"\n\n', "???\n",
)
MARKS = (
    "[[", "[[a", "[[a|", "[[a]]", "![[a.b|c]]", "==", "==a", "==a==", " ==a", "%%", "%%a", " %%a%%", "%%\n", " ^abc",
    "a ^abc\n", ": a\n", "a\n: b\n", "\n: b\n", "*[", "*[a]: b\n", ":a", ":a:", ":tada:", "a:tada:", "{:", "{: a}\n",
    "a {.b}\n", "a {.b ", "*{.a}", "# a {#b}\n", "# a\n{: #b}\n", "* a\n{:toc}\n", "[toc]\n", "[https://a:",
    "[https://a:embed", "[https://a:embed]", "[id:", "[id:a] ", "> [name=a]\n", "[name=", "[f:id:",
)
NESTED = (
    ("{", "}"), ("<A>", "</A>"), ("<A b={", "}>"), ("<A>\n", "\n</A>"), (":::a\n", ":::\n"), ("[[", "]]"),
    ("{% if a %}", "{% endif %}"),
)
BLANKS_BETWEEN = (
    ("{: .a", "b}"), (":::a", "b"), ("{{< a", "\n\n"), ("<A", "b"), ("# a {#b}", "c"), ("a", "^abc d"), ("!!! a", "b"),
)
# fmt: on

DIALECTS = (
    *map(repeated, (*TEMPLATES, *COMPONENTS, *BOXES, *MARKS)),
    *(nested(*pair) for pair in NESTED),
    *(repeated(" ", *ends) for ends in BLANKS_BETWEEN),
    repeated(" .a", "a {.a", "\n"),
    growing("deeper boxes", lambda number: "    " * number + "!!! a\n"),
    growing("longer containers", lambda number: ":" * (number + 2) + "a\n"),
)
