"""Answers in a terminal: colours and clickable links where it has them, Markdown elsewhere."""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING

import click

from bot.answers.rendering import LEFT_OUT, citation_label, to_markdown
from bot.answers.sources import sources_of
from bot.texts import texts
from index.console import print_text, printable, printable_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from bot.answers.answerer import Answerer
    from bot.answers.sources import Source
    from bot.types import Answer
    from bot.writing.types import WrittenAnswer
    from bot.writing.writer import Writer
    from index.reports import Part, Run
    from index.types import Citation

# Follow-up questions lean on what was asked just before.
REMEMBERED = 10
# The style of what is code.
CODE = "green"


class Terminal:
    """Asks and answers on standard input and output; ``writer`` gives who writes answers, None where nobody does."""

    def __init__(self, answerer: Answerer, writer: Callable[[], Writer] | None = None) -> None:
        self._answerer = answerer
        self._writer = writer

    def ask(self, question: str, earlier: Sequence[Answer] = ()) -> Answer:
        """Print the answer to one question, given the earlier answers of a conversation, and return it."""
        answer = self._answerer.answer(question, earlier)
        self._print(answer)
        if self._writer is not None and answer.status == "answered":
            try:
                # Made behind the quotes, which wait for nothing.
                self._print_written(answer, self._writer())
            except KeyboardInterrupt:
                # Who does not want to wait has the quotes; a program that is told to end ends.
                if not _is_person():
                    raise
                click.echo(err=True)
        return answer

    def chat(self) -> None:
        """Answer questions until the input ends: at a prompt for a person, one per line for a pipe."""
        if _is_person():
            self._converse()
            return
        for line in sys.stdin or ():
            if question := line.strip():
                click.echo(f"# {printable_line(question)}\n")
                self.ask(question)
                click.echo()

    def _converse(self) -> None:
        import readline  # noqa: F401  importing it gives input() its line editing and history

        earlier: deque[Answer] = deque(maxlen=REMEMBERED)
        words = texts(self._answerer.default_language)
        click.echo(words.chat_welcome.format(articles=self._answerer.article_count))
        while True:
            try:
                question = input(f"\n{words.chat_prompt}").strip()
            except (EOFError, KeyboardInterrupt):
                click.echo(f"\n{words.chat_goodbye}")
                return
            if question:
                answer = self.ask(question, earlier)
                if answer.small_talk is None:
                    earlier.append(answer)

    def _print(self, answer: Answer) -> None:
        if not sys.stdout.isatty():
            print_text(to_markdown(answer))
            return
        from rich.console import Console

        _print_styled(Console(highlight=False), answer)

    def _print_written(self, answer: Answer, writer: Writer) -> None:
        from bot.writing.types import WrittenAnswer
        from bot.written import written_to_markdown

        written = writer.write(answer)
        if not isinstance(written, WrittenAnswer):
            if written.reason != "asked_only":
                detail = f" ({written.detail})" if written.detail else ""
                click.echo(texts(answer.lang).not_written[written.reason] + detail, err=True)
            return
        if not sys.stdout.isatty():
            print_text(f"\n{written_to_markdown(answer, written)}")
            return
        from rich.console import Console

        _print_written_styled(Console(highlight=False), answer, written)


def _is_person() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _print_styled(console: Console, answer: Answer) -> None:
    from rich.text import Text

    if answer.status == "answered":
        if answer.notice is not None:
            console.print(_inert(answer.notice, "yellow"), "\n")
        for source in sources_of(answer.quotes):
            _print_source(console, source, answer)
        return
    words = texts(answer.lang)
    console.print(_inert(answer.notice or words.not_found, "yellow"))
    if answer.suggestions:
        console.print(words.nearest)
    for citation in answer.suggestions:
        console.print(Text("  • ") + _label(citation, answer))


def _print_source(console: Console, source: Source, answer: Answer) -> None:
    from rich.padding import Padding
    from rich.text import Text

    marked = Text("\n").join(Text("▌ ", "cyan") + line for line in _quoted(source))
    console.print(Padding(marked, (0, 0, 0, 1)))
    console.print(Text(f"  [{source.number}] ", "dim") + _label(source.citation, answer), "\n")


def _print_written_styled(console: Console, answer: Answer, written: WrittenAnswer) -> None:
    from bot.written import further_sources, written_lines

    *sentences, who = written_lines(answer, written)
    for sentence in sentences:
        console.print(_inert(sentence, "bold"))
    console.print(_inert(who, "dim"), "\n")
    for source in further_sources(answer, written):
        _print_source(console, source, answer)


def _quoted(source: Source) -> Iterator[Text]:
    """Yield the lines of the quotes of a source as the page shows them."""
    from index.reports import readable_quote

    for number, quote in enumerate(source.quotes):
        if number:
            yield _inert(LEFT_OUT, "default")
        for part in readable_quote(quote):
            yield from _styled(part).split("\n", allow_blank=True)


def _styled(part: Part) -> Text:
    from rich.text import Text

    from index.reports import Code

    if isinstance(part, Code):
        return _inert(part.text, CODE)
    return Text().join(_inert(run.text, _style_of(run)) for run in part.runs)


def _style_of(run: Run) -> str:
    on = {"bold": run.bold or run.emphasised, "italic": run.italic, "strike": run.strike, CODE: run.code}
    on["underline"] = run.emphasised
    return " ".join(name for name, wanted in on.items() if wanted) or "default"


def _label(citation: Citation, answer: Answer) -> Text:
    style = "dim" if citation.url is None else f"dim underline link {printable_line(citation.url)}"
    return _inert(citation_label(citation, answer.lang), style)


def _inert(text: str, style: str) -> Text:
    """Return styled text that commands nothing itself."""
    from rich.text import Text

    return Text(printable(text), style)
