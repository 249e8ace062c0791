"""Boxes as their page shows them: with their titles, without their marks."""

import pytest

from tests.support.pages import code, quoted, shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (":::note info\nBring water.\n:::\nafter", ["Bring water.", "after"]),
        (":::note\nBring water.\n:::", ["Bring water."]),
        (":::note Take *care*\nBring water.\n:::", ["Take care", "Bring water."]),
        (":::tip[Doors: *nine*]\n\n- early\n\n:::", ["Doors: nine", "early"]),
        (':::info[The hall]{id="a" .b}\nSeats.\n:::', ["The hall", "Seats."]),
        ("::: warning 注意\n水を持参。\n:::", ["注意", "水を持参。"]),
        ("::: details 開く\n中身。\n:::", ["開く", "中身。"]),
        ("::: details\nInner.\n:::", ["Inner."]),
        ("::: {.callout-note}\n## Inside\n:::", ["## Inside"]),
        ("::::tabs\n:::tab Linux\napt\n:::\n::::", ["Linux", "apt"]),
        ("> :::danger\n> Hot.\n> :::", ["Hot."]),
        ("- item\n\n  :::tip[T]\n  Inner.\n  :::", ["item", "T", "Inner."]),
        (":::message\nZenn's.\n:::", ["Zenn's."]),
        (":::note is never closed", [":::note is never closed"]),
        ("```\n:::note\n```", [":::note"]),
        ("::youtube[The *talk*]{#abc}\n\n::github{repo=a/b}\n\n::text", ["The talk", "::text"]),
        ("> [!NOTE]\n> Bring water.", ["Bring water."]),
        ("> [!tip]- Doors *open*\n> At nine.", ["Doors open", "At nine."]),
        ("> [!quote|right]+\n> > [!info] Inner\n> > Text", ["Inner", "Text"]),
        ("- > [!TIP]\n  > Bring water.", ["Bring water."]),
        ("> A [!NOTE] in a line", ["A [!NOTE] in a line"]),
        ('!!! note "Doors"\n    Open at *nine*.\n\n    - early\n\nafter', ["Doors", "Open at nine.", "early", "after"]),
        ("!!! warning\n\n    Hot.\n", ["Hot."]),
        ('!!! danger inline end ""\n    Hot.\n', ["Hot."]),
        (
            '??? note "More"\n    In.\n\n    ???+ tip "Deep"\n        Deeper.\n    Less deep.\n',
            ["More", "In.", "Deep", "Deeper.", "Less deep."],
        ),
        ('=== "Linux"\n\n    apt\n\n=== "Mac"\n\n    brew\n', ["Linux", "apt", "Mac", "brew"]),
        ('1. First\n\n    !!! tip "Doors"\n        At nine.\n\n2. Second', ["First", "Doors", "At nine.", "Second"]),
        ("!!! note\n\tIn a *tab*.\n\n\t- item\n\t\t- inner", ["In a tab.", "item", "inner"]),
        ("> !!! note\n>     In a *quote*.", ["In a quote."]),
        ("???\nA note for the speaker", ["???", "A note for the speaker"]),
        ("!!! what a day", ["!!! what a day"]),
        ("```\n!!! note\n    a\n```", ["!!! note", "a"]),
    ],
)
def test_the_page_shows(text, lines):
    assert shown(text) == lines


def test_a_fence_in_an_indented_block_is_code_and_text_is_none():
    text = '!!! note "Code"\n\n    Text\n\n    ```py\n    if a:\n        b = ":tada:"\n    ```\n'
    assert code(text) == ["if a:", 'b = ":tada:"']


def test_what_is_quoted_is_in_the_file():
    assert quoted(":::tip[Doors *open*]\nAt nine.\n:::", "Doors open") == "Doors *open*"
    assert quoted('!!! note "Doors"\n    Open at nine.', "Open at nine.") == "Open at nine."
    assert quoted("> [!tip]- Doors\n> At nine.", "Doors") == "Doors"
