"""Run a program and learn what it wrote, how long it took and how much memory; set up a peer's environment."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import venv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# The same for all: no look-up on the network, no reports to a maker, and no OpenMP threads that spin, which on a
# shared machine would measure the neighbours.
SETTINGS = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
}


class ProgramError(Exception):
    """A program that did not end well; the message is its last word."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program wrote to its standard output, how long it ran, its threads' time, and the most memory it held."""

    output: str
    seconds: float
    cpu_seconds: float
    peak_mb: float


def run(command: Sequence[str | Path], folder: Path, allowed: Sequence[int] = (0,), **settings: str) -> Finished:
    """Run a program in a folder to its end, with settings in its environment.

    Raises ProgramError when its exit code is not allowed.
    """
    environment = {**os.environ, **SETTINGS, **settings}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            errors.seek(0)
            raise ProgramError(_last_line(errors.read().decode("utf-8", "replace")))
        output.seek(0)
        written = output.read().decode("utf-8")
        # Linux counts in KB.
        return Finished(written, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def prepare_environment(folder: Path, requirements: Path) -> Path:
    """Return the Python of a virtual environment with just these requirements; make it if it is not there.

    It is made anew when the requirements are others than those it was made from. Raises ProgramError.
    """
    python = folder / "bin" / "python"
    made_from = folder / "made-from.txt"
    wanted = "".join(part.read_text(encoding="utf-8") for part in (requirements, requirements.with_name("model.txt")))
    if made_from.is_file() and made_from.read_text(encoding="utf-8") == wanted:
        return python
    venv.create(folder, clear=True, symlinks=True, with_pip=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*pip, "--requirement", requirements], requirements.parent)
    made_from.write_text(wanted, encoding="utf-8")
    return python


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
