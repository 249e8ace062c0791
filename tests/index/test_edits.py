"""A file, what its page shows of it, and the way from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.edits import Edit, EditedText

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

FILE = "<h2>会場</h2>\n<ul><li>渋谷<br>ヒカリエ</li></ul> :tada: done".encode()


def edited(*edits: tuple[str, str]) -> EditedText:
    """Edit the file: what is named first becomes what is named second."""
    made, at = [], 0
    for old, new in edits:
        start = FILE.index(old.encode(), at)
        at = start + len(old.encode())
        made.append(Edit(start, at, new))
    return EditedText(FILE, made)


@pytest.fixture
def page() -> EditedText:
    return edited(
        ("<h2>", "## "),
        ("</h2>", ""),
        ("<ul>", ""),
        ("<li>", "- "),
        ("<br>", "\n"),
        ("</li>", ""),
        ("</ul>", ""),
        (":tada:", "🎉"),
    )


def test_the_text_is_what_the_page_shows(page: EditedText) -> None:
    assert page.text.decode() == "## 会場\n- 渋谷\nヒカリエ 🎉 done"


@pytest.mark.parametrize(
    ("shown", "quoted"),
    [
        ("## 会場", "会場"),
        ("会場", "会場"),
        ("- 渋谷\nヒカリエ", "渋谷<br>ヒカリエ"),
        ("ヒカリエ", "ヒカリエ"),
        ("🎉", ":tada:"),
        ("🎉 done", ":tada: done"),
    ],
)
def test_what_is_quoted_ends_in_no_tag(page: EditedText, shown: str, quoted: str) -> None:
    start = page.text.index(shown.encode())
    first, last = page.file_range(start, start + len(shown.encode()))
    assert FILE[first:last].decode() == quoted


def test_what_is_nothing_but_marks_is_where_it_stands() -> None:
    page = EditedText(b"<!-- c -->fast &amp;", [Edit(0, 10, ""), Edit(15, 20, "&")])
    assert page.text == b"fast &"
    assert page.file_range(5, 6) == (15, 20)


@st.composite
def files_with_edits(draw: DrawFn) -> tuple[bytes, list[Edit]]:
    pieces = draw(
        st.lists(
            st.tuples(st.text("ab あ\n", max_size=4), st.text("<-/>", max_size=4), st.text("xy- い\n", max_size=4))
        )
    )
    source, edits = b"", []
    for kept, markup, text in pieces:
        source += kept.encode()
        edits.append(Edit(len(source), len(source) + len(markup.encode()), text))
        source += markup.encode()
    return source, edits


@given(files_with_edits(), st.data())
def test_what_was_not_edited_is_found_where_it_stands(made: tuple[bytes, list[Edit]], data: st.DataObject) -> None:
    source, edits = made
    page = EditedText(source, edits)
    kept = [
        (a.end, b.start)
        for a, b in zip([Edit(0, 0, ""), *edits], [*edits, Edit(len(source), len(source), "")], strict=True)
    ]
    for start, end in kept:
        if start < end:
            shown = page.text_range(start, end)
            assert page.text[slice(*shown)] == source[start:end]
            assert page.file_range(*shown) == (start, end)
    start = data.draw(st.integers(0, len(page.text)))
    end = data.draw(st.integers(start, len(page.text)))
    first, last = page.file_range(start, end)
    assert 0 <= first <= last <= len(source)
    # Only what is put in where nothing was is from nowhere.
    assert first < last or start == end or any(edit.start == edit.end for edit in edits)
