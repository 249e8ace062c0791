"""Attributes and places for tables of contents, of which a page shows nothing."""

import pytest

from tests.support.pages import article_of, shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("A box.\n{: .notice--info}\n\nafter", ["A box.", "after"]),
        ("> Said.\n> {: .who}", ["Said."]),
        ('*Late*{: .red} and ![Seats](a.png){width=300 loading="lazy"}.', ["Late and Seats."]),
        ('[a page](b){:target="_blank"} `x`{.js}', ["a page x"]),
        ("## Venue {.big}\n\n## Food {: .small} ##\n\nEnd {.a}\n---", ["## Venue", "## Food", "## End"]),
        ("Set {a, b} and {x} as {.5} {", ["Set {a, b} and {x} as {.5} {"]),
        ("* TOC\n{:toc}\n\n# First", ["# First"]),
        ("1. Contents\n{:toc .wide}\n\n{:.no_toc}\n# First", ["# First"]),
        ("[TOC]\n\n@[toc](In this report)\n\n[[toc]]\n\n[[_TOC_]]\n\n${toc}\n\n# First", ["# First"]),
        ("A [TOC] in a line", ["A [TOC] in a line"]),
        ("{::comment}no\n\nno{:/comment}yes{::nomarkdown}{:/}", ["yes"]),
        ("```\n{: .a}\n[TOC]\n```", ["{: .a}", "[TOC]"]),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text) == lines


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("## Food {#eat .big}", "## Food {#eat}"),
        ("## Food {: #eat}", "## Food {#eat}"),
        ("## Food\n{: .big #eat}\n\nSoup", "## Food {#eat}\n\nSoup"),
        ("Food {#eat key=v}\n====", "Food {#eat}\n===="),
    ],
)
def test_the_id_of_a_heading_stands_behind_it(text, read):
    assert article_of(text).text.decode() == read
