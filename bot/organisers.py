"""Write what organisers read: the questions that the reports did not answer, and what people said about answers."""

from __future__ import annotations

import csv
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import click

from index.console import print_json, printable, printable_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from bot.records.records import FeedbackRow, UnansweredRow

    Form = Literal["table", "csv", "json"]
    Row = Mapping[str, Any]

# A cell that begins like this is a formula or a command to spreadsheets, and people can ask anything. Some skip blanks
# and invisible characters before the sign, and some take the wide forms of East Asia for it.
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200d\u2060\u00ad]*[=+\-@|＝＋－＠｜−]|[\t\r\n]")
# Of an answer, organisers need to see which one it was.
ANSWER_SHOWN = 200


UNANSWERED = ("count", "last_asked", "lang", "question", "nearest")
FEEDBACK = ("at", "helpful", "reason", "question", "answer", "written", "user", "key")


def unanswered_rows(rows: Sequence[UnansweredRow]) -> list[Row]:
    """Return the questions as rows: how often, when last, in which language, what, and what was nearest."""
    values = ((row.count, _moment(row.last_asked), row.lang, row.question, list(row.nearest)) for row in rows)
    return [dict(zip(UNANSWERED, row, strict=True)) for row in values]


def feedback_rows(rows: Sequence[FeedbackRow]) -> list[Row]:
    """Return the feedback as rows, the latest first."""
    values = (
        (
            *(_moment(row.at), row.helpful, row.reason or "", row.question, row.answer_text),
            *(row.written, row.user, row.key),
        )
        for row in reversed(rows)
    )
    return [dict(zip(FEEDBACK, row, strict=True)) for row in values]


def nothing_unanswered(outcomes: Set[str | None], days: int | None) -> str:
    """Return what to say when no question is unanswered, by what became of all of them."""
    if "answered" in outcomes:
        return "The reports answered every question."
    if outcomes:
        return "No question was answered yet."
    return "Nothing was asked yet." if days is None else "Nothing was asked in that time."


def show(rows: Sequence[Row], form: Form, empty: str, header: Sequence[str] = ()) -> None:
    """Print rows: a table for a person, CSV with a header, or one JSON object a line.

    Where there are none, a person reads ``empty``, and CSV has only its ``header``.
    """
    if form == "json":
        for row in rows:
            print_json(dict(row))
    elif form == "csv":
        _show_csv(rows, header)
    elif not rows:
        click.echo(empty)
    else:
        _show_table(rows)


def _show_csv(rows: Sequence[Row], header: Sequence[str]) -> None:
    csv.writer(sys.stdout).writerow(rows[0] if rows else header)
    # Quoted, so that a spreadsheet that splits at semicolons does not begin a cell within a text.
    writer = csv.writer(sys.stdout, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])


def _show_table(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [name for name in rows[0] if name not in {"key", "user"}]
    table = Table(*(name.replace("_", " ") for name in shown), box=None, header_style="bold", pad_edge=False)
    for row in rows:
        # Text, not a string: rich would take square brackets in a question for markup.
        table.add_row(*(Text(printable_line(_plain(row[name]))[:ANSWER_SHOWN]) for name in shown))
    Console(highlight=False).print(table)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)


def _cell(value: object) -> str | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = printable(_plain(value))
    return f"'{text}" if FORMULA.match(text) else text


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
