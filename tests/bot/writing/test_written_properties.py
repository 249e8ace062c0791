"""Whatever a model says, what is shown can do nothing and leans on bytes of the reports."""

from __future__ import annotations

import re
import string
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.writing.lines import lines_of
from bot.writing.marked import sentences_of
from bot.writing.reply import Reply
from bot.writing.showing import select
from bot.writing.types import EndpointFailed, Verdict
from tests.support.llm_server import chunk
from tests.support.llm_server.hostile import ALSO, TRUE
from tests.support.writing import ASKED, room, written_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.writing.types import Line

# What does something where text is not only shown.
ACTIVE = re.compile(r"<|://|(?<!\w)@\w|\]\(|www\.", re.IGNORECASE)
TURNING = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
PIECES = st.sampled_from(
    [
        *(TRUE, ALSO, " [2]", "[1][6]", "\n", " ", "NONE", "**", "1. ", "- ", "<think>", "</think>", "{", '"a": '),
        *("<!channel>", "@here ", "https://evil.example/x ", "[x](http://e.example)", "&lt;!here&gt;", "＜！here＞"),
        *("```\n", "| a | b |", "灯りは90ワットです。", "ｗｗｗ．x", "mailto:a@b.example"),
        *("\u202e", "\x1b[2J", "\u200b", "\ud800", "\u2028"),
    ]
)
REPLIES = st.one_of(st.text(), st.text(string.printable), st.lists(st.one_of(PIECES, st.text(max_size=9))).map("".join))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Line, ...]:
    with room(written_index(tmp_path_factory.mktemp("written")), "http://127.0.0.1:9") as asked:
        return lines_of(asked.answerer.answer(ASKED), asked.reports)


def anything(_: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
    """Prove all there is: what is left is what must not be shown whatever it says."""
    return Verdict(tuple(hints) or (len(lines) - 1,))


@given(text=REPLIES, language=st.sampled_from(["en", "ja"]))
@settings(max_examples=500)
def test_what_is_shown_can_do_nothing(lines: tuple[Line, ...], text: str, language: str) -> None:
    for whole in (True, False):
        found = select(sentences_of(text, whole=whole), ASKED, lines, language, anything)
        assert len(found.shown) <= 3
        assert sum(len(one.text) for one in found.shown) <= 600
        for one in found.shown:
            assert one.leans_on
            assert all(0 <= at < len(lines) for at in one.leans_on)
            assert not ACTIVE.search(unicodedata.normalize("NFKC", one.text))
            assert not {unicodedata.category(character) for character in one.text} & {"Cc", "Cs", "Zl", "Zp"}
            assert not {unicodedata.bidirectional(character) for character in one.text} & TURNING


@given(data=st.lists(st.one_of(st.binary(), REPLIES.map(chunk), st.sampled_from([b"\n", b"data: "]))))
@settings(max_examples=300)
def test_any_bytes_are_a_reply_or_a_failure(data: list[bytes]) -> None:
    reply = Reply()
    with suppress(EndpointFailed):
        if all(reply.add(piece) for piece in data):
            reply.end()
    assert len(reply.text) <= 1_200


@given(text=st.text(max_size=200), cuts=st.lists(st.integers(1, 40)))
@settings(max_examples=200)
def test_a_reply_is_the_same_however_it_is_cut(text: str, cuts: list[int]) -> None:
    body = chunk(text) + b"data: [DONE]\n\n"
    texts = []
    for sizes in ([], cuts):
        reply, at = Reply(), 0
        for size in [*sizes, len(body)]:
            if not reply.add(body[at : at + size]):
                break
            at += size
        texts.append(reply.text)
    assert texts[0] == texts[1]
