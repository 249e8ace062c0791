"""Tags of Liquid and Twig as their page shows them."""

import pytest

from tests.support.pages import code, quoted, shown

POST = "_posts/2019-06-12-a.md"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{% include toc.html %}\n\n# First", ["# First"]),
        ('{% include figure.html src="a.jpg" caption="The hall" alt="Seats" %}', ["The hall", "Seats"]),
        ("{%- include_relative a.md -%}\nafter", ["after"]),
        ("Read [it]({% post_url 2019-01-02-a %}) or [that]({% link _posts/a.md %}#b).", ["Read it or that."]),
        ("![Seats]({{ site.baseurl }}/a.jpg) [map]({{ '/map' | relative_url }})", ["Seats map"]),
        ("[a]: {{ site.url }}/a\n\nSee [a].", ["See a."]),
        ('{% assign title = "no" %}{% capture text %}Kept{% endcapture %}', ["Kept"]),
        ("{% if page.a %}\nOne\n{% else %}\nTwo\n{% endif %}", ["One", "Two"]),
        ("{% for a in b %}- {{ a }} item\n{% endfor %}", ["item"]),
        ("Before {% comment %} not **this**\n\nnor this {% endcomment %}after", ["Before after"]),
        ("{% raw %}{{ a }} {% if %}{% endraw %} and {{ b }}", ["{{ a }} {% if %} and"]),
        ("{% unknown x %}Inner{% endunknown %}", ["Inner"]),
        ("{% raw %} is never closed {{ a }}", ["is never closed"]),
        ("{% details How we *met* %}\nInner.\n{% enddetails %}", ["How we met", "Inner."]),
        ("{% asset_img hall.jpg 'The hall' %}", ["The hall"]),
        ("{% callout type='note' title='Doors' %}\nAt nine.\n{% /callout %}", ["Doors", "At nine."]),
        ("<%= link_to 'a', b %>text<% end %>", ["text"]),
        ("{%youtube abc %} a talk", ["a talk"]),
        ("{% quote(author='Ann') %}\nWords\n{% end %}", ["Ann", "Words"]),
        ('{{ figure(src="a.png", alt="A chat", width=3) }}', ["A chat"]),
        ('{{ "as it is" }} and {{ page.title | upcase }}.', ["as it is and ."]),
        ("{# a comment\n\nof Twig #}text", ["text"]),
        ("`{{ a }}` and `{% b %}`", ["{{ a }} and {% b %}"]),
        ("50{% of it, and %}", ["50"]),
        ("{% never closed\n\nA paragraph %}", ["{% never closed", "A paragraph %}"]),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text, POST) == lines


@pytest.mark.parametrize("tag", ["highlight", "codeblock"])
def test_highlighted_text_is_code(tag):
    text = f"{{% {tag} ruby linenos %}}\n# {{{{ a }}}} :tada:\n\n<b>\n{{% end{tag} %}}\nafter"
    assert code(text, POST) == ["# {{ a }} :tada:", "<b>"]
    assert shown(text, POST)[-1] == "after"


def test_what_is_quoted_is_in_the_file():
    text = "{% if a %}We met{% endif %} at {{ page.place }} noon."
    assert quoted(text, "We met at noon.", POST) == "We met{% endif %} at {{ page.place }} noon."
