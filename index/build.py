"""Build or refresh the index: read, split, encode what is new, write, swap in."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from index import calibration, folder, lexical, lexicon, related, store
from index.articles import list_article_paths, read_article
from index.errors import ArticleError, ArticlesFolderError, IndexFolderError
from index.passages import sections_of, split_article
from index.postings import invert
from index.tables import IndexedArticle, IndexedPassage, Vocabulary
from index.types import EncoderInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.encoder import Encoder
    from index.language import Language
    from index.types import Article, EncodedPassage, Passage, SplitSettings

    Progress = Callable[[int, int], None]

# What splitting and the tables depend on beside the settings; raise it when either changes what it makes.
SPLIT_RECIPE = 1


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; ``failed`` has one entry per article that could not be read."""

    articles: int
    passages: int
    sentences: int
    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[dict[str, str | int], ...]
    seconds: float
    version: str
    encoded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the report as design.md's ``index build --json`` prints it."""
        report = {**asdict(self), "failed": list(self.failed), "seconds": round(self.seconds, 3)}
        del report["encoded"]
        return report


@dataclass(slots=True)
class _Previous:
    """What the version in use offers for reuse; empty when another encoder made it.

    ``is_same_recipe`` says that only the articles can differ; otherwise just the vectors are good for reuse.
    """

    store: store.Store | None = None
    articles: dict[str, tuple[int, Article]] = field(default_factory=dict)
    is_same_recipe: bool = False


def build(
    folders: Sequence[Path],
    index: Path,
    encoder: Encoder,
    split: SplitSettings,
    *,
    drafts: bool = True,
    on_progress: Progress | None = None,
) -> BuildReport:
    """Bring the index up to date with the articles folders and return what was done.

    An article that cannot be read is reported and left out; the others are indexed. Raises
    ArticlesFolderError, IndexUnwritable and EncoderError; then the version in use is as it was.
    """
    started = time.perf_counter()
    articles, failed = _read_all(folders, drafts=drafts)
    recipe = _recipe(encoder, split)
    with folder.writing(index):
        previous = _open_previous(index, recipe)
        indexed = [_index_article(article, previous, split) for article in articles]
        changes = _changes(articles, previous)
        is_current = previous.is_same_recipe and changes["unchanged"] == len(articles) and not changes["removed"]
        if previous.store is not None and is_current:
            version, encoded = previous.store.name, 0
        else:
            version, encoded = _write(index, indexed, previous, encoder, recipe, on_progress)
        if previous.store is not None:
            previous.store.close()
    passages = [one.passage for article in indexed for one in article.passages]
    return BuildReport(
        articles=len(articles),
        passages=len(passages),
        sentences=sum(len(passage.sentences) for passage in passages),
        **changes,
        failed=tuple({"path": e.path, "line": e.line, "reason": e.reason} for e in failed),
        seconds=time.perf_counter() - started,
        version=version,
        encoded=encoded,
    )


def _read_all(folders: Sequence[Path], *, drafts: bool) -> tuple[list[Article], list[ArticleError]]:
    """Read every article; a path that stands in two folders is refused the second time."""
    articles: dict[str, Article] = {}
    failed = []
    for root in folders:
        if not root.is_dir():
            raise ArticlesFolderError(f"there is no articles folder {root}; name one with --articles or ARTICLES")
        for path in list_article_paths(root):
            try:
                article = read_article(root, path)
            except ArticleError as error:
                failed.append(error)
                continue
            if article.path in articles:
                failed.append(ArticleError(article.path, 1, "another articles folder has an article of this path"))
            elif article.published or drafts:
                articles[article.path] = article
    return sorted(articles.values(), key=lambda article: article.path), failed


def _recipe(encoder: Encoder, split: SplitSettings) -> dict[str, Any]:
    """Name everything but the articles that the contents of an index depend on."""
    return {
        "fingerprint": encoder.fingerprint(),
        "split": {"recipe": SPLIT_RECIPE, **asdict(split)},
        "lexicon": lexicon.recipe(),
        "related": related.recipe(),
    }


def _open_previous(index: Path, recipe: dict[str, Any]) -> _Previous:
    """Open the version in use when the same encoder made it; a damaged one is not reused."""
    try:
        opened = store.Store.open(index, fingerprint=recipe["fingerprint"])
    except IndexFolderError:
        return _Previous()
    articles = {article.path: (number, article) for number, article in enumerate(opened.tables.articles())}
    return _Previous(opened, articles, all(opened.manifest[key] == recipe[key] for key in recipe))


def _changes(articles: Sequence[Article], previous: _Previous) -> dict[str, int]:
    known = {path: article.source for path, (_, article) in previous.articles.items()}
    added = sum(article.path not in known for article in articles)
    unchanged = sum(known.get(article.path) == article.source for article in articles)
    removed = len(known.keys() - {article.path for article in articles})
    return {
        "added": added,
        "changed": len(articles) - added - unchanged,
        "removed": removed,
        "unchanged": unchanged,
    }


