"""The commands of ``python -m bot``."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

import click

from index.console import Group, batch_option, index_option, json_option, print_json, read_batch
from index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.answers.answerer import Answerer
    from bot.organisers import Form
    from bot.records.records import Records
    from bot.settings import BotSettings
    from bot.types import Answer
    from bot.writing.types import NotWritten, WrittenAnswer
    from bot.writing.writer import Writer

since_option = click.option("--days", type=click.IntRange(min=1), help="Only the last so many days.")


def form_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --csv and --json to a command."""
    command = click.option("--csv", "as_csv", is_flag=True, help="Print CSV for spreadsheets.")(command)
    return json_option(command)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Answer questions about tech events from their reports, with quotes and citations.

    Example: python -m bot ask "what is OLAP?"
    """


@main.command()
@click.argument("question", required=False)
@batch_option
@index_option
@click.option("--quotes-only", is_flag=True, help="Have nothing written by a language model, also where one is set.")
@json_option
def ask(question: str | None, batch: TextIO | None, index: Path | None, *, quotes_only: bool, as_json: bool) -> None:
    """Answer one question, or with --batch one JSON line per question.

    Example: python -m bot ask "what did track4 conclude?"
    """
    if (question is None) == (batch is None):
        raise click.UsageError("give either a question or --batch FILE")
    answerer = _answerer(index, write="never" if quotes_only else None)
    with _writer(answerer) as write:
        if batch is not None:
            for identifier, text in read_batch(batch):
                print_json({"id": identifier, **_answered(answerer, text, write)})
        elif as_json:
            print_json({"id": None, **_answered(answerer, str(question), write)})
        else:
            from bot.terminal import Terminal

            Terminal(answerer, write).ask(str(question))


@main.command()
@index_option
def chat(index: Path | None) -> None:
    r"""Ask in the terminal; questions piped in are answered line by line.

    Example: printf 'what is OLAP?\nチケットはいくら？\n' | python -m bot chat
    """
    from bot.terminal import Terminal

    answerer = _answerer(index)
    with _writer(answerer) as write:
        Terminal(answerer, write).chat()


@main.command()
@index_option
def socket(index: Path | None) -> None:
    """Run in Slack over Socket Mode; SLACK_BOT_TOKEN and SLACK_APP_TOKEN are all it needs.

    Example: python -m bot socket
    """
    from bot.slack.serving.socket import run

    run(_running(index))


@main.command()
@index_option
def http(index: Path | None) -> None:
    """Run in Slack over HTTP on PORT, with /healthz, /readyz and /metrics; WEB_CONCURRENCY processes, 1 unless set.

    Needs SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN or, for several workspaces, SLACK_CLIENT_ID and
    SLACK_CLIENT_SECRET.

    Example: PORT=8080 python -m bot http
    """
    from bot.slack.serving.http import run

    run(_running(index))


@main.command()
@index_option
def start(index: Path | None) -> None:
    """Run in Slack over Socket Mode when anything is set for Slack, and chat in the terminal otherwise.

    Example: python -m bot start
    """
    settings = _settings(index)
    if settings.is_for_slack:
        from bot.slack.serving.socket import run

        run(_running(index))
    else:
        from bot.ending import interrupt_as_usual

        interrupt_as_usual()
        from bot.answers.answerer import open_answerer
        from bot.terminal import Terminal

        if settings.writes:
            click.echo(
                f"Answers are also written by {settings.llm_model} at {settings.llm_host}: the question and some lines"
                " of the reports with their headings are sent there, and nothing else.",
                err=True,
            )
        answerer = open_answerer(settings)
        with _writer(answerer) as write:
            Terminal(answerer, write).chat()


@main.command()
@click.option("--url", help="The public address of `python -m bot http`; without it the app is for Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the manifest to make the app from, at https://api.slack.com/apps.

    Example: python -m bot manifest --url https://bot.example.com
    """
    from bot.slack.serving.manifest import app_manifest

    print_json(app_manifest(url), indent=2)


