"""Which sentences the bot has in every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.types import SmallTalk

# What the bot says instead of an answer.
NoticeKind = Literal[
    "busy",
    "rate_limited",
    "failed",
    "external",
    "guest",
    "unknown",
    "no_question",
    "no_reports",
    "gone",
    "not_in_channel",
    "shared",
    "sharing",
    "not_shared",
    "maybe_shared",
    "unsure",
    "unwritable",
    "outdated",
    "written_once",
    "thanks",
    "help",
]


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's own words in one language; ``{…}`` is filled in by the caller."""

    not_found: str
    no_more: str
    other_edition: str
    lacking: str
    of_another: str
    which_event: str
    of_one_event: str
    nearest: str
    small_talk: Mapping[SmallTalk, str]
    # Who the bot is where answers are written, too.
    about_writing: str
    languages: str
    shortened_question: str
    part: str
    part_left: str
    ask_alone: str
    written_above: str
    written_below: str
    # By the reasons of ``bot.writing.types.Failure``.
    not_written: Mapping[str, str]
    draft: str
    line: str
    lines: str
    chat_welcome: str
    chat_prompt: str
    chat_goodbye: str

    question: str
    section_question: str
    read_on: str
    shortened: str
    searching: str
    helpful: str
    not_helpful: str
    helpful_label: str
    not_helpful_label: str
    why: str
    share: str
    write: str
    notices: Mapping[NoticeKind, str]

    why_title: str
    close: str
    why_answered: str
    why_not_found: str
    confidence: str
    threshold: str
    why_quotes: str
    why_considered: str
    why_scores: str
    why_version: str
    why_written: str
    why_model: str
    why_not_shown: str
    why_withheld: str
    # By the reasons of ``bot.writing.types.Reason``.
    withheld: Mapping[str, str]

    reason_title: str
    reason_send: str
    reason_cancel: str
    reason_label: str
    reasons: Mapping[str, str]
    comment_label: str
    comment_placeholder: str

    home_title: str
    home_intro: str
    home_search: str
    home_placeholder: str
    home_examples: str
    home_reports: str
    home_counts: str
    home_indexed: str
    home_more: str
    home_empty: str
    home_how: str
    home_writing: str

    def small_talk_where(self, kind: SmallTalk, *, writes: bool) -> str:
        """Return the reply to what is no question, true also where answers are written by a model."""
        return self.about_writing if kind == "about" and writes else self.small_talk[kind]
