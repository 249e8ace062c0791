"""The disk with the records: a small filesystem of its own, which can be full or not be written."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 32 << 20
# The shared memory beside them is mapped: writing to it would not fail, but end the process.
FILES = ("records.sqlite", "records.sqlite-wal")


class Disk:
    """A mounted filesystem in a file where root may do that, an ordinary folder elsewhere; made by ``mounted``."""

    def __init__(self, folder: Path, *, available: bool) -> None:
        self.folder = folder
        self.available = available

    @property
    def database(self) -> Path:
        """The database of the bot."""
        return self.folder / "records.sqlite"

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        try:
            yield
        finally:
            filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nothing be written to the database, nor by those who have it open."""
        files = [self.folder / name for name in FILES if (self.folder / name).exists()]
        subprocess.run(["chattr", "+i", *files], check=True)
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", *files], check=True)

    def remove_database(self) -> None:
        """Remove the database while it is open."""
        for path in self.folder.glob("records.sqlite*"):
            path.unlink()


@contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    """Mount a filesystem of its own where root may do that."""
    folder.mkdir()
    image = folder.with_suffix(".img")
    available = os.geteuid() == 0 and all(map(shutil.which, ("mkfs.ext4", "mount", "chattr"))) and _mount(image, folder)
    try:
        yield Disk(folder, available=available)
    finally:
        if available:
            subprocess.run(["umount", "--lazy", folder], check=False)


@contextmanager
def shared(folder: Path) -> Iterator[Disk]:
    """Have an ordinary folder, on the disk that everything is on."""
    folder.mkdir()
    yield Disk(folder, available=False)


def _mount(image: Path, folder: Path) -> bool:
    with image.open("wb") as file:
        file.truncate(SIZE)
    made = ["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image]
    done = [
        subprocess.run(command, check=False, capture_output=True)
        for command in (made, ["mount", "-o", "loop", image, folder])
    ]
    return not any(one.returncode for one in done)
