"""The commands of ``python -m bot``: ask, chat, start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from index.console import Group, batch_option, index_option, json_option, print_json, read_batch

if TYPE_CHECKING:
    from bot.answer import Answerer


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Answer questions about tech events from their reports, with quotes and citations.

    Example: python -m bot ask "what is OLAP?"
    """


@main.command()
@click.argument("question", required=False)
@batch_option
@index_option
@json_option
def ask(question: str | None, batch: TextIO | None, index: Path | None, *, as_json: bool) -> None:
    """Answer one question, or with --batch one JSON line per question.

    Example: python -m bot ask "what did track4 conclude?"
    """
    from bot.rendering import to_json
    from bot.terminal import Terminal

    if (question is None) == (batch is None):
        raise click.UsageError("give either a question or --batch FILE")
    answerer = _answerer(index)
    if batch is not None:
        for identifier, text in read_batch(batch):
            print_json({"id": identifier, **to_json(answerer.answer(text))})
    elif as_json:
        print_json({"id": None, **to_json(answerer.answer(str(question)))})
    else:
        Terminal(answerer).ask(str(question))


@main.command()
@index_option
def chat(index: Path | None) -> None:
    r"""Ask in the terminal; questions piped in are answered line by line.

    Example: printf 'what is OLAP?\nチケットはいくら？\n' | python -m bot chat
    """
    from bot.terminal import Terminal

    Terminal(_answerer(index)).chat()


def _answerer(index: Path | None) -> Answerer:
    from bot.answer import open_answerer
    from bot.settings import BotSettings

    return open_answerer(BotSettings.load(index=index))
