"""This project, measured as the peers are: ``python -m index build``, then ``python -m index search --batch``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import HITS
from programs import run

from index.storage.store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
# No peer has anything like the reader.
WAYS = {"": "on", "without the reader": "off"}


def measure_ours(folders: Sequence[Path], questions: Path) -> dict[str, Any]:
    """Return what `measure.figures` reads."""
    with tempfile.TemporaryDirectory() as scratch:
        index = ("--index", Path(scratch, "index"))
        articles = [part for folder in folders for part in ("--articles", folder.resolve())]
        command = (sys.executable, "-m", "index")
        # Exit code 1 says that single articles were unreadable; the peers don't get those either.
        built = run([*command, "build", *articles, *index], ROOT, allowed=(0, 1))
        ways = {}
        for way, reader in WAYS.items():
            asking = [*command, "search", "--batch", questions.resolve(), "-k", str(HITS), *index]
            asked = run(asking, ROOT, READER=reader)
            ways[way] = {"answers": [json.loads(line) for line in asked.output.splitlines()], "peak_mb": asked.peak_mb}
        store = FolderStore.open(index[1])
        lengths = [len(store.tables.passage(number).text) for number in range(len(store))]
        store.close()
    return {"built": built, "lengths": lengths, "ways": ways}
