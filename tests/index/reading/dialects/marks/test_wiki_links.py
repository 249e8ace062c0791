"""Links and marks of Obsidian and wikis as their page shows them."""

import pytest

from tests.support.pages import quoted, shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("See [[Day One]] and [[Day Two|the second]].", ["See Day One and the second."]),
        ("[[Day One#Keynote]] and [[#Venue]]", ["Day One > Keynote and Venue"]),
        ("| a |\n|---|\n| [[Page\\|the page]] |", ["a", "the page"]),
        ("![[hall.png]] ![[hall.png|300]] ![[hall.png|The hall]]", ["The hall"]),
        ("![[hall.png|The hall|300x200]] [[File:a.png|thumb|A tent]]", ["The hall A tent"]),
        ("![The hall|300](a.png) and ![A|B](b.png)", ["The hall and A|B"]),
        ("![[Notes of Ann]] and ![[slides.pdf]]", ["Notes of Ann and"]),
        ("Thanks to {@ann}, {@bob-b|Bob|https://example.com} and {carol}.", ["Thanks to @ann, Bob and {carol}."]),
        ("[[1]] and [[a]](https://example.com) and [[a] b](/c)", ["[[1]] and [a] and [a] b"]),
        ("if [[ -f a ]] and a[[0]]", ["if [[ -f a ]] and a[[0]]"]),
        ("これは==重要==です and ==so is this==.", ["これは重要です and so is this."]),
        ("a==b and c==d, x == y == z", ["a==b and c==d, x == y == z"]),
        ("Seen %%not this%% here", ["Seen here"]),
        ("One\n\n%%\nnot\n\nthis\n%%\n\nTwo", ["One", "Two"]),
        ("100%% of 50%% is %%", ["100%% of 50%% is %%"]),
        ("A line ^37066d\nAnother ^my-id\n\n^lone-id", ["A line Another"]),
        ("2 ^10\nx ^2", ["2 ^10 x ^2"]),
        ("#tag stays", ["#tag stays"]),
        ("`[[a]] ==b== %%c%%`", ["[[a]] ==b== %%c%%"]),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text) == lines


def test_what_is_quoted_is_in_the_file():
    assert quoted("- [[Page|label]] ==x== ^abc123", "label x") == "- [[Page|label]] ==x"
