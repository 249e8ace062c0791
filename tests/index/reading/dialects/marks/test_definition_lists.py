"""Definition lists and abbreviations as their page shows them."""

import pytest

from tests.support.pages import quoted, shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Venue\n: The old hall", ["Venue", "The old hall"]),
        (
            "Venue\n: The old hall\n: And a tent\n\nFood\n\n:   Soup\n    and bread",
            ["Venue", "The old hall", "And a tent", "Food", "Soup and bread"],
        ),
        ("会場\n: 渋谷の**ホール**", ["会場", "渋谷のホール"]),
        ("# Venue\n: not one", ["# Venue", ": not one"]),
        (": not one", [": not one"]),
        ("```\na\n: b\n```", ["a", ": b"]),
        ("The HTML is here.\n\n*[HTML]: HyperText\n*[W3C]: World", ["The HTML is here."]),
        ("*[a](b): c", ["*a: c"]),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text) == lines


def test_what_is_quoted_is_in_the_file():
    assert quoted("Venue\n:   The old hall", "The old hall") == "The old hall"
