"""Train the reader.

    python -m training.reader prepare --public FOLDER [--own FOLDER]... --to examples.npz
    python -m training.reader train examples.npz --work FOLDER [--pairs N]

FOLDER of --public has JaQuAD, JSQuAD and XQuAD in the form of SQuAD. Those of --own have `reports` and `questions`, as
training/ has them. `train` needs numpy, torch and scikit-learn only, and runs on an accelerator where there is one;
what it has reached is kept in the folder of --work, and the same command goes on from there.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import torch

from training.reader import prepared
from training.reader.batches import Batches
from training.reader.network import ReaderNetwork
from training.reader.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from training.reader.batches import Batch

ROOT = Path(__file__).parents[2]
SHARES = "invented=.5,measured=.08,japanese=.27,xquad=.15"
SEED = 15
QUESTIONS = 64
# Of the bundled model's twelve layers the first eight read about as well as all of them, and fit the file that ships.
LAYERS = 8
# So many batches wait to be learnt from.
AHEAD = 3
# The most questions of a source that are measured.
MEASURED = 800
FILE = click.Path(exists=True, path_type=Path)
NEW = click.Path(path_type=Path)


@click.group()
def main() -> None:
    """Train the reader."""


@main.command()
@click.option("--public", required=True, type=FILE, help="The folder of the public sets.")
@click.option("--own", multiple=True, type=FILE, default=[ROOT / "training"], help="Folders of reports and questions.")
@click.option("--to", required=True, type=NEW, help="The file that is written.")
def prepare(public: Path, own: tuple[Path, ...], to: Path) -> None:
    """Write the examples, with what the search finds for our own questions, and the weights to begin with."""
    # An accelerator's machine trains, and has neither the index nor its models.
    from training.reader.own import OwnReports, invented_questions, measured_questions
    from training.reader.public import crossing_examples, japanese_examples

    benchmarks = ROOT / "benchmarks"
    measured = list(measured_questions(sorted(benchmarks.glob("questions_*.jsonl"))))
    invented = [asked for folder in own for asked in invented_questions(folder)]
    with tempfile.TemporaryDirectory() as index:
        reports = OwnReports(
            [ROOT / "articles", benchmarks / "reports", *(folder / "reports" for folder in own)], Path(index)
        )
        found = [
            reports.example(asked, source)
            for source, questions in (("measured", measured), ("invented", invented))
            for asked in questions
        ]
    examples = [one for one in found if one is not None]
    click.echo(f"{len(examples)} of our own, {len(found) - len(examples)} left out")
    examples += [*japanese_examples(public), *crossing_examples(public)]
    examples += japanese_examples(public, ("jaquad_dev",), prepared.TEST)
    to.parent.mkdir(parents=True, exist_ok=True)
    prepared.write(to, examples)


@main.command()
@click.argument("examples", type=FILE)
@click.option("--work", required=True, type=NEW, help="Where what is reached is kept.")
@click.option("--pairs", default=500_000, help="How many pairs of a question and a passage to learn from.")
@click.option("--seconds", default=math.inf, help="How long to learn at most; the rates fall to the end of that time.")
@click.option("--shares", default=SHARES, help="Which share of the questions is from where.")
@click.option("--part", default=1.0, help="The share of the invented reports' questions that is used.")
@click.option("--seed", default=SEED, help="What the order of the examples depends on.")
@click.option("--layers", default=LAYERS, help="How many layers of the bundled model to begin with.")
@click.option("--every", default=100_000, help="Pairs between two measurements.")
def train(
    examples: Path,
    work: Path,
    pairs: int,
    seconds: float,
    shares: str,
    part: float,
    seed: int,
    layers: int,
    every: int,
) -> None:
    """Learn from so many pairs, or for so long."""
    work.mkdir(parents=True, exist_ok=True)
    read = prepared.read(examples)
    torch.manual_seed(SEED)
    network = ReaderNetwork(prepared.read_weights(examples), range(layers))
    torch.manual_seed(seed)
    run = Run(network, read, work, pairs, seconds)
    wanted = {name: float(share) for name, share in (one.split("=") for one in shares.split(","))}
    batches = Batches(read, sources_of(read, part), wanted, seed + run.reached.step)
    losses: list[torch.Tensor] = []
    measured = run.reached.pairs
    ready = ahead(lambda: run.batch(batches.next(QUESTIONS)))
    while run.done < 1:
        losses.append(run.learn(next(ready)))
        if run.reached.pairs >= measured + every or run.done >= 1:
            measured = run.reached.pairs
            report(run, read, float(torch.stack(losses).mean()), work)
            losses.clear()
            run.keep()


def ahead(make: Callable[[], Batch]) -> Iterator[Batch]:
    """Yield batches without end, some of which are made while the network learns from those before."""
    with ThreadPoolExecutor(1) as pool:
        waiting = deque(pool.submit(make) for _ in range(AHEAD))
        while True:
            waiting.append(pool.submit(make))
            yield waiting.popleft().result()


def sources_of(examples: prepared.Examples, part: float) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of the examples to learn from by their source, of the invented ones only a part."""
    sources = {str(source): examples.of(source) for source in np.unique(examples.sources)}
    invented = np.random.default_rng(SEED).permutation(sources["invented"])
    return {**sources, "invented": invented[: int(part * len(invented))]}


def report(run: Run, examples: prepared.Examples, loss: float, work: Path) -> None:
    """Print how well what is held out is read, and add it to the curve."""
    reached = run.reached
    row: dict[str, Any] = {"pairs": reached.pairs, "seconds": round(reached.seconds), "loss": round(loss, 3)}
    for source in np.unique(examples.sources):
        if len(numbers := examples.of(source, held_out=True)[:MEASURED]):
            row[str(source)] = {name: round(value, 3) for name, value in run.measure(numbers).items()}
    click.echo(json.dumps(row))
    with (work / "curve.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
