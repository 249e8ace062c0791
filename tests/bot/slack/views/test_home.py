from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.overview import Overview, Report, section_question
from bot.slack.views import actions
from bot.slack.views.home import home_view, suggested_prompts
from bot.texts import texts
from index.types import LANGUAGES, Language
from tests.support import hostile
from tests.support.answers import of_type
from tests.support.slack_checks import check_modal_or_home, check_safe

URL = "https://zenn.dev/someone/articles/aws-carnival-2023"
REPORT = Report("AWS Carnival 2023", "aws-carnival-2023.md", URL, False, ("track1", "感想", "track2", "感想"))
OVERVIEW = Overview(
    reports=(REPORT, replace(REPORT, title="Draft", url=None, draft=True, sections=())),
    section_count=4,
    version="20261123T135353-0b33f2",
    indexed_at=datetime(2026, 11, 23, 13, 53, 53, tzinfo=UTC),
    japanese_examples=("「track1」の要点は？",),
    english_examples=tuple(f'What are the main points of "track{n}"?' for n in range(1, 6)),
)
EMPTY = Overview((), 0, "20261123T135353-0b33f2", None, (), ())


def shown(view: dict[str, Any]) -> str:
    return "\n".join(one["text"] for kind in ("text", "plain_text", "link") for one in of_type(view, kind))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_says_what_there_is_to_ask_about(lang: Language) -> None:
    view = home_view(OVERVIEW, lang)
    check_modal_or_home(view, {URL})
    text = shown(view)
    assert "AWS Carnival 2023" in text
    assert "track1 · 感想 · track2\n" in text + "\n"
    assert "2026-11-23 13:53 UTC" in text
    examples = [one["value"] for one in of_type(view, "button")]
    assert examples == list(OVERVIEW.examples(lang))
    assert {one["action_id"] for one in of_type(view, "button")} == {actions.ASK_EXAMPLE}


def test_home_speaks_one_language() -> None:
    assert "Sections: 4" in shown(home_view(OVERVIEW, "en"))
    assert "見出し：4件" in shown(home_view(OVERVIEW, "ja"))
    assert "(draft)" in shown(home_view(OVERVIEW, "en"))
    assert "(下書き)" in shown(home_view(OVERVIEW, "ja"))


def test_home_has_a_field_to_ask_in_that_sends_on_enter() -> None:
    (field,) = of_type(home_view(OVERVIEW, "en"), "input")
    assert field["dispatch_action"] is True
    assert field["element"]["action_id"] == actions.HOME_SEARCH
    assert field["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_enter_pressed"]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_without_reports_says_so(lang: Language) -> None:
    view = home_view(EMPTY, lang)
    check_modal_or_home(view)
    assert of_type(view, "input") == []


@pytest.mark.parametrize("count", [1, 40, 41, 100, 5_000])
def test_home_has_at_most_100_blocks(count: int) -> None:
    reports = tuple(replace(REPORT, sections=("見出し",) * 300) for _ in range(count))
    view = home_view(replace(OVERVIEW, reports=reports), "en")
    check_modal_or_home(view, {URL})
    assert ("And 1 more." in shown(view)) == (count == 41)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_most_four_prompts(lang: Language) -> None:
    prompts = suggested_prompts(OVERVIEW, lang)
    assert [prompt["message"] for prompt in prompts] == list(OVERVIEW.examples(lang)[:4])
    assert all(0 < len(prompt["title"]) <= 60 for prompt in prompts)
    assert suggested_prompts(EMPTY, lang) == []


# As from headings, which may say anything.
examples = st.lists(
    st.sampled_from(hostile.TITLES).map(lambda title: section_question([title], "", "en")), max_size=4
).map(tuple)
hostile_text = st.one_of(st.sampled_from(hostile.TITLES), st.sampled_from(hostile.BODIES), st.text(max_size=50))
reports = st.builds(
    Report,
    title=hostile_text,
    path=hostile_text,
    url=st.sampled_from([URL, None]),
    draft=st.booleans(),
    sections=st.lists(hostile_text, max_size=8).map(tuple),
)
overviews = st.builds(
    Overview,
    reports=st.lists(reports, max_size=8).map(tuple),
    section_count=st.integers(0, 10**9),
    version=hostile_text,
    indexed_at=st.none(),
    japanese_examples=examples,
    english_examples=examples,
)


@pytest.mark.slow
@given(overviews, st.sampled_from(LANGUAGES))
def test_any_overview_is_within_all_limits_and_can_do_nothing(overview: Overview, lang: Language) -> None:
    check_modal_or_home(home_view(overview, lang), {URL})
    check_safe(suggested_prompts(overview, lang), ())


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_who_writes_is_said_only_where_somebody_does(lang: Language) -> None:
    written = shown(home_view(OVERVIEW, lang, ("keeper-1", "localhost:11434")))
    assert "keeper-1" in written
    assert "localhost:11434" in written
    assert texts(lang).home_writing[-20:] in written
    assert texts(lang).home_writing[-20:] not in shown(home_view(OVERVIEW, lang))
