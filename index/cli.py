"""The commands of ``python -m index``: build, search, verify, stats, eval."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from index.console import (
    Group,
    batch_option,
    index_option,
    json_option,
    print_error,
    print_json,
    print_text,
    printable,
    printable_line,
    progress_bar,
    read_batch,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.building.build import BuildReport
    from index.searching.results import SearchResult
    from index.searching.search import Searcher
    from index.settings import IndexSettings

SOME_UNREADABLE = 1
DAMAGED = 2


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Build, search and check the index of the event reports.

    Example: python -m index build --articles articles
    """


@main.command()
@click.option(
    "--articles",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of articles; may be given several times (ARTICLES, articles).",
)
@index_option
@click.option("--model", help="A sentence-transformers model, by name or folder (MODEL).")
@json_option
def build(articles: tuple[Path, ...], index: Path | None, model: str | None, *, as_json: bool) -> None:
    """Build the index, or bring it up to date; only what changed is encoded.

    Exit code 1 says that some articles could not be read; the others are indexed.

    Example: python -m index build --articles articles --articles ../more-reports
    """
    from index.building.build import build as build_index
    from index.models.encoder import load_encoder
    from index.reading.skipped import sentences
    from index.types import SplitSettings

    settings = _settings(articles=articles or None, index=index, model=model)
    encoder = load_encoder(settings.model, settings.question_prompt, settings.passage_prompt)
    with progress_bar() as on_progress:
        report = build_index(
            settings.articles,
            settings.index,
            encoder,
            SplitSettings(settings.max_characters),
            drafts=settings.drafts,
            links_to=settings.allow_links_to,
            on_progress=on_progress,
        )
    published = ""
    if settings.milvus_uri is not None:
        from index.storage.milvus.publishing import publish

        published = "; published in Milvus" if publish(settings) else "; in Milvus already"
    for failure in report.failed:
        sentence = f"Not indexed: {failure['path']}:{failure['line']}: {failure['reason']}"
        click.echo(printable_line(sentence), err=True)
    for warning in report.warnings:
        sentence = f"Indexed all the same: {warning['path']}:{warning['line']}: {warning['reason']}"
        click.echo(printable_line(sentence), err=True)
    if as_json:
        print_json(report.as_json())
    else:
        for sentence in sentences(report.skipped):
            click.echo(printable_line(sentence), err=True)
        print_text(_summary(report, settings.index) + published)
    if report.failed:
        sys.exit(SOME_UNREADABLE)


@main.command()
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
    settings = _settings(index=index)
    searcher = _searcher(settings)
    filters = Filters(articles, topics)
    questions = [(None, question)] if batch is None else read_batch(batch)
    for identifier, text in questions:
        result = searcher.search(str(text), count, filters)
        if as_json or batch is not None:
            print_json(_result_json(identifier, result, settings))
        else:
            click.echo(_result_text(result, settings))


@main.command()
@index_option
@json_option
def verify(index: Path | None, *, as_json: bool) -> None:
    """Check every file of the index; exit code 2 says that something is damaged.

    Example: python -m index verify
    """
    from index.checking.verify import problems

    settings = _settings(index=index)
    found = problems(settings.index)
    if as_json:
        print_json({"index": str(settings.index), "problems": found})
    elif not found:
        print_text(f"The index in {settings.index} is whole.")
    for problem in found:
        print_error(problem)
    if found:
        sys.exit(DAMAGED)


@main.command()
@click.option(
    "--articles",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of articles to compare with the index; may be given several times (ARTICLES, articles).",
)
@index_option
@json_option
def stats(articles: tuple[Path, ...], index: Path | None, *, as_json: bool) -> None:
    """Show what the index holds, how it was made and what has changed since.

    With --json also where the time of a question goes: a few are asked.

    Example: python -m index stats --json
    """
    from index.checking.stats import article_drift, profile, recipe_drift, statistics
    from index.errors import ArticlesFolderError

    settings = _settings(articles=articles or None, index=index)
    found = statistics(settings.index)
    try:
        found["articles since"] = article_drift(
            settings.index, settings.articles, drafts=settings.drafts, links_to=settings.allow_links_to
        )
    except ArticlesFolderError as error:
        # The index can be somewhere else than the articles; only who names them wants them to be there.
        if articles:
            raise
        found["articles since"] = f"not compared: {error}"
    found["recipes since"] = recipe_drift(settings.index, settings) or "the same"
    if as_json:
        print_json({**found, "profile milliseconds": profile(settings)})
        return
    lines = dict(_aligned(found))
    width = max(map(len, lines))
    for name, value in lines.items():
        print_text(f"{name:<{width}}  {value}")


def _aligned(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give every part of a group a line of its own."""
    for name, value in found.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        yield from ((f"{name} {part}".rstrip(), one) for part, one in parts)


@main.command(name="eval")
@click.argument("questions", type=click.File(encoding="utf-8", errors="surrogateescape"))
@index_option
@json_option
def evaluate(questions: TextIO, index: Path | None, *, as_json: bool) -> None:
    """Measure search, quotes and refusals on questions with known evidence.

    Each line of QUESTIONS is a JSON object with question, lang, article, evidence and answerable, and maybe
    section and section_occurrence. Quotes that are "shown" are those of questions that are not refused.

    Example: python -m index eval benchmarks/questions_own.jsonl
    """
    from index.checking.evaluate import evaluate_search
    from index.checking.evaluation_table import as_table

    report = evaluate_search(_searcher(_settings(index=index)), questions)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(as_table(report))


def _settings(**overrides: object) -> IndexSettings:
    from index.settings import IndexSettings

    return IndexSettings.load(**overrides)


def _searcher(settings: IndexSettings) -> Searcher:
    from index.searching.search import open_searcher

    return open_searcher(settings)


def _summary(report: BuildReport, index: Path) -> str:
    changes = ", ".join(
        f"{count} {name}" for name in ("added", "changed", "removed", "unchanged") if (count := getattr(report, name))
    )
    return (
        f"{report.articles} articles in {index}: {report.passages} passages, {report.sentences} sentences"
        f" ({changes or 'nothing to index'}; {report.encoded} passages encoded in {report.seconds:.1f} s)"
    )


def _result_json(identifier: object, result: SearchResult, settings: IndexSettings) -> dict[str, Any]:
    from index.reading.links import citation_url

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
                settings.zenn_user,
                settings.repository_url,
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
