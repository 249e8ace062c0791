"""Keep what an interrupted build has encoded so far, so that the next one need not encode it again.

The journal stands beside the versions of the index and holds records one behind the other, each behind its key, its
length and the checksum of both key and record. What was being written when the build was killed is cut off when it is
opened again.
"""

from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

# What is encoded in a quarter of a minute.
FLUSHED_AT_A_TIME = 256

_ENTRY = struct.Struct("<16sII")


class Journal:
    """The records of one encoder, by key; raises OSError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self._places: dict[bytes, tuple[int, int]] = {}
        self._end = 0
        for key, start, length in self._entries():
            self._places[key] = (start, length)
            self._end = start + length
        os.ftruncate(self._file, self._end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, key: bytes) -> bytes:
        """Return the record of a passage."""
        start, length = self._places[key]
        return os.pread(self._file, length, start)

    def append(self, key: bytes, record: bytes) -> None:
        """Write the record of a passage; every now and then, wait until all are on the disk."""
        data = _ENTRY.pack(key, len(record), _checksum(key, record)) + record
        written = 0
        while written < len(data):
            written += os.pwrite(self._file, data[written:], self._end + written)
        self._places[key] = (self._end + _ENTRY.size, len(record))
        self._end += len(data)
        if len(self._places) % FLUSHED_AT_A_TIME == 0:
            self.flush()

    def flush(self) -> None:
        """Wait until all records are on the disk."""
        os.fsync(self._file)

    def remove(self) -> None:
        """Take it from the disk: all of it is in the version that is in use now."""
        # One that stays is taken away by a later build.
        with suppress(OSError):
            self._path.unlink()

    def _entries(self) -> Iterator[tuple[bytes, int, int]]:
        """Yield key, start and length of every record before the first that is not whole."""
        at, end = 0, os.fstat(self._file).st_size
        while len(head := os.pread(self._file, _ENTRY.size, at)) == _ENTRY.size:
            key, length, checksum = _ENTRY.unpack(head)
            at += _ENTRY.size
            # A damaged length may ask for gigabytes.
            if length > end - at or _checksum(key, os.pread(self._file, length, at)) != checksum:
                return
            yield key, at, length
            at += length


def _checksum(key: bytes, record: bytes) -> int:
    return zlib.crc32(record, zlib.crc32(key))
