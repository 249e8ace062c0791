"""Build or refresh the index: read, split, encode what is new, write, swap in."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from index.asking.own_editions import event_of
from index.building.build_report import BuildReport
from index.building.changes import find_changes
from index.building.indexed_article import IndexedArticle, PassageWords, index_passage, words_of
from index.building.journal import Journal
from index.building.previous_version import open_previous
from index.building.table_writer import Vocabulary, writing_tables
from index.building.version_writer import save_keys, save_words, write_vectors
from index.clock import Timings
from index.errors import ArticleError
from index.language import lexicon, related
from index.models.encoder import load_meanwhile
from index.models.passage_model import encoder_input
from index.reading.articles import one_article
from index.reading.field_passage import field_passages
from index.reading.markdown.document import parse
from index.reading.passages import sections_of, split_article
from index.reading.reading_summary import ReadingSummary
from index.searching.background import encoded_questions, measure_background
from index.storage import folder, passage_vectors, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from index.building.changes import Changes
    from index.building.listed_article import ListedArticle
    from index.building.previous_version import PreviousVersion
    from index.building.table_writer import TableWriter
    from index.models.encoder import Encoder
    from index.types import EncoderInput, SplitSettings

    Progress = Callable[[int, int], None]

# What splitting and the tables depend on beside the settings; raise it when either changes what it makes.
SPLIT_RECIPE = 5


def build(
    folders: Sequence[Path],
    index: Path,
    encoder: Encoder,
    split: SplitSettings,
    *,
    drafts: bool = True,
    links_to: Sequence[Path] = (),
    on_progress: Progress | None = None,
) -> BuildReport:
    """Bring the index up to date with the articles folders and return what was done.

    An article that cannot be read is reported and left out; the others are indexed. ``links_to`` names the folders
    outside of the articles folders that links in them may lead to. ``on_progress`` is told how many articles of how
    many are done. Raises ArticlesFolderError, IndexUnwritable and EncoderError; then the version in use is as it was,
    and what was encoded need not be encoded again.
    """
    started = time.perf_counter()
    recipe = recipe_of(encoder, split)
    with folder.writing(index):
        previous = open_previous(index, recipe)
        try:
            known = previous.store.tables.entries if previous.store is not None else []
            timings = Timings()
            with timings.stage("reading"):
                changes = find_changes(folders, known, drafts=drafts, links_to=links_to)
            if previous.store is not None and previous.is_same_recipe and not _differs(changes):
                version, manifest, encoded = previous.store.name, previous.store.manifest, 0
                # Of a build that was killed between swapping in its version and removing its journal.
                _journal_path(index, recipe).unlink(missing_ok=True)
            else:
                run = _Build(index, encoder, recipe, split, previous, timings)
                version, manifest = run.make(changes, on_progress)
                changes, encoded = changes.without(run.failed), run.encoded
        finally:
            previous.close()
    return BuildReport(
        articles=manifest["articles"],
        passages=manifest["passages"],
        sentences=manifest["sentences"],
        added=changes.added,
        changed=changes.changed,
        removed=changes.removed,
        unchanged=changes.unchanged,
        failed=_named(changes.failed),
        skipped=changes.skipped,
        warnings=_named(changes.warnings),
        seconds=time.perf_counter() - started,
        version=version,
        dialects=manifest["dialects"],
        encoded=encoded,
    )


def _named(errors: Iterable[ArticleError]) -> tuple[dict[str, str | int], ...]:
    return tuple({"path": error.path, "line": error.line, "reason": error.reason} for error in errors)


def _differs(changes: Changes) -> bool:
    return bool(changes.added or changes.changed or changes.removed or changes.moved)


def recipe_of(encoder: Encoder, split: SplitSettings) -> dict[str, Any]:
    """Name everything but the articles that the contents of an index depend on."""
    return {
        "fingerprint": encoder.fingerprint(),
        "split": {"recipe": SPLIT_RECIPE, **asdict(split)},
        "lexicon": lexicon.recipe(),
        "related": related.recipe(),
    }


def _journal_path(index: Path, recipe: dict[str, Any]) -> Path:
    # Records of another format or encoder are of no use.
    made_by = json.dumps([store.FORMAT, recipe["fingerprint"]])
    return index / f"encoded-{hashlib.blake2b(made_by.encode(), digest_size=8).hexdigest()}.journal"


class _Build:
    """Makes one new version; ``failed`` and ``encoded`` say what came of it."""

    def __init__(
        self,
        index: Path,
        encoder: Encoder,
        recipe: dict[str, Any],
        split: SplitSettings,
        previous: PreviousVersion,
        timings: Timings,
    ) -> None:
        self.failed: list[ArticleError] = []
        self.encoded = 0
        self._index = index
        self._encoder = encoder
        self._recipe = recipe
        self._split = split
        self._previous = previous
        self._timings = timings
        self._begun: list[bytes] = []
        self._begun_keys: set[bytes] = set()
        self._keys: list[bytes] = []
        self._words = previous.words()
        self._read = ReadingSummary()

    def make(self, changes: Changes, on_progress: Progress | None) -> tuple[str, dict[str, Any]]:
        """Write and swap in a new version; return its name and its manifest."""
        if self._previous.tables is not None:
            related.load_meanwhile()
        if changes.added or changes.changed:
            # Hardly any change of an article leaves all its passages as they were.
            load_meanwhile(self._encoder)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        with (
            Journal(_journal_path(self._index, self._recipe)) as journal,
            folder.new_version(self._index, name) as target,
        ):
            with writing_tables(target, self._previous.tables) as tables:
                self._encode(self._inputs(changes, target, tables, journal, on_progress), journal)
            with self._timings.stage("vectors"):
                sentences, dense = write_vectors(
                    target,
                    (self._made(key, journal) for key in self._keys),
                    self._encoder.dimension,
                    self._encoder.sparse_dimension,
                    self._previous.store,
                )
            counts = {
                "articles": len(changes.articles) - len(self.failed),
                "passages": len(self._keys),
                "sentences": sentences,
            }
            manifest = {"format": store.FORMAT, **self._recipe, **counts, "dense": dense.as_json()}
            manifest["dialects"] = self._read.as_json()
            manifest["sparse_dimension"] = self._encoder.sparse_dimension
            with self._timings.stage("background"):
                questions = self._previous.background_questions() or encoded_questions(self._encoder)
                (target / store.BACKGROUND).write_bytes(questions)
                made = store.FolderStore(target, name, manifest)
                manifest["background"] = measure_background(made, questions)
            manifest["timings"] = self._timings.seconds
            folder.publish(self._index, name, manifest)
            journal.remove()
        return name, manifest

    def _inputs(
        self, changes: Changes, target: Path, tables: TableWriter, journal: Journal, on_progress: Progress | None
    ) -> Iterator[EncoderInput]:
        """Write the tables of all articles and then the words, and yield on the way what must be encoded."""
        for done, article in enumerate(changes.articles, 1):
            yield from self._add(article, tables, journal)
            if on_progress is not None:
                on_progress(done, len(changes.articles))
        self._write_words(target, tables)

    def _add(self, listed: ListedArticle, tables: TableWriter, journal: Journal) -> list[EncoderInput]:
        """Write the tables of the next article; return what must be encoded of it."""
        with self._timings.stage("splitting"):
            if listed.known is not None and (article := self._previous.unchanged(listed)) is not None:
                self._read.add(article)
                first, last = tables.take_over(listed.known, listed.folder, listed.text_hash)
                self._words.take_over(first, last)
                self._keys += self._previous.keys[first:last]
                return []
            try:
                indexed, words = self._indexed(listed)
            except ArticleError as error:
                self.failed.append(error.alone())
                return []
            tables.add(indexed)
            self._read.add(indexed.article)
            inputs = []
            for passage, own in zip(indexed.passages, words, strict=True):
                self._keys.append(passage.key)
                if isinstance(own, PassageWords):
                    self._words.add(*own)
                else:
                    self._words.take_over(own, own + 1)
                if not any(passage.key in known for known in (journal, self._previous.numbers, self._begun_keys)):
                    self._begun.append(passage.key)
                    self._begun_keys.add(passage.key)
                    inputs.append(encoder_input(indexed.article.title, passage.passage))
            return inputs

    def _indexed(self, listed: ListedArticle) -> tuple[IndexedArticle, list[PassageWords | int]]:
        """Split an article; raise ArticleError.

        Returns with it the words of its passages, or the number in the previous version of one that has the same.
        """
        with one_article(listed.path):
            read = self._previous.kept(listed) or listed.read()
        article = read.article
        with one_article(listed.path, len(article.source)):
            document = read.document or parse(article)
            fields = field_passages(article)
            split = [*fields, *split_article(article, self._split, document)]
            sections = [*(one.section for one in fields), *sections_of(article, document)]
            article = replace(article, event=event_of(article))
            passages = tuple(index_passage(article, one) for one in split)
            words = [
                words_of(passage) if same is None else same
                for passage, same in zip(passages, self._previous.with_same_words(listed, passages), strict=True)
            ]
            return IndexedArticle(article, tuple(sections), passages), words

    def _encode(self, inputs: Iterator[EncoderInput], journal: Journal) -> None:
        """Encode passages while others are looked for, and write them down; without any the model is not needed."""
        with self._timings.stage("encoding"):
            for position, vectors in self._encoder.encode_passages(inputs):
                journal.append(self._begun[position], passage_vectors.pack(vectors))
                self.encoded += 1
            journal.flush()

    def _made(self, key: bytes, journal: Journal) -> bytes | int:
        """Return the number of a passage in the previous version, or else its record."""
        number = self._previous.numbers.get(key)
        return journal[key] if number is None else number

    def _write_words(self, target: Path, tables: TableWriter) -> None:
        with self._timings.stage("words"):
            words = self._words.weigh()
            tables.add_vocabulary(Vocabulary(words.words, np.diff(words.postings.offsets).tolist(), words.kept))
            save_words(target, words)
            save_keys(target, self._keys)
