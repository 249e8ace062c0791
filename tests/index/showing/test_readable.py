from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.views.excerpts import cut
from bot.slack.views.markup import weight
from index.showing.parts import Code, Prose, Run, plain
from index.showing.styled import readable, readable_quote
from tests.support import hostile
from tests.support.answers import emphasised


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("ふつうの文。", "ふつうの文。"),
        ("一行目\n二行目\r\n三行目", "一行目\n二行目\n三行目"),
        ("**太字**です", "太字です"),
        ("見出しは**「太字」**。", "見出しは**「太字」**。"),  # the page shows it so, too
        ("*合言葉は「ヨシ！」*", "合言葉は「ヨシ！」"),
        ("~~消した~~文", "消した文"),
        ("`code` と `a**b`", "code と a**b"),
        ("[吸収式冷温水機](https://www.khi.co.jp/x_y_z/)を", "吸収式冷温水機を"),
        ("[**太い** `x`](/a)", "太い x"),
        ("![図の説明](/images/a.png)", "図の説明"),
        ("前![](/a.png)後", "前後"),
        ("![図](/a.png =300x)\n*題*", "図\n題"),
        ("![](/a.png)", "![](/a.png)"),  # nothing to read: as it stands
        ("https://a.example/_x_y_*z*", "https://a.example/_x_y_*z*"),
        ("<https://a.example>", "https://a.example"),
        ("snake_case_name と 2*3*4", "snake_case_name と 234"),
        ("a \\* b \\| c", "a * b | c"),
        ("1 &lt; 2 &amp; &copy;", "1 < 2 & ©"),
        ("行<br>替え", "行\n替え"),
        ("前<!-- 見えない -->後", "前後"),
        ("$x^2$ です", "x^2 です"),
        ("- 一\n- 二\n  - 二の一\n* 三\n+ 四", "• 一\n• 二\n  • 二の一\n• 三\n• 四"),
        ("- [ ] まだ\n- [x] 済み", "☐ まだ\n☑ 済み"),
        ("1. 一\n2) 二", "1. 一\n2) 二"),
        ("-5度と - 引き算", "-5度と - 引き算"),
        ("|a|b|\n|---|:-:|\n| 1 | **2** |", "a | b\n1 | 2"),
        ("| `a\\|b` | c |", "a|b | c"),
        ("a | b\n--- | ---\n1 | 2", "a | b\n1 | 2"),
        ("> 引用\n> > 中", "引用\n中"),
        ("a > b", "a > b"),
        ("## 見出し ##\n本文", "見出し\n本文"),
        ("#タグ", "#タグ"),
        (":::message alert\n注意\n:::", "注意"),
        (":::details 詳細\n中身\n:::", "詳細\n中身"),
        ("@[card](https://a.example)", "https://a.example"),
        ("一\n\n\n\n二", "一\n\n二"),
        ("一\n\n---\n\n二", "一\n\n二"),
        ("**二行に\nわたる** 太字", "二行に\nわたる 太字"),
        ("\n\n  字下げ\n\n", "  字下げ"),
        ("", ""),
        ("\x00\u202e", ""),
    ],
)
def test_a_reader_sees_the_words(source: str, shown: str) -> None:
    assert plain(readable(source)) == shown


def test_styles_are_kept_also_beside_japanese() -> None:
    (prose,) = readable("これは**大事**で`code`と*斜体*と~~嘘~~")
    assert isinstance(prose, Prose)
    assert prose.runs == (
        Run("これは"),
        Run("大事", bold=True),
        Run("で"),
        Run("code", code=True),
        Run("と"),
        Run("斜体", italic=True),
        Run("と"),
        Run("嘘", strike=True),
    )


def test_fences_are_code_and_nothing_in_them_is_read() -> None:
    assert readable("前\n```py:a.py\n# x\n- **y**\n```\n後") == (
        Prose((Run("前"),)),
        Code("# x\n- **y**"),
        Prose((Run("後"),)),
    )


def test_an_open_fence_goes_on_to_the_end() -> None:
    assert readable("~~~\na\n```\nb") == (Code("a\n```\nb"),)


@pytest.mark.parametrize("marks", ["> ", "> > ", "  > "])
def test_a_fence_in_a_quotation_ends_with_its_mark_and_shows_no_marks(marks: str) -> None:
    lines = ["前", "```sh", "> x", "  y", "```", "後"]
    source = "\n".join(f"{marks}{line}" for line in lines)
    assert readable(source) == (Prose((Run("前"),)), Code("> x\n  y"), Prose((Run("後"),)))


def test_code_without_its_fence_is_taken_as_it_is() -> None:
    assert readable("# comment\r\n- x * y * z", code=True) == (Code("# comment\n- x * y * z"),)


# Without what is not shown: targets of links and images, comments, containers, fences, entities, embeds.
words_of_articles = st.lists(
    st.sampled_from(
        [
            "**",
            "*",
            "_",
            "~~語~~",
            "`code`",
            "- ",
            "1. ",
            "| ",
            " |",
            "\n",
            "\n\n",
            "> ",
            "# ",
            "語",
            "word ",
            "7",
            "。",
        ]
    ),
    max_size=40,
).map("".join)


@given(words_of_articles)
def test_no_word_is_lost_or_changed(source: str) -> None:
    assert letters(plain(readable(source))) == letters(source)


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


@pytest.mark.parametrize("body", hostile.BODIES)
def test_hostile_bodies_are_read_to_parts_with_text(body: str) -> None:
    # How the time grows with such text is measured by the pass "quote" of test_linear_time.py.
    assert all(part.text.strip() for part in readable(body[:8_000]))


@given(st.sampled_from(hostile.BODIES), st.integers(1, 400))
def test_what_is_cut_is_a_beginning_within_the_limit(body: str, limit: int) -> None:
    parts = readable(body[:2_000])
    kept = cut(parts, limit)
    assert sum(weight(part.text) for part in kept) <= limit
    assert plain(parts).startswith(plain(kept))


def test_styles_survive_a_cut() -> None:
    parts = readable("短い文。**太字の文です。**`code`の文です。")
    assert cut(parts, 14) == (Prose((Run("短い文。"), Run("太字の文です。", bold=True))),)
    assert cut(parts, 400) == parts


@pytest.mark.parametrize(
    ("text", "words", "runs"),
    [
        ("6月7日に開催", "6月7日", [Run("6月7日", emphasised=True), Run("に開催")]),
        ("on **7 June** 2024", "7 June", [Run("on "), Run("7 June", bold=True, emphasised=True), Run(" 2024")]),
        ("a [talk by Mara](/a) in May", "Mara", [Run("a talk by "), Run("Mara", emphasised=True), Run(" in May")]),
        ("- first\n- 12 people", "12 people", [Run("• first\n• "), Run("12 people", emphasised=True)]),
        # Where the marks would change what asterisks mean, nothing is emphasised.
        ("題は**「鯨」**。", "「鯨」", [Run("題は**「鯨」**。")]),
        # Another report's own noncharacters are not taken for marks.
        ("a\ufdd0b c", "c", [Run("a\ufdd0b c")]),
    ],
)
def test_the_words_that_answer_are_emphasised_in_whatever_style_they_have(
    text: str, words: str, runs: list[Run]
) -> None:
    assert list(readable_quote(emphasised(text, words))[0].runs) == runs


def test_words_beyond_what_is_read_are_not_emphasised() -> None:
    parts = readable_quote(emphasised("one two three", "three"), 9)
    assert parts == (Prose((Run("one two t"),)),)
