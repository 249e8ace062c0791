"""Batches of examples: from each source its share, with some of the passages that do not answer, drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from training.reader.network import Pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.reader.prepared import Examples

CANDIDATES = 6
GOLDS = 2
# Of the questions that are answered so many are asked without the passage that does, to learn to decline.
DECLINED = 0.12
# The most misleading of the passages that are left is taken so often, and else the next.
FIRST = 0.4


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages of some questions: arrays (questions, candidates) of text numbers, -1 where there is none.

    ``golds`` has the places of the gold ones in `Examples.golds`, -1 for others, of which none answers.
    """

    questions: NDArray[np.int64]
    texts: NDArray[np.int64]
    golds: NDArray[np.int64]


class Batches:
    """An endless supply; the same seed gives the same batches."""

    def __init__(
        self,
        examples: Examples,
        sources: Mapping[str, NDArray[np.int64]],
        shares: Mapping[str, float],
        seed: int,
    ) -> None:
        self._examples = examples
        self._sources = {name: numbers for name, numbers in sources.items() if len(numbers) and shares.get(name)}
        total = sum(shares[name] for name in self._sources)
        self._shares = [shares[name] / total for name in self._sources]
        self._random = np.random.default_rng(seed)
        self._waiting: dict[str, list[int]] = {name: [] for name in self._sources}

    def next(self, count: int) -> Candidates:
        """Return so many questions with their candidates."""
        names = self._random.choice(list(self._sources), count, p=self._shares)
        asked = [self._example(name) for name in names]
        return candidates_of(self._examples, asked, self._random)

    def _example(self, name: str) -> int:
        if not self._waiting[name]:
            self._waiting[name] = self._random.permutation(self._sources[name]).tolist()
        return self._waiting[name].pop()


def candidates_of(
    examples: Examples, asked: Sequence[int], chance: np.random.Generator, declined: float = DECLINED
) -> Candidates:
    """Choose the passages that questions are asked with; the more misleading ones more often."""
    texts = np.full((len(asked), CANDIDATES), -1)
    golds = np.full((len(asked), CANDIDATES), -1)
    for row, number in enumerate(asked):
        places = np.arange(examples.golds.starts[number], examples.golds.starts[number + 1])
        others = examples.others[number]
        if len(others) and chance.random() < declined:
            places = places[:0]
        places = chance.permutation(places)[:GOLDS]
        golds[row, : len(places)] = places
        texts[row, : len(places)] = examples.golds.values[places]
        chosen = _chosen(others, CANDIDATES - len(places), chance)
        texts[row, len(places) : len(places) + len(chosen)] = chosen
    return Candidates(examples.questions[list(asked)], texts, golds)


def first_candidates(examples: Examples, asked: Sequence[int], count: int) -> Candidates:
    """Return questions with one passage that answers, if there is one, and the most misleading others."""
    texts = np.full((len(asked), count), -1)
    golds = np.full((len(asked), count), -1)
    for row, number in enumerate(asked):
        found = [*examples.golds[number][:1], *examples.others[number]][:count]
        texts[row, : len(found)] = found
        if len(examples.golds[number]):
            golds[row, 0] = examples.golds.starts[number]
    return Candidates(examples.questions[list(asked)], texts, golds)


def _chosen(others: NDArray[np.int64], count: int, chance: np.random.Generator) -> list[int]:
    left, chosen = others.tolist(), []
    while left and len(chosen) < count:
        chosen.append(left.pop(min(chance.geometric(FIRST), len(left)) - 1))
    return chosen


class Batch(NamedTuple):
    """What a step learns from, on the device that the network runs on.

    ``places`` has for each pair the row and the column of (questions, candidates), which ``present`` and ``gold`` are.
    ``answering`` numbers the pairs whose passage answers, and ``right`` says (answering, sentences) which of its do.
    """

    pairs: Pairs
    places: tuple[torch.Tensor, torch.Tensor]
    present: torch.Tensor
    gold: torch.Tensor
    answering: torch.Tensor
    right: torch.Tensor


class Texts:
    """Makes of the texts of examples what the network reads, on its device."""

    def __init__(self, examples: Examples, device: torch.device) -> None:
        self._examples, self._device = examples, device
        self._lengths = np.diff(examples.tokens.starts)
        self._most = np.maximum.reduceat(examples.sentences.values, examples.sentences.starts[:-1])

    def batch(self, asked: Candidates) -> Batch:
        """Return what is learnt from some questions with their candidates."""
        rows, slots = np.nonzero(asked.texts >= 0)
        golds = asked.golds[rows, slots]
        pairs = self.pairs(asked.questions[rows], asked.texts[rows, slots])
        answering = np.flatnonzero(golds >= 0)
        right = answers_of(self._examples, golds[answering], pairs.most)
        places = self._moved(rows), self._moved(slots)
        present, gold = self._moved(asked.texts >= 0), self._moved(asked.golds >= 0)
        return Batch(pairs, places, present, gold, self._moved(answering), self._moved(right))

    def pairs(self, questions: NDArray[np.int64], passages: NDArray[np.int64]) -> Pairs:
        """Put each question before its passage."""
        texts = np.stack((questions, passages), axis=1).ravel()
        lengths = self._lengths[texts]
        ends = lengths.cumsum()
        starts = np.concatenate(([0], ends[1::2]))
        count = np.diff(starts)
        # Where the tokens of each text stand in the examples, less where they stand here.
        at = np.arange(ends[-1]) + np.repeat(self._examples.tokens.starts[texts] - (ends - lengths), lengths)
        places = np.arange(ends[-1]) - np.repeat(starts[:-1], count)
        sentences = self._examples.sentences.values[at]
        sentences[places < np.repeat(lengths[::2], count)] = 0
        arrays = self._examples.tokens.values[at], places, np.repeat(np.arange(len(questions)), count), sentences
        most = int(self._most[passages].max())
        return Pairs(*map(self._moved, arrays), self._moved(starts.astype(np.int32)), int(count.max()), most)

    def _moved(self, array: NDArray[Any]) -> torch.Tensor:
        tensor = torch.from_numpy(array)
        # From memory that stays where it is, an accelerator fetches it when it comes to that, and is not waited for.
        return tensor.pin_memory().to(self._device, non_blocking=True) if self._device.type == "cuda" else tensor


def answers_of(examples: Examples, golds: NDArray[np.int64], sentences: int) -> NDArray[np.bool_]:
    """Return (passages, sentences) which sentences of some passages answer, by the passages' places among the gold."""
    right = np.zeros((len(golds), sentences), np.bool_)
    for row, place in enumerate(golds):
        if place >= 0:
            right[row, examples.answers[int(place)]] = True
    return right
