"""The other frameworks: each with its environment, its program and its index, built and asked in processes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from programs import Finished, ProgramError, prepare_environment, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness import Article

PROGRAMS = Path(__file__).parent
# How the tables name a framework, and the package whose version is the framework's. Each has a program with_NAME.py
# and its requirements with_NAME.txt; plain names would hide the packages.
FRAMEWORKS = {
    "haystack": ("Haystack", "haystack-ai"),
    "langchain": ("LangChain", "langchain-classic"),
    "llama_index": ("LlamaIndex", "llama-index-core"),
    "txtai": ("txtai", "txtai"),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A framework that is set up; ``folder`` has what `share` wrote, and gets its index."""

    title: str
    python: Path
    program: Path
    folder: Path

    @property
    def index(self) -> Path:
        return self.folder / self.program.stem

    def build(self) -> Finished:
        """Build from nothing; the output is the length of every passage, as JSON. Raises ProgramError."""
        shutil.rmtree(self.index, ignore_errors=True)
        return self._run("build", self.index, self.folder / "articles.jsonl")

    def ask(self, questions: Path, way: str) -> Finished:
        """Open the index and ask a file's questions; the output is what `harness.run` says. Raises ProgramError."""
        return self._run("ask", self.index, questions, "--way", way)

    def _run(self, task: str, *arguments: str | Path) -> Finished:
        return run([self.python, self.program, task, self.folder / "model", *arguments], self.folder)


def share(folder: Path, articles: Sequence[Article]) -> None:
    """Write what all peers read into a folder: the articles and the model."""
    write_lines(folder / "articles.jsonl", [asdict(article) for article in articles])
    run([sys.executable, PROGRAMS / "export_model.py", folder / "model"], folder)


def write_lines(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def set_up(name: str, environments: Path, folder: Path) -> Peer:
    """Install a framework into ENVIRONMENTS/NAME if need be; raise ProgramError."""
    requirements = PROGRAMS / f"with_{name}.txt"
    title, package = FRAMEWORKS[name]
    try:
        python = prepare_environment(environments / name, requirements)
    except ProgramError as error:
        raise ProgramError(f"it cannot be installed: {error}") from error
    return Peer(f"{title} {version(package, requirements)}", python, requirements.with_suffix(".py"), folder)


def version(package: str, requirements: Path) -> str:
    """Return the version that the requirements pin a package to."""
    pinned = re.search(rf"^{re.escape(package)}==(\S+)$", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        raise ProgramError(f"{requirements.name} does not pin {package}.")
    return pinned[1]
