"""The files that every bot keeps a copy of, in Milvus and on the bot's disk.

The tables and the moments of the vectors are read so often that asking for them over the network would be slow. Each
is cut into blocks, which lie compressed in Milvus and are numbered from 1 on; block 0 is the catalogue: the version's
name and manifest, and the blocks and the checksum of each file.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import zlib
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamaged
from index.storage import folder
from index.storage.milvus.connection import NAMED, REPUBLISH, WORK_SECONDS, files_of, from_strings, to_strings
from index.storage.store import MOMENTS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from index.storage.milvus.connection import Milvus
    from index.storage.store import FolderStore

CACHE = "milvus-cache"
BLOCK_BYTES = 1 << 20
# A block is 1.4 MB as text at most; Milvus takes 64 MB at a time, and gives as much.
BLOCKS_AT_A_TIME = 16


def blocks_of(source: FolderStore, files: Path) -> Iterator[dict[str, Any]]:
    """Yield the entities of the files of a version, which are in a folder, and at last that of their catalogue."""
    number, listed = 1, {}
    for name in (TABLES, MOMENTS):
        first, checksum = number, hashlib.sha256()
        with (files / name).open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                checksum.update(block)
                yield _entity(number, block)
                number += 1
        listed[name] = {"first": first, "end": number, "sha256": checksum.hexdigest()}
    catalogue = {"version": source.name, "manifest": source.manifest, "files": listed}
    yield _entity(0, json.dumps(catalogue).encode())


def _entity(number: int, data: bytes) -> dict[str, Any]:
    # Milvus wants every entity to have a vector.
    return {"number": number, "unused": [0.0, 1.0], "content": to_strings(zlib.compress(data))}


def read_catalogue(milvus: Milvus, collection: str) -> dict[str, Any]:
    """Return the catalogue of the files that belong to a collection of passages; raise IndexDamaged."""
    found: dict[str, Any] = json.loads(b"".join(_read(milvus, collection, 0, 1)))
    return found


def copy_files(milvus: Milvus, collection: str, catalogue: Mapping[str, Any], index: Path) -> Path:
    """Return the folder with the copies of a version's files, inside that of the index, after fetching what it lacks.

    Copies of other versions are removed. Raises IndexDamaged for a file that is not what was published, and
    IndexUnwritable.
    """
    target: Path = index / CACHE / catalogue["version"]
    with folder.unwritable(index):
        target.mkdir(parents=True, exist_ok=True)
        for name, listed in catalogue["files"].items():
            if _sha256(target / name) != listed["sha256"]:
                _copy(_read(milvus, collection, listed["first"], listed["end"]), target / name, listed["sha256"])
    for other in target.parent.iterdir():
        # Whoever has one open goes on reading it.
        if other != target:
            shutil.rmtree(other, ignore_errors=True)
    return target


def _copy(blocks: Iterator[bytes], target: Path, checksum: str) -> None:
    # Another bot on this machine may be copying the same.
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            file.writelines(blocks)
        if _sha256(part) != checksum:
            raise IndexDamaged(f"{target.name} of the index in {NAMED} does not have its checksum; {REPUBLISH}")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _read(milvus: Milvus, collection: str, first: int, end: int) -> Iterator[bytes]:
    """Yield some blocks; raise IndexDamaged for one that is missing or cannot be read."""
    for start in range(first, end, BLOCKS_AT_A_TIME):
        numbers = list(range(start, min(start + BLOCKS_AT_A_TIME, end)))
        found = milvus.client.get(
            files_of(collection), numbers, output_fields=["number", "content"], timeout=WORK_SECONDS
        )
        blocks = {row["number"]: row["content"] for row in found}
        try:
            yield from (zlib.decompress(from_strings(blocks[number])) for number in numbers)
        except (KeyError, ValueError, zlib.error):
            raise IndexDamaged(f"a file of the index in {NAMED} is missing or damaged; {REPUBLISH}") from None


def _sha256(path: Path) -> str | None:
    """Return the checksum of a file, None where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
