import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.characters.normal_form import MOST_MARKS, nfkc, visible

ODD = st.sampled_from(
    ["か\u3099", "ｶﾞ", "ﾊﾟ", "e\u0301\u0316", "\u0f73", "\u0344", "가", "\u1100\u1161\u11a8", "ﬀ", "①", " "]
)


@pytest.mark.slow
@given(st.lists(st.one_of(ODD, st.text(max_size=5)), max_size=12).map("".join))
def test_ordinary_text_is_in_nfkc(text):
    assert nfkc(text) == unicodedata.normalize("NFKC", visible(text))


def test_of_too_many_marks_on_one_character_the_first_are_kept():
    zalgo = "語" + "\u0316" * 50 + "\u0301" * 50 + "字"
    assert nfkc(zalgo) == "語" + "\u0316" * MOST_MARKS + "字"
    assert nfkc("ｶ" + "ﾞ\u0301" * 50) == unicodedata.normalize("NFKC", "ｶ" + "ﾞ\u0301" * (MOST_MARKS // 2))
