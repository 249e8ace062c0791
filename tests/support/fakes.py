"""Stand-ins for unit tests: quick, seeded, and with the behaviour that the code under test relies on."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from index.models.late_interaction import pack, residuals
from index.models.reader import AnswerWords, Reading
from index.types import EncodedPassage, EncodedQuestion, SparseVector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from index.types import EncoderInput


class FakeEncoder:
    """Hashes character n-grams, so that like texts are similar; ``encoded`` counts passages."""

    def __init__(self, name: str = "fake", dimension: int = 64, sparse_dimension: int = 512, seed: int = 0) -> None:
        self.name = name
        self.dimension = dimension
        self.sparse_dimension = sparse_dimension
        self.seed = seed
        self.encoded = 0

    def load(self) -> None:
        """There is nothing to load."""

    def fingerprint(self) -> dict[str, str]:
        return {
            "model": self.name,
            "weights": f"{self.dimension} {self.sparse_dimension} {self.seed}",
            "question_prompt": "",
            "passage_prompt": "",
            "text_recipe": "fake",
            "sparse_recipe": "fake" if self.sparse_dimension else "none",
            "token_recipe": "fake",
        }

    def encode_question(self, question: str) -> EncodedQuestion:
        return EncodedQuestion(self._dense(question), self._sparse(question), self._tokens(question))

    def encode_passages(self, given: Iterable[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        """Yield in the order of length, as some real ones do, so that nobody relies on the order given."""
        inputs = list(given)
        texts = ["\n".join([one.context, *one.sentences]) for one in inputs]
        for position in sorted(range(len(inputs)), key=lambda position: -len(texts[position])):
            self.encoded += 1
            sentences = [self._dense(sentence) for sentence in inputs[position].sentences]
            yield (
                position,
                EncodedPassage(
                    self._dense(texts[position]),
                    np.array(sentences, np.float32).reshape(-1, self.dimension),
                    self._sparse(texts[position]),
                    pack(self._tokens(texts[position])),
                ),
            )

    def _tokens(self, text: str) -> NDArray[np.float32]:
        values = np.array([self._hash(gram) for gram in _grams(text)], np.int64)
        rows = np.zeros((len(values), self.dimension), np.float32)
        rows[np.arange(len(values)), values % self.dimension] = np.where(values >> 31, 1, -1)
        return residuals(rows)

    def _dense(self, text: str) -> NDArray[np.float32]:
        sums = np.zeros(self.dimension, np.float32)
        for gram in _grams(text):
            # Random signs keep texts that share nothing near a similarity of 0.
            value = self._hash(gram)
            sums[value % self.dimension] += 1 if value >> 31 else -1
        return np.asarray(sums / max(float(np.linalg.norm(sums)), 1e-12), np.float32)

    def _sparse(self, text: str) -> SparseVector | None:
        if not self.sparse_dimension:
            return None
        features = sorted({self._hash(gram) % self.sparse_dimension for gram in _grams(text)})
        return SparseVector(np.array(features, np.int32), np.ones(len(features), np.float32))

    def _hash(self, gram: str) -> int:
        return zlib.crc32(gram.encode("utf-8", "replace"), self.seed)


def _grams(text: str) -> list[str]:
    """Cut a text into the words' character bigrams and trigrams."""
    words = [f" {word} " for word in text.lower().split()]
    return [word[at : at + size] for word in words for size in (2, 3) for at in range(len(word) - size + 1)]


class FakeReader:
    """Gives a passage the logit of the first of some texts that it has, and a sentence 5 that has one, and else 0.

    ``words`` are those that answer in the first sentence that has them, and ``surely`` is how surely they do.
    """

    def __init__(self, logits: Mapping[str, float], words: str = "", surely: float = 0.0) -> None:
        self._logits = logits
        self._words, self._surely = words, surely
        self.read_passages = 0

    def read(self, _: str, passages: Sequence[EncoderInput]) -> list[Reading]:
        self.read_passages += len(passages)
        return [
            Reading(
                next((logit for text, logit in self._logits.items() if text in "\n".join(one.sentences)), -5.0),
                tuple(5.0 * any(text in sentence for text in self._logits) for sentence in one.sentences),
                self._answer_words(one.sentences),
            )
            for one in passages
        ]

    def _answer_words(self, sentences: Sequence[str]) -> AnswerWords | None:
        found = (number for number, sentence in enumerate(sentences) if self._words and self._words in sentence)
        number = next(found, None)
        return None if number is None else AnswerWords(number, self._words, self._surely)
