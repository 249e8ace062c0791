"""Share between both command lines: one sentence per error, exit codes, JSON lines, text that commands no terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import ReportBotError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import TextIO

log = logging.getLogger(__name__)

CANNOT_RUN = 2

# What a terminal acts on instead of showing it: control characters but line breaks and tabs, the line separators of
# Unicode, and what turns the direction of text. Surrogates, which stand for bytes that are no text, cannot be printed.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")

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
            print_error(str(error))
            ctx.exit(CANNOT_RUN)
        except click.UsageError as error:
            # It repeats what was typed, or what a file is called.
            raise click.UsageError(printable(error.format_message()), error.ctx) from None
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
    """Drop what commands a terminal instead of being shown, but line breaks and tabs."""
    return _COMMANDS.sub("", text)


def printable_line(text: str) -> str:
    """Return a text as one line that commands no terminal, so that it cannot look like two."""
    return printable(_BREAKS.sub(" ", text))


def escaped(text: str) -> str:
    """Write as JSON escapes what commands a terminal; JSON stays the same JSON."""
    return _COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def print_text(text: str) -> None:
    """Print a text for a person, without what commands the terminal."""
    click.echo(printable(text))


def print_error(sentence: str) -> None:
    """Print one sentence on standard error."""
    click.echo(f"Error: {printable_line(sentence)}", err=True)


def print_json(value: object, indent: int | None = None) -> None:
    """Print JSON, one object on one line unless indented, at once, so that a program can answer while we go on."""
    click.echo(json_text(value, sys.stdout, indent))


def json_text(value: object, stream: TextIO | None, indent: int | None = None) -> str:
    """Return JSON for a stream: what commands a terminal or is not in the stream's encoding is written as escapes."""
    text = escaped(json.dumps(value, ensure_ascii=False, indent=indent))
    encoding = getattr(stream, "encoding", None) or "utf-8"
    # Some encodings write one character as another: EUC-JP makes a backslash of the yen sign.
    lacking = {one for one in set(text) if one.encode(encoding, "replace").decode(encoding, "replace") != one}
    return text.translate({ord(one): json.dumps(one)[1:-1] for one in lacking})


def progress_bar() -> AbstractContextManager[Callable[[int, int], None] | None]:
    """Return what shows a person at a terminal how many passages are encoded, and nothing for anyone else."""
    from contextlib import contextmanager, nullcontext

    if not sys.stderr.isatty():
        return nullcontext()

    @contextmanager
    def bar() -> Iterator[Callable[[int, int], None]]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("Encoding passages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=None, start=True)
            yield lambda done, total: progress.update(task, completed=done, total=total)

    return bar()
