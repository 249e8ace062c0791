from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.overview import Overview, Report
from bot.slack.views import actions
from bot.slack.views.blocks import answer_message, notice_message, reason_view, small_talk_message
from bot.slack.views.why import why_view
from bot.texts import NoticeKind, texts
from bot.types import Answer, ConsideredPassage, SmallTalk
from index.types import LANGUAGES, Citation, Language, Quote
from tests.support import hostile
from tests.support.answers import CITATION, URL, answered, emphasised, not_found, of_type, quote
from tests.support.slack_checks import check, check_modal_or_home
from tests.support.slack_server.blocks import check_view

KEY = "T1:C1:1700000000.000100"


def words(element: dict[str, Any]) -> str:
    return "".join(one["text"] for one in element["elements"])


def test_the_answer_comes_first_and_its_source_below() -> None:
    message = answer_message(answered(quote("決済は**非同期**で処理する。")), key=KEY)
    check(message, {URL})
    first, *others = message.blocks
    quoted, label = first["elements"]
    assert quoted["type"] == "rich_text_quote"
    assert words(quoted) == "決済は非同期で処理する。"
    assert quoted["elements"][1] == {"type": "text", "text": "非同期", "style": {"bold": True}}
    assert label["elements"] == [
        {"type": "text", "text": "[1] "},
        {"type": "link", "url": URL, "text": "AWS Carnival 2023 › はじめに › track4: 武道会"},
    ]
    assert [block["type"] for block in others] == ["context_actions", "actions"]


def test_quotes_of_one_section_stand_under_one_number() -> None:
    other = replace(CITATION, headings=("はじめに", "track3"), anchor="track3", url="https://zenn.dev/x#track3")
    message = answer_message(
        answered(quote("一つ目。"), quote("別の節。", other), quote("二つ目。", replace(CITATION, line=90))), key=KEY
    )
    check(message, {URL, "https://zenn.dev/x#track3"})
    assert [words(one) for one in of_type(message.blocks, "rich_text_quote")] == ["一つ目。\n⋯\n二つ目。", "別の節。"]
    assert [words(one)[:4] for one in of_type(message.blocks, "rich_text_section")] == ["[1] ", "[2] "]


def test_without_a_page_the_source_says_file_and_line() -> None:
    draft = replace(CITATION, url=None, draft=True)
    message = answer_message(answered(quote("決済。", draft), lang="ja"), key=KEY)
    check(message)
    label = words(of_type(message.blocks, "rich_text_section")[0])
    assert label == "[1] AWS Carnival 2023 › はじめに › track4: 武道会 (下書き) (aws-carnival-2023.md 81行目)"


def test_code_is_shown_as_code() -> None:
    message = answer_message(answered(quote("# not a heading\nx = a * b * c", code=True)), key=KEY)
    check(message, {URL})
    (code,) = of_type(message.blocks, "rich_text_preformatted")
    assert words(code) == "# not a heading\nx = a * b * c"


def test_a_long_quote_ends_after_a_sentence_with_a_link_to_the_rest() -> None:
    message = answer_message(answered(quote("これは文です。" * 1000)), key=KEY)
    check(message, {URL})
    (quoted,) = of_type(message.blocks, "rich_text_quote")
    assert words(quoted).endswith("文です。")
    assert 1_000 < len(words(quoted)) <= 1_500
    assert of_type(message.blocks, "link")[0] == {"type": "link", "url": URL, "text": "… Read on in the report"}


def test_a_long_quote_without_a_page_says_that_it_is_shortened() -> None:
    message = answer_message(answered(quote("字" * 5_000, replace(CITATION, url=None))), key=KEY)
    check(message)
    assert words(of_type(message.blocks, "rich_text_section")[0]) == "(shortened)"


def test_the_text_for_screen_readers_is_the_answer_with_its_source() -> None:
    message = answer_message(answered(quote("A < B & *C*")), key=KEY)
    assert message.text == "A &lt; B &amp; C\n[1] AWS Carnival 2023 › はじめに › track4: 武道会"
    assert message.plain == f"A &lt; B &amp; C\n[1] <{URL}|AWS Carnival 2023 › はじめに › track4: 武道会>"


