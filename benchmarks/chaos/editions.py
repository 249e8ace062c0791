"""Two editions of the reports, and an index that goes from one to the other and is damaged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.chaos import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

ZEBRA = """---
title: Zebra Meetup
published: true
---
## Place
On Thursdays the Zebra Meetup meets in Hakodate.
"""


class Editions:
    """The index in use, which ``build`` makes of one edition or the other."""

    def __init__(self, folder: Path, index: Path | None = None) -> None:
        """Build both editions, or take an index of the first and have only that."""
        self._articles = [folder / "articles-1", folder / "articles-2"]
        for articles in self._articles:
            shutil.copytree(ROOT / "articles", articles)
        (self._articles[1] / "zebra-meetup.md").write_text(ZEBRA)
        self.index = folder / "index"
        self.all = [self.index]
        if index is not None:
            shutil.copytree(index, self.index)
            return
        self.build(1)
        self.all.append(shutil.copytree(self.index, folder / "index-2"))
        self.build(0)

    def build(self, edition: int) -> None:
        """Bring the index to an edition."""
        subprocess.run(
            [sys.executable, "-m", "index", "build", "--articles", self._articles[edition], "--index", self.index],
            env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}, cwd=self.index.parent, check=True,
            capture_output=True,
        )  # fmt: skip

    @contextmanager
    def damaged(self, dice: Random) -> Iterator[str]:
        """Put a damaged version in place of the one in use, and that one back again; yield how it is damaged."""
        current = self.index / "CURRENT"
        good = current.read_bytes()
        how = dice.choice(("no JSON", "empty", "no such version", "a version with a byte changed"))
        copy = self.index / "versions" / "damaged"
        if how == "a version with a byte changed":
            _copy_with_a_byte_changed(self.index / "versions" / json.loads(good)["version"], copy, dice)
        named = {**json.loads(good), "version": "damaged"}
        texts = {"no JSON": "{", "empty": ""}
        _replace(current, texts.get(how, json.dumps(named)).encode())
        try:
            yield how
        finally:
            _replace(current, good)
            shutil.rmtree(copy, ignore_errors=True)


def _copy_with_a_byte_changed(version: Path, copy: Path, dice: Random) -> None:
    shutil.copytree(version, copy)
    path = dice.choice(sorted(path for path in copy.iterdir() if path.name != "manifest.json"))
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 0xFF
    path.write_bytes(data)


def _replace(path: Path, data: bytes) -> None:
    new = path.with_suffix(".chaos")
    new.write_bytes(data)
    new.replace(path)
