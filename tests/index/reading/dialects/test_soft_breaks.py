"""The lines of a paragraph: one text, as on its page, but for the breaks that the page shows."""

from __future__ import annotations

import pytest

from tests.support.pages import article_of, quoted, shown

QIITA = "---\ntitle: a\nprivate: false\nslide: false\n---\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("The doors open\nat nine. The talks\nbegin at ten.", ["The doors open at nine.", "The talks begin at ten."]),
        ("受付は九時に\n開きます。発表は十時です。", ["受付は九時に開きます。", "発表は十時です。"]),
        ("受付は\n9 o'clock", ["受付は 9 o'clock"]),
        ("- one\n  goes on\n- two", ["one goes on", "two"]),
        ("> quoted\n> on two lines\nand lazily on", ["quoted on two lines and lazily on"]),
        ("one  \ntwo\\\nthree", ["one", "two", "three"]),
        ("one<br>\ntwo", ["one", "two"]),
        ("**bold\nwords** and\r\nmore", ["bold words and more"]),
        ("```\none\ntwo\n```", ["one", "two"]),
        ("| a |\n|---|\n| b |", ["a", "b"]),
        ("<p>one\ntwo<br>three</p>", ["one two", "three"]),
    ],
)
def test_the_page_shows(text: str, lines: list[str]) -> None:
    assert shown(text) == lines


def test_a_page_of_qiita_shows_every_break() -> None:
    assert shown(QIITA + "one\ntwo") == ["one", "two"]


def test_a_sentence_over_two_lines_is_quoted_as_it_stands() -> None:
    assert quoted("> The doors open\n> at nine.", "The doors open at nine.") == "The doors open\n> at nine."
    article = article_of("a\nb\n\nc\nd")
    assert article.text == b"a b\n\nc d"


def test_an_image_in_a_line_of_its_own_stays_there() -> None:
    assert shown("The gate:\n![of oak](a.png)\nIt is shut.") == ["The gate:", "of oak", "It is shut."]
