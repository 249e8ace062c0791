"""Open what commands need: the settings, and the index with its encoder; importing it takes no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.searching.search import Searcher
    from index.settings import IndexSettings


def open_settings(**overrides: object) -> IndexSettings:
    """Read the settings, of which a command line may override some; raise SettingsError."""
    from index.settings import IndexSettings

    return IndexSettings.load(**overrides)


def searcher_of(settings: IndexSettings) -> Searcher:
    """Open the index; raise what `index.searching.search.open_searcher` raises."""
    from index.searching.search import open_searcher

    return open_searcher(settings)
