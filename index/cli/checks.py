"""``index verify``, ``stats`` and ``eval``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from index.cli.opening import open_settings, searcher_of
from index.console import index_option, json_option, print_error, print_json, print_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DAMAGED = 2


@click.command()
@index_option
@json_option
def verify(index: Path | None, *, as_json: bool) -> None:
    """Check every file of the index; exit code 2 says that something is damaged.

    Example: python -m index verify
    """
    from index.checking.verify import problems

    settings = open_settings(index=index)
    found = problems(settings.index)
    if as_json:
        print_json({"index": str(settings.index), "problems": found})
    elif not found:
        print_text(f"The index in {settings.index} is whole.")
    for problem in found:
        print_error(problem)
    if found:
        sys.exit(DAMAGED)


@click.command()
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

    settings = open_settings(articles=articles or None, index=index)
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


@click.command(name="eval")
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

    report = evaluate_search(searcher_of(open_settings(index=index)), questions)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(as_table(report))
