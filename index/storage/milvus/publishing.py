"""Publish the version of the index folder in Milvus, for bots on any machine.

All of it is written, loaded and counted before the alias is altered, so that nobody ever sees half of it. The version
before stays for the bots that have it open; older ones, and what publications that were killed left, are dropped.
"""

from __future__ import annotations

from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.errors import IndexUnwritable
from index.storage import folder, passage_vectors
from index.storage.dense import EXACT_PASSAGES
from index.storage.milvus.connection import (
    ALIAS,
    MOST_STRINGS,
    NAMED,
    NOTHING,
    OURS,
    STRING_BYTES,
    WORK_SECONDS,
    Milvus,
    collection_of,
    files_of,
    to_strings,
)
from index.storage.milvus.files import BLOCKS_AT_A_TIME, blocks_of
from index.storage.store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.settings import IndexSettings

    # For each vector field its dimension, None for sparse ones, and how it is indexed.
    Fields = dict[str, tuple[int | None, dict[str, Any]]]

# Some 25 kB each; Milvus takes 64 MB at a time.
PASSAGES_AT_A_TIME = 200
# So many passages have their words gathered from the postings at a time.
WORDS_AT_A_TIME = 50_000

_EXACT = {"index_type": "FLAT", "metric_type": "IP"}
_GRAPH = {"index_type": "HNSW", "metric_type": "IP", "params": {"M": 16, "efConstruction": 200}}
_SPARSE = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"}


def publish(settings: IndexSettings) -> bool:
    """Make the version in the index folder the one in use in Milvus; return False when it is already.

    Raises IndexMissing, IndexDamaged or IndexMismatch for the folder, SettingsError without the libraries, and
    IndexMissing or IndexUnwritable when Milvus cannot be reached or refuses; then the version in use there stays.
    """
    with folder.writing(settings.index):
        source = FolderStore.open(settings.index)
        try:
            milvus = Milvus(settings)
            try:
                return _publish(milvus, source, folder.open_version(settings.index).folder)
            finally:
                milvus.close()
        finally:
            source.close()


def _publish(milvus: Milvus, source: FolderStore, files: Path) -> bool:
    collection, before = collection_of(source.name), milvus.current()
    if before == collection:
        return False
    with milvus.asking(IndexUnwritable, "did not take the index, and the one in use there was not touched"):
        _write(milvus, collection, _passage_fields(source), _passages(source), PASSAGES_AT_A_TIME)
        _write(milvus, files_of(collection), {"unused": (2, _EXACT)}, blocks_of(source, files), BLOCKS_AT_A_TIME)
        swap = milvus.client.create_alias if before is None else milvus.client.alter_alias
        swap(collection, ALIAS, timeout=WORK_SECONDS)
    with milvus.asking(IndexUnwritable, "took the index and did not drop older ones"):
        kept = {name for base in (collection, before) if base for name in (base, files_of(base))}
        for name in milvus.client.list_collections(timeout=WORK_SECONDS):
            if OURS.fullmatch(name) and name not in kept:
                milvus.client.drop_collection(name, timeout=WORK_SECONDS)
    return True


def _write(milvus: Milvus, name: str, fields: Fields, rows: Iterable[dict[str, Any]], at_a_time: int) -> None:
    """Fill a new collection, and load it; raise IndexUnwritable when it does not hold all of it then."""
    client, kinds = milvus.client, import_module("pymilvus").DataType
    client.drop_collection(name, timeout=WORK_SECONDS)
    schema, indexes = client.create_schema(auto_id=False), client.prepare_index_params()
    schema.add_field("number", kinds.INT64, is_primary=True)
    strings = {"element_type": kinds.VARCHAR, "max_length": STRING_BYTES, "max_capacity": MOST_STRINGS}
    schema.add_field("content", kinds.ARRAY, **strings)
    for field, (dimension, index) in fields.items():
        if dimension is None:
            schema.add_field(field, kinds.SPARSE_FLOAT_VECTOR)
        else:
            schema.add_field(field, kinds.FLOAT_VECTOR, dim=dimension)
        indexes.add_index(field, **index)
    # What bots read never changes: there is nothing for them to wait for.
    client.create_collection(name, schema=schema, consistency_level="Eventually", timeout=WORK_SECONDS)
    count, waiting = 0, iter(rows)
    while portion := list(islice(waiting, at_a_time)):
        client.insert(name, portion, timeout=WORK_SECONDS)
        count += len(portion)
    client.flush(name, timeout=WORK_SECONDS)
    # In Milvus Lite they are built by the time the call returns; waiting takes half a second for each at least.
    client.create_index(name, indexes, sync=not milvus.is_lite, timeout=WORK_SECONDS)
    client.load_collection(name, timeout=WORK_SECONDS)
    if (held := milvus.count(name)) != count:
        raise IndexUnwritable(f"{NAMED} holds {held} of {count} entities of {name}; build again")


def _passage_fields(source: FolderStore) -> Fields:
    dense = _EXACT if len(source) <= EXACT_PASSAGES else _GRAPH
    fields: Fields = {"dense": (source.dimension, dense), "lexical": (None, _SPARSE)}
    return fields if source.sparse is None else {**fields, "sparse": (None, _SPARSE)}


def _passages(source: FolderStore) -> Iterator[dict[str, Any]]:
    """Yield the entity of every passage."""
    for first in range(0, len(source), WORDS_AT_A_TIME):
        last = min(first + WORDS_AT_A_TIME, len(source))
        for number, words in enumerate(source.lexical.rows(first, last), first):
            record = source.record(number)
            encoded = passage_vectors.unpack(record)
            entity = {"number": number, "dense": encoded.dense, "lexical": _sparse(*words)}
            if encoded.sparse is not None:
                entity["sparse"] = _sparse(encoded.sparse.indices, encoded.sparse.weights)
            yield {**entity, "content": to_strings(record)}


def _sparse(features: NDArray[Any], weights: NDArray[Any]) -> dict[int, float]:
    found = zip(features.tolist(), weights.tolist(), strict=True)
    return {feature: weight for feature, weight in found if weight > 0} or {NOTHING: 1.0}