@main.command()
@since_option
@form_options
def unanswered(days: int | None, *, as_csv: bool, as_json: bool) -> None:
    """Show what people asked and the reports did not answer, most often asked first.

    Example: python -m bot unanswered --days 7
    """
    from bot.organisers import UNANSWERED, nothing_unanswered, show, unanswered_rows

    with _records() as records:
        rows = unanswered_rows(records.unanswered(_since(days)))
        empty = nothing_unanswered(records.outcomes(_since(days)), days)
    show(rows, _form(as_csv=as_csv, as_json=as_json), empty, UNANSWERED)


@main.command()
@since_option
@form_options
def feedback(days: int | None, *, as_csv: bool, as_json: bool) -> None:
    """Show what people said about answers, the latest first.

    Example: python -m bot feedback --csv > feedback.csv
    """
    from bot.organisers import FEEDBACK, feedback_rows, show

    with _records() as records:
        rows = feedback_rows(records.feedback(_since(days)))
    show(rows, _form(as_csv=as_csv, as_json=as_json), "Nobody gave feedback yet.", FEEDBACK)


def _settings(index: Path | None = None, **more: Any) -> BotSettings:
    from bot.settings import BotSettings

    return BotSettings.load(index=index, **more)


def _running(index: Path | None) -> BotSettings:
    """Return the settings for a process that keeps running, and log from now on."""
    from bot import logs

    settings = _settings(index)
    logs.set_up(settings)
    return settings


@contextmanager
def _records() -> Iterator[Records]:
    from bot.records.records import Records

    settings = _settings()
    with closing(Records.open(settings.database_url, settings.retention_days)) as records:
        yield records


def _since(days: int | None) -> float | None:
    return None if days is None else time.time() - days * 86_400


def _form(*, as_csv: bool, as_json: bool) -> Form:
    if as_csv and as_json:
        raise click.UsageError("give either --csv or --json")
    return "csv" if as_csv else "json" if as_json else "table"


@contextmanager
def _writer(answerer: Answerer) -> Iterator[Callable[[Answer], WrittenAnswer | NotWritten] | None]:
    """Give what writes an answer; None, and nothing imported, where nobody writes."""
    if not answerer.settings.writes:
        yield None
        return
    from bot.writing.types import NotWritten

    with ExitStack() as stack:

        @cache
        def writer() -> Writer:
            # Whoever asks in a terminal is told in a sentence what became of it.
            logging.getLogger("bot.writing").addHandler(logging.NullHandler())
            from bot.records.database import open_engine
            from bot.writing.writer import open_writer

            engine = open_engine(answerer.settings.database_url)
            stack.callback(engine.dispose)
            opened = open_writer(answerer.settings, engine, lambda: nullcontext(answerer.reports))
            stack.callback(opened.close)
            return opened

        def write(answer: Answer) -> WrittenAnswer | NotWritten:
            try:
                return writer().write(answer)
            except SettingsError as error:
                # The quotes are right without it.
                return NotWritten("failed", str(error))

        yield write


def _answered(
    answerer: Answerer, question: str, write: Callable[[Answer], WrittenAnswer | NotWritten] | None
) -> dict[str, Any]:
    """Return the answer to a question as JSON has it, with what is written where anything is."""
    from bot.answers.rendering import to_json

    answer = answerer.answer(question)
    if write is None:
        return to_json(answer)
    from bot.written import written_to_json

    return {**to_json(answer), **written_to_json(answer, write(answer))}


def _answerer(index: Path | None, **more: Any) -> Answerer:
    # Not by ``index.reports``, which takes a tenth of a second to import: the model is loaded while that goes on.
    from index.models.encoder import open_encoder

    settings = _settings(index, **more)
    encoder = open_encoder(settings)
    from bot.answers.answerer import open_answerer

    return open_answerer(settings, encoder)
