"""Answers and quotes for what shows them, and what is looked for in Block Kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.types import Answer, ConsideredPassage
from index.types import Citation, Emphasis, Quote

if TYPE_CHECKING:
    from index.types import Language

URL = "https://zenn.dev/someone/articles/aws-carnival-2023#track4"
CITATION = Citation(
    "aws-carnival-2023.md", "AWS Carnival 2023", ("はじめに", "track4: 武道会"), "track4", URL, 81, draft=False
)


def quote(text: str, citation: Citation = CITATION, **changes: Any) -> Quote:
    return Quote(citation, 10, 10 + len(text.encode("utf-8", "replace")), text, **changes)


def emphasised(text: str, words: str) -> Quote:
    """Return a quote in which some words answer."""
    at = text.index(words)
    start, end = (10 + len(text[:to].encode()) for to in (at, at + len(words)))
    return quote(text, emphasis=(Emphasis(start, end, (at, at + len(words))),))


def answered(*quotes: Quote, lang: Language = "en") -> Answer:
    considered = (ConsideredPassage(CITATION, 2.66, 0.823, 5.83, 0.68),)
    return Answer("what did track4 conclude?", lang, "answered", 0.93, quotes, (), "v1", considered=considered)


def not_found(*suggestions: Citation, lang: Language = "en", notice: str | None = None) -> Answer:
    return Answer("チケットは？", lang, "not_found", 0.1, (), suggestions, "v1", notice=notice)


def of_type(blocks: Any, kind: str) -> list[dict[str, Any]]:
    """Return all objects of a type, in order."""
    if isinstance(blocks, list):
        return [found for block in blocks for found in of_type(block, kind)]
    if isinstance(blocks, dict):
        own = [blocks] if blocks.get("type") == kind else []
        return own + [found for value in blocks.values() for found in of_type(value, kind)]
    return []
