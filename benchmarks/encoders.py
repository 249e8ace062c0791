"""Compare ways to run the bundled model: on a question, on passages, in memory, and how near they come to float32.

    python benchmarks/encoders.py [--output FILE.json]

Each way runs in a process of its own, on one core, over the same texts of benchmarks/reports. Those of onnxruntime
compute the sparse features too. Ways that need a package which is not installed are left out, and it says so.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from index.memory import give_back_heap  # noqa: E402
from index.models.late_interaction import residuals  # noqa: E402  the project need not be installed
from index.models.model_file import RowReader, read_model_file  # noqa: E402
from index.models.token_model import open_session, session_options, weights  # noqa: E402
from index.models.tokenizer import BEGIN, END, Tokenizer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Run = Callable[[list[int]], Array]

QUESTION_TOKENS, PASSAGE_TOKENS, PASSAGES, REPEATS = 21, 147, 14, 5


def with_onnxruntime(
    form: Callable[[str, Array], dict[str, Any]] | None = None, accuracy: int = 4, *, all_fusions: bool = False
) -> Run:
    """Run the graph of this project, on weights in another form if one is given."""
    from onnxruntime import GraphOptimizationLevel

    from training import graph

    given = dict(weights())
    if form is not None:
        for name in [name.removesuffix(".nibbles") for name in given if name.endswith(".nibbles")]:
            unpacked = unpack(given.pop(f"{name}.nibbles"), given.pop(f"{name}.scales"))
            given |= {f"{name}.{part}": array for part, array in form(name, unpacked).items()}
    options = session_options()
    if all_fusions:
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
    opened = open_session(graph.build(given, accuracy), given, options)
    embed = embedder()
    return lambda tokens: opened.run(["states"], {"embeddings": embed(tokens)[None]})[0][0]


def unpack(nibbles: NDArray[np.uint8], scales: Array) -> Array:
    """Return what packed nibbles (rows, blocks, 16) stand for: (rows, columns)."""
    values = np.stack((nibbles & 15, nibbles >> 4), axis=-1).reshape(*scales.shape, -1).astype(np.float32) - 8
    return np.asarray((values * scales[..., None]).reshape(len(scales), -1))


def floats(_: str, matrix: Array) -> dict[str, Any]:
    return {"floats": np.ascontiguousarray(matrix.T)}


def bytes_by_row(_: str, matrix: Array, largest: int = 127) -> dict[str, Any]:
    """Keep a matrix as int8 with one scale for each row."""
    scales = np.abs(matrix).max(axis=1) / np.float32(largest)
    return {"bytes": np.ascontiguousarray(np.rint(matrix / scales[:, None]).astype(np.int8).T), "scales": scales}


def bytes_but_narrow(name: str, matrix: Array) -> dict[str, Any]:
    """Leave out the matrix whose input has the largest outliers."""
    return floats(name, matrix) if name.endswith("narrow") else bytes_by_row(name, matrix)


def with_torch() -> Run:
    """Run transformers' BertModel on the unpacked weights, as a build did before."""
    import torch
    from reference_model import load_sentence_transformer

    torch.set_num_threads(1)
    model = load_sentence_transformer()[0].model

    def run(tokens: list[int]) -> Array:
        with torch.inference_mode():
            return np.asarray(model(torch.tensor([[BEGIN, *tokens, END]])).last_hidden_state[0].numpy())

    return run


def with_numpy() -> Run:
    """Compute in numpy on the unpacked weights, as questions did before."""
    from numpy_model import NumpyModel

    model, embed = NumpyModel(read_model_file()), embedder()
    return lambda tokens: model.states(embed(tokens))


def embedder() -> Callable[[list[int]], Array]:
    file = read_model_file()
    words, hidden = RowReader(file, "emb.word"), file.hidden
    places = file.tensor("emb.pos").reshape(-1, hidden) + file.tensor("emb.type")[:hidden]
    return lambda tokens: words.read([BEGIN, *tokens, END]) + places[: len(tokens) + 2]