def test_the_words_that_answer_are_bold_and_their_line_begins_the_notification() -> None:
    text = "It rained.\nIt was held on **3 May** in *Oslo*.\nThere was soup."
    message = answer_message(answered(emphasised(text, "3 May")), key=KEY)
    (quoted,) = of_type(message.blocks, "rich_text_quote")
    assert [one["text"] for one in quoted["elements"] if one.get("style", {}).get("bold")] == ["3 May"]
    assert message.text.startswith("It was held on 3 May in Oslo.\n\nIt rained.\n")
    message = answer_message(answered(emphasised(text, "Oslo")), key=KEY)
    (quoted,) = of_type(message.blocks, "rich_text_quote")
    assert [one["text"] for one in quoted["elements"] if one.get("style", {}).get("bold")] == ["3 May", "Oslo"]


@pytest.mark.parametrize("rest", ["", " It was a long day." * 20])
def test_a_line_that_is_first_or_long_is_not_repeated(rest: str) -> None:
    text = f"It was held on 3 May.{rest}\nThere was soup."
    message = answer_message(answered(emphasised(text, "3 May")), key=KEY)
    assert message.text.count("It was held on 3 May.") == 1


def test_feedback_and_why_carry_the_key() -> None:
    message = answer_message(answered(quote("x")), key=KEY, share_button=True)
    (feedback,) = of_type(message.blocks, "feedback_buttons")
    assert feedback["action_id"] == actions.FEEDBACK
    assert actions.verdict_of(feedback["positive_button"]["value"]) == ("helpful", KEY)
    assert actions.verdict_of(feedback["negative_button"]["value"]) == ("not_helpful", KEY)
    assert feedback["positive_button"]["accessibility_label"] == "This answer was helpful"
    assert [(one["action_id"], one["value"]) for one in of_type(message.blocks, "button")] == [
        (actions.SHARE, KEY),
        (actions.WHY, KEY),
    ]


@pytest.mark.parametrize("value", ["helpful", "helpful:", "", ":", "unhelpful:x", "x"])
def test_other_feedback_values_are_not_ours(value: str) -> None:
    assert actions.verdict_of(value) is None


def test_a_question_asked_in_private_is_shown_above_its_answer() -> None:
    message = answer_message(answered(quote("x")), key=KEY, question_shown=True)
    assert message.blocks[0]["elements"][0]["text"] == "Question: what did track4 conclude?"


def test_not_found_offers_the_nearest_sections_as_questions() -> None:
    other = replace(CITATION, headings=(), title="Another report")
    message = answer_message(not_found(CITATION, other, lang="ja"), key=KEY)
    check(message)
    assert words(of_type(message.blocks, "rich_text_section")[0]).startswith("レポートには答えが見当たりません。")
    suggested = [one for one in of_type(message.blocks, "button") if one["action_id"] == actions.ASK_SUGGESTION]
    assert [one["text"]["text"] for one in suggested] == ["track4: 武道会", "Another report"]
    assert [one["value"] for one in suggested] == ["「track4: 武道会」の要点は？", "「Another report」の要点は？"]
    assert "• AWS Carnival 2023 › はじめに › track4" in message.text


def test_sections_of_the_same_name_are_told_apart() -> None:
    first = replace(CITATION, headings=("track1", "感想"))
    second = replace(CITATION, headings=("track2", "感想"))
    message = answer_message(not_found(first, second), key=KEY)
    suggested = [one for one in of_type(message.blocks, "button") if one["action_id"] == actions.ASK_SUGGESTION]
    assert [one["text"]["text"] for one in suggested] == ["track1 › 感想", "track2 › 感想"]
    assert suggested[0]["value"] == 'What are the main points of "track1 › 感想"?'


def test_a_heading_that_says_little_comes_with_the_one_above() -> None:
    message = answer_message(not_found(replace(CITATION, headings=("はじめに",))), key=KEY)
    suggested = of_type(message.blocks, "button")[0]
    assert suggested["text"]["text"] == "AWS Carnival 2023 › はじめに"
    assert suggested["value"] == 'What are the main points of "AWS Carnival 2023 › はじめに"?'


