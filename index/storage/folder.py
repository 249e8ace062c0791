"""The index folder on disk: versions written beside each other, swapped in whole, checked on opening.

::

    .index/
    ├── CURRENT              names the version in use and the checksum of its manifest
    ├── lock                 held by the one build that is running
    ├── encoded-….journal    what an interrupted build has encoded so far (index/building/journal.py)
    └── versions/<version>/
        ├── manifest.json    what the version was made from, and the checksum of every other file
        └── …                the files of index/storage/store.py

A version never changes once ``CURRENT`` names it. Whoever has an old one open keeps reading it: on the
systems we support, a removed file stays readable for those who have it open.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamaged, IndexMissing, IndexUnwritable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
_CHECKED_AT_A_TIME = 1 << 20
_FLUSHED_AT_A_TIME = 8
REBUILD = "run `python -m index build` to make it anew"


@dataclass(frozen=True, slots=True)
class Version:
    """One complete version of the index: its folder and its manifest, whose checksum was right."""

    name: str
    folder: Path
    manifest: dict[str, Any]


def current_name(index: Path) -> str:
    """Return the name of the version in use; raise IndexMissing or IndexDamaged."""
    return _read_current(index)["version"]


def open_version(index: Path) -> Version:
    """Return the version in use after checking its manifest; raise IndexMissing or IndexDamaged."""
    while True:
        current = _read_current(index)
        folder = index / "versions" / current["version"]
        try:
            data = (folder / MANIFEST).read_bytes()
        except OSError:
            # A build may have swapped and cleaned up between the two reads; then CURRENT has moved on.
            if _read_current(index) != current:
                continue
            raise IndexDamaged(f"the manifest of the index in {index} cannot be read; {REBUILD}") from None
        if hashlib.sha256(data).hexdigest() != current["manifest_sha256"]:
            raise IndexDamaged(f"the manifest of the index in {index} is damaged; {REBUILD}")
        return Version(current["version"], folder, json.loads(data))


def damaged_files(version: Version, unread: Collection[str] = ()) -> list[str]:
    """Return one sentence for every file that is missing, has another size or another checksum.

    Of the files named in ``unread`` only the size is looked at.
    """
    files: dict[str, dict[str, int]] = version.manifest["files"]

    def damage(name: str) -> str | None:
        return _damage(version.folder / name, files[name], is_read=name not in unread)

    # The largest ones first, so that none of them is begun when the others are done.
    order = sorted(files, key=lambda name: files[name]["bytes"], reverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = dict(zip(order, threads.map(damage, order), strict=True))
    problems = [problem for name in files if (problem := found[name])]
    known = {*files, MANIFEST}
    # A build may have removed the whole folder by now; the missing files then say so.
    with suppress(FileNotFoundError):
        strays = sorted(path.name for path in version.folder.iterdir() if path.name not in known)
        problems += [f"{name} is not in the manifest" for name in strays]
    return problems


def _damage(path: Path, expected: dict[str, int], *, is_read: bool) -> str | None:
    """Return a sentence for a file that is missing, has another size or, if it is to be read, another checksum."""
    try:
        if (size := path.stat().st_size) != expected["bytes"]:
            return f"{path.name} has {size} bytes instead of {expected['bytes']}"
        if is_read and _crc32(path) != expected["crc32"]:
            return f"{path.name} does not have the checksum in the manifest"
    except OSError as error:
        return f"{path.name} cannot be read ({error.strerror})"
    return None


@contextmanager
def writing(index: Path) -> Iterator[None]:
    """Hold the folder for one build; turn what the disk refuses into IndexUnwritable."""
    from filelock import FileLock, Timeout

    with unwritable(index):
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise IndexUnwritable(f"another build is running on {index}; wait for it to end") from None
        try:
            _clear_leftovers(index)
            yield
        finally:
            lock.release()


@contextmanager
def unwritable(index: Path) -> Iterator[None]:
    """Turn what the disk refuses into IndexUnwritable."""
    try:
        yield
    except OSError as error:
        reason = "the disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else error.strerror or str(error)
        raise IndexUnwritable(
            f"cannot write the index in {index}: {reason}; the index in use was not touched"
        ) from error


@contextmanager
def new_version(index: Path, name: str) -> Iterator[Path]:
    """Make the folder of a new version; what goes wrong inside takes it away again unless it is in use by then."""
    folder = index / "versions" / name
    folder.mkdir(parents=True)
    try:
        yield folder
    except BaseException:  # also Ctrl-C must not leave half a version; the error goes on to whoever says it
        if not _is_current(index, name):
            shutil.rmtree(folder, ignore_errors=True)
        raise


def publish(index: Path, name: str, manifest: dict[str, Any]) -> None:
    """Write the manifest of a complete version, make it the one in use, and remove the old one."""
    folder = index / "versions" / name
    files = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    # Waiting for the disk takes as long for several files as for one.
    with ThreadPoolExecutor(_FLUSHED_AT_A_TIME) as threads:
        checksums = dict(zip((path.name for path in files), threads.map(_settle, files), strict=True))
    data = json.dumps({**manifest, "files": checksums}, ensure_ascii=False, indent=1).encode()
    write_file(folder / MANIFEST, data)
    _flush(folder)
    _flush(folder.parent)
    current = {"version": name, "manifest_sha256": hashlib.sha256(data).hexdigest()}
    write_file(index / f"{CURRENT}.new", json.dumps(current).encode())
    (index / f"{CURRENT}.new").replace(index / CURRENT)
    _flush(index)
    _remove_all_but(folder.parent, name)


def _settle(path: Path) -> dict[str, int]:
    """Wait until a file of a version is on the disk; return what the manifest says of it."""
    _flush(path)
    return {"bytes": path.stat().st_size, "crc32": _crc32(path)}


def write_file(path: Path, data: bytes | memoryview) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read_current(index: Path) -> dict[str, str]:
    try:
        current = json.loads((index / CURRENT).read_bytes())
        return {"version": str(current["version"]), "manifest_sha256": str(current["manifest_sha256"])}
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"there is no index in {index}; run `python -m index build` first") from None
    except OSError as error:
        raise IndexDamaged(f"the index in {index} cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError):
        raise IndexDamaged(f"{index / CURRENT} is damaged; {REBUILD}") from None


def _is_current(index: Path, name: str) -> bool:
    with suppress(IndexMissing, IndexDamaged):
        return current_name(index) == name
    return False


def _clear_leftovers(index: Path) -> None:
    """Clear away what interrupted builds left behind."""
    # Without a readable CURRENT nobody knows which version was good: then all are left until there is a new one.
    with suppress(IndexMissing, IndexDamaged):
        _remove_all_but(index / "versions", current_name(index))


def _remove_all_but(versions: Path, keep: str) -> None:
    """Clear away old versions; what cannot be removed now is tried again by the next build."""
    for folder in versions.glob("*"):
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _crc32(path: Path) -> int:
    """Read a file for its CRC-32, which finds what disks do to files several times as fast as SHA-256 would."""
    checksum = 0
    buffer = bytearray(_CHECKED_AT_A_TIME)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            checksum = zlib.crc32(memoryview(buffer)[:count], checksum)
    return checksum


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
