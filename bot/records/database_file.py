"""The file of a SQLite database: only its owner reads it, and that somebody took it away is noticed."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Engine

log = logging.getLogger(__name__)

PRIVATE = stat.S_IRUSR | stat.S_IWUSR
# What SQLite keeps beside the file, made with its mode.
COMPANIONS = ("", "-wal", "-shm", "-journal")


def keep_private(engine: Engine) -> None:
    """Have the file made for its owner alone before SQLite makes it, and an existing one closed to others."""
    path = file_of(engine.url)

    def before_connecting(*_: object) -> None:
        _make(path)
        _tighten(path)

    event.listen(engine, "do_connect", before_connecting)


def file_of(url: URL) -> Path:
    """Return the file that a SQLite URL names, with symbolic links followed."""
    return Path(url.database or "").resolve()


def _make(path: Path) -> None:
    # Where it cannot be made SQLite says so itself.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE)
        try:
            os.fchmod(descriptor, PRIVATE)
        finally:
            os.close(descriptor)


def _tighten(path: Path) -> None:
    # By name: closing any descriptor of a database ends the locks that its process has on it.
    for companion in COMPANIONS:
        file = path.with_name(path.name + companion)
        with suppress(OSError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & ~PRIVATE:
                file.chmod(mode & PRIVATE)


class Watch:
    """Looks, whenever a connection is taken, whether it is still to the file that has the name.

    SQLite itself goes on with a file that was removed or replaced, and all that it writes there is lost.
    """

    def __init__(self, engine: Engine, begin_anew: Callable[[sqlite3.Connection], None]) -> None:
        self._path = file_of(engine.url)
        self._begin_anew = begin_anew
        self._lock = threading.Lock()
        self._missed = False
        # Of the connections made so far nobody noted what they are to.
        engine.dispose()
        self._file = self._present()
        self._held = self._hold()
        event.listen(engine, "connect", self._note)
        event.listen(engine, "checkout", self._check)
        event.listen(engine, "engine_disposed", lambda _: self._held.close())

    def _present(self) -> tuple[int, int] | None:
        """Return what tells the file that has the name now from all others; None when there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _hold(self) -> sqlite3.Connection:
        """Keep the file open: else the next one could get its number, and what it has would be gone with its name."""
        held = sqlite3.connect(self._path, check_same_thread=False)
        held.execute("PRAGMA schema_version")
        return held

    def _note(self, _: object, record: Any) -> None:
        record.info["file"] = self._present()

    def _check(self, _: object, record: Any, __: object) -> None:
        """Have the pool connect anew when the file is another one, after the new one was made ready."""
        if self._present() != self._file:
            with self._lock:
                self._renew()
        if record.info["file"] != self._file:
            raise InvalidatePoolError

    def _renew(self) -> None:
        if self._present() == self._file:
            return
        if not self._missed:
            log.error("%s was removed or replaced while in use: going on with a new database", self._path)
            self._missed = True
        self._begin_anew(self._held)
        old, self._held = self._held, self._hold()
        old.close()
        self._file, self._missed = self._present(), False