TORCH = "torch, float32"
OURS = "onnxruntime, 4 bits, int8 activations (ours)"
WAYS: dict[str, tuple[Callable[[], Run], tuple[str, ...]]] = {
    TORCH: (with_torch, ("torch", "sentence_transformers")),
    "numpy, float32": (with_numpy, ()),
    "onnxruntime, float32": (partial(with_onnxruntime, floats), ("onnx",)),
    "onnxruntime, 4 bits, float32 activations": (partial(with_onnxruntime, accuracy=1), ("onnx",)),
    OURS: (with_onnxruntime, ("onnx",)),
    "the same with all of onnxruntime's own fusions": (partial(with_onnxruntime, all_fusions=True), ("onnx",)),
    "onnxruntime, int8 by row": (partial(with_onnxruntime, bytes_by_row), ("onnx",)),
    # On processors without VNNI, sums of products of eight bits overflow.
    "the same with 7 bits": (
        partial(with_onnxruntime, partial(bytes_by_row, largest=63)),
        ("onnx",),
    ),
    "onnxruntime, int8 by row, but narrow in float32": (partial(with_onnxruntime, bytes_but_narrow), ("onnx",)),
}


def measure(way: str, states: Path) -> dict[str, float]:
    """Measure one way in this process and save the states of the passages."""
    texts = list(passages())
    if "onnx" in WAYS[way][1]:
        # The project reads a graph that was written before.
        import onnx  # noqa: F401
    give_back_heap()
    before, started = anonymous(), time.perf_counter()
    run = WAYS[way][0]()
    run(texts[0])
    loaded = time.perf_counter() - started
    give_back_heap()
    held = anonymous() - before
    question = [clock(partial(run, texts[0][:QUESTION_TOKENS])) for _ in range(REPEATS * 4)]
    bulk = [clock(lambda: [run(text) for text in texts]) for _ in range(REPEATS)]
    np.save(states, np.stack([run(text) for text in texts]))
    return {
        "load_ms": 1000 * loaded,
        "question_ms": 1000 * statistics.median(question),
        "passage_ms": 1000 * statistics.median(bulk) / len(texts),
        "anonymous_mb": held,
    }


def clock(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def anonymous() -> float:
    """Return how much memory of its own this process holds, in MB."""
    for line in Path("/proc/self/smaps_rollup").read_text("utf-8").splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) / 1000
    raise SystemExit("This system does not say how much memory a process holds.")


def passages() -> Iterator[list[int]]:
    """Cut the reports into stretches of as many tokens as passages have."""
    texts = (path.read_text("utf-8") for path in sorted((ROOT / "benchmarks" / "reports").glob("*.md")))
    tokens = Tokenizer(read_model_file().pieces).encode("\n".join(texts))
    for number in range(PASSAGES):
        yield tokens[number * PASSAGE_TOKENS : (number + 1) * PASSAGE_TOKENS]


def likeness(states: Path, reference: Path) -> dict[str, float]:
    """Compare with another way: cosine of passages, and of what late interaction takes of their tokens."""
    pairs = list(zip(np.load(states), np.load(reference), strict=True))
    dense = [cosine(one.mean(axis=0), other.mean(axis=0)) for one, other in pairs]
    tokens = [(residuals(one) * residuals(other)).sum(axis=1).mean() for one, other in pairs]
    return {"passage_cosine": float(np.mean(dense)), "token_cosine": float(np.mean(tokens))}


def cosine(one: Array, other: Array) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the figures as JSON.")
@click.option("--way", hidden=True, help="Measure only this, in this process.")
@click.option("--states", hidden=True, type=click.Path(path_type=Path))
def main(output: Path | None, way: str | None, states: Path | None) -> None:
    """Measure every way and print a table."""
    if way is not None and states is not None:
        print(json.dumps(measure(way, states)))
        return
    results: dict[str, dict[str, float]] = {}
    print(f"{'':52} load  question  passage  memory  passage  token")
    print(f"{'':52}   ms        ms       ms      MB   cosine cosine")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, (_, needed)) in enumerate(WAYS.items()):
            missing = [package for package in needed if importlib.util.find_spec(package) is None]
            if missing:
                print(f"{name} is left out: {', '.join(missing)} is not installed.")
                continue
            file = Path(folder, f"{number}.npy")
            command = [sys.executable, __file__, "--way", name, "--states", str(file)]
            ran = subprocess.run(command, check=True, capture_output=True, text=True)
            results[name] = json.loads(ran.stdout.splitlines()[-1])
            reference = Path(folder, "0.npy")
            if reference.exists():
                results[name] |= likeness(file, reference)
            print(row(name, results[name]))
    if output is not None:
        output.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def row(name: str, figures: dict[str, float]) -> str:
    times = f"{figures['load_ms']:5.0f} {figures['question_ms']:9.1f} {figures['passage_ms']:8.1f}"
    cosines = f"{figures.get('passage_cosine', np.nan):.5f} {figures.get('token_cosine', np.nan):.4f}"
    return f"{name:51} {times} {figures['anonymous_mb']:7.0f}  {cosines}"


if __name__ == "__main__":
    main()
