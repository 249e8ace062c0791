"""Keep what is worked out from installed data, like the dictionary, so that the next build need not do it again.

It is kept in the user's cache folder behind its own checksum, as JSON or as lines of JSON by key, of which a few can be
read without the others. A file that cannot be read, is damaged or was made by another recipe is as none; one that
cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

log = logging.getLogger(__name__)

_APPLICATION = "event-report-bot"
_CHECKSUM_BYTES = 32


def derived(name: str, recipe: str, work_out: Callable[[], Any]) -> Any:
    """Return what ``work_out`` returns, which JSON can hold, or what it returned before for the same recipe."""
    return json.loads(_kept(name, recipe, lambda: json.dumps(work_out(), ensure_ascii=False).encode()))


def derived_lines(name: str, recipe: str, work_out: Callable[[], Mapping[str, Any]]) -> Lines:
    """Return what ``work_out`` returns like `derived`, as lines."""
    return Lines(_kept(name, recipe, lambda: Lines.of(work_out()).data))


class Lines:
    """Values that JSON can hold by keys without blanks, a line of ``data`` each, in the order of the keys' bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Lines:
        """Write values as lines."""
        lines = sorted((key.encode(), json.dumps(value, ensure_ascii=False).encode()) for key, value in values.items())
        return cls(b"".join(b"%b\t%b\n" % line for line in lines))

    def get(self, key: str) -> Any:
        """Return the value of a key, None when there is none; reads as many lines as halving all of them takes."""
        wanted, low, high = key.encode(), 0, len(self.data)
        while low < high:
            start = self.data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            tab, end = self.data.index(b"\t", start), self.data.index(b"\n", start)
            found = self.data[start:tab]
            if found == wanted:
                return json.loads(self.data[tab:end])
            low, high = (end + 1, high) if found < wanted else (low, start)
        return None

    def among(self, keys: Collection[str]) -> Iterator[tuple[str, Any]]:
        """Yield those of many keys that there are, with their values."""
        wanted = {key.encode() for key in keys}
        for line in self.data.split(b"\n"):
            key, _, value = line.partition(b"\t")
            if key in wanted and value:
                yield key.decode(), json.loads(value)


def _kept(name: str, recipe: str, work_out: Callable[[], bytes]) -> bytes:
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:16]
    path = Path(platformdirs.user_cache_dir(_APPLICATION), f"{name}-{digest}.json")
    kept = _read(path)
    if kept is None:
        kept = work_out()
        _write(path, kept)
    return kept


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    checksum, kept = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
    return kept if hashlib.sha256(kept).digest() == checksum else None


def _write(path: Path, data: bytes) -> None:
    """Write the file whole or not at all: two builds may do so at once."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_bytes(hashlib.sha256(data).digest() + data)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        log.debug("%s is not kept: %s", path, error)
