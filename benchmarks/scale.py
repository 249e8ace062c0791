"""Build and search indexes of 1,000 to 1,000,000 generated passages, and plot what that takes.

    python benchmarks/scale.py [--size N]... [--folder DIR] [--output FILE.json] [--plot FILE.png]

The statistics of what is generated are those of the reports of this repository (benchmarks/generated.py), which are
indexed first. Reading, splitting and encoding are left out: they take the same time for every passage. A million
passages need 40 GB of disk and half an hour; what OUTPUT has of other sizes is kept. Each index is built and searched
in processes of its own. A search is timed together with the encoding of a real question, in one thread, 200 questions
after 20 others; recall@10 compares the dense leg with an exact search.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from generated import Generator, Statistics, measure_statistics  # noqa: E402  it stands beside this program

from index.building.lexical import TermsAndReadings  # noqa: E402
from index.building.table_writer import Vocabulary, writing_tables  # noqa: E402
from index.building.version_writer import save_keys, save_words, write_vectors  # noqa: E402
from index.models.encoder import BUNDLED_MODEL, load_encoder  # noqa: E402
from index.searching.background import encoded_questions, measure_background  # noqa: E402
from index.searching.search import Searcher  # noqa: E402
from index.storage import folder  # noqa: E402
from index.storage.dense import RECALL_DEPTH, exact_nearest  # noqa: E402
from index.storage.store import FORMAT, FolderStore  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import EncodedQuestion

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUESTIONS = 200
WARM_UP = 20


class GeneratedEncoder:
    """Gives generated questions their encodings, after encoding a real one for the sake of its time."""

    name = "generated"
    dimension = 384
    sparse_dimension = 16_384

    def __init__(self, statistics: Statistics, questions: Sequence[tuple[str, EncodedQuestion]]) -> None:
        self._statistics = statistics
        self._questions = dict(questions)
        self._real = load_encoder(BUNDLED_MODEL)
        self._asked = 0

    def fingerprint(self) -> dict[str, str]:
        return {"model": self.name}

    def encode_question(self, question: str) -> EncodedQuestion:
        self._asked += 1
        # Never the same one, which would be remembered.
        self._real.encode_question(f"What did the speaker say about the {self._asked}th of their problems?")
        known = self._statistics.questions
        return self._questions.get(question) or known[self._asked % len(known)]


@click.group(invoke_without_command=True)
@click.option("--size", "sizes", multiple=True, type=int, default=SIZES, show_default=True)
@click.option("--folder", "scratch", type=click.Path(path_type=Path), help="Where the indexes are put, and left.")
@click.option("--output", type=click.Path(path_type=Path), default=ROOT / "benchmarks" / "results" / "scale.json")
@click.option("--plot", type=click.Path(path_type=Path), default=ROOT / "docs" / "scale.png")
@click.pass_context
def main(context: click.Context, sizes: Sequence[int], scratch: Path | None, output: Path, plot: Path) -> None:
    if context.invoked_subcommand:
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = scratch or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        statistics = prepare(place)
        rows = [measure(size, place, statistics, keep=scratch is not None) for size in sizes]
    if output.exists():
        kept = json.loads(output.read_text(encoding="utf-8"))["rows"]
        rows = sorted([*rows, *(row for row in kept if row["passages"] not in sizes)], key=lambda row: row["passages"])
    output.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    from scale_plot import draw

    draw(rows, plot)


def prepare(place: Path) -> Path:
    """Index the reports of this repository and measure what is to be generated alike."""
    index, kept = place / "real", place / "statistics.pickle"
    folders = [argument for name in ("articles", "benchmarks/reports") for argument in ("--articles", ROOT / name)]
    command = [sys.executable, "-m", "index", "build", *folders, "--index", index]
    subprocess.run(command, cwd=ROOT, check=True)
    rows = (ROOT / "benchmarks" / "questions_reports_a.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [row["question"] for row in map(json.loads, rows) if row["answerable"]][:200]
    statistics = measure_statistics(FolderStore.open(index), load_encoder(BUNDLED_MODEL), questions)
    kept.write_bytes(pickle.dumps(statistics))
    return kept


def measure(size: int, place: Path, statistics: Path, *, keep: bool) -> dict[str, Any]:
    """Build and search an index of some size in processes of their own, and return what they say."""
    index = place / f"generated-{size}"
    shutil.rmtree(index, ignore_errors=True)
    row: dict[str, Any] = {"passages": size}
    for step in ("build-one", "search-one"):
        command = [sys.executable, __file__, step, str(size), str(index), str(statistics)]
        finished = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        row |= json.loads(finished.stdout)
        click.echo(f"{size}: {finished.stdout.strip()}", err=True)
    if not keep:
        shutil.rmtree(index)
    return row


@main.command("build-one")
@click.argument("size", type=int)
@click.argument("index", type=click.Path(path_type=Path))
@click.argument("statistics", type=click.Path(path_type=Path))
def build_one(size: int, index: Path, statistics: Path) -> None:
    made = pickle.loads(statistics.read_bytes())
    generator = Generator(made, size)
    started = time.perf_counter()
    with folder.writing(index), folder.new_version(index, "generated") as target:
        terms, names, keys = TermsAndReadings(), 0, []
        records_file = target / "generated.records"
        with writing_tables(target) as tables, records_file.open("wb") as file:
            lengths = []
            for article, packed in generator.articles():
                tables.add(article)
                names += 1
                for passage, record in zip(article.passages, packed, strict=True):
                    terms.add(passage.text.split())
                    keys.append(passage.key)
                    file.write(record)
                    lengths.append(len(record))
            generated = time.perf_counter()
            words = terms.weigh()
            tables.add_vocabulary(Vocabulary(words.words, np.diff(words.postings.offsets).tolist(), words.kept))
            save_words(target, words)
            save_keys(target, keys)
        del terms, words, keys
        with records_file.open("rb") as file:
            records = (file.read(length) for length in lengths)
            sentences, dense = write_vectors(
                target, records, GeneratedEncoder.dimension, GeneratedEncoder.sparse_dimension
            )
        records_file.unlink()
        manifest = {
            "format": FORMAT,
            "fingerprint": {"model": GeneratedEncoder.name},
            "articles": names,
            "passages": size,
            "sentences": sentences,
            "dense": dense.as_json(),
            "sparse_dimension": GeneratedEncoder.sparse_dimension,
        }
        store = FolderStore(target, "generated", manifest)
        manifest["background"] = measure_background(store, encoded_questions(GeneratedEncoder(made, ())))
        folder.publish(index, "generated", manifest)
    files = sorted((path.name, path.stat().st_size) for path in target.iterdir())
    found = {
        "generate_s": round(generated - started, 1),
        "build_s": round(time.perf_counter() - generated, 1),
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "disk_mb": round(sum(bytes_ for _, bytes_ in files) / 1e6, 1),
        "files_mb": {name: round(bytes_ / 1e6, 1) for name, bytes_ in files},
        "dense": dense.as_json(),
    }
    print(json.dumps(found))


@main.command("search-one")
@click.argument("size", type=int)
@click.argument("index", type=click.Path(path_type=Path))
@click.argument("statistics", type=click.Path(path_type=Path))
def search_one(size: int, index: Path, statistics: Path) -> None:
    made = pickle.loads(statistics.read_bytes())
    generator = Generator(made, size)
    questions = generator.questions(WARM_UP + QUESTIONS)
    encoder = GeneratedEncoder(made, questions)
    encoder.encode_question("")
    del made
    before = memory()
    started = time.perf_counter()
    searcher = Searcher(FolderStore.open(index), encoder)
    opened = time.perf_counter() - started
    results = [searcher.search(question, 10) for question, _ in questions][WARM_UP:]
    after = memory()
    taken = [result.milliseconds for result in results]
    stages = {stage: [result.timings[stage] for result in results] for stage in results[0].timings}
    asked = np.array([encoded.dense for _, encoded in questions[WARM_UP:]])
    exact = exact_nearest(generator.dense(), asked)
    found = [searcher.store.dense_top(vector, RECALL_DEPTH)[0] for vector in asked]
    print(
        json.dumps(
            {
                "open_s": round(opened, 3),
                "rss_mb": after["Rss"],
                "rss_anonymous_mb": after["Anonymous"],
                "rss_before_opening_mb": before["Rss"],
                "search_ms_p50": round(float(np.percentile(taken, 50)), 1),
                "search_ms_p95": round(float(np.percentile(taken, 95)), 1),
                "stages_ms_p50": {stage: round(float(np.median(times)), 1) for stage, times in stages.items()},
                "recall_at_10": round(
                    float(np.mean([np.isin(e, f).mean() for e, f in zip(exact, found, strict=True)])), 4
                ),
            }
        )
    )


def memory() -> dict[str, int]:
    """Return the resident memory of this process in MB, in all and without what is mapped from files."""
    lines = Path(f"/proc/{os.getpid()}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kilobytes = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return {name: kilobytes[name] // 1024 for name in ("Rss", "Anonymous")}


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| passages | build | its peak memory | disk | open | memory, 220 searches on | search p50 / p95 | recall@10 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['passages']:,} | {row['build_s']:.0f} s | {row['build_peak_mb']:,} MB | {row['disk_mb']:,.0f} MB"
        f" | {row['open_s']:.2f} s | {row['rss_mb']:,} MB | {row['search_ms_p50']:.0f} / {row['search_ms_p95']:.0f} ms"
        f" | {row['recall_at_10']:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
