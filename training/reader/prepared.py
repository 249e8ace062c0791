"""Examples as arrays: what `prepare` writes once, and training reads on any machine, without an index or models."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from index.models.model_file import read_model_file, unpack_q4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.reader.examples import Candidate, Example, Text

    Arrays = dict[str, NDArray[np.generic]]

# The share of the reports, or articles, of which nothing is learnt.
HELD_OUT = 0.15
# The source of which nothing is learnt.
TEST = "JaQuAD dev"
# Nor is it of the reports that the project comes with: people try it on them.
SHIPPED_REPORTS = frozenset({"aws-carnival-2023.md", "lantern-ops-evening-2024.md"})


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of numbers, one behind the other: list ``n`` is ``values[starts[n]:starts[n + 1]]``."""

    values: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Lists:
        """Put lists one behind the other."""
        values = [value for one in lists for value in one]
        return cls(np.array(values, np.int64), np.array(list(accumulate(map(len, lists), initial=0)), np.int64))

    def __getitem__(self, number: int) -> NDArray[np.int64]:
        return self.values[self.starts[number] : self.starts[number + 1]]

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples by number.

    ``tokens`` has the tokens of each text, by their places in the network's vocabulary, and ``sentences`` for each of
    these tokens the number of its sentence, from 1, or 0. ``questions`` has the text of each example's question,
    ``golds`` and ``others`` the texts of its candidates; ``answers`` the sentences that answer of each gold one.
    """

    tokens: Lists
    sentences: Lists
    questions: NDArray[np.int64]
    golds: Lists
    others: Lists
    answers: Lists
    sources: NDArray[np.str_]
    held_out: NDArray[np.bool_]

    def of(self, source: str, *, held_out: bool = False) -> NDArray[np.int64]:
        """Return the numbers of the examples of a source."""
        return np.flatnonzero((self.sources == source) & (self.held_out == held_out))


def write(path: Path, examples: Sequence[Example]) -> None:
    """Write examples with the model's weights that they need."""
    texts = list(dict.fromkeys(text for one in examples for text in _texts(one)))
    numbers = {text: number for number, text in enumerate(texts)}
    vocabulary = np.unique(np.concatenate([text.tokens for text in texts]))
    arrays: Arrays = {
        "questions": np.array([numbers[one.question] for one in examples]),
        "sources": np.array([one.source for one in examples]),
        "held_out": np.array([one.source == TEST or is_held_out(one.group) for one in examples]),
        **_lists("tokens", [np.searchsorted(vocabulary, text.tokens).tolist() for text in texts], np.uint16),
        **_lists("sentences", [_sentences(text) for text in texts], np.uint8),
        **_lists("golds", [[numbers[gold.passage] for gold in one.golds] for one in examples], np.int32),
        **_lists("others", [[numbers[other.passage] for other in one.others] for one in examples], np.int32),
        **_lists("answers", [gold.gold for one in examples for gold in one.golds], np.uint8),
    }
    np.savez_compressed(path, **arrays, **_weights(vocabulary))


def read(path: Path) -> Examples:
    """Read what `write` has written."""
    with np.load(path) as file:
        lists = {
            name: Lists(file[name].astype(np.int64), file[f"{name}_starts"])
            for name in ("tokens", "sentences", "golds", "others", "answers")
        }
        plain = {name: file[name] for name in ("questions", "sources", "held_out")}
    return Examples(**lists, **plain)


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the bundled model's tensors by their names in its file; ``words`` are those of the vocabulary."""
    with np.load(path) as file:
        names = [name.removeprefix("weights:") for name in file.files if name.startswith("weights:")]
        arrays = {name: file[f"weights:{name}"] for name in names}
    return {
        name: unpack_q4(array.data) if array.dtype == np.uint8 else array.astype(np.float32)
        for name, array in arrays.items()
    }


def is_held_out(group: str) -> bool:
    """Return whether a report is kept for validation: always the same ones, whatever else there is."""
    number = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4])
    return group in SHIPPED_REPORTS or number < HELD_OUT * 2**32


def _texts(example: Example) -> list[Text]:
    candidates: Sequence[Candidate] = (*example.golds, *example.others)
    return [example.question, *(one.passage for one in candidates)]


def _sentences(text: Text) -> list[int]:
    numbers = [0] * len(text.tokens)
    for number, (start, end) in enumerate(text.bounds, 1):
        numbers[start:end] = [number] * (end - start)
    return numbers


def _lists(name: str, lists: Sequence[Sequence[int]], kind: type[np.generic]) -> Arrays:
    found = Lists.of(lists)
    return {name: found.values.astype(kind), f"{name}_starts": found.starts}


def _weights(vocabulary: NDArray[np.int64]) -> Arrays:
    """Return the model's tensors as its file has them, of the words only those that are used."""
    file = read_model_file()
    words = np.frombuffer(file.entries["emb.word"].raw, np.uint8).reshape(file.vocabulary, -1)
    arrays = {"words": words[vocabulary]}
    for name in file.entries:
        if name != "emb.word":
            quantized = file.entries[name].kind == 1
            arrays[name] = np.frombuffer(file.entries[name].raw, np.uint8) if quantized else file.tensor(name)
    return {f"weights:{name}": array for name, array in arrays.items()}