def _index_article(article: Article, previous: _Previous, split: SplitSettings) -> IndexedArticle:
    """Split an article, or take over what was made of it when not a byte has changed."""
    if previous.store is not None and previous.is_same_recipe and article.path in previous.articles:
        number, known = previous.articles[article.path]
        if known.source == article.source:
            return previous.store.tables.indexed_article(number, article)
    passages = tuple(_index_passage(article, passage) for passage in split_article(article, split))
    return IndexedArticle(article, tuple(sections_of(article)), passages)


def _index_passage(article: Article, passage: Passage) -> IndexedPassage:
    encoder_input = _encoder_input(article, passage)
    key = hashlib.blake2b(
        json.dumps([encoder_input.context, *encoder_input.sentences]).encode(), digest_size=16
    ).digest()
    text = f"{encoder_input.context}\n{passage.plain}"
    return IndexedPassage(passage, key, tuple(lexicon.terms(text)), tuple(lexicon.readings(text)))


def _encoder_input(article: Article, passage: Passage) -> EncoderInput:
    """Put title and heading path before the passage: they say which event and talk it is about."""
    context = " > ".join((article.title, *passage.section.headings))
    return EncoderInput(context, tuple(sentence.plain for sentence in passage.sentences))


def _write(
    index: Path,
    articles: Sequence[IndexedArticle],
    previous: _Previous,
    encoder: Encoder,
    recipe: dict[str, Any],
    on_progress: Progress | None,
) -> tuple[str, int]:
    """Write and swap in a new version; return its name and how many passages were encoded."""
    pairs = [(article.article, passage) for article in articles for passage in article.passages]
    encoded = _reuse(previous, {passage.key for _, passage in pairs})
    missing = {passage.key: _encoder_input(a, passage.passage) for a, passage in pairs if passage.key not in encoded}
    keys = list(missing)
    for done, (position, vectors) in enumerate(encoder.encode_passages(list(missing.values())), 1):
        encoded[keys[position]] = vectors
        if on_progress is not None:
            on_progress(done, len(missing))
    contents = _contents(articles, [encoded[passage.key] for _, passage in pairs], encoder)
    background = {language: asdict(summary) for language, summary in _background(contents, encoder).items()}
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    hashes = {a.article.path: hashlib.sha256(a.article.source).hexdigest() for a in articles}
    counts = {"articles": len(articles), "passages": len(pairs), "sentences": len(contents.sentences)}
    store.write(index, name, contents, {**recipe, **counts, "article_hashes": hashes, "background": background})
    return name, len(missing)


def _background(contents: store.Contents, encoder: Encoder) -> dict[Language, calibration.Background]:
    """Ask the new index what no report answers, to know what its scores mean."""
    strengths = {}
    for question in calibration.background_questions():
        encoded = encoder.encode_question(question)
        dense = float((contents.dense @ encoded.dense).max(initial=0.0))
        sparse = None
        if contents.sparse is not None and encoded.sparse is not None:
            scores = contents.sparse.scores(encoded.sparse.indices, encoded.sparse.weights)
            sparse = float(scores.max(initial=0.0))
        strengths[question] = calibration.strength(encoded, dense, sparse)
    return calibration.measure_background(strengths)


def _reuse(previous: _Previous, wanted: set[bytes]) -> dict[bytes, EncodedPassage]:
    """Return what the version in use already has of the wanted passages, by key."""
    if previous.store is None:
        return {}
    return {key: one for key, one in store.encoded_passages(previous.store) if key in wanted}


def _contents(
    articles: Sequence[IndexedArticle], encoded: Sequence[EncodedPassage], encoder: Encoder
) -> store.Contents:
    passages = [passage for article in articles for passage in article.passages]
    words, postings = lexical.join(
        lexical.weigh([passage.terms for passage in passages]),
        lexical.weigh(related.names(passage.readings for passage in passages)),
    )
    empty = np.zeros((0, encoder.dimension), dtype=np.float32)
    sparse = None
    if encoder.sparse_dimension:
        rows = [(e.sparse.indices, e.sparse.weights) for e in encoded if e.sparse is not None]
        sparse = invert(rows, encoder.sparse_dimension)
    return store.Contents(
        articles=articles,
        vocabulary=Vocabulary(words, related.translations(words)),
        lexical=postings,
        dense=np.vstack([empty, *(e.dense[None, :] for e in encoded)]),
        sentences=store.quantise(np.vstack([empty, *(e.sentences for e in encoded)])),
        sparse=sparse,
        tokens=[e.tokens for e in encoded if e.tokens is not None],
    )
