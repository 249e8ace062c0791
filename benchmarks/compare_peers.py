"""Ask other frameworks the same questions about the same reports with the same model, and print one table.

    python benchmarks/compare_peers.py --articles DIR [--articles DIR] --questions FILE.jsonl [--peer NAME]
        [--output FILE.json] [--environments .peers]

Each peer is installed into a virtual environment of its own (about 1.5 GB) below ENVIRONMENTS, which is made once
and used again. Only answerable questions are asked: evidence is what is counted. A peer that cannot be installed or
fails is named in one sentence, the others are measured, and the exit code is 1.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parents[1]
PEERS_FOLDER = ROOT / "benchmarks" / "peers"
sys.path[:0] = [str(ROOT), str(PEERS_FOLDER)]

from harness import Article  # noqa: E402  they are beside the peers' programs
from measure import figures, table  # noqa: E402
from ours import measure_ours  # noqa: E402
from processes import ProgramError, prepare_environment, run  # noqa: E402

from index.errors import ArticleError  # noqa: E402
from index.reading.article_files import find_files  # noqa: E402
from index.reading.articles import read_article  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Peer:
    """A framework as the table names it, and the package whose version is the framework's."""

    title: str
    package: str


# Each has a program with_NAME.py and its requirements with_NAME.txt; plain names would hide the packages.
PEERS = {
    "haystack": Peer("Haystack", "haystack-ai"),
    "langchain": Peer("LangChain", "langchain-classic"),
    "llama_index": Peer("LlamaIndex", "llama-index-core"),
    "txtai": Peer("txtai", "txtai"),
}


@click.command()
@click.option("--articles", "folders", multiple=True, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--questions", "questions_file", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--peer", "names", multiple=True, type=click.Choice(list(PEERS)), default=list(PEERS))
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures here as JSON.")
@click.option("--environments", type=click.Path(path_type=Path), default=ROOT / ".peers", show_default=True)
def main(
    folders: Sequence[Path], questions_file: Path, names: Sequence[str], output: Path | None, environments: Path
) -> None:
    rows = [json.loads(line) for line in questions_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [row for row in rows if row["answerable"]]
    articles = read_articles(folders)
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        shared = Shared(Path(scratch), environments.resolve())
        shared.write(articles, questions)
        say("Measuring this project ...")
        measured = [{"name": "this project", **figures(measure_ours(folders, shared.questions), "", questions)}]
        run([sys.executable, PEERS_FOLDER / "export_model.py", shared.model], ROOT)
        for name in names:
            try:
                measured += measure_peer(name, shared, questions)
            except ProgramError as error:
                failed = True
                say(f"{PEERS[name].title} is left out: {error}")
    print(table(measured))
    if output:
        report = {"machine": machine(), "articles": len(articles), "questions": len(questions), "rows": measured}
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    sys.exit(failed)


@dataclass(frozen=True, slots=True)
class Shared:
    """The files that every peer's program reads, in a scratch folder, and where the environments are."""

    scratch: Path
    environments: Path

    @property
    def articles(self) -> Path:
        return self.scratch / "articles.jsonl"

    @property
    def questions(self) -> Path:
        return self.scratch / "questions.jsonl"

    @property
    def model(self) -> Path:
        return self.scratch / "model"

    def write(self, articles: Sequence[Article], questions: Sequence[dict[str, Any]]) -> None:
        self.articles.write_text("\n".join(json.dumps(asdict(article)) for article in articles), encoding="utf-8")
        self.questions.write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")


def read_articles(folders: Sequence[Path]) -> list[Article]:
    """Read what this project can read, front matter taken off, so that all index the same."""
    found = []
    for folder in folders:
        for path in find_files(folder).files:
            try:
                article = read_article(folder, path)
            except ArticleError as error:
                say(f"Left out: {error}")
                continue
            text = article.source[article.body_start :].decode("utf-8")
            found.append(Article(article.path, article.title, text.replace("\r\n", "\n")))
    return found


def measure_peer(name: str, shared: Shared, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Install a peer if need be, run its program, and return a row for each way of asking; raise ProgramError."""
    peer, requirements = PEERS[name], PEERS_FOLDER / f"with_{name}.txt"
    say(f"Setting up {peer.title} in {shared.environments / name} (once; a few minutes) and measuring it ...")
    try:
        python = prepare_environment(shared.environments / name, requirements)
    except ProgramError as error:
        raise ProgramError(f"it cannot be installed: {error}") from error
    output = shared.scratch / f"{name}.json"
    arguments = (shared.articles, shared.questions, shared.model, output)
    finished = run([python, PEERS_FOLDER / f"with_{name}.py", *arguments], shared.scratch)
    found = {**json.loads(output.read_text(encoding="utf-8")), "peak_mb": finished.peak_mb}
    title = f"{peer.title} {version(peer.package, requirements)}"
    return [{"name": f"{title}, {way}", **figures(found, way, questions)} for way in found["ways"]]


def version(package: str, requirements: Path) -> str:
    """Return the version that the requirements pin a package to."""
    pinned = re.search(rf"^{re.escape(package)}==(\S+)$", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        raise ProgramError(f"{requirements.name} does not pin {package}.")
    return pinned[1]


def machine() -> dict[str, Any]:
    """Say what the times were measured on."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS"),
        # Over the last quarter of an hour: much more than the cores says that the times are not to be trusted.
        "load_average": round(os.getloadavg()[2], 1),
    }


def say(sentence: str) -> None:
    click.echo(sentence, err=True)


if __name__ == "__main__":
    main()
