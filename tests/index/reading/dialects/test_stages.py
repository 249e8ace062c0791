"""Edits of what other edits have made are edits of the text that those were made of."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.reading.dialects.body import TextEdit
from index.reading.dialects.dialect import Dialect
from index.reading.dialects.page import page_edits
from index.reading.dialects.stages import composed, edited


@st.composite
def edits_of(draw, text):
    """Edits of a text, in order and without overlaps; some put text in between two characters."""
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    made = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        new = draw(st.text("xy\n", max_size=3))
        if end > start or (new and (not made or made[-1].end < start)):
            made.append(TextEdit(start, end, new))
    return made


@given(st.text("ab あ\n", max_size=12), st.data())
def test_edits_one_after_the_other_are_the_composed_ones(text, data):
    first = data.draw(edits_of(text))
    between = edited(text, first)
    second = data.draw(edits_of(between))
    both = composed(first, between, second)
    assert edited(text, both) == edited(between, second)
    assert all(one.end <= other.start for one, other in pairwise(both))


def test_what_is_not_touched_by_a_later_stage_stays_an_edit_of_its_own():
    first = [TextEdit(2, 11, "")]
    assert composed(first, "a  c", [TextEdit(3, 4, "d")]) == [*first, TextEdit(12, 13, "d")]


def test_an_edit_around_another_one_holds():
    source = b'---\n---\n{% comment %} {{< figure caption="c" >}} {{ a }} {% endcomment %}b'
    (edit,) = page_edits(source, 8, Dialect.HUGO)
    assert (source[edit.end :], edit.text) == (b"b", "")


def test_a_tag_of_a_template_inside_of_code_that_another_one_makes_stays():
    source = b"{% highlight js %}\n{{ a }} :tada:\n{% endhighlight %}"
    assert [edit.text for edit in page_edits(source, 0, Dialect.JEKYLL)] == ["```js", "```"]
