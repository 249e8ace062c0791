from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.views.markup import clip, escape, escape_within, inert, link, question_of, sentence_cut, weight
from index.showing.parts import clean
from tests.support import hostile
from tests.support.slack_checks import check_safe, utf16
from tests.support.slack_server import audit

anything = st.one_of(
    st.text(st.characters(codec=None), max_size=80),
    st.sampled_from(hostile.QUESTIONS),
    st.lists(
        st.sampled_from(["<", ">", "!", "@", "here", "channel", "|", "https://a.b", "&lt;", "](", "\0", "あ"])
    ).map("".join),
)


@pytest.mark.parametrize(
    ("wire", "question"),
    [
        ("<@UBOT> what did track4 conclude?", "what did track4 conclude?"),
        ("<@UBOT|bot>OLAPとは？", "OLAPとは？"),
        ("ねえ <@UBOT> OLAPとは？", "ねえ OLAPとは？"),
        ("what did <@U1|taro> say?", "what did taro say?"),
        ("what did <@U1> say?", "what did say?"),
        ("<!here> <!channel> OLAP?", "OLAP?"),
        ("<!subteam^S1|@devs> OLAP?", "@devs OLAP?"),
        ("in <#C1|general>?", "in #general?"),
        ("in <#C1>?", "in ?"),
        ("see <https://a.example/x?a=1&amp;b=2>", "see https://a.example/x?a=1&b=2"),
        ("see <https://a.example|a.example>", "see a.example"),
        ("see <https://a.example|a &amp; b>", "see a & b"),
        ("<!date^1392734382^{date}|18 Feb> のこと", "18 Feb のこと"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"),
        ("&lt;@UBOT&gt;", "<@UBOT>"),
        (" a\n\n b\u3000c ", "a b c"),
        ("https:\u2060//a.example @\u200bhere", "https://a.example @here"),
        ("<@UBOT>", ""),
        ("", ""),
    ],
)
def test_the_question_is_what_was_typed(wire: str, question: str) -> None:
    assert question_of(wire, "UBOT") == question


def test_without_knowing_the_bot_no_mention_is_kept_as_an_id() -> None:
    assert question_of("<@UBOT> OLAP?", None) == "OLAP?"


@given(anything)
@pytest.mark.slow
def test_questions_are_one_clean_line_of_limited_length(wire: str) -> None:
    question = question_of(wire, "UBOT")
    assert weight(question) <= 2_000
    assert "\n" not in question
    question.encode()


@pytest.mark.parametrize("text", hostile.QUESTIONS)
def test_hostile_text_can_neither_ping_nor_link(text: str) -> None:
    check_safe([inert(text), escape(text), link(None, text)], ())


@given(anything)
def test_any_text_can_neither_ping_nor_link(text: str) -> None:
    check_safe([inert(text), escape(text), link("javascript:alert(1)", text)], ())
    assert "<" not in escape(text)
    assert ">" not in escape(text)
    assert inert(inert(text)) == inert(text)


@given(anything)
@pytest.mark.slow
def test_nothing_visible_is_changed(text: str) -> None:
    assert visible(inert(text)) == visible(clean(text))
    shown = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert visible(shown) == visible(clean(text))


def visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("<!channel>", "&lt;\u200b!channel&gt;"),
        ("@here", "@\u200bhere"),
        ("https://evil.example/x", "https:\u2060//evil.\u2060example/x"),
        ("evil.example", "evil.\u2060example"),
        ("a@b.example", "a@b.\u2060example"),
        ("3.14 v1.2", "3.14 v1.2"),
        ("[x](y)", "[x]\u200b(y)"),
        ("```", "`\u200b`\u200b`"),
        ("a\x00\u202eb\ud800", "ab"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_ordinary_text_stays_as_it_is() -> None:
    text = "11/4、札幌で「AWS Carnival 2023」— Node.js v1.2・C#・a[0] (b) ~5% 👩‍👩‍👧 か\u3099\n2行目\tx"
    assert inert(text) == text


def test_our_links_have_our_address_and_an_inert_label() -> None:
    assert link("https://zenn.dev/a?b=1&c=2#d", "*題* <x|y>") == "<https://zenn.dev/a?b=1&amp;c=2#d|*題* &lt;x|y&gt;>"


@pytest.mark.parametrize(
    "url",
    ["https://a b", "https://a|b", "https://a>", "javascript:x", "//a", "", "https://a\n", "https://" + "a" * 2001],
)
def test_what_slack_would_not_take_as_an_address_is_no_link(url: str) -> None:
    assert link(url, "label") == "label"


@given(anything, st.integers(2, 300))
def test_clipped_text_is_within_the_limit_by_any_count(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert weight(clipped) <= limit
    assert len(clipped.encode("utf-16-le", "surrogatepass")) // 2 <= limit
    assert clipped == text or clipped.endswith("…")


@given(anything, st.integers(20, 300))
def test_escaped_text_is_within_the_limit(text: str, limit: int) -> None:
    assert 0 < len(escape_within(text, limit)) <= limit
    assert utf16(escape_within("😀" * 300 + text, 1_000)) <= 2_000


def test_a_cut_does_not_part_what_is_shown_as_one() -> None:
    assert clip("ab👩\u200d👩\u200d👧cdefgh", 7) == "ab…"
    assert clip("abcか\u3099def", 5) == "abc…"


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("短い。", 10, "短い。"),
        ("一つ目の文。二つ目の文。", 8, "一つ目の文。"),
        ("「言った。」それから続く。", 8, "「言った。」"),
        ("First one. Second one.", 14, "First one."),
        ("v1.2 is out now and more", 14, "v1.2 is out"),
        ("一行目\n二行目が長い", 6, "一行目\n"),
        ("切れ目のない長い文", 4, "切れ目の"),
        ("あ。" + "い" * 20, 10, "あ。" + "い" * 8),
    ],
)
def test_long_text_is_cut_after_a_sentence(text: str, limit: int, kept: str) -> None:
    assert text[: sentence_cut(text, limit)] == kept


def test_the_audit_sees_what_this_prevents() -> None:
    assert audit.LIVE.search("<!channel>")
    assert audit.links_in("[x](https://evil.example)") == ["https://evil.example"]
