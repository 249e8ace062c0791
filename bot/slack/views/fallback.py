"""Write what stands in for the blocks of an answer: for screen readers and notifications, or if Slack rejects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.views.excerpts import label_of
from bot.slack.views.markup import clip, escape_within, link, sentence_cut
from bot.texts import texts
from index.reports import Prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.slack.views.excerpts import Excerpt
    from bot.types import Answer
    from index.types import Language

# Slack cannot edit a message whose text is longer than about 4,000.
TEXT = 3_000
SHORT_QUOTE = 500
LINE = 150
SHORT_LABEL = 150
SHORT_SOURCES = 3


def spoken(excerpts: Sequence[Excerpt], language: Language, notice: str | None = None, limit: int = TEXT) -> str:
    """Return an answer as screen readers and notifications have it: the quotes, each with its source.

    A notification has room for its beginning, so that a line that answers stands there.
    """
    lines = [] if notice is None else [clip(notice, SHORT_QUOTE)]
    line = _answering_line(excerpts)
    lines += [line] if line and not excerpts[0].text.startswith(line) else []
    lines += [f"{one.text}\n[{one.source.number}] {label_of(one.source.citation, language)}" for one in excerpts]
    return escape_within("\n\n".join(lines), limit)


def _answering_line(excerpts: Sequence[Excerpt]) -> str:
    """Return the line with the words that answer; nothing where there is none, or where it is too long for a glance."""
    for part in (part for excerpt in excerpts for part in excerpt.parts):
        told = part.runs if isinstance(part, Prose) else ()
        number = next((number for number, run in enumerate(told) if run.emphasised), None)
        if number is not None:
            before = "".join(run.text for run in told[:number]).rpartition("\n")[2]
            line = before + "".join(run.text for run in told[number:]).partition("\n")[0]
            return line if len(line) <= LINE else ""
    return ""


def short(excerpts: Sequence[Excerpt], language: Language, notice: str | None = None) -> str:
    """Return the beginning of an answer and its first sources as links."""
    quoted = excerpts[0].text
    lines = [] if notice is None else [escape_within(notice, SHORT_QUOTE)]
    lines += [escape_within(quoted[: sentence_cut(quoted, SHORT_QUOTE)].rstrip(), 2 * SHORT_QUOTE)]
    for excerpt in excerpts[:SHORT_SOURCES]:
        cited = excerpt.source.citation
        label = clip(label_of(cited, language), SHORT_LABEL)
        lines.append(f"[{excerpt.source.number}] {link(cited.url, label)}")
    return "\n".join(lines)


def spoken_not_found(answer: Answer, suggestions: int) -> str:
    """Return that the reports don't say, with the nearest sections."""
    words = texts(answer.lang)
    lines = [answer.notice or words.not_found]
    if answer.suggestions:
        lines.append(words.nearest)
        lines += [f"• {label_of(citation, answer.lang)}" for citation in answer.suggestions[:suggestions]]
    return escape_within("\n".join(lines), TEXT)
