"""The words of the quotes that answer, by the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.searching.reading import answering_hits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.quoting.spans import Span
    from index.searching.results import Hit, SearchResult

# Of words that the reader is as sure of, nine in ten are right at least by half, eight in English (docs/reader.md).
SURE_WORDS = 0.35


def with_emphasis(spans: Sequence[Span], result: SearchResult) -> list[Span]:
    """Return spans with the words that answer: of each report those in the line that does so most likely."""
    places = [place for hit in answering_hits(result.hits) if (place := _place(hit)) is not None]
    return [
        replace(span, emphasis=tuple((start, end) for article, start, end in places if _has(span, article, start, end)))
        for span in spans
    ]


def _place(hit: Hit) -> tuple[int, int, int] | None:
    """Return the article and the byte range of the words that answer in its text.

    There is none where the reader is not sure, or where the line has them not once as they are, with markup in between.
    """
    words = hit.reading.words if hit.reading is not None else None
    if words is None or words.probability < SURE_WORDS:
        return None
    sentence = hit.stored.passage.sentences[words.sentence]
    line, sought = hit.stored.article.text[sentence.start : sentence.end], words.text.encode()
    # A reader that sees them twice does not see which of the two is the one in the line.
    if line.count(sought) != 1 or sentence.plain.count(words.text) > 1 or sentence.kind == "code":
        return None
    start = sentence.start + line.index(sought)
    return hit.stored.article_number, start, start + len(sought)


def _has(span: Span, article: int, start: int, end: int) -> bool:
    return span.stored.article_number == article and span.start <= start and end <= span.end
