"""Choose what an answer shows of its sources: the quotes as a reader sees them, cut where there is no more room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answers.rendering import citation_label
from bot.answers.sources import MOST_SOURCES, sources_of
from bot.slack.views.markup import clip, one_line, sentence_cut, weight
from bot.texts import texts
from index.reports import Code, Prose, Run, plain, readable_quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.answers.sources import Source
    from bot.types import Answer
    from index.reports import Part
    from index.types import Citation, Language, Quote

# A little more than `index.quoting.quotes` chooses, so that only a single very long sentence is cut.
SHOWN = 1_500
LABEL = 300
QUESTION = 300
# Stands where the text between two quotes of one section is left out.
GAP = "⋯"
# What is read of a quote; markup that shows nothing can make a quote longer than what it shows.
READ = 4_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a source that is shown, and whether its quotes go on after that."""

    source: Source
    parts: tuple[Part, ...]
    shortened: bool

    @property
    def text(self) -> str:
        """The text that is shown, without styles."""
        return plain(self.parts)


def excerpts_of(quotes: Iterable[Quote], room: int = SHOWN) -> list[Excerpt]:
    """Return as many sources as there is room for, each with what is shown of it; ``room`` is in characters."""
    left = room
    excerpts: list[Excerpt] = []
    for source in sources_of(quotes)[:MOST_SOURCES]:
        parts = _parts(source)
        kept = cut(parts, left)
        if parts and not kept and excerpts:
            break
        shortened = kept != parts or any(len(quote.page_text) > READ for quote in source.quotes)
        excerpts.append(Excerpt(source, kept, shortened))
        left -= weight(plain(kept))
        if shortened or left <= 0:
            break
    return excerpts


def label_of(citation: Citation, language: Language) -> str:
    """Return title and heading path of a citation in one line."""
    return clip(one_line(citation_label(citation, language)), LABEL)


def question_line(answer: Answer) -> str:
    """Return the question that is answered, for where it is not seen otherwise."""
    return texts(answer.lang).question.format(question=clip(one_line(answer.question), QUESTION))


def _parts(source: Source) -> tuple[Part, ...]:
    parts: list[Part] = []
    for quote in source.quotes:
        for number, part in enumerate(readable_quote(quote, READ)):
            last = parts[-1] if parts else None
            if number == 0 and isinstance(last, Prose) and isinstance(part, Prose):
                parts[-1] = Prose((*last.runs, Run(f"\n{GAP}\n"), *part.runs))
            else:
                parts.append(part)
    return tuple(parts)


def cut(parts: Sequence[Part], limit: int) -> tuple[Part, ...]:
    """Return the beginning of parts that weighs no more than ``limit``, cut after a sentence where possible."""
    kept: list[Part] = []
    for part in parts:
        end = sentence_cut(part.text, limit)
        kept.append(_head(part, end))
        limit -= weight(part.text)
        if limit <= 0:
            break
    return tuple(part for part in kept if part.text.strip())


def _head(part: Part, end: int) -> Part:
    if isinstance(part, Code):
        return Code(part.text[:end].rstrip())
    runs: list[Run] = []
    for run in part.runs:
        runs.append(replace(run, text=run.text[:end]))
        end -= len(run.text)
        if end <= 0:
            break
    if runs:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return Prose(tuple(run for run in runs if run.text))
