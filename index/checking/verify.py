"""Look for every kind of damage: missing, truncated, changed and stray files, and tables that disagree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from index.errors import IndexDamaged, IndexMismatch
from index.storage import folder
from index.storage.store import RECORDS, FolderStore, check_match

if TYPE_CHECKING:
    from pathlib import Path


def problems(index: Path) -> list[str]:
    """Return one sentence for every problem of the version in use; raise IndexMissing where there is none."""
    try:
        version = folder.open_version(index)
        check_match(index, version.manifest)
        if found := folder.damaged_files(version):
            return found
        store = FolderStore.open(index)
    except (IndexDamaged, IndexMismatch) as error:
        return [str(error)]
    try:
        return [*_miscounted(store), *_changed_articles(store), *_outside(store), *_damaged_records(store)]
    finally:
        store.close()


def _miscounted(store: FolderStore) -> list[str]:
    counts = {name: {count} for name, count in store.tables.counts().items()}
    counts["passages"] |= {len(store), store.lexical.passage_count}
    return [
        f"the manifest counts {store.manifest[name]} {name} and the files hold {found}"
        for name, numbers in counts.items()
        for found in numbers
        if found != store.manifest[name]
    ]


def _changed_articles(store: FolderStore) -> list[str]:
    return [
        f"the stored source of {entry.path} does not have the hash that is stored with it"
        for number, entry in enumerate(store.tables.entries)
        if hashlib.sha256(store.tables.article(number).source).digest() != entry.sha256
    ]


def _outside(store: FolderStore) -> list[str]:
    """Return the passages and sentences that are not ranges of their article."""
    found = []
    for number, entry in enumerate(store.tables.entries):
        for stored in store.tables.passages_of_article(number):
            passage = stored.passage
            inside = all(passage.start <= s.start < s.end <= passage.end for s in passage.sentences)
            if not inside or not 0 <= passage.start < passage.end <= len(stored.article.text):
                found.append(f"passage {stored.number} lies outside of {entry.path}")
    return found


def _damaged_records(store: FolderStore) -> list[str]:
    """Return the passages whose vectors are not what was written, or not as many as the passage has sentences."""
    found = []
    for number, count in enumerate(store.tables.sentence_counts()):
        try:
            is_whole = len(store.vectors([number])[0].sentences) == count
        except IndexDamaged:
            is_whole = False
        if not is_whole:
            found.append(f"the record of passage {number} in {RECORDS} is damaged")
    return found
