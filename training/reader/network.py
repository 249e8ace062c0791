"""The reader as a network: layers of the bundled model that read question and passage together, with two heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.attention.varlen import varlen_attn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

HIDDEN, WIDE, HEADS, EPSILON = 384, 1536, 12, 1e-12
# Our own questions are read ten times and more: without it they are learnt by heart.
DROPPED = 0.1


class Pairs(NamedTuple):
    """Pairs of a question and a passage, one behind the other without padding.

    Of each token there are its number, its place in its pair, the number of the pair, and which sentence of the passage
    it is of, from 1, or 0. ``starts`` has where the pairs begin and, last, how many tokens there are; no pair is longer
    than ``longest``, and no passage has more sentences than ``most``.
    """

    tokens: torch.Tensor
    places: torch.Tensor
    pairs: torch.Tensor
    sentences: torch.Tensor
    starts: torch.Tensor
    longest: int
    most: int


class Scores(NamedTuple):
    """The logit of each pair's passage (pairs,), and of its sentences (pairs, sentences), -inf where there is none."""

    passages: torch.Tensor
    sentences: torch.Tensor


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        self.attend = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN)
        self.widen = nn.Linear(HIDDEN, WIDE)
        self.narrow = nn.Linear(WIDE, HIDDEN)
        self.mix_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.narrow_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.dropout = nn.Dropout(DROPPED)
        for name, parts in {"attend": ("q", "k", "v"), "mix": ("ao",), "widen": ("fi",), "narrow": ("fo",)}.items():
            _set(getattr(self, name), weights, [f"l{number}.{part}" for part in parts])
        for name, part in {"mix_norm": "aln", "narrow_norm": "oln"}.items():
            _set(getattr(self, name), weights, [f"l{number}.{part}"])

    def forward(self, states: torch.Tensor, pairs: Pairs) -> torch.Tensor:
        """Return the states (tokens, hidden) behind the layer."""
        whole = self.attend(states).view(len(states), 3, HEADS, -1)
        mixed = self.mix(_attended(whole, pairs).reshape(len(states), HIDDEN))
        states = self.mix_norm(states + self.dropout(mixed))
        return self.narrow_norm(states + self.dropout(self.narrow(functional.gelu(self.widen(states)))))


class ReaderNetwork(nn.Module):
    """The layers of these numbers with the two heads; the embeddings below stay as they are."""

    def __init__(self, weights: Weights, layers: Sequence[int]) -> None:
        super().__init__()
        positions = weights["emb.pos"].reshape(-1, HIDDEN) + weights["emb.type"][:HIDDEN]
        self.register_buffer("words", torch.tensor(weights["words"].reshape(-1, HIDDEN)), persistent=False)
        self.register_buffer("positions", torch.tensor(positions), persistent=False)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        _set(self.norm, weights, ["emb.ln"])
        self.norm.requires_grad_(requires_grad=False)
        self.layers = nn.ModuleList([Layer(weights, number) for number in layers])
        self.passage_head = nn.Linear(HIDDEN, 1)
        self.sentence_head = nn.Linear(HIDDEN, 1)
        for head in (self.passage_head, self.sentence_head):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, pairs: Pairs) -> Scores:
        """Score pairs."""
        states = self.norm(self.words[pairs.tokens] + self.positions[pairs.places])
        for layer in self.layers:
            states = layer(states, pairs)
        told = self.sentence_head(states)[:, 0].float()
        first = states[pairs.starts[:-1].long()]
        strongest = told.new_full((len(first) * (pairs.most + 1),), -torch.inf)
        strongest = strongest.scatter_reduce(0, pairs.pairs * (pairs.most + 1) + pairs.sentences, told, "amax")
        return Scores(self.passage_head(first)[:, 0].float(), strongest.view(len(first), -1)[:, 1:])


def _attended(whole: torch.Tensor, pairs: Pairs) -> torch.Tensor:
    """Let the tokens of each pair attend to each other; ``whole`` is (tokens, query, key or value, heads, numbers)."""
    if whole.is_cuda:
        # An accelerator has a kernel for sequences of any lengths.
        return varlen_attn(*whole.unbind(1), pairs.starts, pairs.starts, pairs.longest, pairs.longest)
    count = len(pairs.starts) - 1
    padded = whole.new_zeros(count, pairs.longest, *whole.shape[1:])
    padded[pairs.pairs, pairs.places] = whole
    present = torch.arange(pairs.longest, device=whole.device) < pairs.starts.diff()[:, None]
    query, key, value = padded.permute(2, 0, 3, 1, 4)
    attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=present[:, None, None])
    return attended.transpose(1, 2)[pairs.pairs, pairs.places]


def _set(module: nn.Linear | nn.LayerNorm, weights: Weights, names: Sequence[str]) -> None:
    """Take over weights and biases, those of several names one below the other."""
    weight = np.concatenate([weights[f"{name}.w"] for name in names])
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight).view_as(module.weight))
        module.bias.copy_(torch.tensor(np.concatenate([weights[f"{name}.b"] for name in names])))
