"""Look for every kind of damage: missing, truncated, changed and stray files, and tables that disagree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from index import folder
from index.errors import IndexDamaged, IndexMismatch
from index.store import Store, check_match

if TYPE_CHECKING:
    from pathlib import Path


def problems(index: Path) -> list[str]:
    """Return one sentence for every problem of the version in use; raise IndexMissing where there is none."""
    try:
        version = folder.open_version(index)
        check_match(index, version.manifest)
        if found := folder.damaged_files(version):
            return found
        store = Store.open(index)
    except (IndexDamaged, IndexMismatch) as error:
        return [str(error)]
    try:
        return [*_miscounted(store), *_changed_articles(store), *_outside(store)]
    finally:
        store.close()


def _miscounted(store: Store) -> list[str]:
    ranges = store.tables.sentence_ranges()
    counts = {
        "passages": (len(ranges), len(store), store.lexical.passage_count),
        "sentences": (sum(count for _, count in ranges), len(store.sentences)),
        "articles": (len(store.tables.articles()),),
    }
    return [
        f"the manifest counts {store.manifest[name]} {name} and the files hold {found}"
        for name, numbers in counts.items()
        for found in set(numbers)
        if found != store.manifest[name]
    ]


def _changed_articles(store: Store) -> list[str]:
    hashes = store.manifest["article_hashes"]
    return [
        f"the stored source of {article.path} is not what the manifest says"
        for article in store.tables.articles()
        if hashlib.sha256(article.source).hexdigest() != hashes.get(article.path)
    ]


def _outside(store: Store) -> list[str]:
    """Return the passages and sentences that are not ranges of their article."""
    found = []
    for number, article in enumerate(store.tables.articles()):
        for stored in store.tables.passages_of_article(number):
            passage = stored.passage
            inside = all(passage.start <= s.start < s.end <= passage.end for s in passage.sentences)
            if not inside or not 0 <= passage.start < passage.end <= len(article.source):
                found.append(f"passage {stored.number} lies outside of {article.path}")
    return found