def test_a_notice_of_the_answer_asks_for_no_feedback() -> None:
    message = answer_message(not_found(notice="Please ask a question."), key=KEY)
    check(message)
    assert message.text == "Please ask a question."
    assert [block["type"] for block in message.blocks] == ["rich_text"]


def test_a_notice_beside_quotes_comes_before_them() -> None:
    answer = replace(answered(quote("決済は非同期で処理する。")), notice="Only the beginning was read.")
    message = answer_message(answer, key=KEY)
    check(message, {URL})
    notice, quoted, *_ = message.blocks
    assert notice["elements"][0]["text"] == answer.notice
    assert of_type(quoted, "rich_text_quote")
    assert of_type(message.blocks, "feedback_buttons")
    assert message.text.startswith(f"{answer.notice}\n")
    assert message.plain.startswith(f"{answer.notice}\n")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_every_notice_is_there_in_both_languages(kind: NoticeKind, lang: Language) -> None:
    message = notice_message(lang, kind, reference="ab12cd34")
    check(message)
    assert ("ab12cd34" in message.text) == (kind == "failed")
    assert "{" not in message.text


def test_values_of_notices_are_inert_and_short() -> None:
    for text in hostile.QUESTIONS:
        check(notice_message("en", "failed", reference=text))


OVERVIEW = Overview((Report("T", "t.md", URL, False, ("A", "B")),), 2, "v", None, ("例？",), ("Example?",))


@pytest.mark.parametrize(("lang", "example"), [("ja", "例？"), ("en", "Example?")])
def test_help_has_examples_to_press(lang: Language, example: str) -> None:
    message = small_talk_message("help", OVERVIEW, lang)
    check(message)
    assert [(one["action_id"], one["value"]) for one in of_type(message.blocks, "button")] == [
        (actions.ASK_EXAMPLE, example)
    ]
    assert message.text == texts(lang).notices["help"]
    assert small_talk_message("greeting", OVERVIEW, lang).blocks[1:] == message.blocks[1:]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(SmallTalk))
def test_every_kind_of_small_talk_has_a_reply_in_both_languages(kind: SmallTalk, lang: Language) -> None:
    message = small_talk_message(kind, OVERVIEW, lang)
    check(message)
    assert message.text == (texts(lang).notices["help"] if kind == "help" else texts(lang).small_talk[kind])
    assert texts(lang).small_talk[kind] != texts("ja" if lang == "en" else "en").small_talk[kind]


