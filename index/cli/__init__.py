"""The commands of ``python -m index``: build, search, show, verify, stats, eval."""

from __future__ import annotations

import click

from index.cli.building import build
from index.cli.checks import evaluate, stats, verify
from index.cli.searching import search
from index.cli.showing import show
from index.console import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Build, search and check the index of the event reports.

    Example: python -m index build --articles articles
    """


for command in (build, search, show, verify, stats, evaluate):
    main.add_command(command)
