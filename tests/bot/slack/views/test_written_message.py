"""A written answer above its quotes: sentences first, each with links to its sources, and no quote lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.views import actions
from bot.slack.views.written import written_message
from bot.writing.types import WrittenAnswer, WrittenSentence
from index.types import Quote
from tests.support import hostile
from tests.support.answers import CITATION, URL, answered, of_type, quote
from tests.support.slack_checks import check

KEY = "T:C:1700000000.000100"
STRINGS = st.one_of(st.sampled_from(hostile.BODIES), st.text(st.characters(codec=None), max_size=200))
OTHER = replace(
    CITATION, article="other.md", headings=("track1",), url="https://zenn.dev/someone/articles/aws-carnival-2023#track1"
)
FURTHER = replace(CITATION, article="further.md", headings=("track9",), url=None)


def written(*sentences: tuple[str, int], quotes: tuple[Quote, ...], model: str = "keeper-1") -> WrittenAnswer:
    told = tuple(WrittenSentence(text, (at,)) for text, at in sentences)
    return WrittenAnswer("en", told, quotes, model, "v1", {}, 1.0)


def test_what_is_leant_on_comes_first_and_nothing_goes() -> None:
    first, second, further = quote("It rained."), quote("There was soup.", OTHER), quote("All went home.", FURTHER)
    made = written(("They had soup.", 0), ("They went.", 1), quotes=(second, further))
    message = written_message(answered(first, second), made, key=KEY)
    quoted = ["".join(run["text"] for run in one["elements"]) for one in of_type(message.blocks, "rich_text_quote")]
    assert quoted == ["There was soup.", "All went home.", "It rained."]
    line = message.blocks[0]["elements"][0]["elements"]
    assert [one["text"] for one in line] == ["They had soup. ", "[1]", "\nThey went. ", "[2]"]
    assert [one.get("url") for one in line] == [None, OTHER.url, None, None]
    assert message.text.startswith("They had soup. [1]\nThey went. [2]\n(written by keeper-1 from the quotes below")
    places = [message.text.index(text) for text in quoted]
    assert places == sorted(places)
    assert [one["action_id"] for one in of_type(message.blocks, "button")] == [actions.WHY]


@settings(max_examples=50)
@given(st.lists(STRINGS, min_size=1, max_size=3), STRINGS, STRINGS)
def test_any_text_is_within_all_limits_and_can_do_nothing(sentences: list[str], quoted: str, model: str) -> None:
    shown = quote(quoted)
    made = written(*((text[:300], 0) for text in sentences), quotes=(shown,), model=model)
    message = written_message(answered(shown), made, key=KEY, question_shown=True, share_button=True, write_button=True)
    check(message, {URL})


@pytest.mark.parametrize("size", [10, 5_000])
def test_the_text_can_be_edited(size: int) -> None:
    shown = quote("a & b <c> d.example " * size)
    made = written(*[("x & y <z> " * 20, 0)] * 3, quotes=(shown,))
    message = written_message(answered(shown), made, key=KEY)
    assert len(message.text) <= 4_000
    assert len(message.plain) <= 4_000
