"""The version of the index that a build begins from, as far as it is good for reuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.building.build_tables import BuildTables, IndexedArticle
from index.errors import IndexFolderError
from index.reading.articles import ReadArticle
from index.storage import folder, store

if TYPE_CHECKING:
    from pathlib import Path

    from index.building.listed_article import ListedArticle


@dataclass(slots=True)
class PreviousVersion:
    """The version in use, as far as it is good for reuse; nothing of it when another encoder made it.

    ``is_same_recipe`` says that only the articles can differ; otherwise just the vectors are good for reuse.
    """

    store: store.FolderStore | None = None
    tables: BuildTables | None = None
    is_same_recipe: bool = False
    numbers: dict[bytes, int] = field(default_factory=dict)

    def record(self, key: bytes) -> bytes | None:
        """Return the record of a passage, None when there is none."""
        if self.store is None or key not in self.numbers:
            return None
        return self.store.record(self.numbers[key])

    def article(self, number: int | None) -> IndexedArticle | None:
        """Return all that was made of an article that has not changed, None when it would be made otherwise now."""
        if number is None or not self.is_same_recipe or self.store is None or self.tables is None:
            return None
        return self.tables.indexed_article(number, self.store.tables)

    def kept(self, listed: ListedArticle) -> ReadArticle | None:
        """Return what there is of an article that is out of reach now, None when it can be read."""
        if self.store is None or listed.known is None or not listed.is_out_of_reach:
            return None
        return ReadArticle(self.store.tables.article(listed.known))

    def close(self) -> None:
        """Let go of the files."""
        for opened in (self.store, self.tables):
            if opened is not None:
                opened.close()


def open_previous(index: Path, recipe: dict[str, Any]) -> PreviousVersion:
    """Open the version in use when the same encoder made it; a damaged one is not reused."""
    try:
        opened = store.FolderStore.open(index, fingerprint=recipe["fingerprint"], unchecked=())
    except IndexFolderError:
        return PreviousVersion()
    tables = BuildTables(folder.open_version(index).folder / store.BUILD_TABLES)
    return PreviousVersion(opened, tables, all(opened.manifest[key] == recipe[key] for key in recipe), tables.numbers())
