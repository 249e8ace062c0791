"""What people say to a bot that is no question: hello, thanks, help."""

from __future__ import annotations

import re
from typing import Literal

Courtesy = Literal["greeting", "welcome", "help"]

_SAID: tuple[tuple[Courtesy, re.Pattern[str]], ...] = (
    (
        "help",
        re.compile(
            r"help( me)?|usage|what can (i|you) (ask|do)"
            r"|ヘルプ|(使い|つかい)(方|かた)(を?教えて)?|何ができる(の|ん?ですか)?",
            re.IGNORECASE,
        ),
    ),
    (
        "greeting",
        re.compile(
            r"(hi|hello|hey|good (morning|afternoon|evening))( there| all| everyone)?"
            r"|こんにち[はわ]|こんばん[はわ]|おはよう(ございます)?|お疲れ(さま|様)(です)?|はじめまして",
            re.IGNORECASE,
        ),
    ),
    (
        "welcome",
        re.compile(
            r"(many )?(thanks|thank you|thx|ty)( a lot| so much| very much)?"
            r"|(どうも)?ありがとう(ございま(す|した))?|助かり(ます|ました)|サンキュー",
            re.IGNORECASE,
        ),
    ),
)


def courtesy_of(text: str) -> Courtesy | None:
    """Return what a whole message is if it only greets, thanks or calls for help."""
    said = text.strip(" 　!！.。,、?？~〜ー…♪")
    return next((kind for kind, pattern in _SAID if pattern.fullmatch(said)), None)
