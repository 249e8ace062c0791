"""The reader as a network: layers of the bundled model that read question and passage together, with two heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

HIDDEN, WIDE, HEADS, EPSILON = 384, 1536, 12, 1e-12
# Our own questions are read ten times and more: without it they are learnt by heart.
DROPPED = 0.1


class Pairs(NamedTuple):
    """Pairs of a question and a passage side by side, padded to the longest: all are (pairs, tokens).

    ``present`` says where there is a token, ``sentences`` which sentence of the passage it is of, from 1, or 0, and
    ``most`` how many the longest passage has.
    """

    tokens: torch.Tensor
    present: torch.Tensor
    sentences: torch.Tensor
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

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the states (pairs, tokens, hidden) behind the layer."""
        texts, tokens, _ = states.shape
        whole = self.attend(states).view(texts, tokens, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(*whole, attn_mask=mask)
        mixed = self.mix(attended.transpose(1, 2).reshape(texts, tokens, HIDDEN))
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
        tokens = pairs.tokens.shape[1]
        states = self.norm(self.words[pairs.tokens] + self.positions[:tokens])
        mask = pairs.present[:, None, None, :]
        for layer in self.layers:
            states = layer(states, mask)
        told = self.sentence_head(states)[..., 0].float()
        strongest = told.new_full((len(told), pairs.most + 1), -torch.inf)
        strongest = strongest.scatter_reduce(1, pairs.sentences, told, "amax")
        return Scores(self.passage_head(states[:, 0])[:, 0].float(), strongest[:, 1:])


def _set(module: nn.Linear | nn.LayerNorm, weights: Weights, names: Sequence[str]) -> None:
    """Take over weights and biases, those of several names one below the other."""
    weight = np.concatenate([weights[f"{name}.w"] for name in names])
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight).view_as(module.weight))
        module.bias.copy_(torch.tensor(np.concatenate([weights[f"{name}.b"] for name in names])))
