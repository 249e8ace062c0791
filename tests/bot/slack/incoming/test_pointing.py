"""Messages without a question of their own, and which one they point at."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.incoming.pointing import points, question_above, question_in

BOT = "U0BOT"


def said(user: str, text: str, ts: int, **more: Any) -> dict[str, Any]:
    return {"user": user, "text": text, "ts": f"{ts}.000000", **more}


def forwarded(text: str, author: str = "U0B", **more: Any) -> dict[str, Any]:
    return {"is_share": True, "author_id": author, "text": text, **more}


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"<@{BOT}>",
        "これ分かる？",
        "これ、わかりますか？ :pray:",
        "上の質問に答えて",
        "この質問に回答お願いします！",
        "↑お願いします",
        "これについて教えてください",
        "can you answer this?",
        "Any idea?",
        "please answer the question above",
        "do you know this one?",
        "👆",
        "<https://team.slack.com/archives/C1/p1> これ分かる？",
    ],
)
def test_what_only_points_has_no_question(text: str) -> None:
    assert points(text)


@pytest.mark.parametrize(
    "text",
    [
        "track4の結論は？",
        "これはいつ？",
        "誰が話したの？",
        "What is OLAP?",
        "Kafka",
        "and track3?",
        "help",
        "これはOLAP？",
    ],
)
def test_a_question_of_its_own_is_one(text: str) -> None:
    assert not points(text)


@pytest.mark.parametrize(
    ("attachments", "text", "question"),
    [
        ([forwarded("会場はどこ？")], f"<@{BOT}>", "会場はどこ？"),
        ([forwarded("会場はどこ？")], f"<@{BOT}> これ分かる？", "会場はどこ？"),
        ([forwarded("会場はどこ？")], f"<@{BOT}> いつだった？", "いつだった？"),
        ([forwarded("会場は札幌です", BOT)], f"<@{BOT}>", ""),
        ([forwarded("会場は札幌です", bot_id="B0OTHER")], f"<@{BOT}>", ""),
        ([{"text": "A page", "title": "What is OLAP?"}], f"<@{BOT}>", ""),
        ([forwarded("")], f"<@{BOT}> これ", "これ"),
        ([forwarded(f"<@{BOT}> &lt;会場&gt;はどこ？")], "", "<会場>はどこ？"),
    ],
)
def test_a_forwarded_message_is_the_question(attachments: list[Any], text: str, question: str) -> None:
    assert question_in({"text": text, "attachments": attachments}, BOT) == question


@pytest.mark.parametrize(
    ("thread", "question"),
    [
        ([said("U0B", "会場はどこでしたか？", 1)], "会場はどこでしたか？"),
        ([said("U0B", "会場はどこでしたか？", 1), said("U0C", "知らないなあ", 2)], "会場はどこでしたか？"),
        ([said("U0B", "会場は？", 1), said("U0C", "日付は？", 2)], "日付は？"),
        ([said("U0B", "日付は？", 1), said(BOT, "会場は？", 2, bot_id="B0BOT")], "日付は？"),
        ([said("U0B", "日付は？", 1), said("U0X", "会場は？", 2, bot_id="B0OTHER")], "日付は？"),
        ([said("U0B", "会場が知りたい人がいます", 1), said("U0C", "これ分かる？", 2)], "会場が知りたい人がいます"),
        ([said("U0B", "", 1, attachments=[forwarded("日付は？")])], "日付は？"),
        ([said("U0B", "会場は？", 1), said("U0C", "日付は？", 9)], "会場は？"),
        ([said(BOT, "会場は？", 1, bot_id="B0BOT")], ""),
        ([], ""),
    ],
)
def test_the_last_question_of_a_person_above_is_meant(thread: list[dict[str, Any]], question: str) -> None:
    mention = said("U0A", f"<@{BOT}> これ分かる？", 5)
    assert question_above([*thread, mention], mention["ts"], BOT) == question
