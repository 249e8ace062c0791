"""Open the index where it is: in its folder, or with MILVUS_URI set in Milvus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import IndexFolderError
from index.storage.folder import CURRENT
from index.storage.store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Hashable

    from index.settings import IndexSettings
    from index.storage.store import Store


def open_store(settings: IndexSettings, fingerprint: dict[str, str] | None = None) -> Store:
    """Open the version in use for searching.

    Raises IndexMissing, IndexDamaged, IndexMismatch when with ``fingerprint`` another encoder made it, and with Milvus
    IndexUnwritable when the folder takes no copies of the tables, or SettingsError when its libraries are missing.
    """
    if settings.milvus_uri is None:
        return FolderStore.open(settings.index, fingerprint=fingerprint)
    from index.storage.milvus.store import MilvusStore

    return MilvusStore.open(settings, fingerprint)


def look(settings: IndexSettings) -> Hashable:
    """Return what changes whenever another version comes into use; None while there is none or it cannot be seen."""
    if settings.milvus_uri is None:
        try:
            found = (settings.index / CURRENT).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
    from index.storage.milvus.connection import Milvus

    try:
        milvus = Milvus(settings)
        try:
            return milvus.current()
        finally:
            milvus.close()
    except IndexFolderError:
        return None
