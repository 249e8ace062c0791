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
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks" / "peers")]

from frameworks import FRAMEWORKS, Peer, set_up, share, write_lines  # noqa: E402  they are beside the peers' programs
from harness import WAYS, Article  # noqa: E402
from measure import figures, table  # noqa: E402
from ours import measure_ours  # noqa: E402
from programs import ProgramError  # noqa: E402

from index.errors import ArticleError  # noqa: E402
from index.reading.article_files import find_files  # noqa: E402
from index.reading.articles import read_article  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@click.option("--articles", "folders", multiple=True, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--questions", "questions_file", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--peer", "names", multiple=True, type=click.Choice(list(FRAMEWORKS)), default=list(FRAMEWORKS))
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures here as JSON.")
@click.option("--environments", type=click.Path(path_type=Path), default=ROOT / ".peers", show_default=True)
def main(
    folders: Sequence[Path], questions_file: Path, names: Sequence[str], output: Path | None, environments: Path
) -> None:
    rows = [json.loads(line) for line in questions_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [row for row in rows if row["answerable"]]
    articles = read_articles(folders)
    failed = False
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        asked = scratch / "questions.jsonl"
        write_lines(asked, questions)
        say("Measuring this project ...")
        ours = measure_ours(folders, asked)
        measured = [
            {"name": ", ".join(filter(None, ("this project", way))), **figures(ours, way, questions)}
            for way in ours["ways"]
        ]
        share(scratch, articles)
        for name in names:
            say(f"Setting up {name} in {environments / name} (once; a few minutes) and measuring it ...")
            try:
                measured += measure_peer(set_up(name, environments.resolve(), scratch), asked, questions)
            except ProgramError as error:
                failed = True
                say(f"{name} is left out: {error}")
    print(table(measured))
    if output:
        report = {"machine": machine(), "articles": len(articles), "questions": len(questions), "rows": measured}
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    sys.exit(failed)


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


def measure_peer(peer: Peer, asked: Path, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Build and ask a peer, and return a row for each way of asking; raise ProgramError."""
    built = peer.build()
    output: dict[str, Any] = {"built": built, "lengths": json.loads(built.output), "ways": {}}
    for way in WAYS:
        finished = peer.ask(asked, way)
        output["ways"][way] = {"answers": json.loads(finished.output)["answers"], "peak_mb": finished.peak_mb}
    return [{"name": f"{peer.title}, {way}", **figures(output, way, questions)} for way in WAYS]


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
