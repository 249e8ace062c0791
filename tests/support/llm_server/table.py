"""Write down what the hostile servers of the tests say and what a person sees of it.

    python -m tests.support.llm_server.table docs/hostile-replies.md

The tests prove every row with a real connection (tests/bot/writing/test_hostile_servers.py), and a test of the project
compares the page, so that it cannot get out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.texts import texts

from .hostile import CASES, CONTENTS, ENDLESS, FAILURES, FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .hostile import Case

COMMAND = "python -m tests.support.llm_server.table docs/hostile-replies.md"
INTRODUCTION = """# Hostile replies
{count} servers that the tests run on real connections, and what a person sees of each. The quotes stand there already
and stay as they are, whatever comes; what is shown is written above them. Where nothing is, nothing is said in Slack
either, but to whoever asked for a written answer: the words in the last column, which *Why this answer?* has, too. The
question is how many watts a lamp uses, and the reports say 90.

(Made by `{command}` from the data of the tests.)"""
KINDS = (
    ("How servers and models write", FORMS),
    ("What models say", CONTENTS),
    ("What servers do instead of answering", FAILURES),
    ("What does not end by itself", ENDLESS),
)


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    words = texts("en")
    yield INTRODUCTION.format(count=len(CASES), command=COMMAND)
    for kind, cases in KINDS:
        yield from ("", f"## {kind}", "| the server | sentences shown | what is said of the rest |", "|---|---|---|")
        yield from (_row(case, words.not_written, words.withheld) for case in cases)
    yield ""


def _row(case: Case, not_written: dict[str, str], withheld: dict[str, str]) -> str:
    shown = " ".join(case.shown) or "–"
    why = [] if case.outcome == "written" else [not_written[case.outcome]]
    why += [f"{withheld[reason]}: {count}" for reason, count in case.dropped]
    return _cells(case.name, shown, "<br>".join(why) or "–")


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def main(arguments: Sequence[str]) -> None:
    """Write the page to a file."""
    Path(arguments[0]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
