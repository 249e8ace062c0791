"""Write what the bundled model computes as the graphs that onnxruntime runs, index/data/model.onnx and passages.onnx.

    python -m training.graph

They are some kilobytes: the weights are not in them, index/models/token_model.py hands them in, to the second one with
a byte for each. Needs the package onnx, which neither the bot nor a build does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import onnx
from onnx import TensorProto, helper

from index.models.model_file import read_model_file, read_sparse_head
from index.models.token_model import unpacked, weights
from training.made import GRAPH, PASSAGE_GRAPH, Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.models.model_file import ModelFile

MICROSOFT = "com.microsoft"
TYPES = {"float32": TensorProto.FLOAT, "uint8": TensorProto.UINT8, "int8": TensorProto.INT8}
SHAPE = ("texts", "tokens")
# Activations are quantized to int8 too, in blocks as the weights are; 0 would compute in float32.
INT8_ACTIVATIONS = 4


@dataclass
class Graph:
    """The nodes so far; each method adds some and returns the name of what they compute."""

    weights: Mapping[str, NDArray[Any]]
    accuracy: int = INT8_ACTIVATIONS
    nodes: list[onnx.NodeProto] = field(default_factory=list)

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, source: str, name: str) -> str:
        """Multiply by a matrix, kept in whichever form there are weights of, and add its bias."""
        for form, bits, zeros in (("nibbles", 4, ""), ("codes", 8, f"{name}.zeros")):
            if f"{name}.{form}" in self.weights:
                rows, blocks, size = self.weights[f"{name}.{form}"].shape
                values = size * 8 // bits
                inputs = [source, f"{name}.{form}", f"{name}.scales", zeros, "", f"{name}.bias"]
                sizes = {"N": rows, "K": blocks * values, "bits": bits, "block_size": values}
                return self.node("MatMulNBits", inputs, name, MICROSOFT, **sizes, accuracy_level=self.accuracy)
        if f"{name}.smoothing" in self.weights:
            source = self.node("Mul", [source, f"{name}.smoothing"], f"{name}.smooth")
        if f"{name}.bytes" in self.weights:
            inputs = [source, f"{name}.bytes", f"{name}.scales", "", f"{name}.bias"]
            return self.node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)
        product = self.node("MatMul", [source, f"{name}.floats"], f"{name}.product")
        return self.node("Add", [product, f"{name}.bias"], name)

    def norm(self, source: str, name: str, epsilon: float) -> str:
        inputs = [source, f"{name}.weight", f"{name}.bias"]
        return self.node("LayerNormalization", inputs, name, epsilon=epsilon, axis=-1)

    def layer(self, states: str, number: int, heads: int, epsilon: float) -> str:
        """Add one transformer layer (Vaswani et al., 2017)."""
        prefix = f"{number}."
        parts = [f"{prefix}{part}" for part in ("query", "key", "value")]
        attend = self.linear(states, f"{prefix}attend")
        self.nodes.append(helper.make_node("Split", [attend], parts, axis=-1, num_outputs=3))
        attention = self.node("MultiHeadAttention", parts, f"{prefix}attention", MICROSOFT, num_heads=heads)
        mixed = self.linear(attention, f"{prefix}mix")
        states = self.norm(self.node("Add", [mixed, states], f"{prefix}mixed"), f"{prefix}mix_norm", epsilon)
        wide = self.node("Gelu", [self.linear(states, f"{prefix}widen")], f"{prefix}wide", MICROSOFT)
        narrow = self.node("Add", [self.linear(wide, f"{prefix}narrow"), states], f"{prefix}narrowed")
        return self.norm(narrow, f"{prefix}narrow_norm", epsilon)

    def layers(self, count: int, file: ModelFile, output: str) -> str:
        """Add so many layers over ``embeddings``, and also name what they give ``output``."""
        states = self.norm("embeddings", "embeddings_norm", file.epsilon)
        for number in range(count):
            states = self.layer(states, number, file.heads, file.epsilon)
        self.node("Identity", [states], output)
        return states

    def serialized(
        self, name: str, hidden: int, outputs: list[Any], constants: Sequence[onnx.TensorProto] = ()
    ) -> bytes:
        """Return the graph as a file, with weights that are handed in."""
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, (*SHAPE, hidden))],
            outputs,
            [*constants, *(_outside(name, array) for name, array in self.weights.items())],
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        return model.SerializeToString(deterministic=True)


def build(given: Mapping[str, NDArray[Any]], accuracy: int = INT8_ACTIVATIONS) -> bytes:
    """Return the graph from ``embeddings`` (1, t, 384) to ``states`` and each token's strongest features.

    ``given`` are the weights as they will be handed in: their names say in which form.
    """
    file, head = read_model_file(), read_sparse_head()
    graph = Graph(given, accuracy)
    states = graph.layers(file.layers, file, "states")
    strongest = ["strengths", "features"]
    graph.nodes.append(helper.make_node("TopK", [graph.linear(states, "sparse"), "per_token"], strongest, sorted=0))
    outputs = [
        helper.make_tensor_value_info("states", TensorProto.FLOAT, (*SHAPE, file.hidden)),
        helper.make_tensor_value_info("strengths", TensorProto.FLOAT, (*SHAPE, head.per_token)),
        helper.make_tensor_value_info("features", TensorProto.INT64, (*SHAPE, head.per_token)),
    ]
    per_token = helper.make_tensor("per_token", TensorProto.INT64, (1,), [head.per_token])
    return graph.serialized("multilingual-e5-small", file.hidden, outputs, [per_token])


def _outside(name: str, array: NDArray[Any]) -> onnx.TensorProto:
    """Declare a tensor whose values are handed in; the place that the format demands is never read."""
    tensor = TensorProto(name=name, data_type=TYPES[array.dtype.name], dims=array.shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights")
    return tensor


if __name__ == "__main__":
    Manifest().write(GRAPH, build(dict(weights())))
    Manifest().write(PASSAGE_GRAPH, build(dict(unpacked(weights()))))
