"""Keep what is worked out from installed data, like the dictionary, so that the next build need not do it again.

It is kept in the user's cache folder as JSON behind its own checksum. A file that cannot be read, is damaged or was
made by another recipe is as none; one that cannot be written is done without.
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
    from collections.abc import Callable

log = logging.getLogger(__name__)

_APPLICATION = "event-report-bot"
_CHECKSUM_BYTES = 32


def derived(name: str, recipe: str, work_out: Callable[[], Any]) -> Any:
    """Return what ``work_out`` returns, which JSON can hold, or what it returned before for the same recipe."""
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:16]
    path = Path(platformdirs.user_cache_dir(_APPLICATION), f"{name}-{digest}.json")
    kept = _read(path)
    if kept is not None:
        return json.loads(kept)
    found = work_out()
    _write(path, json.dumps(found, ensure_ascii=False).encode())
    return found


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
