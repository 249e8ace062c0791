"""Write what the bot has of a trained reader: its layers, and the graph that onnxruntime runs them in.

    python -m training.reader.shipping EXAMPLES CHECKPOINT...

CHECKPOINT is what ``python -m training.reader train`` keeps in the folder of --work. The mean of the weights of several
runs with other seeds reads better than each of them (Wortsman et al., 2022, "Model soups"). EXAMPLES is what these were
trained on; on some of it, it is measured which numbers the layers multiply.
"""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import torch
from onnx import TensorProto, helper

from index.models.model_file import read_model_file
from index.models.reader import HEADS
from training.graph import SHAPE, Graph
from training.made import READER, READER_GRAPH, Manifest
from training.reader import prepared
from training.reader.batches import Texts
from training.reader.network import ReaderNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]
    Floats = NDArray[np.float32]

LINEAR = ("attend", "mix", "widen", "narrow")
# So much of what sticks out of a layer's input is taken over by its matrix; all of it would be 1 (Xiao et al., 2022,
# "SmoothQuant", equation 4).
SMOOTHING = 0.85
MEASURED = 60
LEAST = 1e-3


def largest_inputs(network: ReaderNetwork, examples: prepared.Examples) -> dict[str, Floats]:
    """Return how large the inputs of each matrix get, (columns,), by its name in the graph."""
    largest: dict[str, Floats] = defaultdict(lambda: np.zeros(1, np.float32))

    def note(name: str, inputs: tuple[torch.Tensor, ...]) -> None:
        values = inputs[0].detach().abs().flatten(end_dim=-2).amax(dim=0).numpy()
        largest[name] = np.maximum(largest[name], values)

    hooks = [
        getattr(layer, name).register_forward_pre_hook(lambda _, inputs, at=f"{number}.{name}": note(at, inputs))
        for number, layer in enumerate(network.layers)
        for name in LINEAR
    ]
    texts = Texts(examples, torch.device("cpu"))
    asked = [number for number in np.flatnonzero(examples.held_out) if len(examples.others[number])]
    with torch.no_grad():
        for number in asked[:: max(len(asked) // MEASURED, 1)]:
            network(texts.pairs(examples.questions[[number]], examples.others[number][:1]))
    for hook in hooks:
        hook.remove()
    return dict(largest)


def shipped(network: ReaderNetwork, examples: prepared.Examples) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays of the shipped file, named as in the graph; matrices have 8 bits a number.

    A row of a matrix has one scale, for which its largest number is 127; the graph wants rows as columns. Inputs, which
    have one scale in all, are multiplied by ``smoothing`` first, and the columns of the matrix divided by it.
    """
    largest = largest_inputs(network, examples)
    for name, tensor in network.state_dict().items():
        array, (part, _, rest) = tensor.numpy(), name.partition(".")
        if part == "layers" and array.ndim == 2:
            place = rest.removesuffix(".weight")
            yield from ((f"{place}.{one}", values) for one, values in _eight_bits(array, largest[place]).items())
        elif part == "layers":
            yield rest, array.astype(np.float16)
        elif part == "norm":
            yield f"embeddings_norm.{rest}", array.astype(np.float16)
    heads = {name: getattr(network, name) for name in HEADS}
    for name, head in heads.items():
        yield name, np.concatenate((head.weight.detach().numpy()[0], head.bias.detach().numpy()))


def _eight_bits(matrix: Floats, inputs: Floats) -> Mapping[str, NDArray[Any]]:
    columns = np.maximum(np.abs(matrix).max(axis=0), LEAST)
    taken = np.maximum(inputs, LEAST) ** SMOOTHING / columns ** (1 - SMOOTHING)
    smooth = matrix * taken
    scales = np.abs(smooth).max(axis=1) / 127
    return {
        "bytes": np.ascontiguousarray(np.rint(smooth / scales[:, None]).astype(np.int8).T),
        "scales": scales.astype(np.float32),
        "smoothing": (1 / taken).astype(np.float32),
    }


def graph_of(arrays: Arrays) -> bytes:
    """Return the graph of the layers whose arrays are given as they ship."""
    file = read_model_file()
    weights = {
        name: array.astype(np.float32) if array.dtype == np.float16 else array
        for name, array in arrays.items()
        if name not in HEADS
    }
    graph = Graph(weights)
    graph.layers(sum(name.endswith(".attend.bytes") for name in weights), file, "read")
    outputs = [helper.make_tensor_value_info("read", TensorProto.FLOAT, (*SHAPE, file.hidden))]
    return graph.serialized("reader", file.hidden, outputs)


def mean_of(checkpoints: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Return the mean of some networks' weights."""
    return {name: torch.stack([one[name].float() for one in checkpoints]).mean(dim=0) for name in checkpoints[0]}


@click.command()
@click.argument("examples", type=click.Path(exists=True, path_type=Path))
@click.argument("checkpoints", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(examples: Path, checkpoints: tuple[Path, ...]) -> None:
    """Write both files and record them."""
    trained = mean_of([torch.load(one, weights_only=True, map_location="cpu")["network"] for one in checkpoints])
    layers = sum(name.endswith(".attend.weight") for name in trained)
    network = ReaderNetwork(prepared.read_weights(examples), range(layers)).eval()
    network.load_state_dict(trained)
    arrays = dict(shipped(network, prepared.read(examples)))
    content = io.BytesIO()
    np.savez(content, **arrays)
    manifest = Manifest()
    for path, made in ((READER, content.getvalue()), (READER_GRAPH, graph_of(arrays))):
        manifest.write(path, made)
        click.echo(f"{path} {len(made)}")


if __name__ == "__main__":
    main()
