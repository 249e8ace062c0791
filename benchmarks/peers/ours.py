"""This project, measured as the peers are: ``python -m index build``, then ``python -m index search --batch``."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import HITS
from processes import run

from index.storage.store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]


def measure_ours(folders: Sequence[Path], questions: Path) -> dict[str, Any]:
    """Return what `harness.write_output` writes for a peer, with the peak memory of building and of asking."""
    with tempfile.TemporaryDirectory() as scratch:
        index = ("--index", Path(scratch, "index"))
        articles = [part for folder in folders for part in ("--articles", folder.resolve())]
        command = (sys.executable, "-m", "index")
        begun = time.perf_counter()
        # Exit code 1 says that single articles were unreadable; the peers don't get those either.
        built = run([*command, "build", *articles, *index], ROOT, allowed=(0, 1))
        seconds = time.perf_counter() - begun
        asked = run([*command, "search", "--batch", questions.resolve(), "-k", str(HITS), *index], ROOT)
        store = FolderStore.open(index[1])
        lengths = [len(store.tables.passage(number).text) for number in range(len(store))]
        store.close()
    return {
        "build_seconds": seconds,
        "build_cpu_seconds": built.cpu_seconds,
        "lengths": lengths,
        "ways": {"": [json.loads(line) for line in asked.output.splitlines()]},
        "peak_mb": built.peak_mb,
        "asking_mb": asked.peak_mb,
    }
