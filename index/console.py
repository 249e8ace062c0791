"""What both command lines share: one sentence per error, exit codes, JSON lines."""

from __future__ import annotations

import json
import logging
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import ReportBotError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

log = logging.getLogger(__name__)

CANNOT_RUN = 2

index_option = click.option(
    "--index",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the index (INDEX, .index).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
batch_option = click.option(
    "--batch",
    # What is not UTF-8 is read all the same, so that the error can name its line.
    type=click.File(encoding="utf-8", errors="surrogateescape"),
    help="Questions from a file of JSON lines, '-' for standard input.",
)


class Group(click.Group):
    """A group of commands whose errors are one sentence on standard error and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the traceback of an expected error goes to the log only."""
        try:
            return super().invoke(ctx)
        except ReportBotError as error:
            log.debug("stopped", exc_info=True)
            click.echo(f"Error: {error}", err=True)
            ctx.exit(CANNOT_RUN)
        except BrokenPipeError:
            # The reader of our output has enough, as in `… | head`; Python must not flush into it either.
            sys.stdout = None
            ctx.exit(0)


def read_batch(file: TextIO) -> Iterator[tuple[object, str]]:
    """Yield id and question of every line; an id is the line's number where the row has none."""
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            line.encode()
            row = json.loads(line)
            identifier, question = row.get("id", number), row["question"]
        except (ValueError, KeyError, AttributeError, RecursionError):
            question = None
        if not isinstance(question, str):
            raise ReportBotError(f'{file.name}:{number}: expected a JSON object with a "question"')
        yield identifier, question


def printable(text: str) -> str:
    """Drop control characters but line breaks and tabs: an article must not command the reader's terminal."""
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc")


def print_json(value: object) -> None:
    """Print one JSON object on one line, at once, so that a program can answer while we go on."""
    # A lone surrogate, which JSON can hold and UTF-8 cannot, stays the escape that it came as.
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode())
