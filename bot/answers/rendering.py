"""An Answer as Markdown for a person and as JSON for a program."""

from __future__ import annotations

import re
from collections import Counter
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from bot.answers.sources import sources_of
from bot.texts import texts
from index.reports import label_of, needed_definitions, plain, readable_quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers.sources import Source
    from bot.types import Answer
    from index.types import Citation, Language, Quote

# Stands where text between two quotes of one section was left out.
LEFT_OUT = "…"


def to_markdown(answer: Answer) -> str:
    """Return the answer as Markdown: each quote with its source below, or that the reports don't say."""
    if answer.status == "answered":
        quoted = [source_to_markdown(source, answer.lang) for source in sources_of(answer.quotes)]
        notice = [] if answer.notice is None else [answer.notice]
        return "\n\n".join([*notice, *quoted, *_definitions(answer.quotes)])
    words = texts(answer.lang)
    lines = [answer.notice or words.not_found]
    if answer.suggestions:
        lines += ["", words.nearest]
        lines += [f"- {_link(citation, answer.lang)}" for citation in answer.suggestions]
    return "\n".join(lines)


def source_to_markdown(source: Source, language: Language) -> str:
    """Return what is quoted of a source, with its number and where it stands below."""
    return f"{_as_quote(source.quotes)}\n\n[{source.number}] {_link(source.citation, language)}"


def to_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as `ask --json` prints it, with the values JSON knows."""
    return {
        "question": answer.question,
        "lang": answer.lang,
        "status": answer.status,
        "confidence": round(answer.confidence, 4),
        "notice": answer.notice,
        "text": to_markdown(answer),
        "quotes": [
            {
                "article": quote.citation.article,
                "title": quote.citation.title,
                "headings": list(quote.citation.headings),
                "anchor": quote.citation.anchor,
                "url": quote.citation.url,
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
                "markdown": quote.page_text,
                "emphasis": [[words.start, words.end] for words in quote.emphasis],
            }
            for quote in answer.quotes
        ],
        "suggestions": [
            {"article": one.article, "headings": list(one.headings), "url": one.url} for one in answer.suggestions
        ],
        "ms": round(answer.milliseconds, 1),
    }


def citation_label(citation: Citation, language: Language) -> str:
    """Return title and heading path, and, where there is no page to link to, file and line."""
    words = texts(language)
    label = " › ".join((citation.title, *citation.headings))
    if citation.draft:
        label += f" ({words.draft})"
    if citation.url is None:
        label += f" ({words.line.format(path=citation.article, line=citation.line)})"
    return label


def _as_quote(quotes: Sequence[Quote]) -> str:
    """Mark every line as quoted, and with … where the text between two quotes is left out."""
    lines = f"\n{LEFT_OUT}\n".join(_as_markdown(quote) for quote in quotes).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _as_markdown(quote: Quote) -> str:
    """Return a quote as Markdown: what is from inside a program between marks of a fence of its own."""
    if not quote.code or "$$" in quote.page_text:
        return quote.shown
    marks = "`" * max(3, 1 + max(map(len, re.findall("`+", quote.page_text)), default=0))
    shown = quote.shown if quote.around is None else plain(readable_quote(quote))
    return f"{marks}\n{dedent(shown)}\n{marks}"


def _definitions(quotes: Sequence[Quote]) -> list[str]:
    """Return what references and footnotes in quotes refer to, as one paragraph where there are any."""
    needed = dict.fromkeys(
        one for quote in quotes if quote.around is not None for one in needed_definitions(quote.around)
    )
    labels = Counter(label_of(one) for one in needed)
    # Of two reports that mean something else by the same label, one would get the other's.
    lines = "\n".join(one for one in needed if labels[label_of(one)] == 1)
    return [lines] if lines else []


def _link(citation: Citation, language: Language) -> str:
    label = citation_label(citation, language)
    if citation.url is None:
        return label
    # Otherwise a heading such as "a`b :)" would break the link.
    escaped = re.sub(r"[\\`*<\[\]]", r"\\\g<0>", label)
    address = f"<{citation.url}>" if re.search(r"[()]", citation.url) else citation.url
    return f"[{escaped}]({address})"
