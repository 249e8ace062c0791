"""A PostgreSQL server for tests, where its programs and its driver are installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Root may not run the server; distributions make this user for it.
USER = "postgres"


def _programs() -> Path | None:
    """Return the folder of the server's programs, which is not on every PATH."""
    server = shutil.which("postgres")
    return Path(server).resolve().parent if server and importlib.util.find_spec("psycopg") else None


PROGRAMS = _programs()


@contextmanager
def server() -> Iterator[str]:
    """Run a server that listens on a socket only; yield the URL of its database."""
    if PROGRAMS is None:
        raise RuntimeError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, USER)
        data = folder / "data"
        _run("initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "--pgdata", data, "--log", folder / "log", "--options", options, "--wait", "start")
        try:
            yield f"postgresql://{USER}@/postgres?host={folder}"
        finally:
            _run("pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: str | Path) -> None:
    user = USER if os.getuid() == 0 else None
    command = [str(PROGRAMS / program), *map(str, arguments)]
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
