"""A training run: steps, what is reached so far and where it is kept, and how well it reads what is held out."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from training.reader.batches import Texts, first_candidates
from training.reader.loss import passage_loss, sentence_loss
from training.reader.network import ReaderNetwork, Scores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from training.reader.batches import Batch, Candidates
    from training.reader.prepared import Examples

# Learning rates of the layers and of the heads, and what they rise from and fall to.
RATE, HEAD_RATE = 2e-4, 1e-3
WARM_UP, LAST = 0.06, 0.02
# As many passages as a question is read with where reading is measured.
MEASURED = 8


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a run is."""

    step: int = 0
    pairs: int = 0
    seconds: float = 0.0


class Run:
    """One run over ``pairs`` pairs in all, or as many as it can in so many seconds.

    What was kept in its folder is gone on with.
    """

    def __init__(
        self, network: ReaderNetwork, examples: Examples, work: Path, pairs: int, seconds: float = math.inf
    ) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = network.to(self.device)
        self.reached = Reached()
        self._examples, self._texts = examples, Texts(examples, self.device)
        self._file, self._pairs, self._seconds = work / "checkpoint.pt", pairs, seconds
        self._before = 0.0
        self._optimizer = torch.optim.AdamW(list(_groups(network)), fused=self.device.type == "cuda")
        if self.device.type == "cuda":
            # All layers are the same code, which is compiled once for any number of tokens.
            for layer in self.network.layers:
                layer.compile(dynamic=True)
        if self._file.exists():
            kept = torch.load(self._file, weights_only=True, map_location=self.device)
            self.network.load_state_dict(kept["network"])
            self._optimizer.load_state_dict(kept["optimizer"])
            self.reached = Reached(**kept["reached"])

    @property
    def done(self) -> float:
        """The share of the pairs that are read, or of the time that is over."""
        return max(self.reached.pairs / self._pairs, self.reached.seconds / self._seconds)

    def batch(self, asked: Candidates) -> Batch:
        """Make ready what a step learns from, which may be done while another step is taken."""
        return self._texts.batch(asked)

    def learn(self, batch: Batch) -> torch.Tensor:
        """Take one step; return the loss, for which an accelerator is not waited for."""
        self.network.train()
        with self._narrow():
            scores = self.network(batch.pairs)
        logits = scores.passages.new_zeros(batch.present.shape).index_put(batch.places, scores.passages)
        loss = passage_loss(logits, batch.present, batch.gold)
        if len(batch.answering):
            loss = loss + sentence_loss(scores.sentences[batch.answering], batch.right)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = group["rate"] * self._pace()
        self._optimizer.step()
        now = time.monotonic()
        # The first step, in which an accelerator's kernels are compiled, is no part of the time.
        self._before = self._before or now
        seconds = self.reached.seconds + now - self._before
        self._before = now
        self.reached = Reached(self.reached.step + 1, self.reached.pairs + len(batch.pairs.starts) - 1, seconds)
        return loss.detach()

    def score(self, questions: NDArray[np.int64], passages: NDArray[np.int64]) -> Scores:
        """Score pairs, given by the numbers of their texts."""
        # What is only measured is not worth being compiled.
        with self._narrow(), torch.compiler.set_stance("force_eager"):
            return self.network(self._texts.pairs(questions, passages))

    def keep(self) -> None:
        """Write what is reached, so that it is there whole or as it was."""
        state = {"network": self.network.state_dict(), "optimizer": self._optimizer.state_dict()}
        torch.save({**state, "reached": asdict(self.reached)}, self._file.with_suffix(".new"))
        self._file.with_suffix(".new").replace(self._file)

    @torch.no_grad()
    def measure(self, numbers: Sequence[int]) -> dict[str, float]:
        """Return the shares of right passages and sentences, and how well answered questions and others are told."""
        self.network.eval()
        best: list[float] = []
        right: dict[str, list[bool]] = {"passage first": [], "sentence first": []}
        for start in range(0, len(numbers), 32):
            asked = first_candidates(self._examples, numbers[start : start + 32], MEASURED)
            rows, slots = np.nonzero(asked.texts >= 0)
            scores = self.score(asked.questions[rows], asked.texts[rows, slots])
            passages, sentences = (values.cpu().numpy() for values in scores)
            logits = np.full(asked.texts.shape, -np.inf)
            logits[rows, slots] = passages
            best += logits.max(axis=1).tolist()
            for row in np.flatnonzero(asked.golds[:, 0] >= 0):
                right["passage first"].append(bool(logits[row].argmax() == 0))
                place = np.flatnonzero((rows == row) & (slots == 0))[0]
                sentence = int(sentences[place].argmax())
                right["sentence first"].append(sentence in self._examples.answers[asked.golds[row, 0]])
        return {name: float(np.mean(found)) for name, found in right.items() if found} | self._told(numbers, best)

    def _told(self, numbers: Sequence[int], best: Sequence[float]) -> dict[str, float]:
        labels = np.array([bool(len(self._examples.golds[number])) for number in numbers])
        values = np.array(best)
        if labels.all() or not labels.any():
            return {}
        limit = np.quantile(values[labels], 0.08)
        return {
            "AUROC": float(roc_auc_score(labels, values)),
            "declined at .08": float(np.mean(values[~labels] < limit)),
        }

    def _narrow(self) -> AbstractContextManager[Any]:
        return torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else nullcontext()

    def _pace(self) -> float:
        if self.done < WARM_UP:
            return max(self.done / WARM_UP, 0.02)
        return max(LAST, 1 - (self.done - WARM_UP) / (1 - WARM_UP))


def _groups(network: ReaderNetwork) -> Iterator[Mapping[str, Any]]:
    """Yield what is trained, each with its learning rate."""
    heads = [*network.passage_head.parameters(), *network.sentence_head.parameters()]
    yield {"params": list(network.layers.parameters()), "rate": RATE, "weight_decay": 0.01}
    yield {"params": heads, "rate": HEAD_RATE, "weight_decay": 0.0}
