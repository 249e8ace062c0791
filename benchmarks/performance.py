"""Measure what the performance table asks for, and print it.

    python benchmarks/performance.py [--quick] [--articles DIR]... [--output FILE.json] [--environments .peers]

``--quick`` repeats little and is done in less than five minutes, and some three more for every framework beside it.
What is timed runs in fresh processes and is given as their median; the first, which may find nothing in the page cache,
stands beside it. Other frameworks do the same in turns with this project, if their environments are there
(benchmarks/compare_peers.py makes them): they build an index with BM25 and the same model, open it, and find five
passages for a question, where this project reads the passages, decides whether they answer, and quotes. Start-up, which
refreshing is counted beyond, is that of ``python -m index --help``. The rows about a million passages come from
benchmarks/results/scale.json, if there is one.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import asdict, dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "peers")]

from compare_peers import machine, read_articles, say  # noqa: E402  beside this
from frameworks import FRAMEWORKS, Peer, set_up, share, write_lines  # noqa: E402
from performance_table import OURS, Row, compared, table  # noqa: E402
from programs import ProgramError, run  # noqa: E402
from serving import WARM_UP, distinct_questions  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RESULTS = ROOT / "benchmarks" / "results"
QUESTIONS = ROOT / "benchmarks" / "questions_reports_a.jsonl"
ANSWERS, AT_ONCE = 100, 16
# Builds in this process's own words, because the command does not say how many passages it encoded.
BUILD = """
import sys; from pathlib import Path; from index.building.build import build
from index.models.encoder import BUNDLED_MODEL, load_encoder; from index.types import SplitSettings
*folders, index = map(Path, sys.argv[1:])
print(build(folders, index, load_encoder(BUNDLED_MODEL), SplitSettings(600)).encoded)
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all measurements share; ``rounds`` is how often what takes minutes is repeated."""

    folders: tuple[Path, ...]
    scratch: Path
    peers: list[Peer]
    repeats: int
    rounds: int

    @property
    def index(self) -> Path:
        return self.scratch / "index"

    def build(self) -> list[str | Path]:
        articles = [part for folder in self.folders for part in ("--articles", folder)]
        return [sys.executable, "-m", "index", "build", *articles, "--index", self.index]

    def of_peers(self, measure: Callable[[Peer], Any]) -> dict[str, Any]:
        """Measure every peer, and return what came of it by their titles; one that fails is named and left out."""
        found = {}
        for peer in tuple(self.peers):
            try:
                found[peer.title] = measure(peer)
            except ProgramError as error:
                self.peers.remove(peer)
                say(f"{peer.title} is left out: {error}")
        return found


@click.command()
@click.option("--articles", "given", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--quick", is_flag=True, help="Repeat little.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="[default: benchmarks/results/performance-VERSION.json]"
)
@click.option("--environments", type=click.Path(path_type=Path), default=ROOT / ".peers", show_default=True)
def main(given: Sequence[Path], *, quick: bool, output: Path | None, environments: Path) -> None:
    # Now, because files may change while it runs.
    name = version()
    folders = given or (ROOT / "articles", ROOT / "benchmarks" / "reports")
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        copies = tuple(scratch / f"articles-{number}" for number in range(len(folders)))
        for folder, copy in zip(folders, copies, strict=True):
            # Articles are changed below.
            shutil.copytree(folder, copy)
        peers = peers_in(environments.resolve(), scratch)
        if peers:
            share(scratch, read_articles(copies))
        bench = Bench(copies, scratch, peers, 3 if quick else 9, 1 if quick else 3)
        rows = [*building(bench), *starting(bench), *answering(bench), *at_once(bench), *refreshing(bench)]
    rows += at_scale(RESULTS / "scale.json")
    report = {"version": name, "quick": quick, "machine": machine(), "rows": [asdict(row) for row in rows]}
    output = output or RESULTS / f"performance-{name}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


def peers_in(environments: Path, scratch: Path) -> list[Peer]:
    """Return the frameworks that have an environment, and name the others."""
    found = []
    for name in FRAMEWORKS:
        if not (environments / name).is_dir():
            say(f"{name} is left out: {environments} has no environment for it.")
            continue
        try:
            found.append(set_up(name, environments, scratch))
        except ProgramError as error:
            say(f"{name} is left out: {error}")
    return found


def building(bench: Bench) -> list[Row]:
    """Build from nothing in turns with the peers; leave an index of each behind."""
    rounds = []
    for _ in range(bench.rounds):
        shutil.rmtree(bench.index, ignore_errors=True)
        rounds.append({OURS: run(bench.build(), ROOT, allowed=(0, 1)), **bench.of_peers(Peer.build)})
    sizes = [{OURS: size(bench.index), **bench.of_peers(lambda peer: size(peer.index))}]
    rows = [compared("index on disk", "MB", sizes, float, 45, 25)]
    for kind, figure in (("wall", attrgetter("seconds")), ("CPU", attrgetter("cpu_seconds"))):
        row = compared(f"building from nothing, {kind}", "s", rounds, figure)
        langchain = [theirs for title, theirs in row.peers.items() if title.startswith("LangChain")]
        name = f"building against LangChain, {kind}"
        rows += [row, *(Row(name, row.measured / theirs, "×", 0.4, 0.3) for theirs in langchain)]
    return rows


def starting(bench: Bench) -> list[Row]:
    """Time a whole process that answers one question."""
    question = distinct_questions(QUESTIONS)[0]
    command = [sys.executable, "-m", "bot", "ask", question, "--index", bench.index]
    importing = [sys.executable, "-c", "import numpy"]
    asked = bench.scratch / "question.jsonl"
    write_lines(asked, [{"question": question}])
    rounds, ratios = [], []
    # In turns: other programs take their share of all.
    for _ in range(bench.repeats + 1):
        ours = run(command, ROOT)
        ratios.append(ours.seconds / run(importing, ROOT).seconds)
        rounds.append({OURS: ours, **bench.of_peers(lambda peer: peer.ask(asked, "hybrid"))})
    first, *later = rounds
    note = f"first {first[OURS].seconds:.2f} s"
    return [
        compared("process start to printed answer", "s", later, attrgetter("seconds"), aim=0.4, note=note),
        compared("process start to printed answer, CPU", "s", later, attrgetter("cpu_seconds")),
        Row("process start to printed answer, against `import numpy`", statistics.median(ratios[1:]), "×", 5, 3),
    ]


def answering(bench: Bench) -> list[Row]:
    """Time single answers in a process, and look at its memory after all of them."""
    asked = bench.scratch / "questions.jsonl"
    write_lines(asked, [{"question": question} for question in distinct_questions(QUESTIONS)[: WARM_UP + ANSWERS]])

    def serve_peer(peer: Peer) -> dict[str, Any]:
        found = json.loads(peer.ask(asked, "hybrid").output)
        return {**found, "milliseconds": [answer["ms"] for answer in found["answers"][WARM_UP:]]}

    rounds = [{OURS: serve(bench, "one-by-one", ANSWERS), **bench.of_peers(serve_peer)} for _ in range(bench.rounds)]
    ours = rounds[-1][OURS]
    memory = ours["memory_mb"]
    split = f"{memory['anonymous']:.0f} anonymous, {memory['files']:.0f} mapped files; {ours['asked']} answers"
    return [
        compared(
            "memory of the serving process", "MB", rounds, lambda of: of["memory_mb"]["resident"], 300, 200, split
        ),
        compared("one answer, p50", "ms", rounds, lambda of: percentile(of["milliseconds"], 50), 60, 40),
        compared("one answer, p95", "ms", rounds, lambda of: percentile(of["milliseconds"], 95), 120, 80),
        Row("repeated question", statistics.median(ours["repeated"]), "ms"),
    ]


def at_once(bench: Bench) -> list[Row]:
    """Compare questions handed in together with the same ones after each other, each time in a new process."""
    pairs = [(serve(bench, "one-by-one", AT_ONCE), serve(bench, "together", AT_ONCE)) for _ in range(bench.repeats)]
    gain = statistics.median(single["seconds"] / both["seconds"] for single, both in pairs)
    times = [both["milliseconds"] for _, both in pairs]
    spreads = [percentile(taken, 95) / percentile(taken, 50) for taken in times]
    return [
        Row(f"{AT_ONCE} questions at once, throughput", gain, "×", 1.6, 1.9, at_least=True),
        Row(f"{AT_ONCE} questions at once, p95/p50", statistics.median(spreads), "×", 4),
    ]


def refreshing(bench: Bench) -> list[Row]:
    """Time builds that find nothing changed, and one article changed: little, and in all its passages."""
    start = several(lambda: run([sys.executable, "-m", "index", "--help"], ROOT).seconds, bench.repeats)[1]
    first, idle = several(lambda: run(bench.build(), ROOT, allowed=(0, 1)).seconds, bench.repeats)
    rows = [Row("nothing changed", idle - start, "s", 0.5, 0.2, note=f"first {first - start:.2f} s")]
    articles = sorted(
        (path for folder in bench.folders for path in folder.rglob("*.md")), key=lambda p: p.stat().st_size
    )
    for what, article, change in (
        ("a line of the largest article", articles[-1], add_line),
        ("the title of the smallest article", articles[0], change_title),
        ("the title of the largest article", articles[-1], change_title),
    ):
        seconds, encoded = [], 0
        for number in range(bench.repeats):
            change(article, number)
            finished = run([sys.executable, "-c", BUILD, *bench.folders, bench.index], ROOT)
            seconds.append(finished.seconds - start)
            encoded = int(finished.output)
        rows.append(Row(f"changed: {what}", statistics.median(seconds), "s", 0.8, note=f"{encoded} passages encoded"))
    return rows


def add_line(article: Path, number: int) -> None:
    with article.open("a", encoding="utf-8") as file:
        file.write(f"\n\nThe speaker answered {number + 1} more questions afterwards.\n")


def change_title(article: Path, number: int) -> None:
    """Change what stands before every passage for the model, so that all of them are encoded again."""
    source = article.read_text(encoding="utf-8")
    changed, count = re.subn(
        r"^(title: *)([\"']?)(.+?)\2[ \t]*$", rf"\g<1>\g<2>\g<3> {number + 1}\g<2>", source, count=1, flags=re.MULTILINE
    )
    if not count:
        raise SystemExit(f"{article.name} has no title that could be changed.")
    article.write_text(changed, encoding="utf-8")


def at_scale(file: Path) -> list[Row]:
    """Read what benchmarks/scale.py measured for its largest index."""
    if not file.is_file():
        say("The rows about scale are left out: benchmarks/scale.py has not been run.")
        return []
    largest = max(json.loads(file.read_text(encoding="utf-8"))["rows"], key=lambda row: row["passages"])
    size = f"{largest['passages']:,} passages"
    asked = (("open_s", "s", 1.2, 1), ("rss_mb", "MB", 1800, 1500), ("search_ms_p95", "ms", 80, 50))
    note = f"from {file.name}"
    rows = [Row(f"{size}: {key}", largest[key], unit, must, aim, note=note) for key, unit, must, aim in asked]
    return [*rows, Row(f"{size}: recall_at_10", largest["recall_at_10"], "", 0.99, at_least=True, note=note)]


def serve(bench: Bench, mode: str, count: int) -> dict[str, Any]:
    program = ROOT / "benchmarks" / "serving.py"
    return json.loads(run([sys.executable, program, bench.index, QUESTIONS, mode, str(count)], ROOT).output)


def percentile(figures: Sequence[float], which: int) -> float:
    return statistics.quantiles(figures, n=100, method="inclusive")[which - 1]


def size(folder: Path) -> float:
    """Return the size of all files in a folder in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def several(measure: Callable[[], float], repeats: int) -> tuple[float, float]:
    """Measure once, then ``repeats`` times; return the first figure, and the median of the others."""
    first = measure()
    return first, statistics.median(measure() for _ in range(repeats))


def version() -> str:
    """Return the version of the project and its commit; "dirty" says that there were changes since."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    commit = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return f"{project}-{commit}"


if __name__ == "__main__":
    main()
