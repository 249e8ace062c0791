"""Shortcodes of Hugo as their page shows them."""

import pytest

from tests.support.pages import code, quoted, shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{{< figure src="a.jpg" >}}', []),
        ('{{< figure src="a.jpg" caption="The hall" alt="Rows of seats" >}}', ["The hall", "Rows of seats"]),
        ('{{< figure src="a.jpg" title="Day one" attr="Photo by Ann" >}}', ["Day one", "Photo by Ann"]),
        ('{{<figure src="a.jpg" alt="The hall" caption="The hall">}}', ["The hall"]),
        ('{{< figure\n  src="a.jpg"\n  caption="Over *many*\n  lines"\n>}}', ["Over many lines"]),
        ('{{< figure caption="She said \\"yes\\"" />}}', ['She said "yes"']),
        ("{{< figure caption=`In backticks` src=a.jpg >}}", ["In backticks"]),
        ('In {{< img src="a.png" alt="the box" >}} there', ["In the box there"]),
        ('| a | b |\n|---|---|\n| {{< img alt="x" caption="y" >}} | c |', ["a | b", "x y | c"]),
        ("- {{< youtube abc123 >}}\n- after", ["after"]),
        ('{{< youtube id="abc123" title="Opening keynote" >}}', ["Opening keynote"]),
        ('{{< vimeo 12 >}}{{< gist a b >}}{{< instagram c >}}{{< tweet user="a" id="1" >}}{{< x 1 >}}', []),
        ("{{< speakerdeck 0123 >}} the slides", ["the slides"]),
        ('Read [the report]({{< ref "posts/my report.md" >}}).', ["Read the report."]),
        ('Read [the report]({{% relref "a.md" %}}#top).', ["Read the report."]),
        ('See [here][1].\n\n[1]: {{< ref "a.md" >}}', ["See here."]),
        ("{{% notice tip %}}\nBring **water**.\n{{% /notice %}}", ["Bring water."]),
        ('{{% notice info "Doors" %}}\nOpen at nine.\n{{% /notice %}}', ["Doors", "Open at nine."]),
        ('{{< admonition type=tip title="Doors" >}}\nAt nine.\n{{< /admonition >}}', ["Doors", "At nine."]),
        ('{{< details "More" >}}\nHidden text.\n{{< /details >}}', ["More", "Hidden text."]),
        (
            '{{< tabs >}}\n{{< tab "Linux" >}}\n- apt\n{{< /tab >}}\n{{% tab header="Mac" %}}\nbrew\n{{% /tab %}}',
            ["Linux", "apt", "Mac", "brew"],
        ),
        ("{{< unknown a b=c >}}Inner *text*{{< /unknown >}}", ["Inner text"]),
        ("{{< my/own-box.html >}}\n\n## Inside\n\n{{< /my/own-box.html >}}", ["## Inside"]),
        ('{{< link "https://example.com" "The *page*" >}}', ["The page"]),
        ('{{< tab name="Linux" >}}apt{{< /tab >}} {{< icon name="no" >}}', ["Linux", "apt"]),
        ("{{< toc >}}\n\n# First", ["# First"]),
        ('Write {{</* figure src="a" */>}} for it.', ['Write {{< figure src="a" >}} for it.']),
        ("Write {{%/* notice */%}} for it.", ["Write {{% notice %}} for it."]),
        ('`{{< figure caption="c" >}}` is a shortcode', ['{{< figure caption="c" >}} is a shortcode']),
        ('```\n{{< figure caption="c" >}}\n```', ['{{< figure caption="c" >}}']),
        ("A lone {{< is text, and }} too", ["A lone {{< is text, and }} too"]),
        ("{{< never closed\n\nA paragraph >}}", ["{{< never closed", "A paragraph >}}"]),
        ("By {{ .Site.Author }} on {{ $.Date }}", ["By on"]),
        ("By {{ author | safe }} {{ thumbnail('a', 1) }}", ["By"]),
        ("Vue says {{ message }} and a workflow ${{ github.sha }}", None),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text) == ([text] if lines is None else lines)


@pytest.mark.parametrize(
    "text",
    [
        '{{< highlight go "linenos=table" >}}\n# {{ x }} :tada:\n\n<b> ==a==\n{{< /highlight >}}\nafter',
        "{{% highlight go %}}\n# {{ x }} :tada:\n\n<b> ==a==\n{{% /highlight %}}\nafter",
        '{{< code lang="go" >}}# {{ x }} :tada:\n\n<b> ==a=={{< /code >}}\nafter',
    ],
)
def test_highlighted_text_is_code(text):
    assert code(text) == ["# {{ x }} :tada:", "<b> ==a=="]
    assert shown(text)[-1] == "after"


def test_highlighted_text_may_have_fences():
    assert code("{{< highlight md >}}\n```js\na\n```\n{{< /highlight >}}") == ["```js", "a", "```"]


def test_what_is_quoted_is_in_the_file():
    text = '{{< figure src="a.jpg" alt="Seats" caption="The hall 会場" >}}\n\n{{< x >}}Inner{{< /x >}} text'
    assert quoted(text, "The hall 会場") == "The hall 会場"
    assert quoted(text, "Seats") == "Seats"
    assert quoted(text, "Inner text") == "Inner{{< /x >}} text"
