"""``index show``."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from index.cli.opening import open_settings
from index.console import index_option, json_option, print_json, print_text

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("article")
@index_option
@json_option
def show(article: str, index: Path | None, *, as_json: bool) -> None:
    """Show an article as the bot sees it: title, page, sections, passages and sentences with their lines.

    ARTICLE is its path in the articles folder, or the end of it.

    Example: python -m index show aws-carnival-2023.md
    """
    from index.checking.article_view import view
    from index.storage.opening import open_store

    settings = open_settings(index=index)
    with closing(open_store(settings)) as store:
        found = view(store.tables, article, settings.sites)
        if as_json:
            print_json(found.as_json())
        else:
            print_text(found.as_text())
