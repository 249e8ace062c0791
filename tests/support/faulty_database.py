"""A database in a file that cannot be written to for a while, as a real process meets it."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that every writer needs."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@contextmanager
def refusing(path: Path, statement: str) -> Iterator[None]:
    """Have one kind of statement fail, such as "UPDATE OF status ON questions"."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute(f"CREATE TRIGGER broken BEFORE {statement} BEGIN SELECT RAISE(FAIL, 'broken'); END")
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER broken")


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """Have a process write no byte to any file."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def statuses(path: Path) -> list[str | None]:
    """Return what became of the questions, in the order in which they came."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        return [status for (status,) in connection.execute("SELECT status FROM questions ORDER BY rowid")]
