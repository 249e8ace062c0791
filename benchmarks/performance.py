"""Measure what the performance table asks for, and print it.

    python benchmarks/performance.py [--quick] [--articles DIR]... [--output FILE.json] [--environments .peers]

``--quick`` repeats little and is done in less than five minutes. What is timed runs in fresh processes and is given
as their median; the first, which may find nothing in the page cache, stands beside it. Building is compared with
LangChain in the same run, if its environment is there (benchmarks/compare_peers.py makes it). Start-up, which
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
import time
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "peers")]

from compare_peers import PEERS_FOLDER, Shared, machine, measure_peer, read_articles, say  # noqa: E402  beside this
from processes import ProgramError, run  # noqa: E402
from serving import distinct_questions  # noqa: E402

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
class Row:
    """A line of the table: what was measured, in which unit, and the limits it is held against.

    ``at_least`` says that more is better; ``note`` has what belongs to the figure.
    """

    name: str
    measured: float
    unit: str
    must: float | None = None
    aim: float | None = None
    at_least: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all measurements share."""

    folders: tuple[Path, ...]
    index: Path
    scratch: Path
    repeats: int

    def build(self) -> list[str | Path]:
        articles = [part for folder in self.folders for part in ("--articles", folder)]
        return [sys.executable, "-m", "index", "build", *articles, "--index", self.index]


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
        bench = Bench(copies, scratch / "index", scratch, 3 if quick else 9)
        rows = building(bench, environments.resolve(), 1 if quick else 3)
        rows += [*starting(bench), *answering(bench), *at_once(bench), *refreshing(bench)]
    rows += at_scale(RESULTS / "scale.json")
    report = {"version": name, "quick": quick, "machine": machine(), "rows": [asdict(row) for row in rows]}
    output = output or RESULTS / f"performance-{name}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


def building(bench: Bench, environments: Path, repeats: int) -> list[Row]:
    """Build from nothing in turn with LangChain; leave an index behind."""
    ours, theirs = [], []
    with_langchain = (environments / "langchain").is_dir()
    # The peer's program wants a question of each kind to time; they do not count here.
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()[:20]]
    shared = Shared(bench.scratch, environments)
    if with_langchain:
        shared.write(read_articles(bench.folders), questions)
        run([sys.executable, PEERS_FOLDER / "export_model.py", shared.model], ROOT)
    else:
        say(f"LangChain is left out: {environments} has no environment for it.")
    for _ in range(repeats):
        shutil.rmtree(bench.index, ignore_errors=True)
        seconds, finished = timed(bench.build(), allowed=(0, 1))
        ours.append((seconds, finished.cpu_seconds))
        if with_langchain:
            try:
                peer = measure_peer("langchain", shared, questions)[0]
            except ProgramError as error:
                say(f"LangChain is left out: {error}")
                with_langchain = False
                continue
            theirs.append((peer["build_seconds"], peer["build_cpu_seconds"]))
    disk = sum(path.stat().st_size for path in bench.index.rglob("*") if path.is_file())
    rows = [Row("index on disk", disk / 1e6, "MB", 45, 25)]
    for place, kind in enumerate(("wall", "CPU")):
        mine = statistics.median(one[place] for one in ours)
        rows.append(Row(f"building from nothing, {kind}", mine, "s"))
        if theirs:
            peers = statistics.median(one[place] for one in theirs)
            note = f"LangChain {peers:.1f} s"
            rows.append(Row(f"building against LangChain, {kind}", mine / peers, "×", 0.4, 0.3, note=note))
    return rows


