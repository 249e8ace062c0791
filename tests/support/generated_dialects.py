"""Articles in dialects of Markdown that Hypothesis puts together, with what their pages show and what they do not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.support.generated_articles import indented, quoted

# § is a word that the page shows, ¤ one that it does not.
COMMON = (
    "§ **§** §.",
    "# §",
    "## § §\n\n§",
    "- §\n- §\n  - §",
    "1. §\n2. §",
    "> § §",
    "| § | § |\n|---|---|\n| § | § |",
    "§\n===",
    "§ [§](https://example.com/¤) §",
    "`§ {{ § }} :§:`",
    "```¤\n§ {% § %}\n[[§]]\n```",
    "§[^1]\n\n[^1]: §",
    "§\\\n§",
    "<!-- ¤\n\n¤ -->\n\n§",
    "![§](¤.png)",
)
HUGO = (
    '{{< figure src="¤.jpg" caption="§ *§*" alt="§" >}}',
    '{{<figure src="¤"\n  title="§"\n  width="¤">}}',
    "{{< youtube ¤ >}}",
    '§ {{< img src="¤" alt="§" >}} §',
    "{{% notice ¤ %}}\n§ **§**\n\n- §\n{{% /notice %}}",
    '{{< tab "§" >}}\n§\n{{< /tab >}}',
    "{{< highlight go >}}\n§ {{ § }}\n\n    § :§:\n{{< /highlight >}}",
    '[§]({{< ref "¤.md" >}})',
    "{{< x ¤=¤ >}}§{{< /x >}}",
    "§ {{ .Site.¤ }} §",
    '{{</* § "§" */>}}',
    '- {{< details "§" >}}§{{< /details >}}\n- §',
)
JEKYLL = (
    '{% include ¤.html caption="§ §" url="¤" %}',
    "{% highlight ruby %}\n§ {{ § }}\n\n# §\n{% endhighlight %}",
    "§ {{ ¤ | ¤ }} §",
    "{% raw %}{{ § }} {% § %}{% endraw %}",
    "{% comment %}¤\n\n¤{% endcomment %}§",
    "{% if ¤ %}\n§\n{% else %}\n§\n{% endif %}",
    "[§]({% post_url ¤ %}) ![§]({{ site.¤ }}/¤.png)",
    "{% assign ¤ = '¤' %}",
    "§ {# ¤ #} §",
    "§\n{: .¤ #¤}",
    "*§*{: .¤ ¤='¤'} §",
    "* ¤\n{:toc}",
    "{::comment}¤{:/comment} §",
    "{{ figure(src='¤', alt='§') }}",
    "{%youtube ¤ %}",
)
MDX = (
    "import ¤ from '¤'",
    "import {\n  ¤,\n  ¤,\n} from '¤'",
    "export const ¤ = {\n  ¤: ['¤'],\n\n  ¤() { return ¤ },\n}",
    "{/* ¤\n\n¤ */}",
    "§ {'§'} § {¤.¤} §",
    '<Figure src={¤} alt="§" caption={`§`} />',
    "<YouTube id='¤' on={{ ¤: 0 }} />",
    '<Tabs>\n  <Tab label="§">\n\n    § §\n\n    - §\n\n    ```js\n    {§} <§ />\n    ```\n\n  </Tab>\n</Tabs>',
    "<>§ *§*</>",
    "<Card\n  title='§'\n  onClick={() => ¤ > 1}\n>\n  §\n</Card>",
    "<Box>\n```js\n§ {§}\n```\n</Box>",
    "## § {/* #¤ */}",
)
MARKS = (
    ":::note info\n§\n:::",
    ":::tip[§ *§*]\n§\n\n- §\n:::",
    "::: warning §\n§\n:::",
    "> [!NOTE]\n> §",
    "> [!tip]- §\n> §",
    '!!! note "§"\n    § §\n\n    - §\n\n    ```\n    § {{ § }}\n    ```\n',
    "??? ¤\n    §\n\n    !!! ¤\n        §\n",
    '=== "§"\n\n    §\n',
    "[[§]] § [[¤|§]]",
    "![[¤.png|§]] ![[¤.png]]",
    "[[§#§]]",
    "==§== §",
    "§ %%¤%% §",
    "%%\n¤\n\n¤\n%%",
    "§ ^¤",
    "§\n: §\n: §",
    "§\n\n:   §\n    §",
    "*[¤]: ¤",
    "§ :tada: :§: 10:30:45 §",
    "## § {#¤ .¤}",
    "## §\n{: #¤}",
    "![§](¤){width=¤}",
    "[TOC]",
    "[f:id:¤:plain]",
    "[https://example.com/¤:title=§]",
    "> § [name=§] [color=¤]",
    "::video{#¤}",
    "{.¤ ¤=¤}",
)
DIALECTS = {"a.md": (*HUGO, *MARKS), "_posts/2019-06-12-a.md": (*JEKYLL, *MARKS), "a.mdx": (*MDX, *MARKS)}
# Whatever stands around what a template is read before.
NESTS = (str, quoted, indented)


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a file at a path, with the words of which its page shows each once."""

    path: str
    text: str
    shown: tuple[str, ...]


@st.composite
def written(draw: st.DrawFn) -> Written:
    """An article in a dialect, its marks in any order."""
    path = draw(st.sampled_from(sorted(DIALECTS)))
    blocks = draw(st.lists(st.sampled_from([*COMMON, *DIALECTS[path]]), min_size=1, max_size=8))
    if set(blocks) <= {*COMMON, *MARKS}:
        blocks = [draw(st.sampled_from(NESTS))(block) for block in blocks]
    text = draw(st.sampled_from(["\n", "\r\n"])).join("\n\n".join(blocks).split("\n"))
    words: list[str] = []

    def named(match: re.Match[str]) -> str:
        word = ("seen" if match[0] == "§" else "hidden") + f"{len(words)}x"
        words.append(word)
        return word + draw(st.sampled_from(["", "字"])) * (match[0] == "§")

    text = re.sub("[§¤]", named, text)
    return Written(path, text, tuple(word for word in words if word.startswith("seen")))
