"""Train the reader's head for the words that answer, on the states of the reader that ships, and write its file.

    python -m training.reader.answer_words --public FOLDER [--questions N]

FOLDER has JaQuAD, JSQuAD and XQuAD in the form of SQuAD. The layers stay as they are, so that nothing else changes;
half an hour on two cores is for the states. What was not learnt from is measured: how often the words are exactly
those of the set, and F1 by characters, of all and of those that are sure enough to be emphasised.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from index.models.reader import WORDS_WEIGHTS, Layers, WordsHead, reader_input
from index.models.token_model import TokenModel
from index.models.tokenizer import normalize
from index.quoting.emphasis import SURE_WORDS
from index.types import EncoderInput
from training.made import ANSWER_WORDS, Manifest
from training.reader.network import HIDDEN
from training.reader.public import Answered, answered_questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# From the paragraphs of a set with the questions of a set this share is learnt: Japanese is most of what there is.
SHARES = {
    ("jaquad_train", "jaquad_train"): 0.72,
    ("jsquad_valid", "jsquad_valid"): 0.12,
    ("xquad_en", "xquad_en"): 0.09,
    ("xquad_en", "xquad_zh"): 0.07,
}
MEASURED = 300
UNITS = 64
ROUNDS, BATCH, RATE, DECAY = 6, 64, 2e-3, 1e-2
SEED = 15


class Learnt(NamedTuple):
    """The states (tokens, 384) of a sentence that answers, where its tokens stand in it, and where its words do."""

    states: torch.Tensor
    offsets: list[tuple[int, int]]
    first: int
    last: int
    answer: tuple[int, int]


@click.command()
@click.option("--public", required=True, type=click.Path(exists=True, path_type=Path), help="The public sets' folder.")
@click.option("--questions", default=10_000, help="How many questions to learn from.")
def main(public: Path, questions: int) -> None:
    """Train, measure and write."""
    torch.manual_seed(SEED)
    learnt: list[Learnt] = []
    measured: dict[str, list[Learnt]] = {}
    for (told, asked), share in SHARES.items():
        name = f"{asked} of {told}"
        found = list(answered_questions(public, told, asked))
        random.Random(SEED).shuffle(found)
        states = _states(found[: round(share * questions) + MEASURED])
        learnt += states[MEASURED:]
        measured[name] = states[:MEASURED]
        click.echo(f"{name}: {len(states)} sentences")
    head = trained(learnt)
    for name, ones in measured.items():
        click.echo(f"{name}: {_measured(head, ones)}")
    np.savez(WORDS_WEIGHTS, **weights_of(head))
    Manifest().record(ANSWER_WORDS)


def _states(questions: Sequence[Answered]) -> list[Learnt]:
    """Return what is learnt from of some questions; those whose sentence or words are cut off are left out."""
    model, layers = TokenModel(), Layers()
    with ThreadPoolExecutor() as pool:
        found = pool.map(partial(_learnt, model, layers), questions)
        return [one for one in found if one is not None]


def _learnt(model: TokenModel, layers: Layers, asked: Answered) -> Learnt | None:
    passage = EncoderInput(asked.title, asked.sentences)
    embeddings, bounds = reader_input(model, asked.question, passage)
    sentence = asked.sentences[asked.number]
    begin, end = bounds[asked.number]
    written, words = normalize(sentence), normalize(asked.answer)
    start = written.find(words, max(0, asked.start - len(words)))
    # The blank before a word is part of its token, and no part of an answer.
    offsets = [(left + written[left:right].startswith(" "), right) for left, right in model.offsets(sentence)]
    tokens = [at for at, (left, right) in enumerate(offsets) if left < start + len(words) and right > max(start, left)]
    if start < 0 or not tokens or end >= embeddings.shape[1]:
        return None
    states = torch.tensor(layers.states(embeddings)[begin:end])
    return Learnt(states, offsets, tokens[0], tokens[-1], (start, start + len(words)))


def trained(learnt: Sequence[Learnt]) -> nn.Sequential:
    """Train a head of two layers to tell the first and the last token of the words that answer."""
    head = nn.Sequential(nn.Linear(HIDDEN, UNITS), nn.ReLU(), nn.Linear(UNITS, 2))
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=DECAY)
    # Sentences of a length side by side need little padding.
    ordered = sorted(learnt, key=lambda one: len(one.states))
    batches = [ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)]
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, ROUNDS * len(batches))
    for _ in range(ROUNDS):
        for number in torch.randperm(len(batches)).tolist():
            optimizer.zero_grad()
            _loss(head, batches[number]).backward()
            optimizer.step()
            falling.step()
    return head


def _loss(head: nn.Sequential, batch: Sequence[Learnt]) -> torch.Tensor:
    states = nn.utils.rnn.pad_sequence([one.states for one in batch], batch_first=True)
    present = nn.utils.rnn.pad_sequence([torch.ones(len(one.states)) for one in batch], batch_first=True)
    logits = head(states).masked_fill(present[..., None] == 0, -torch.inf)
    ends = torch.tensor([(one.first, one.last) for one in batch])
    return sum(functional.cross_entropy(logits[..., end], ends[:, end]) for end in (0, 1))


def weights_of(head: nn.Sequential) -> dict[str, np.ndarray]:
    """Return a head as the reader loads it: of each layer the weights and, behind them, the biases."""
    return {
        name: torch.cat((layer.weight.T, layer.bias[None])).detach().numpy().astype(np.float16)
        for name, layer in {"widen": head[0], "narrow": head[2]}.items()
    }


def _measured(head: nn.Sequential, ones: Sequence[Learnt]) -> str:
    shipped = WordsHead(**{name: array.astype(np.float32) for name, array in weights_of(head).items()})
    rows = np.array(list(_scores(shipped, ones)))
    sure = rows[rows[:, 2] >= SURE_WORDS]
    return (
        f"exact {rows[:, 0].mean():.3f}, F1 {rows[:, 1].mean():.3f}; "
        f"sure of {len(sure) / len(rows):.3f}, there F1 {sure[:, 1].mean():.3f}, "
        f"at least half of them right {np.mean(sure[:, 1] >= 0.5):.3f}"
    )


def _scores(head: WordsHead, ones: Sequence[Learnt]) -> Iterator[tuple[float, float, float]]:
    """Yield for each sentence whether the words are exact, their F1, and how sure the head is."""
    for one in ones:
        first, last, probability = head.find(one.states.numpy())
        begin, end = one.offsets[first][0], one.offsets[last][1]
        both = max(0, min(end, one.answer[1]) - max(begin, one.answer[0]))
        yield (begin, end) == one.answer, 2 * both / (end - begin + one.answer[1] - one.answer[0]), probability


if __name__ == "__main__":
    main()
