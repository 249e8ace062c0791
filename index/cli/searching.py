"""``index search``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

import click

from index.cli.opening import open_settings, searcher_of
from index.console import (
    batch_option,
    index_option,
    json_option,
    print_json,
    printable,
    printable_line,
    read_batch,
)

if TYPE_CHECKING:
    from pathlib import Path

    from index.searching.results import SearchResult
    from index.settings import IndexSettings


@click.command()
@click.argument("question", required=False)
@click.option("-k", "count", default=5, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@click.option("--article", "articles", multiple=True, help="Only this article, by its path; repeatable.")
@click.option("--topic", "topics", multiple=True, help="Only articles with this topic; repeatable.")
@batch_option
@index_option
@json_option
def search(
    question: str | None,
    count: int,
    articles: tuple[str, ...],
    topics: tuple[str, ...],
    batch: TextIO | None,
    index: Path | None,
    *,
    as_json: bool,
) -> None:
    """Find the passages that match a question best.

    Example: python -m index search "what is OLAP?" -k 3
    """
    from index.searching.results import Filters

    if (question is None) == (batch is None):
        raise click.UsageError("give either a question or --batch FILE")
    settings = open_settings(index=index)
    searcher = searcher_of(settings)
    filters = Filters(articles, topics)
    questions = [(None, question)] if batch is None else read_batch(batch)
    for identifier, text in questions:
        result = searcher.search(str(text), count, filters)
        if as_json or batch is not None:
            print_json(_result_json(identifier, result, settings))
        else:
            click.echo(_result_text(result, settings))


def _result_json(identifier: object, result: SearchResult, settings: IndexSettings) -> dict[str, Any]:
    from index.reading.pages.links import citation_url

    hits = [
        {
            "rank": hit.rank,
            "score": round(hit.score, 4),
            "article": hit.stored.entry.path,
            "title": hit.stored.entry.title,
            "headings": list(hit.stored.passage.section.headings),
            "anchor": hit.stored.passage.section.anchor,
            "url": citation_url(
                hit.stored.article,
                hit.stored.passage.section.anchor,
                hit.stored.line,
                settings.sites,
            ),
            "start": hit.stored.passage.start,
            "end": hit.stored.passage.end,
            "text": hit.stored.text,
        }
        for hit in result.hits
    ]
    return {
        "id": identifier,
        "hits": hits,
        "answerable": round(result.answerable, 4),
        "ms": round(result.milliseconds, 1),
    }


def _result_text(result: SearchResult, settings: IndexSettings) -> str:
    blocks = []
    for hit in _result_json(None, result, settings)["hits"]:
        path = printable_line(" › ".join((hit["title"], *hit["headings"])))
        place = printable_line(hit["url"] or hit["article"])
        blocks.append(f"{hit['rank']}. {path}  ({hit['score']:.2f})\n   {place}\n\n{printable(hit['text'])}\n")
    blocks.append(f"The reports answer it with probability {result.answerable:.2f}.")
    return "\n".join(blocks)