def test_help_without_reports_says_so() -> None:
    message = small_talk_message("help", Overview((), 0, "v", None, (), ()), "en")
    assert message.text == texts("en").notices["no_reports"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_modal_asks_for_a_reason(lang: Language) -> None:
    view = reason_view(lang, KEY)
    check_modal_or_home(view)
    assert view["callback_id"] == actions.FEEDBACK_REASON
    assert view["private_metadata"] == KEY
    assert [one["value"] for one in of_type(view, "radio_buttons")[0]["options"]] == list(actions.REASONS)


@pytest.mark.parametrize(
    ("choice", "comment", "reason"),
    [
        ("wrong", " 日付が違う ", "wrong: 日付が違う"),
        ("wrong", None, "wrong"),
        (None, "x", "x"),
        (None, None, ""),
        (None, "  ", ""),
    ],
)
def test_the_reason_is_read_from_the_modal(choice: str | None, comment: str | None, reason: str) -> None:
    values = {
        "reason": {"reason": {"type": "radio_buttons", "selected_option": {"value": choice} if choice else None}},
        "comment": {"comment": {"type": "plain_text_input", "value": comment}},
    }
    assert actions.reason_of({"state": {"values": values}}) == reason
    assert actions.reason_of({}) == ""


def test_why_shows_scores_version_files_and_lines() -> None:
    view = why_view(answered(quote("一\n二\n三"), quote("四", replace(CITATION, line=99))), threshold=0.5)
    check_modal_or_home(view, {URL})
    shown = "\n".join(one["text"] for one in of_type(view, "text") + of_type(view, "plain_text"))
    assert "Probability that the reports answer this: 93% (I answer from 50%)" in shown.replace("\n", "")
    assert "aws-carnival-2023.md lines 81–83" in shown
    assert "aws-carnival-2023.md line 99" in shown
    assert "total 2.66 (meaning 0.82, features 5.83, words 0.68)" in shown
    assert "Index version: v1" in shown
    assert [one["url"] for one in of_type(view, "link")] == [URL, URL]


def test_why_not_found_shows_what_was_considered() -> None:
    answer = replace(not_found(CITATION, lang="ja"), considered=answered().considered)
    view = why_view(answer)
    check_modal_or_home(view, {URL})
    assert "レポートに答えはないと判断しました。" in str(view)
    assert "調べた箇所" in str(view)


hostile_text = st.one_of(st.sampled_from(hostile.BODIES), st.text(st.characters(codec=None), max_size=200))
hostile_title = st.one_of(st.sampled_from(hostile.TITLES), st.text(st.characters(codec=None), max_size=60))
addresses = st.sampled_from([URL, None, "https://zenn.dev/" + "a" * 3_000, "javascript:alert(1)"])
citations = st.builds(
    Citation,
    article=hostile_title,
    title=hostile_title,
    headings=st.lists(hostile_title, max_size=6).map(tuple),
    anchor=st.none() | st.just("a"),
    url=addresses,
    line=st.integers(1, 10**7),
    draft=st.booleans(),
)
quotes = st.builds(Quote, citation=citations, start=st.just(0), end=st.just(9), text=hostile_text, code=st.booleans())
considered = st.builds(
    ConsideredPassage, citation=citations, score=st.floats(), dense=st.floats(), sparse=st.floats(), lexical=st.floats()
)
answers = st.builds(
    Answer,
    question=st.one_of(st.sampled_from(hostile.QUESTIONS), st.text(st.characters(codec=None))),
    lang=st.sampled_from(LANGUAGES),
    status=st.sampled_from(["answered", "not_found"]),
    confidence=st.floats(0, 1),
    quotes=st.lists(quotes, max_size=12).map(tuple),
    suggestions=st.lists(citations, max_size=12).map(tuple),
    index_version=hostile_title,
    notice=st.none() | hostile_title,
    considered=st.lists(considered, max_size=8).map(tuple),
)


@given(answers, st.booleans(), st.booleans())
@pytest.mark.slow
def test_any_answer_is_within_all_limits_and_can_do_nothing(answer: Answer, shown: bool, share: bool) -> None:
    check(answer_message(answer, key=KEY, question_shown=shown, share_button=share), {URL})
    check_modal_or_home(why_view(answer, threshold=0.5), {URL})


@pytest.mark.slow
@pytest.mark.parametrize("body", hostile.BODIES)
def test_hostile_bodies_can_do_nothing(body: str) -> None:
    for title in hostile.TITLES[::4]:
        cited = replace(CITATION, title=title, headings=(title, body[:500]))
        check(answer_message(answered(quote(body, cited), quote(body, CITATION, code=True)), key=KEY), {URL})
        check(answer_message(not_found(cited), key=KEY))


def test_the_longest_answer_is_within_the_limits_with_room_to_spare() -> None:
    longest = [
        quote("a://.b<!@here" * 2_000, replace(CITATION, title="<!@here" * 100, headings=("&" * 900, str(number))))
        for number in range(30)
    ]
    check(answer_message(answered(*longest), key=KEY, question_shown=True, share_button=True), {URL})
    few = [quote("<!@here" * 10, replace(one.citation, anchor=str(n))) for n, one in enumerate(longest)]
    check(answer_message(answered(*few), key=KEY, question_shown=True), {URL})
    check_view(why_view(answered(*longest)))


def test_building_is_pure() -> None:
    answer = answered(quote("決済は**非同期**で。"))
    assert answer_message(answer, key=KEY) == answer_message(answer, key=KEY)
