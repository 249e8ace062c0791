"""One version of the index as search and build use it: vectors, postings and tables."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index import folder
from index.errors import IndexDamaged, IndexMismatch
from index.postings import Postings
from index.tables import IndexedArticle, Tables, Vocabulary, write_tables
from index.types import EncodedPassage, SparseVector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 3

TABLES = "tables.sqlite"
DENSE = "dense.faiss"
SENTENCES = "sentences.npy"
TOKENS = "tokens.npy"
BOUNDS = "token_bounds.npy"

# numpy reads the header of a file through Python's ast module, which up to Python 3.11.7 fails now and then when two
# threads are in it at once ("AST constructor recursion depth mismatch").
_ONE_HEADER_AT_A_TIME = threading.Lock()

# A vector of unit length has no number outside of -1 to 1, which fill one signed byte.
QUANTISED_ONE = 127


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a version holds, in the order of the passages in ``articles``.

    ``dense`` has shape (passages, d) and ``sentences`` (sentences, d), both of unit length; the latter is
    kept at one byte per number, which costs less than .01 of a cosine. ``tokens`` has the packed tokens of every
    passage, or nothing at all for a model that does not give them.
    """

    articles: Sequence[IndexedArticle]
    vocabulary: Vocabulary
    lexical: Postings
    dense: NDArray[np.float32]
    sentences: NDArray[np.int8]
    sparse: Postings | None
    tokens: Sequence[NDArray[np.uint8]]


def write(index: Path, name: str, contents: Contents, manifest: dict[str, Any]) -> None:
    """Write a new version beside the one in use and swap it in; the caller holds ``folder.writing``."""
    import faiss

    target = folder.new_version(index, name)
    write_tables(target / TABLES, contents.articles, contents.vocabulary)
    flat = faiss.IndexFlatIP(contents.dense.shape[1])
    flat.add(contents.dense)
    folder.write_file(target / DENSE, faiss.serialize_index(flat).tobytes())
    _save(target / SENTENCES, contents.sentences)
    _save_postings(target, "lexical", contents.lexical)
    if contents.sparse is not None:
        _save_postings(target, "sparse", contents.sparse)
    if contents.tokens:
        _save(target / TOKENS, np.concatenate(contents.tokens))
        _save(target / BOUNDS, np.cumsum([0, *(len(tokens) for tokens in contents.tokens)]))
    folder.publish(index, name, {"format": FORMAT, **manifest})


def quantise(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Keep vectors of unit length at one byte per number."""
    return np.rint(vectors * QUANTISED_ONE).astype(np.int8)


class Store:
    """One version of the index, open for reading; safe to use from several threads."""

    def __init__(self, version: folder.Version) -> None:
        import faiss

        self.manifest = version.manifest
        self.name = version.name
        self.dense = faiss.deserialize_index(np.fromfile(version.folder / DENSE, dtype=np.uint8))
        self.sentences: NDArray[np.int8] = _load(version.folder / SENTENCES)
        self.lexical = _load_postings(version.folder, "lexical", len(self))
        self.sparse = (
            _load_postings(version.folder, "sparse", len(self))
            if "sparse_offsets.npy" in version.manifest["files"]
            else None
        )
        has_tokens = TOKENS in version.manifest["files"]
        self._tokens = _load(version.folder / TOKENS) if has_tokens else None
        self._token_bounds = _load(version.folder / BOUNDS) if has_tokens else None
        self.tables = Tables(version.folder / TABLES)

    @classmethod
    def open(cls, index: Path, *, fingerprint: dict[str, str] | None = None) -> Store:
        """Open the version in use after checking every file.

        Raises IndexMissing, IndexDamaged, or IndexMismatch when the index has another format or, with
        ``fingerprint``, was made by another encoder.
        """
        while True:
            version = folder.open_version(index)
            check_match(index, version.manifest, fingerprint)
            problems = folder.damaged_files(version)
            try:
                if not problems:
                    return cls(version)
            except OSError as error:
                problems = [str(error)]
            # A build may have swapped in a new version and removed this one while we were reading.
            if folder.current_name(index) == version.name:
                raise IndexDamaged(f"the index in {index} is damaged: {problems[0]}; {folder.REBUILD}")

    def __len__(self) -> int:
        """Return the number of passages."""
        return int(self.dense.ntotal)

    def close(self) -> None:
        """Let go of the files."""
        self.tables.close()

    def tokens(self, passage: int) -> NDArray[np.uint8] | None:
        """Return the packed tokens of a passage, (t, bytes); None in an index of a model that does not give them."""
        if self._tokens is None or self._token_bounds is None:
            return None
        first, last = self._token_bounds[passage : passage + 2]
        tokens: NDArray[np.uint8] = self._tokens[first:last]
        return tokens

    def dense_vectors(self) -> NDArray[np.float32]:
        """Return the vectors of all passages, shape (passages, d)."""
        vectors: NDArray[np.float32] = self.dense.reconstruct_n(0, len(self))
        return vectors


def encoded_passages(store: Store) -> Iterator[tuple[bytes, EncodedPassage]]:
    """Yield the key and the vectors of every passage, so that a build need not encode it again."""
    dense = store.dense_vectors()
    sparse = store.sparse.rows() if store.sparse is not None else None
    ranges = store.tables.sentence_ranges()
    for number, (key, (first, count)) in enumerate(zip(store.tables.keys(), ranges, strict=True)):
        sentences = store.sentences[first : first + count].astype(np.float32) / np.float32(QUANTISED_ONE)
        features = SparseVector(*sparse[number]) if sparse is not None else None
        yield key, EncodedPassage(dense[number], sentences, features, store.tokens(number))


def check_match(index: Path, manifest: dict[str, Any], fingerprint: dict[str, str] | None = None) -> None:
    """Raise IndexMismatch for another format or, with ``fingerprint``, another encoder."""
    if manifest.get("format") != FORMAT:
        raise IndexMismatch(
            f"the index in {index} has format {manifest.get('format')} and this program reads format {FORMAT};"
            f" {folder.REBUILD}"
        )
    if fingerprint is None or fingerprint == manifest["fingerprint"]:
        return
    stored = manifest["fingerprint"]
    differing = sorted(key for key in {*stored, *fingerprint} if stored.get(key) != fingerprint.get(key))
    name = differing[0]
    raise IndexMismatch(
        f"the index in {index} was made with {name} {stored.get(name)!r} and the settings ask for"
        f" {fingerprint.get(name)!r}; set it back, or {folder.REBUILD}"
    )


def _save_postings(target: Path, name: str, postings: Postings) -> None:
    _save(target / f"{name}_offsets.npy", postings.offsets)
    _save(target / f"{name}_passages.npy", postings.passages)
    _save(target / f"{name}_weights.npy", postings.weights)


def _load_postings(source: Path, name: str, passage_count: int) -> Postings:
    offsets, passages, weights = (_load(source / f"{name}_{part}.npy") for part in ("offsets", "passages", "weights"))
    return Postings(offsets, passages, weights, passage_count)


def _save(path: Path, array: NDArray[Any]) -> None:
    """Write an array; straight to a file numpy would not say why the disk refused."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    folder.write_file(path, buffer.getbuffer())


def _load(path: Path) -> Any:
    with _ONE_HEADER_AT_A_TIME:
        return np.load(path, mmap_mode="r", allow_pickle=False)
