"""Marks of Hatena Blog and HackMD as their page shows them."""

import pytest

from tests.support.pages import quoted, shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[:contents]\n\n# First", ["# First"]),
        ("[f:id:ann:20180101120000p:plain]\n\nafter [asin:4000000000:detail]", ["after"]),
        ("[https://example.com/a:embed:cite]", ["https://example.com/a"]),
        ("[https://example.com/a:title]", ["https://example.com/a"]),
        ("See [https://example.com/a:title=the slides] now", ["See the slides now"]),
        ("With [id:ann] and [id:bob:detail]", ["With id:ann and id:bob"]),
        ("> Soup was good [name=Ann] [time=Sun, Jun 28] [color=#907bf7]", ["Soup was good Ann Sun, Jun 28"]),
        ("Not [name=Ann] here", ["Not [name=Ann] here"]),
        ("![f:id:ann:1p:plain](/a.png) [https://a.jp/:title](/b)", ["f:id:ann:1p:plain https://a.jp/:title"]),
        ("`[:contents]`", ["[:contents]"]),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text) == lines


def test_what_is_quoted_is_in_the_file():
    text = "See [https://example.com/a:title=the slides] now"
    assert quoted(text, "See the slides now") == text
