"""Every sentence the bot says of its own, in Japanese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.language import Language


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's own words in one language; ``{…}`` is filled in by the caller."""

    not_found: str
    nearest: str
    empty_question: str
    draft: str
    line: str
    chat_welcome: str
    chat_prompt: str
    chat_goodbye: str


JAPANESE = Texts(
    not_found="レポートには答えが見当たりません。",
    nearest="いちばん近いのは次のところです：",
    empty_question="質問を入力してください。",
    draft="下書き",
    line="{path} {line}行目",
    chat_welcome="イベントレポート{articles}本について質問できます（終わるには Ctrl-D）。",
    chat_prompt="質問> ",
    chat_goodbye="またどうぞ。",
)

ENGLISH = Texts(
    not_found="The reports don't say.",
    nearest="The nearest sections are:",
    empty_question="Please ask a question.",
    draft="draft",
    line="{path} line {line}",
    chat_welcome="Ask about {articles} event reports, in English or Japanese (Ctrl-D to leave).",
    chat_prompt="question> ",
    chat_goodbye="Bye.",
)


def texts(language: Language) -> Texts:
    """Return the bot's words in a language."""
    return JAPANESE if language == "ja" else ENGLISH
