"""The wall clock of the bot's processes, which can be set: the library beside this is preloaded into them."""

from __future__ import annotations

import shutil
import struct
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """Sets the wall clock of every process with its settings; the monotonic one goes on as it is."""

    def __init__(self, folder: Path) -> None:
        self._offset = folder / "clock-offset"
        self._set(0.0)
        library = folder / "clock.so"
        compiler = shutil.which("cc")
        source = Path(__file__).with_name("clock.c")
        self.available = (
            compiler is not None
            and not subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source], check=False).returncode
        )
        self.settings = {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(self._offset)} if self.available else {}

    @contextmanager
    def stepped(self, seconds: float) -> Iterator[None]:
        """Set the clock forward, or back, and right again."""
        self._set(seconds)
        try:
            yield
        finally:
            self._set(0.0)

    def _set(self, seconds: float) -> None:
        # In place: the processes have the file mapped.
        with self._offset.open("r+b" if self._offset.exists() else "wb") as file:
            file.write(struct.pack("d", seconds))
