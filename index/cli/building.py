"""``index build``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.cli.opening import open_settings
from index.console import index_option, json_option, print_json, print_text, printable_line, progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.building.build_report import BuildReport

SOME_UNREADABLE = 1


@click.command()
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

    settings = open_settings(articles=articles or None, index=index, model=model)
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
        print_text("\n".join((_summary(report, settings.index) + published, *_read(report))))
    if report.failed:
        sys.exit(SOME_UNREADABLE)


def _summary(report: BuildReport, index: Path) -> str:
    changes = ", ".join(
        f"{count} {name}" for name in ("added", "changed", "removed", "unchanged") if (count := getattr(report, name))
    )
    return (
        f"{report.articles} articles in {index}: {report.passages} passages, {report.sentences} sentences"
        f" ({changes or 'nothing to index'}; {report.encoded} passages encoded in {report.seconds:.1f} s)"
    )


def _read(report: BuildReport) -> Iterator[str]:
    """Yield a line for each dialect, and one for what was left out."""
    heads = ("dialect", "files", "titles from", "dates", "drafts", "markup left out")
    rows = [heads, *(_cells(name, counts) for name, counts in report.dialects.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if report.skipped:
        yield f"{len(report.skipped)} skipped"


def _cells(dialect: str, counts: dict[str, Any]) -> tuple[str, ...]:
    titles = ", ".join(f"{source} {count}" for source, count in sorted(counts["titles"].items()))
    markup = f"{counts['edits']} edits, {counts['bytes']} bytes" if counts["edits"] else "–"
    return dialect, str(counts["files"]), titles, str(counts["dates"]), str(counts["drafts"]), markup
