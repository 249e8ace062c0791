"""Codes of emoji as their page shows them."""

import pytest

from tests.support.pages import quoted, shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Done :tada:", "Done 🎉"),
        (":+1::smile: やった:bangbang:です", "👍😄 やった‼️です"),
        ("Party:tada:", "Party🎉"),
        ("[:camera:](/a) and :point_up_tone2: and :hugs:", "📷 and ☝🏼 and 🤗"),
        ("At 10:30:45 or 10:100:45", "At 10:30:45 or 10:100:45"),
        (":nobody_knows_it: and :a: b:", ":nobody_knows_it: and 🅰️ b:"),
        ("std::key::value and a:key:b", "std::key::value and a:key:b"),
        ("http://example.com/:key:/a", "http://example.com/:key:/a"),
        ("`:tada:`", ":tada:"),
    ],
)
def test_the_page_shows(text, line):
    assert shown(text) == [line]


def test_a_code_is_quoted_whole():
    assert quoted("Done :tada:", "Done 🎉") == "Done :tada:"