def starting(bench: Bench) -> list[Row]:
    """Time a whole process that answers one question."""
    question = distinct_questions(QUESTIONS)[0]
    command = [sys.executable, "-m", "bot", "ask", question, "--index", bench.index]
    importing = [sys.executable, "-c", "import numpy"]
    # In turns: other programs take their share of both.
    (first, _), *pairs = [(timed(command)[0], timed(importing)[0]) for _ in range(bench.repeats + 1)]
    later = statistics.median(one for one, _ in pairs)
    against = statistics.median(one / numpy for one, numpy in pairs)
    return [
        Row("process start to printed answer", later, "s", aim=0.4, note=f"first {first:.2f} s"),
        Row("process start to printed answer, against `import numpy`", against, "×", 5, 3),
    ]


def answering(bench: Bench) -> list[Row]:
    """Time single answers in a process, and look at its memory after all of them."""
    found = serve(bench, "one-by-one", ANSWERS)
    percentiles = statistics.quantiles(found["milliseconds"], n=100, method="inclusive")
    memory = found["memory_mb"]
    split = f"{memory['anonymous']:.0f} anonymous, {memory['files']:.0f} mapped files; {found['asked']} answers"
    return [
        Row("memory of the serving process", memory["resident"], "MB", 300, 200, note=split),
        Row("one answer, p50", percentiles[49], "ms", 60, 40),
        Row("one answer, p95", percentiles[94], "ms", 120, 80),
        Row("repeated question", statistics.median(found["repeated"]), "ms"),
    ]


def at_once(bench: Bench) -> list[Row]:
    """Compare questions handed in together with the same ones after each other, each time in a new process."""
    pairs = [(serve(bench, "one-by-one", AT_ONCE), serve(bench, "together", AT_ONCE)) for _ in range(bench.repeats)]
    gain = statistics.median(single["seconds"] / both["seconds"] for single, both in pairs)
    spreads = []
    for _, both in pairs:
        percentiles = statistics.quantiles(both["milliseconds"], n=100, method="inclusive")
        spreads.append(percentiles[94] / percentiles[49])
    return [
        Row(f"{AT_ONCE} questions at once, throughput", gain, "×", 1.6, 1.9, at_least=True),
        Row(f"{AT_ONCE} questions at once, p95/p50", statistics.median(spreads), "×", 4),
    ]


def refreshing(bench: Bench) -> list[Row]:
    """Time builds that find nothing changed, and one article changed: little, and in all its passages."""
    start = several(lambda: timed([sys.executable, "-m", "index", "--help"])[0], bench.repeats)[1]
    first, idle = several(lambda: timed(bench.build(), allowed=(0, 1))[0], bench.repeats)
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
            taken, finished = timed([sys.executable, "-c", BUILD, *bench.folders, bench.index])
            seconds.append(taken - start)
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


def timed(command: Sequence[str | Path], allowed: Sequence[int] = (0,)) -> tuple[float, Any]:
    """Run a program and return its wall time in seconds, and how it ended."""
    started = time.perf_counter()
    finished = run(command, ROOT, allowed)
    return time.perf_counter() - started, finished


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


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown; what is missed is bold, with how far it is from what it must be."""
    lines = ["| | must | aim | measured | |", "|---|---|---|---|---|"]
    for row in rows:
        limits = ["" if limit is None else f"{limit:g} {row.unit}" for limit in (row.must, row.aim)]
        lines.append(f"| {row.name} | {limits[0]} | {limits[1]} | {row.measured:.3g} {row.unit} | {remark(row)} |")
    return "\n".join(lines)


def remark(row: Row) -> str:
    def keeps(limit: float | None) -> bool:
        return limit is not None and (row.measured >= limit if row.at_least else row.measured <= limit)

    if row.must is None:
        verdict = "" if row.aim is None else f"{row.measured / row.aim:.2f} of the aim"
    elif not keeps(row.must):
        verdict = f"**misses the must: {row.measured / row.must:.2f} of it**"
    elif row.aim is None or keeps(row.aim):
        verdict = "kept" if row.aim is None else "aim reached"
    else:
        verdict = f"kept; {row.measured / row.aim:.2f} of the aim"
    return "; ".join(part for part in (verdict, row.note) if part)


if __name__ == "__main__":
    main()
